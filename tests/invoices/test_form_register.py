"""The register of forms, the books that are due, and the income without an invoice."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from backoffice.form_reports import make_report
from invoices.books_due import list_books_due
from invoices.form_register import RegisterLine, register_of_book, register_of_period
from invoices.models import InvoiceBook
from ledger.documents import DOCUMENT_KINDS
from ledger.text import Text
from tests.builders import DAY, OpenHall
from tests.invoices.book_days import code_for, draw, make, receive, run, use


def told_of(hall: OpenHall, first: str) -> list[tuple[object, ...]]:
    """Give the lines of the register of the book that begins with a number."""
    with hall.read() as uow:
        query = select(InvoiceBook).where(
            InvoiceBook.hall_id == hall.id, InvoiceBook.first_no == first
        )
        book = uow.session.scalars(query).one()
        return [told(line) for line in register_of_book(uow, hall.hall, book)]


def told(line: RegisterLine) -> tuple[object, ...]:
    """Give movement, ends, numbers, count, blanks left and signers of a line."""
    ends = [f"{end.kind} {end.holder}".strip() if end else "" for end in (line.origin, line.goal)]
    runs = ", ".join(str(one) for one in line.runs)
    signed = " ".join(signer.name.removeprefix("员工") for signer in line.signers)
    letters = DOCUMENT_KINDS[line.document.kind].letters
    return letters, *ends, runs, line.count, line.left, signed


def test_inv_04_the_register_names_who_handed_out_and_who_received(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100010")
    draw(hall, "A01", "00100001")
    use(hall, "00100001", "00100004", clerk="A01")
    use(hall, "00100005", "00100005", clerk="A01", state="invoice_void")
    back = run(hall, "00100006", "00100010", clerk="A01")
    make(hall, "A01", "invoice_return", back, signers=["V01"])
    assert told_of(hall, "00100001") == [
        ("PR", "department", "invoice_safe", "00100001–00100010", 10, 10, "V01"),
        ("PL", "invoice_safe", "invoice_clerk A01", "00100001–00100010", 10, 10, "V01 A01"),
        ("PK", "invoice_clerk A01", "invoice_issued", "00100001–00100004", 4, 6, "J01"),
        ("PK", "invoice_clerk A01", "invoice_void", "00100005", 1, 5, "J01"),
        ("PT", "invoice_clerk A01", "invoice_safe", "00100006–00100010", 5, 5, "A01 V01"),
    ]


def test_the_delivery_of_stubs_ends_a_book_s_register(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100004")
    draw(hall, "A01", "00100001")
    use(hall, "00100001", "00100004", clerk="A01")
    make(hall, "V01", "invoice_stubs", books=[f"{code_for(hall)}/00100001"])
    last = ("PG", "", "", "00100001–00100004", 4, 0, "V01")
    assert told_of(hall, "00100001")[-1] == last


def test_a_month_goes_on_from_what_was_left_before_it(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100010")
    code = code_for(hall)
    with hall.read() as uow:
        none = register_of_period(
            uow, hall.hall, DAY + dt.timedelta(1), DAY + dt.timedelta(9), opening={code: 10}
        )
        (line,) = register_of_period(uow, hall.hall, DAY, DAY, invoice_code=code, opening={code: 7})
    assert none == []
    assert line.left == 17


def test_books_are_listed_with_who_has_them_and_the_most_pressing_first(hall: OpenHall) -> None:
    for first in ("00100001", "00100011", "00100021"):
        receive(hall, first, f"{int(first) + 3:08d}")
    draw(hall, "A01", "00100001")
    use(hall, "00100001", "00100004", clerk="A01")
    draw(hall, "A02", "00100011")
    use(hall, "00100011", "00100011", clerk="A02")
    with hall.read() as uow:
        now = list_books_due(uow, hall.hall, DAY)
        later = list_books_due(uow, hall.hall, dt.date(2026, 12, 5))
        assert [(one.book.first_no, one.standing, one.clerks) for one in now] == [
            ("00100001", "finished", ("A01",)),
            ("00100011", "in_use", ("A02",)),
            ("00100021", "kept", ()),
        ]
    assert [str(run) for run in now[1].blanks] == ["00100012–00100014"]
    assert (later[0].standing, later[0].days, later[1].days) == ("overdue", 5, 15)


def test_inv_10_the_calendar_tells_until_when_the_stubs_are_kept(hall: OpenHall) -> None:
    receive(hall, "00100001", "00100004")
    draw(hall, "A01", "00100001")
    use(hall, "00100001", "00100004", clerk="A01")
    for on, standing in (("2036-12-31", "Kept"), ("2037-01-01", "Over, may be destroyed")):
        with hall.read("V01") as uow:
            report = make_report(uow, hall.hall, "retention", {"on": on})
        (table,) = report.tables
        (row,) = table.rows
        shown = row[table.index("standing")]
        assert isinstance(shown, Text)
        assert (row[0], row[table.index("years")], shown.en) == (
            dt.date(2036, 12, 31),
            10,
            standing,
        )
