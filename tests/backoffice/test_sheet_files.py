"""Files of any document's lines: what each column becomes, and every bad line in one report."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from backoffice.sheet_files import read_sheet_file
from ledger.errors import BadInput

IMEI, SECOND = "490154203237518", "356938035643809"


def workbook(*rows: tuple[str | int, ...]) -> bytes:
    """Give a workbook of one sheet."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def test_each_row_becomes_a_code_with_its_line_and_a_cost_is_a_fact() -> None:
    read = read_sheet_file(
        "goods.xlsx",
        workbook(
            ("物品编码", "串号", "止号", "第二串号", "数量", "单价"),
            ("SJ1", IMEI, "", SECOND, 1, "600.00"),
            (),
            ("KA", "100010", "100019", "", 10, ""),
            ("LP1", "", "", "", 3, ""),
            ("", SECOND, "", "", "", ""),
        ),
    )
    assert read.codes == [f"SJ1:{IMEI}/{SECOND}", "KA:100010-100019", "LP1*3", SECOND]
    assert read.lines == [2, 4, 5, 6]
    assert read.facts == {"cost:SJ1": "600.00"}


def test_a_file_without_headings_is_read_as_a_pasted_list() -> None:
    read = read_sheet_file("codes.txt", f"{IMEI}\n100010-100019\nLP1\t3\n".encode())
    assert read.codes == [IMEI, "100010-100019", "LP1*3"]
    assert read.lines == [1, 2, 3]


def test_every_bad_line_is_told_at_once() -> None:
    content = (
        "item,serial,serial_to,quantity,unit_cost,holder\n"
        f"SJ1,{IMEI},,2,600.00,\n"
        "KA,100010,100019,9,,\n"
        f"SJ1,{SECOND},,1,610.00,\n"
        f",{SECOND},,1,5.00,A01\n"
    )
    with pytest.raises(BadInput) as refused:
        read_sheet_file("goods.csv", content.encode())
    assert [problem.line for problem in refused.value.problems] == [2, 3, 4, 5, 5]


def test_an_excel_number_that_lost_digits_is_refused_with_its_line() -> None:
    with pytest.raises(BadInput) as refused:
        read_sheet_file("cards.xlsx", workbook(("serial",), (89860112345678901234,)))
    assert [problem.line for problem in refused.value.problems] == [2]
