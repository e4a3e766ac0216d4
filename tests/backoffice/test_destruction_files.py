"""Files of books to be destroyed: the exported calendar, or the file refused with every line."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from backoffice.destruction_files import read_books, submit_listed
from backoffice.form_lists import report_workbook
from backoffice.form_reports import make_report
from ledger.documents import facts_of
from ledger.errors import BadInput
from tests.builders import OpenHall, open_hall
from tests.invoices.form_days import code_of
from tests.invoices.test_retention import FREE, finished, sign


@pytest.fixture
def hall(engine: Engine) -> OpenHall:
    """Give a hall of its own with two finished books."""
    opened = open_hall(engine, "H001")
    finished(opened)
    finished(opened, "00100011", "00100012")
    return opened


def test_inv_10_the_exported_calendar_asks_for_all_its_books_or_for_none(hall: OpenHall) -> None:
    with hall.work("V01", now=FREE) as uow:
        for language in ("zh", "en"):
            report = make_report(uow, hall.hall, "retention", {"on": "2030-01-01"})
            book = report_workbook(report, language=language)
            listed = read_books("kept.xlsx", book)
            assert [name for _, name in listed] == [
                f"{code_of(hall)}/{first}" for first in ("00100001", "00100011")
            ]
        document = submit_listed(
            uow, hall=hall.hall, name="kept.xlsx", books=listed[:1], reason="期满"
        )
        assert facts_of(uow, document)["books"] == listed[0][1]
    for who in ("M01", "S01"):
        sign(hall, document, who)
    with hall.work("V01", now=FREE) as uow:
        text = f"发票代码,起号\n{code_of(hall)},00100001\n{code_of(hall)},00100099\n"
        books = read_books("b.csv", text.encode())
        with pytest.raises(BadInput) as refused:
            submit_listed(uow, hall=hall.hall, name="b.csv", books=books)
    assert [problem.line for problem in refused.value.problems] == [2, 3]
    assert "2030-01-01" in refused.value.problems[0].text.en


@pytest.mark.parametrize(
    ("content", "line"),
    [("起号\n00100001\n", 0), ("发票代码,起号\n", 0), ("发票代码,起号\n1,1.001E+05\n", 2)],
)
def test_a_file_without_header_books_or_whole_numbers_is_refused(content: str, line: int) -> None:
    with pytest.raises(BadInput) as refused:
        read_books("b.csv", content.encode())
    assert refused.value.problems[0].line == line
