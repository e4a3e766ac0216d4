"""What is known of a correction slip beside its document: whose, until when, and what it is about.

What a slip says is frozen in its document's revisions; here is what lists and checks look up.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import IMMUTABLE, Base
from ledger.text import Text

SLIP_STATES: dict[str, Text] = {
    "open": Text("待更正", "Open"),
    "answered": Text("待稽核", "Answered"),
    "returned": Text("已退回,待更正", "Returned"),
    "accepted": Text("已接受", "Accepted"),
    "withdrawn": Text("已撤回", "Withdrawn"),
}
STANDING = ("open", "returned", "answered")
WITH_CLERK = ("open", "returned")
WAITS_FOR_CLERK = "state IN ('open', 'returned')"


class CorrectionSlip(Base):
    """The slip's state, and what statistics count. `net_fen` is the money its answer changes.

    `clerk` is '' for an error that is nobody's; `due_at` the instant by which he has to answer,
    `due_on` its day; `late` that he ever missed it, `returns` how often an answer did not do.
    """

    __tablename__ = "correction_slips"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    clerk: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    way: Mapped[str]
    of_day: Mapped[dt.date]
    sent_on: Mapped[dt.date]
    due_on: Mapped[dt.date]
    due_at: Mapped[dt.datetime]
    late: Mapped[bool]
    returns: Mapped[int]
    net_fen: Mapped[int]
    ended_on: Mapped[dt.date | None]

    __table_args__ = (
        CheckConstraint(f"state IN {tuple(SLIP_STATES)}", name="slip_state_is_known"),
        CheckConstraint(
            "(state IN ('accepted', 'withdrawn')) = (ended_on IS NOT NULL)",
            name="a_slip_ends_on_a_day",
        ),
        Index("ix_correction_slips_number", "hall_id", "number", unique=True),
        Index("ix_correction_slips_sent", "hall_id", "sent_on"),
        Index("ix_correction_slips_day", "hall_id", "of_day"),
        Index("ix_correction_slips_ended", "hall_id", "ended_on"),
        Index(
            "ix_correction_slips_due",
            "hall_id",
            "due_on",
            sqlite_where=text(WAITS_FOR_CLERK),
            postgresql_where=text(WAITS_FOR_CLERK),
        ),
    )


class CorrectionItem(Base):
    """One error a slip is about: a finding as it stood, or what finance returned. Fen."""

    __tablename__ = "correction_items"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    item_no: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date]
    check_code: Mapped[str]
    subject: Mapped[str]
    expected: Mapped[int | None]
    found: Mapped[int | None]

    __table_args__ = (
        Index("ix_correction_items_finding", "hall_id", "business_date", "check_code", "subject"),
        {"info": {IMMUTABLE: True}},
    )


class CorrectedLine(Base):
    """An account line a posted slip has reversed; the key holds that it is reversed once."""

    __tablename__ = "corrected_lines"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    txn_no: Mapped[str] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int]

    __table_args__ = ({"info": {IMMUTABLE: True}},)
