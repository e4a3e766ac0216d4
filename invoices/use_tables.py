"""Invoices printed again and blanks counted: no number moves, so nothing but this tells of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import IMMUTABLE, Base


class InvoiceReprint(Base):
    """That a clerk gave an invoice out again, and why; the number is the one issued before."""

    __tablename__ = "invoice_reprints"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date]
    invoice_code: Mapped[str]
    invoice_no: Mapped[str]
    clerk: Mapped[str]
    reason: Mapped[str]
    at: Mapped[dt.datetime]
    person_id: Mapped[int]

    __table_args__ = (
        Index("ix_invoice_reprints_number", "hall_id", "invoice_code", "invoice_no"),
        {"info": {IMMUTABLE: True}},
    )


class FormCount(Base):
    """How many blanks of a code somebody counted, and how many the books gave then.

    `holder` is a staff number, '' for the safe; `segments` are the numbers that should be there.
    """

    __tablename__ = "form_counts"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    invoice_code: Mapped[str] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date]
    holder: Mapped[str]
    segments: Mapped[str]
    expected: Mapped[int]
    counted: Mapped[int]
    at: Mapped[dt.datetime]
    person_id: Mapped[int]

    __table_args__ = (
        CheckConstraint("counted >= 0 AND expected >= 0", name="counts_are_not_negative"),
        Index("ix_form_counts_day", "hall_id", "business_date"),
        Index("ix_form_counts_holder", "hall_id", "holder", "invoice_code"),
        {"info": {IMMUTABLE: True}},
    )
