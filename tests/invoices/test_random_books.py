"""Random lives of books: whatever is drawn, handed over, used or handed in, the states tile."""

from __future__ import annotations

from itertools import count

from hypothesis import event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from invoices.finished_books import note_finished_books
from invoices.form_signing import reverse_forms
from invoices.models import InvoiceBook
from invoices.ranges import PLACES, ranges_of
from invoices.segments import blank_segments, segments_of_book
from ledger.documents import Document, find_document
from ledger.errors import BackofficeError
from ledger.lifecycle import advance
from ledger.verify import verify_hall
from tests.builders import DAY, OpenHall, open_hall
from tests.invoices.book_days import make, receive, run, use
from tests.observing import held

CODES = (f"B{number:04d}" for number in count(1))
CLERKS = ("A01", "A02", "V01")
STARTS = ("01", "07", "51")
"""Two bound books of six, and twenty continuous forms."""

STEP = st.tuples(
    st.sampled_from(("draw", "draw", "handover", "return", "hand_in", "use", "use", "reverse")),
    st.sampled_from(STARTS),
    st.sampled_from(CLERKS),
    st.sampled_from(CLERKS),
    st.integers(0, 19),
    st.integers(1, 8),
)


@settings(max_examples=8, deadline=None)
@given(steps=st.lists(STEP, min_size=4, max_size=14))
def test_at_every_moment_the_states_tile_the_books_and_undoing_all_leaves_none(
    shared_engine: Engine, steps: list[tuple[str, str, str, str, int, int]]
) -> None:
    hall = open_hall(shared_engine, next(CODES))
    made = [receive(hall, "01", "12", per_book="6").number or ""]
    made.append(receive(hall, "51", "70", "continuous").number or "")
    for step in steps:
        try:
            made += _take(hall, made, step)
            event(f"{step[0]} done")
        except BackofficeError as refusal:
            event(f"{step[0]} {refusal.code}")
        _check(hall)
    for number in reversed(made):
        _undo(hall, number)
    with hall.read() as uow:
        books = select(InvoiceBook).where(InvoiceBook.hall_id == hall.id)
        assert not uow.session.scalars(books).all()
        assert verify_hall(uow, hall.hall) == []
    assert held(hall) == {}


def _take(hall: OpenHall, made: list[str], step: tuple[str, str, str, str, int, int]) -> list[str]:
    """Do one step; gives the number of the document made."""
    kind, start, clerk, other, offset, length = step
    if kind == "reverse":
        if len(made) > 2:
            _undo(hall, made[-1])
            made.pop()
        return []
    first, last = start, ""
    if start == "51":
        first, last = f"{51 + offset:02d}", f"{min(70, 51 + offset + length - 1):02d}"
    if kind == "use":
        return _use(hall, start, clerk, length)
    line = run(hall, first, last, clerk=clerk, to_clerk=other if kind == "handover" else "")
    signers = {
        "draw": [clerk if clerk != "V01" else "D01"],
        "handover": [one for one in dict.fromkeys((clerk, other)) if one != "V01"],
        "return": [clerk if clerk != "V01" else "D01"],
        "hand_in": [],
    }[kind]
    facts = {"receipt_no": "JX-1", "cause": "spoiled"} if kind == "hand_in" else {}
    document = make(hall, "V01", f"invoice_{kind}", line, signers=signers, facts=facts)
    assert document.state == "posted"
    return [document.number or ""]


def _use(hall: OpenHall, start: str, clerk: str, length: int) -> list[str]:
    """Use the first numbers a clerk holds of a book, one of five as void."""
    with hall.read() as uow:
        own = [
            one
            for one in blank_segments(uow, hall.hall, clerk=clerk, places=("invoice_clerk",))
            if one.first_no >= start
        ]
    if not own:
        return []
    first = own[0].first_number
    last = min(own[0].last_number, first + length - 1)
    state = "invoice_void" if length == 5 else "invoice_issued"
    use(hall, f"{first:02d}", f"{last:02d}", clerk=clerk, state=state)
    with hall.read() as uow:
        uses = select(Document.number).where(
            Document.hall_id == hall.id, Document.kind == "invoice_use"
        )
        return [uow.session.scalars(uses.order_by(Document.id.desc())).first() or ""]


def _undo(hall: OpenHall, number: str) -> None:
    with hall.work("M01") as uow:
        document = find_document(uow, hall.id, number)
        if document.kind != "invoice_use":
            reverse_forms(uow, hall=hall.hall, number=number, reason="重做", on=DAY)
            return
        advance(uow, document, "reverse", reason="重做", on=DAY)
        note_finished_books(uow, halls=[hall.id], date=DAY)


def _check(hall: OpenHall) -> None:
    with hall.read() as uow:
        for book in uow.session.scalars(select(InvoiceBook).where(InvoiceBook.hall_id == hall.id)):
            where: dict[int, tuple[str, str]] = {}
            for segment in segments_of_book(uow, hall.hall, book.id):
                assert segment.count == segment.last_number - segment.first_number + 1
                for number in range(segment.first_number, segment.last_number + 1):
                    assert number not in where
                    where[number] = (segment.place, segment.holder)
            assert sorted(where) == list(range(book.first_number, book.last_number + 1))
            noted: dict[int, tuple[str, str]] = {}
            for one in ranges_of(uow, book):
                for number in range(one.first_number, one.last_number + 1):
                    assert number not in noted
                    noted[number] = (one.place, one.clerk)
            assert sorted(noted) == sorted(where)
            for number, (place, holder) in where.items():
                if place in PLACES:
                    clerk = holder if place == "invoice_clerk" else ""
                    assert noted[number] == (PLACES[place], clerk)
            blank = {at for at in where.values() if at[0] in ("invoice_safe", "invoice_clerk")}
            assert book.carrier == "continuous" or len(blank) <= 1
            assert (book.finished_on is not None) == _is_finished(set(where.values()))


def _is_finished(states: set[tuple[str, str]]) -> bool:
    kinds = {kind for kind, _ in states}
    return not kinds & {"invoice_safe", "invoice_clerk"} and kinds != {"department"}
