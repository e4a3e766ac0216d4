"""Random lives of books over months: what the reports say is what the documents said.

The plain books beside the hall know only what the posted documents say. Units, the segments of each
book, the runs of custody and the month's report must say the same, and a month that is over must
never change again (DOMAIN INV-01, INV-03, INV-04).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from invoices.finished_books import note_finished_books
from invoices.form_keepers import kept_forms
from invoices.form_lines import form_of
from invoices.form_months import (
    CAME,
    CLOSING,
    OPENING,
    PUT_BACK,
    RECEIVED,
    RETURNED,
    WENT,
    months_of_forms,
)
from invoices.form_signing import reverse_forms
from invoices.losses import open_loss, undo_loss
from invoices.models import InvoiceBook
from invoices.number_runs import NumberRun, find_break
from invoices.number_states import BLANK, OUTSIDE, STATE_OF_ACCOUNT, USED
from invoices.ranges import ranges_of
from invoices.segments import segments_of_book
from ledger.accounts import Account, open_account
from ledger.documents import Document, Line, draft_document, lines_of
from ledger.errors import BackofficeError
from ledger.hall_days import open_days
from ledger.lifecycle import advance
from ledger.work import UnitOfWork
from tests.builders import OpenHall, open_hall
from tests.invoices.book_days import code_for, make, run
from tests.observing import whereabouts

HALLS = (f"Q{number:04d}" for number in count(1))
FIRST_DAY = dt.date(2026, 11, 20)
MORNING = dt.time(2, 0)
CLERKS = ("A01", "A02")
USES = ("invoice_issued", "invoice_issued", "invoice_issued", "invoice_red", "invoice_void")
BOOK = 6

Parts = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody tries: which of the numbers or documents, how many, and for which clerk."""

    name: str
    which: int
    many: int
    clerk: str


@dataclass(slots=True)
class Life:
    """A hall and the plain books beside it: each number's place now, and when its month began."""

    hall: OpenHall
    day: dt.date = FIRST_DAY
    books: int = 0
    places: dict[str, str] = field(default_factory=dict)
    began: dict[str, str] = field(default_factory=dict)
    crossed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    posted: list[Document] = field(default_factory=list)
    over: dict[dt.date, Parts] = field(default_factory=dict)

    @property
    def now(self) -> dt.datetime:
        """The morning of the day by the hall's clock."""
        return dt.datetime.combine(self.day, MORNING, dt.UTC)

    def do(self, act: Act) -> bool:
        """Try an act; gives whether it was done. One that is refused changes nothing."""
        if act.name in ("hand_over", "give_back", "use", "lose"):
            act = replace(act, clerk=self._holder(act.clerk))
        try:
            getattr(self, f"_{act.name}")(act)
        except BackofficeError as refusal:
            event(f"refused: {refusal.code}")
            return False
        event(act.name)
        return True

    def _holder(self, clerk: str) -> str:
        """Give the clerk, or another who has forms where he has none."""
        holders = {place.partition(" ")[2] for place in self.places.values() if " " in place}
        return clerk if clerk in holders else min(holders, default=clerk)

    def month(self) -> tuple[dt.date, dt.date]:
        """First and last day of the month the day is in."""
        return month_of(self.day)

    def _wait(self, act: Act) -> None:
        before = self.month()
        parts = self.parts()
        self.day += dt.timedelta(days=5 * act.many)
        if self.month() != before:
            self.over[before[0]] = parts
            self.began = dict(self.places)
            self.crossed.clear()

    def _receive(self, act: Act) -> None:
        first = 10 * self.books + 1
        line = run(self.hall, no(first), no(first + BOOK - 1), count=BOOK)
        carrier = ("book", "continuous")[act.many % 2]
        self._keep(self._make("V01", "invoice_receipt", line, facts={"carrier": carrier}))
        self.books += 1

    def _draw(self, act: Act) -> None:
        chosen = self._some(act, "invoice_safe")
        line = run(self.hall, *chosen, clerk=act.clerk)
        self._keep(self._make("V01", "invoice_draw", line, signers=[act.clerk]))

    def _hand_over(self, act: Act) -> None:
        other = CLERKS[act.clerk == CLERKS[0]]
        chosen = self._some(act, f"invoice_clerk {act.clerk}")
        line = run(self.hall, *chosen, clerk=act.clerk, to_clerk=other)
        self._keep(self._make(act.clerk, "invoice_handover", line, signers=[other]))

    def _give_back(self, act: Act) -> None:
        chosen = self._some(act, f"invoice_clerk {act.clerk}")
        line = run(self.hall, *chosen, clerk=act.clerk)
        self._keep(self._make(act.clerk, "invoice_return", line, signers=["V01"]))

    def _hand_in(self, act: Act) -> None:
        chosen = self._some(act, "invoice_safe")
        facts = {"receipt_no": "J1", "cause": "spoiled"}
        self._keep(self._make("V01", "invoice_hand_in", run(self.hall, *chosen), facts=facts))

    def _use(self, act: Act) -> None:
        place = f"invoice_clerk {act.clerk}"
        self._post("invoice_use", place, USES[act.which % len(USES)], self._some(act, place))

    def _void(self, act: Act) -> None:
        chosen = self._some(act, "invoice_issued")
        self._post("invoice_use", "invoice_issued", "invoice_void", chosen)

    def _lose(self, act: Act) -> None:
        first, last = self._some(act, f"invoice_clerk {act.clerk}")
        with self.hall.work("V01", now=self.now) as uow:
            case = open_loss(
                uow,
                hall=self.hall.hall,
                code=code_for(self.hall),
                numbers=[f"{first}-{last}"],
                found_at=self.now,
                circumstances="盘点时不见",
            )
            document = uow.session.get_one(Document, (self.hall.id, case.document_id))
        self._keep(document)

    def _undo(self, act: Act) -> None:
        if not self.posted:
            return
        document = self.posted[act.which % len(self.posted)]
        with self.hall.work("M01", now=self.now) as uow:
            if document.kind == "invoice_loss":
                number = document.number or ""
                undo_loss(uow, hall=self.hall.hall, number=number, reason="找到")
            elif document.kind == "invoice_use":
                open_days(uow, self.hall.id, [self.day])
                advance(uow, document, "reverse", reason="重做", on=self.day)
            else:
                reverse_forms(uow, hall=self.hall.hall, number=document.number or "", reason="重做")
            moved = moves_of(uow, document)
        self.posted.remove(document)
        self._move(document, [(serial, goal, origin) for serial, origin, goal in moved])

    def _some(self, act: Act, place: str) -> tuple[str, str]:
        """Give the ends of a run of numbers; mostly such as are in the place."""
        there = sorted(number for number, at in self.places.items() if at == place)
        if not there or act.which % 7 == 0:
            there = sorted(self.places) or [no(1)]
        whole = act.which % 3 > 0
        first = last = int(there[act.which % len(there)])
        while whole and no(first - 1) in there:
            first -= 1
        while no(last + 1) in there and (whole or last - first + 1 < act.many):
            last += 1
        if act.name == "use":
            last = min(last, first + act.many - 1)
        return no(first), no(last)

    def _make(self, who: str, kind: str, *lines: object, **more: object) -> Document:
        return make(self.hall, who, kind, *lines, on=self.day, now=self.now, **more)  # type: ignore[arg-type]

    def _post(self, kind: str, origin: str, goal: str, chosen: tuple[str, str]) -> None:
        """Post numbers as used, as the audit does from the register."""
        first, last = chosen
        with self.hall.work("J01", now=self.now) as uow:
            open_days(uow, self.hall.id, [self.day])
            document = draft_document(uow, hall_id=self.hall.id, kind=kind, business_date=self.day)
            line = Line(
                form_of(uow, code_for(self.hall)),
                open_account(uow, self.hall.id, goal),
                open_account(uow, self.hall.id, *origin.split()),
                int(last) - int(first) + 1,
                first,
                last,
            )
            advance(uow, document, "submit", lines=[line])
            note_finished_books(uow, halls=[self.hall.id], date=self.day)
        self._keep(document)

    def _keep(self, document: Document) -> None:
        with self.hall.read() as uow:
            moved = moves_of(uow, document)
        self.posted.append(document)
        self._move(document, moved)

    def _move(self, document: Document, moved: Iterable[tuple[str, str, str]]) -> None:
        """Enter a posted document in the plain books: each number must be where it is taken."""
        for number, origin, goal in moved:
            held = self.places.get(number, "department")
            assert held == origin, f"{number} was in {held}, taken from {origin}"
            self.places[number] = goal
            if "department" in (origin, goal):
                self.crossed[number].add(document.id)

    def parts(self) -> Parts:
        """Give what the month's report should say by the plain books."""
        parts: Parts = defaultdict(set)
        for number, place in self.places.items():
            was, became = state(self.began.get(number, "department")), state(place)
            if was == became == OUTSIDE and len(self.crossed[number]) < 2:
                continue
            if was in USED and became in USED:
                continue
            parts[{BLANK: OPENING, OUTSIDE: RECEIVED}.get(was, PUT_BACK)].add(number)
            parts[{BLANK: CLOSING, OUTSIDE: RETURNED}.get(became, became)].add(number)
        return dict(parts)

    def check(self) -> None:
        """Hold units, books, runs, the month and its keepers against the plain books."""
        assert whereabouts(self.hall) == self.places
        with self.hall.read() as uow:
            self._check_books(uow)
            assert told(uow, self.hall, *self.month()) == self.parts()
            held: dict[str, set[str]] = defaultdict(set)
            for one in kept_forms(uow, [self.hall.hall], *self.month()):
                held[one.clerk] |= numbers(one.parts[CLOSING])
        blank = defaultdict(set)
        for number, place in self.places.items():
            if state(place) == BLANK:
                blank[place.partition(" ")[2]].add(number)
        assert {clerk: there for clerk, there in held.items() if there} == blank

    def _check_books(self, uow: UnitOfWork) -> None:
        """Each received book is tiled by its segments and by its runs of custody."""
        for book in uow.session.scalars(
            select(InvoiceBook).where(InvoiceBook.hall_id == self.hall.id)
        ):
            whole = [NumberRun.of(book.first_no, book.last_no)]
            segments = segments_of_book(uow, self.hall.hall, book.id)
            for pieces in (segments, ranges_of(uow, book)):
                cut = [NumberRun.of(piece.first_no, piece.last_no) for piece in pieces]
                assert find_break(whole, cut) is None


def no(number: int) -> str:
    """Give a number as it is printed."""
    return f"{number:08d}"


def moves_of(uow: UnitOfWork, document: Document) -> list[tuple[str, str, str]]:
    """Give number, origin and goal of each number that a document moves."""
    return [
        (no(number), named(line.credit), named(line.debit))
        for line in lines_of(uow, document)
        for number in range(int(line.serial), int(line.serial_to or line.serial) + 1)
    ]


def named(account: Account) -> str:
    """Give a place as the plain books name it."""
    return f"{account.kind} {account.holder}".strip()


def state(place: str) -> str:
    """Give the state of a number by the place it is in."""
    return STATE_OF_ACCOUNT[place.partition(" ")[0]]


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of a day's month."""
    first = day.replace(day=1)
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def numbers(runs: Iterable[NumberRun]) -> set[str]:
    """Give the numbers of some runs."""
    return {no(number) for one in runs for number in range(one.first, one.last + 1)}


def told(uow: UnitOfWork, hall: OpenHall, first: dt.date, last: dt.date) -> Parts:
    """Give what the report of a month says, its counts being those of its numbers."""
    parts: Parts = {}
    for month in months_of_forms(uow, [hall.hall], first, last):
        for name in (*CAME, *WENT):
            found = numbers(month.parts[name])
            assert len(found) == month.count(name)
            if found:
                parts[name] = found
    return parts


ACTS = (
    "receive",
    "draw",
    "draw",
    "hand_over",
    "give_back",
    "hand_in",
    "use",
    "use",
    "use",
    "void",
    "lose",
    "undo",
    "undo",
    "wait",
)
DEALT = (
    Act("receive", 1, 1, "A01"),
    Act("draw", 1, 1, "A01"),
    Act("receive", 1, 2, "A02"),
    Act("draw", 1, 1, "A02"),
    Act("receive", 1, 1, "A01"),
)
acts = st.builds(
    Act,
    st.sampled_from(ACTS),
    st.integers(0, 40),
    st.integers(1, 6),
    st.sampled_from(CLERKS),
)


many_acts = st.lists(acts, min_size=12, max_size=18)


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
@settings(max_examples=5)
@given(tried=many_acts)
def test_at_every_moment_the_month_tiles_and_its_totals_are_its_numbers(
    shared_engine: Engine, tried: list[Act]
) -> None:
    live(shared_engine, tried)


@pytest.mark.postgresql
@pytest.mark.parametrize("shared_url", ["postgresql"], indirect=True)
@settings(max_examples=2)
@given(tried=many_acts)
def test_on_postgresql_they_tile_alike(shared_engine: Engine, tried: list[Act]) -> None:
    live(shared_engine, tried)


def live(engine: Engine, tried: Iterable[Act]) -> None:
    """Try the acts in a new hall, and hold it against the plain books after each that was done."""
    life = Life(open_hall(engine, next(HALLS)))
    for act in (*DEALT, *tried):
        if life.do(act):
            life.check()
    with life.hall.read() as uow:
        for first, parts in life.over.items():
            assert told(uow, life.hall, *month_of(first)) == parts
