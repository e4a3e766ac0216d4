"""What is kept of bundles: the days in each, what it states, what was returned, the second audit.

Days and statements are frozen with the bundle. Which bundle a day is live in, and how far the
second-level audit has come, are the only things here that change.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import IMMUTABLE, Base
from ledger.text import Text

SECOND_STATES: dict[str, Text] = {
    "due": Text("待复核", "To be read"),
    "read": Text("已复核", "Read"),
    "returned": Text("退回", "Returned"),
}
LEVELS: dict[str, Text] = {
    "finance": Text("财务", "Finance"),
    "second": Text("二级稽核", "Second-level audit"),
}


class LiveBundleDay(Base):
    """The one bundle a day is live in; the row goes when the day is returned."""

    __tablename__ = "live_bundle_days"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date] = mapped_column(primary_key=True)
    document_id: Mapped[int]

    __table_args__ = (Index("ix_live_bundle_days_document", "hall_id", "document_id"),)


class BundleDay(Base):
    """A day as it stands in a bundle: which version of the day, and the snapshot that was signed.

    `version` counts the bundles that carried the day; `signed_event` is the auditor's signature.
    """

    __tablename__ = "bundle_days"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date] = mapped_column(primary_key=True)
    version: Mapped[int]
    signed_event: Mapped[int]
    signed_hash: Mapped[str]

    __table_args__ = (
        Index("ix_bundle_days_day", "hall_id", "business_date"),
        {"info": {IMMUTABLE: True}},
    )


class BundleStatement(Base):
    """What a bundle states, frozen as canonical JSON with amounts in fen, and its SHA-256."""

    __tablename__ = "bundle_statements"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    statement: Mapped[str]
    hash: Mapped[str]

    __table_args__ = ({"info": {IMMUTABLE: True}},)


class BundleReturn(Base):
    """A line that finance or the second-level audit gave back, and the correction slip it became.

    `check_code` and `subject` are '' where the whole day is meant.
    """

    __tablename__ = "bundle_returns"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int]
    business_date: Mapped[dt.date]
    level: Mapped[str]
    check_code: Mapped[str]
    subject: Mapped[str]
    clerk: Mapped[str]
    expected_fen: Mapped[int | None]
    found_fen: Mapped[int | None]
    reason: Mapped[str]
    slip: Mapped[str]
    person_id: Mapped[int]
    at: Mapped[dt.datetime]

    __table_args__ = (
        CheckConstraint(f"level IN {tuple(LEVELS)}", name="level_is_known"),
        Index("ix_bundle_returns_document", "hall_id", "document_id"),
        {"info": {IMMUTABLE: True}},
    )


class SecondAudit(Base):
    """How far the second-level audit has come with a bundle (DOMAIN REC-01)."""

    __tablename__ = "second_audits"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    due_at: Mapped[dt.datetime]
    person_id: Mapped[int | None]
    at: Mapped[dt.datetime | None]

    __table_args__ = (
        CheckConstraint(f"state IN {tuple(SECOND_STATES)}", name="second_state_is_known"),
        Index("ix_second_audits_state", "hall_id", "state"),
    )
