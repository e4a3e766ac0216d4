"""A hall small enough to read: one folder on disk, and the files that must be refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

DATE = "2024-03-05"
HALL_TOML = """\
code = "T001"
name = "小营业厅"
organisation = "总部/某省/某市"
business_date = "2024-03-05"

[[staff]]
number = "A01"
name = "甲一"
roles = ["clerk"]

[[staff]]
number = "J01"
name = "丙稽"
roles = ["auditor"]

[[staff]]
number = "M01"
name = "丁理"
roles = ["hall_manager"]

[[staff]]
number = "A09"
name = "戊营"
roles = ["clerk"]
"""
ITEMS = """\
code,name,category,tracking,price,unit
SJ1,手机一号,handset,serial,1999.00,台
"""
STOCK = """\
document_no,kind,at,item,serial,quantity,clerk
RK1,receipt,2024-03-05 08:30:00,SJ1,867123050001009,1,
CK1,draw,2024-03-05 08:40:00,SJ1,867123050001009,1,A01
"""
ACCOUNTS = """\
txn_no,line_no,accepted_at,clerk,business,subscriber,due,received,tender,invoice_waived
20240305001,1,2024-03-05 09:00:00,A01,话费,13800001111,58.00,58.00,cash,1
20240305002,1,2024-03-05 09:30:00,A01,话费,13800002222,42.00,42.00,cash,1
"""
DECLARATIONS = """\
clerk,tender,amount
A01,cash,90.00
"""
DEPOSITS = """\
slip_no,step,clerk,amount,deposited_on
JK1,handin,A01,90.00,2024-03-05
"""


def write_small_hall(folder: Path) -> Path:
    """Write the hall's folder of one day: A01 took 100.00 in cash and declared 90.00."""
    folder.mkdir(parents=True)
    files = {
        "hall.toml": HALL_TOML,
        "items.csv": ITEMS,
        "stock.csv": STOCK,
        "accounts.csv": ACCOUNTS,
        "declarations.csv": DECLARATIONS,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class BadFile:
    """A file that is refused whole: its name, its bytes, and words its refusal must contain."""

    name: str
    content: bytes
    says: tuple[str, ...]


def _text(name: str, text: str, *says: str) -> BadFile:
    return BadFile(name, text.encode(), says)


def _saved(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _with_sheet(sheet: bytes) -> bytes:
    """Give a workbook whose one sheet is exactly these bytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_saved([["x"]]))) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            is_sheet = entry.filename == "xl/worksheets/sheet1.xml"
            new.writestr(entry.filename, sheet if is_sheet else old.read(entry))
    return target.getvalue()


def sparse_workbook() -> bytes:
    """Give a small, legal workbook with one cell in its first and one in its last corner."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = "".join(
        f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'
        for row, place in ((1, "A1"), (1048576, "XFD1048576"))
    )
    return _with_sheet(
        f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    )


def zip_bomb() -> bytes:
    """Give a workbook of some kilobytes that unpacks to a thousand times as much."""
    return _with_sheet(b"<worksheet>" + b" " * (64 * 1024 * 1024) + b"</worksheet>")


def numbered_serial() -> bytes:
    """Give a workbook in which Excel made a number of a serial."""
    return _saved([["clerk", "item", "serial", "quantity"], ["A01", "SJ1", 867123050001009, 1]])


BAD_FILES: dict[str, Callable[[], BadFile]] = {
    "wrong encoding": lambda: BadFile(
        "日结.csv",
        "工号,支付方式,金额\nA01,现金,1.00\n".encode("utf-16"),
        ("日结.csv", "UTF-16"),
    ),
    "truncated": lambda: BadFile(
        "declarations.csv", DECLARATIONS.encode().rstrip() + b'\nA09,cash,"5', ("line 3",)
    ),
    "missing column": lambda: _text(
        "declarations.csv", "clerk,tender\nA01,cash\n", "line 1", "amount"
    ),
    "unknown column": lambda: _text(
        "declarations.csv", "clerk,tender,amount,colour\nA01,cash,1.00,red\n", "line 1", "colour"
    ),
    "three decimals": lambda: _text(
        "declarations.csv", "clerk,tender,amount\nA09,cash,1.005\n", "line 2", "amount", "1.005"
    ),
    "one key twice": lambda: _text(
        "deposits.csv", DEPOSITS + "JK1,handin,A01,91.00,2024-03-05\n", "line 3", "JK1"
    ),
    "serial as number": lambda: BadFile("counts.xlsx", numbered_serial(), ("line 2", "serial")),
    "sparse sheet": lambda: BadFile("counts.xlsx", sparse_workbook(), ("counts.xlsx",)),
    "zip bomb": lambda: BadFile("counts.xlsx", zip_bomb(), ("counts.xlsx",)),
    "empty": lambda: BadFile("counts.csv", b"", ("counts.csv",)),
    "nothing known": lambda: _text("x.csv", "alpha,beta\n1,2\n", "line 1", "alpha"),
}
"""What must be refused whole, each by one clear line that names the place."""
