"""The ranges of form numbers that were received into the safe and drawn by clerks."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import Base


class InvoiceRange(Base):
    """A run of numbers of one code in one custody: the safe (`clerk` is '') or a clerk's.

    `used_to` is the last number used before these books opened; numbers are integers beside their
    texts, which keep their leading zeros. Its units and postings are made by `document_id`.
    """

    __tablename__ = "invoice_ranges"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_code: Mapped[str]
    first_number: Mapped[int]
    last_number: Mapped[int]
    first_no: Mapped[str]
    last_no: Mapped[str]
    carrier: Mapped[str]
    clerk: Mapped[str]
    used_to: Mapped[int | None]
    drawn_at: Mapped[dt.datetime | None]
    document_id: Mapped[int]

    __table_args__ = (
        CheckConstraint("carrier IN ('book', 'continuous')", name="carrier_is_known"),
        CheckConstraint("first_number <= last_number", name="range_is_not_empty"),
        Index("ix_invoice_ranges_code", "hall_id", "invoice_code", "first_number"),
    )
