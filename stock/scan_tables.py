"""Scan sheets: the scans of one person on their way to a document, kept until it is made."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import Base
from ledger.text import Text

SHEET_STATES: dict[str, Text] = {
    "open": Text("进行中", "Open"),
    "made": Text("已成单", "Made"),
    "dropped": Text("已弃用", "Dropped"),
}


class ScanSheet(Base):
    """A working draft of one person: the kind of document it becomes, and what was typed so far.

    `facts` is JSON, name -> value, as typed; `document_number` is the document it was made into.
    """

    __tablename__ = "scan_sheets"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    facts: Mapped[str] = mapped_column(default="{}")
    document_number: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime]

    __table_args__ = (
        CheckConstraint(f"state IN {tuple(SHEET_STATES)}", name="sheet_state_is_known"),
        CheckConstraint("state <> 'made' OR document_number <> ''", name="made_has_a_document"),
        Index("ix_scan_sheets_person", "hall_id", "person_id", "state"),
    )


class ScanLine(Base):
    """One scan as it came, what it stands for, and what was said of it.

    `names` are further names of the unit, as `kind:value` by spaces. `note_zh` and `note_en` say
    who has a unit that is elsewhere, or what is doubtful; a scan undone is `struck` and never taken
    away.
    """

    __tablename__ = "scan_lines"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    verdict: Mapped[str]
    item: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    serial_to: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int] = mapped_column(default=1)
    names: Mapped[str] = mapped_column(default="")
    note_zh: Mapped[str] = mapped_column(default="")
    note_en: Mapped[str] = mapped_column(default="")
    struck: Mapped[bool] = mapped_column(default=False)
    at: Mapped[dt.datetime]

    __table_args__ = (CheckConstraint("quantity > 0", name="scanned_quantity_is_positive"),)
