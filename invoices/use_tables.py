"""Invoices printed again: no number is used, so nothing but this tells of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
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
