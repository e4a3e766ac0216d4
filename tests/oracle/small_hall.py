"""A hall of two clerks and a manager, written row by row so that a test shows its own evidence."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from tests.oracle import audit
from tests.oracle.columns import COLUMNS, REQUIRED
from tests.oracle.reading import Row

TODAY, TOMORROW, YESTERDAY = "2026-11-20", "2026-11-21", "2026-11-19"

_ROSTER = """
[[staff]]
number = "A01"
name = "甲"
roles = ["clerk"]
person = "P1"
{float_of_a01}
[[staff]]
number = "A91"
name = "甲"
roles = ["clerk"]
person = "P1"

[[staff]]
number = "A02"
name = "乙"
roles = ["clerk"]

[[staff]]
number = "K01"
name = "自助机"
roles = ["clerk"]
kind = "self_service"
"""


@dataclass
class SmallHall:
    """Its day-folders so far; every test writes the rows that matter to it."""

    folder: Path
    folders: list[Path] = field(default_factory=list)

    def day(
        self, date: str = TODAY, *, toml: str = "", float_of_a01: str = "", **files: list[Row]
    ) -> None:
        """Write one day-folder; `toml` stands before the roster, `files` are rows by kind."""
        folder = self.folder / date
        folder.mkdir()
        opening = f'float = "{float_of_a01}"' if float_of_a01 else ""
        hall = f'code = "H1"\nname = "一厅"\norganisation = "市"\nbusiness_date = "{date}"\n'
        roster = _ROSTER.format(float_of_a01=opening)
        expected = "" if "expected" in toml else "expected = []\n"
        (folder / "hall.toml").write_text(hall + expected + toml + roster, "utf-8")
        for kind, rows in files.items():
            used = {name for row in rows for name in row} | REQUIRED[kind]
            names = [name for name in COLUMNS[kind] if name in used]
            with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, names, restval="")
                writer.writeheader()
                writer.writerows(rows)
        self.folders.append(folder)

    def finds(self, check: str, *, date: str = TODAY, now: str = "", nil: str = "") -> list[str]:
        """Give what one check finds, as `subject` or `subject difference`, in order."""
        found = audit(
            self.folders, date, now=now or "2099-01-01T00:00:00", nil={nil} if nil else set()
        )
        return sorted(
            subject if difference is None else f"{subject} {difference}"
            for code, subject, difference in found
            if code == check
        )


def sale(txn_no: str, received: str, tender: str = "cash", **cells: str) -> Row:
    """A line at ten o'clock by A01, due what was received, invoice waived."""
    usual = {"txn_no": txn_no, "line_no": "1", "accepted_at": f"{TODAY} 10:00:00", "clerk": "A01"}
    usual |= {"business": "缴费", "subscriber": "", "due": received, "invoice_waived": "1"}
    return usual | {"received": received, "tender": tender} | cells


def declared(clerk: str, tender: str, amount: str, kept: str = "") -> Row:
    """A declaration; `kept` is the float kept."""
    return {"clerk": clerk, "tender": tender, "amount": amount, "float_kept": kept}


def hand_in(slip_no: str, clerk: str, amount: str, **cells: str) -> Row:
    """A hand-in of today."""
    row = {"slip_no": slip_no, "step": "handin", "clerk": clerk, "amount": amount}
    return row | {"deposited_on": TODAY} | cells


def settled(tender: str, ref: str, amount: str, **cells: str) -> Row:
    """A settlement at a minute past ten today."""
    row = {"tender": tender, "tender_ref": ref, "amount": amount}
    return row | {"settled_at": f"{TODAY} 10:01:00"} | cells


def invoice(no: str, amount: str, status: str = "issued", **cells: str) -> Row:
    """An invoice at five past ten by A01, on paper of one code where the number has 8 digits."""
    code = "031002500104" if len(no) == 8 else ""
    row = {"invoice_code": code, "invoice_no": no, "amount": amount, "status": status}
    return row | {"issued_at": f"{TODAY} 10:05:00", "clerk": "A01"} | cells


def drawn(first_no: str, last_no: str, clerk: str = "A01", **cells: str) -> Row:
    """A range in a clerk's hands."""
    count = str(int(last_no) - int(first_no) + 1)
    row = {"invoice_code": "031002500104", "first_no": first_no, "last_no": last_no}
    return row | {"count": count, "carrier": "continuous", "clerk": clerk} | cells


PHONE, CARD, BAG = "SJ", "SIM", "BAG"

ITEMS = [
    {"code": PHONE, "category": "handset", "tracking": "serial", "price": "1299.00"},
    {"code": CARD, "category": "sim", "tracking": "serial", "price": "20.00"},
    {"code": BAG, "category": "gift", "tracking": "quantity", "price": "9.00"},
    {"code": "TEST", "category": "test_card", "tracking": "serial", "price": "0.00"},
    {"code": "SPARE", "category": "spare_part", "tracking": "quantity", "price": ""},
    {"code": "LOANER", "category": "loaner", "tracking": "serial", "price": ""},
]


def paper(kind: str, item: str, serial: str = "", clerk: str = "", **cells: str) -> Row:
    """A stock paper of today at eight; its number is made of what it moves."""
    row = {"document_no": f"{kind}{item}{serial}{clerk}", "kind": kind, "item": item}
    row |= {"serial": serial, "clerk": clerk, "quantity": "1", "at": f"{TODAY} 08:00:00"}
    return row | cells


def counted(clerk: str, item: str, serial: str = "", quantity: str = "1", **cells: str) -> Row:
    """A row of a count; a count without serial says how many."""
    return {"clerk": clerk, "item": item, "serial": serial, "quantity": quantity} | cells


def goods(txn_no: str, item: str, received: str, serial: str = "", **cells: str) -> Row:
    """A line that sells goods at ten by A01."""
    return sale(txn_no, received, business="购机", item=item, serial=serial, **cells)
