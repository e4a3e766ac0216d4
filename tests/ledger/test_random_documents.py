"""Random documents, reversals and refusals against books kept in two plain dicts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from hypothesis import event, given, reject, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.documents import Document
from ledger.errors import BackofficeError
from ledger.lifecycle import advance
from ledger.verify import verify_hall
from tests.builders import OpenHall, gift_line, open_hall, phone_lines, submit
from tests.observing import everything, held, whereabouts

CODES = (f"R{number:04d}" for number in count(1))
PHONES = 6
GIFTS = 20
OUTSIDE = {"supplier", "loss"}
KINDS = {"receipt": "receipt", "draw": "draw", "return": "return", "scrap": "repair_use"}
"""The kinds the documents are made as: scrapping waits for a signature, using up does not."""

Move = tuple[str, str, str]
"""Serial, or '' for one gift; the place it leaves; the place it goes to."""


@dataclass(slots=True)
class PlainBooks:
    """What the books must say: where each serial is, and how many gifts each place has."""

    units: dict[str, str] = field(default_factory=dict)
    gifts: Counter[str] = field(default_factory=Counter)

    def move(self, moves: list[Move]) -> bool:
        """Take the moves in and give True; or give False and stay as before."""
        units, gifts = dict(self.units), Counter(self.gifts)
        named = [serial for serial, _, _ in moves if serial]
        for serial, leaves, goes in moves:
            if not serial:
                gifts[leaves] -= 1
                gifts[goes] += 1
            elif self.units.get(serial, "supplier") != leaves:
                return False
            else:
                units[serial] = goes
        short = any(amount < 0 for place, amount in gifts.items() if place not in OUTSIDE)
        if short or len(named) != len(set(named)):
            return False
        self.units, self.gifts = units, gifts
        return True

    def held(self) -> dict[tuple[str, str], int]:
        """Give the balances as `observing.held` does: what came from outside counts against it."""
        phones = Counter(self.units.values())
        phones["supplier"] -= len(self.units)
        amounts = {(place, "P1"): n for place, n in phones.items()}
        amounts |= {(place, "G1"): n for place, n in self.gifts.items()}
        return {key: amount for key, amount in amounts.items() if amount}


@dataclass(frozen=True, slots=True)
class Command:
    """A document somebody tries: `honest` ones take only what is there to be taken."""

    kind: str
    place: str
    phones: tuple[int, ...]
    gifts: int
    honest: bool

    def _ends(self) -> tuple[str, str]:
        return {
            "receipt": ("supplier", "store"),
            "draw": ("store", self.place),
            "return": (self.place, "store"),
            "scrap": (self.place, "loss"),
        }[self.kind]

    def moves(self, books: PlainBooks, serials: list[str]) -> list[Move]:
        """Give what the document would move, as the plain books stand now."""
        leaves, goes = self._ends()
        chosen = [serials[number] for number in self.phones]
        gifts = self.gifts
        if self.honest:
            there = [s for s in serials if books.units.get(s, "supplier") == leaves]
            chosen = [serial for serial in dict.fromkeys(chosen) if serial in there]
            gifts = min(gifts, books.gifts[leaves]) if leaves != "supplier" else gifts
        return [(serial, leaves, goes) for serial in chosen] + [("", leaves, goes)] * gifts


@dataclass(frozen=True, slots=True)
class Reversal:
    """Somebody tries to reverse one of the documents posted so far, in whatever state it is."""

    which: int


commands = st.builds(
    Command,
    kind=st.sampled_from(["receipt", "draw", "draw", "return", "scrap"]),
    place=st.sampled_from(["clerk A01", "clerk A02"]),
    phones=st.lists(st.integers(0, PHONES + 1), max_size=4).map(tuple),
    gifts=st.integers(0, 9),
    honest=st.sampled_from([True, True, False]),
)
sequences = st.lists(
    commands | st.builds(Reversal, which=st.integers(0, 50)), min_size=5, max_size=14
)


@dataclass(slots=True)
class Run:
    """A hall and the plain books beside it, with what has been posted in both."""

    hall: OpenHall
    serials: list[str]
    books: PlainBooks = field(default_factory=PlainBooks)
    posted: list[tuple[Document, list[Move]]] = field(default_factory=list)
    reversed: set[int] = field(default_factory=set)

    def do(self, kind: str, moves: list[Move]) -> None:
        """Submit a document; it must be refused just when the plain books refuse it."""
        if not moves:
            return
        if not self.books.move(moves):
            event("document refused")
            self._must_refuse(lambda: self._submit(kind, moves))
            return
        event("document posted")
        self.posted.append((self._submit(kind, moves), moves))
        self._must_agree()

    def reverse(self, number: int) -> bool:
        """Reverse a document; it must be refused just when the plain books refuse it."""
        _, moves = self.posted[number]
        back = [(serial, goes, leaves) for serial, leaves, goes in moves]
        if number in self.reversed or not self.books.move(back):
            event("reversal refused")
            self._must_refuse(lambda: self._advance(number))
            return False
        event("reversal posted")
        self._advance(number)
        self.reversed.add(number)
        self._must_agree()
        return True

    def _submit(self, kind: str, moves: list[Move]) -> Document:
        leaves, goes = moves[0][1:]
        way = f"{leaves} > {goes}"
        with self.hall.work() as uow:
            named = [serial for serial, _, _ in moves if serial]
            lines = phone_lines(uow, self.hall, way, named)
            if gifts := len(moves) - len(named):
                lines.append(gift_line(uow, self.hall, way, gifts))
            return submit(uow, self.hall, KINDS[kind], lines)

    def _advance(self, number: int) -> Document:
        with self.hall.work("M01") as uow:
            return advance(uow, self.posted[number][0], "reverse")

    def _must_refuse(self, act: Callable[[], object]) -> None:
        before = everything(self.hall)
        try:
            act()
        except BackofficeError:
            assert everything(self.hall) == before
        else:
            raise AssertionError("what the plain books refuse was posted")

    def _must_agree(self) -> None:
        assert held(self.hall) == self.books.held()
        assert whereabouts(self.hall) == self.books.units


def outstanding(run: Run, base: int) -> Iterator[int]:
    """Give, newest first, the documents after the first `base` that are not reversed yet."""
    return (n for n in range(len(run.posted) - 1, base - 1, -1) if n not in run.reversed)


@settings(max_examples=8)
@given(sequence=sequences)
def test_the_books_stay_right_and_reversing_everything_leads_back_to_the_start(
    shared_engine: Engine, sequence: list[Command | Reversal]
) -> None:
    hall = open_hall(shared_engine, next(CODES))
    run = Run(hall, hall.serials(PHONES + 2))
    first = [(serial, "supplier", "store") for serial in run.serials[:PHONES]]
    run.do("receipt", [*first, *[("", "supplier", "store")] * GIFTS])
    start = held(hall)
    for command in sequence:
        if isinstance(command, Command):
            run.do(command.kind, command.moves(run.books, run.serials))
        elif len(run.posted) > 1:
            run.reverse(1 + command.which % (len(run.posted) - 1))
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []
    while rest := list(outstanding(run, 1)):
        # Documents whose goods went on wait for those that took them on; in a circle they wait
        # for each other, and then nothing can be said.
        if not any(run.reverse(number) for number in rest):
            event("reversals wait for each other")
            reject()
    assert held(hall) == start
    with hall.read() as uow:
        assert verify_hall(uow, hall.hall) == []
