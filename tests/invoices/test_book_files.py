"""Books received from a file: a verdict for every line, posted whole or only the good lines."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from backoffice.book_files import read_book_file
from invoices.book_files import BooksReport, receive_books
from invoices.form_ends import end_form
from invoices.models import InvoiceBook
from ledger.errors import BadInput
from tests.builders import DAY, OpenHall
from tests.invoices.book_days import blanks, code_for, receive

HEADER = "发票代码,起号,止号,份数,形式,每本份数\n"


def take(hall: OpenHall, content: str, *, good_lines: bool = False) -> BooksReport:
    """Receive the books of a csv as the custodian."""
    lines = read_book_file("books.csv", content.encode())
    with hall.work("V01") as uow:
        return receive_books(uow, hall=hall.hall, lines=lines, good_lines=good_lines, on=DAY)


def test_every_line_has_its_verdict_and_bad_lines_post_nothing(hall: OpenHall) -> None:
    code, ended = code_for(hall), code_for(hall, "03100190")
    receive(hall, "0001", "0050")
    with hall.work("V01") as uow:
        end_form(uow, hall=hall.hall, invoice_code=code, ends_on=DAY, reason="")
        end_form(uow, hall=hall.hall, invoice_code=code, ends_on=DAY.replace(day=21), reason="")
    content = HEADER + "\n".join(
        [
            f"{code},0101,0200,100,装订本,50",
            f"{code},0201,0300,99,,",
            f"{code},0150,0160,11,,",
            f"{code},0040,0060,21,,",
            f"{code},0301,0400,100,scroll,",
            f"{code},0401,0500,100,,30",
            f"{code},1E+5,0500,100,,",
            f"{ended},0001,0500,500,continuous,",
        ]
    )
    report = take(hall, content)
    assert [(one.line.line_no, one.verdict) for one in report.lines] == [
        (2, "good"),
        (3, "wrong_count"),
        (4, "twice"),
        (5, "known"),
        (6, "wrong_carrier"),
        (7, "wrong_count"),
        (8, "mangled"),
        (9, "good"),
    ]
    assert report.numbers == ()
    assert blanks(hall) == [("0001", "0050", "invoice_safe")]
    taken = take(hall, content, good_lines=True)
    assert len(taken.numbers) == 2
    with hall.read() as uow:
        books = select(InvoiceBook.first_no, InvoiceBook.last_no, InvoiceBook.carrier)
        rows = uow.session.execute(
            books.where(InvoiceBook.hall_id == hall.id).order_by(InvoiceBook.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        ("0001", "0050", "book"),
        ("0101", "0150", "book"),
        ("0151", "0200", "book"),
        ("0001", "0500", "continuous"),
    ]


def test_a_code_out_of_date_and_another_halls_numbers_are_not_good(
    hall: OpenHall, other_hall: OpenHall
) -> None:
    receive(other_hall, "0001", "0050")
    receive(hall, "0001", "0050")
    with hall.work("V01") as uow:
        end_form(uow, hall=hall.hall, invoice_code=code_for(hall), ends_on=DAY, reason="换版")
    rows = f"{code_for(hall)},0051,0100,50,,\n{code_for(other_hall)},0050,0060,11,,\n"
    report = take(hall, HEADER + rows)
    assert [one.verdict for one in report.lines] == ["out_of_date", "known"]


def test_an_odd_structure_is_told_and_refuses_nothing(hall: OpenHall) -> None:
    known, odd = "044001911211", f"77{hall.id:04d}"
    rows = f"{known},00100001,00100050,50,,\n{odd},0001,0050,50,,\n"
    report = take(hall, HEADER + rows)
    assert [one.verdict for one in report.lines] == ["good", "good"]
    assert [one.line.invoice_code for one in report.doubtful] == [odd]
    assert len(report.numbers) == 1


def test_a_workbook_of_texts_is_read_and_its_numeric_cells_are_not_trusted(hall: OpenHall) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["invoice_code", "first_no", "last_no", "count", "carrier"])
    sheet.append([code_for(hall), "00100001", "00100050", 50, "book"])
    sheet.append([code_for(hall), 100051, 100100, 50, "book"])
    content = BytesIO()
    book.save(content)
    lines = read_book_file("books.xlsx", content.getvalue())
    assert (lines[0].first_no, lines[0].last_no, lines[0].count) == ("00100001", "00100050", 50)
    assert [line.mangled is None for line in lines] == [True, False]


@pytest.mark.parametrize(
    "content",
    ["", "起号,止号\n1,2\n", "起号,止号,份数,颜色\n1,2,2,红\n", "起号,起号,份数\n1,1,1\n"],
)
def test_a_file_without_a_readable_header_is_refused_whole(content: str) -> None:
    with pytest.raises(BadInput):
        read_book_file("books.csv", content.encode())
