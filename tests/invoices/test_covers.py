"""Cover sheets: every void number of a book, in versions; old ones stay readable (INV-06)."""

from __future__ import annotations

from invoices.covers import Cover, covers_due, print_cover, read_cover
from invoices.mark_errors import UnknownBook, UnknownCover
from ledger.permissions import NotPermitted
from tests.builders import DAY, OpenHall
from tests.invoices.form_days import code_of, receive, used, void
from tests.invoices.marking import LATER, A, B, C, D, ask, sign, tick
from tests.ledger.audit.evidence_days import at, put
from tests.observing import everything, refused


def printed(hall: OpenHall, *, who: str = "A01", no: str = A) -> Cover:
    with hall.work(who, now=LATER) as uow:
        return print_cover(uow, hall=hall.hall, code=code_of(hall), no=no)


def shown(hall: OpenHall, version: int | None = None) -> Cover:
    with hall.read() as uow:
        return read_cover(uow, hall=hall.hall, code=code_of(hall), no=C, version=version)


def numbers(cover: Cover) -> list[str]:
    return [line.invoice_no for line in cover.lines]


def due(hall: OpenHall) -> list[tuple[str, tuple[str, ...]]]:
    with hall.read() as uow:
        return [(one.book.first_no, one.missing) for one in covers_due(uow, hall.hall)]


def test_inv_06_a_new_version_when_the_voids_change_and_old_ones_stay(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    put(hall, "invoices", used(hall, A), void(hall, B))
    first = printed(hall)
    assert (first.version, numbers(first), first.covers_all) == (1, [B], True)
    before = everything(hall)
    assert printed(hall, no="00100008").version == 1
    assert everything(hall) == before
    sign(hall, ask(hall, D), tick(D))
    stale = shown(hall)
    assert (stale.version, stale.missing, stale.covers_all) == (1, (D,), False)
    second = printed(hall, who="J01")
    assert (second.version, numbers(second), second.covers_all) == (2, [B, D], True)
    (line,) = [line for line in second.lines if line.invoice_no == D]
    assert (line.void_on, line.clerk, line.copies, line.copies_recovered, line.reason) == (
        DAY,
        "A01",
        3,
        3,
        "打印错误",
    )
    old = shown(hall, 1)
    assert (numbers(old), old.latest, old.covers_all) == ([B], 2, False)


def test_what_is_void_no_longer_leaves_the_next_version(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    batch = put(hall, "invoices", void(hall, A), void(hall, B))
    assert numbers(printed(hall)) == [A, B]
    put(hall, "invoices", void(hall, A), used(hall, B), replaces=batch)
    assert numbers(printed(hall)) == [A]


def test_a_later_use_of_a_void_number_takes_it_off(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    put(hall, "invoices", void(hall, B), used(hall, B, issued_at=at("11:00")))
    assert numbers(printed(hall)) == []


def test_books_whose_cover_lacks_a_number_are_due(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    receive(hall, "00200001", "00200008", "A02")
    assert due(hall) == []
    put(hall, "invoices", void(hall, C), void(hall, B), used(hall, A))
    assert due(hall) == [(A, (B, C))]
    printed(hall)
    assert due(hall) == []
    put(hall, "invoices", void(hall, "00200003"), void(hall, D))
    assert due(hall) == [(A, (D,)), ("00200001", ("00200003",))]


def test_a_cover_is_of_a_book_here_and_of_a_version_that_was_printed(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    with refused(hall, UnknownBook):
        printed(hall, no="00300001")
    with refused(hall, UnknownCover):
        shown(hall)
    printed(hall)
    with refused(hall, UnknownCover):
        shown(hall, 2)
    with refused(hall, NotPermitted):
        printed(hall, who="M01")


def test_numbers_of_another_length_or_code_are_not_the_book_s(hall: OpenHall) -> None:
    receive(hall, A, "00100008", "A01")
    put(
        hall,
        "invoices",
        void(hall, "0100001"),
        void(hall, A, invoice_code="044001911204"),
        void(hall, "00100009"),
    )
    assert numbers(printed(hall)) == []
