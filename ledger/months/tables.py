"""What a month's pack says, frozen when it is made."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import IMMUTABLE, Base


class MonthPack(Base):
    """The content of one pack as text, and its SHA-256. `month` is the month's first day."""

    __tablename__ = "month_packs"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    document_id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[dt.date]
    content: Mapped[str]
    hash: Mapped[str]

    __table_args__ = (
        Index("ix_month_packs_month", "hall_id", "month"),
        {"info": {IMMUTABLE: True}},
    )
