"""Where late rows lie: dated on a day that is signed, kept apart until somebody settles them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import IMMUTABLE, Base
from ledger.text import Text

WAYS: dict[str, Text] = {
    "released": Text("已重开入账", "Released to its day"),
    "accepted": Text("已记入开放日", "Accepted on an open day"),
    "dismissed": Text("已搁置", "Set aside"),
}


class LateRow(Base):
    """A row of a file dated on a signed day; no check and no total reads it.

    `content` is the row as its kind's table would hold it, in JSON. It is reported on the open day
    `reported_on` (D02) until it is settled.
    """

    __tablename__ = "late_rows"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    intake_no: Mapped[int] = mapped_column(primary_key=True)
    row_no: Mapped[int] = mapped_column(primary_key=True)
    file_line: Mapped[int]
    row_key: Mapped[str]
    business_date: Mapped[dt.date]
    reported_on: Mapped[dt.date]
    content: Mapped[str]

    __table_args__ = (
        Index("ix_late_rows_reported", "hall_id", "reported_on"),
        Index("ix_late_rows_key", "hall_id", "row_key"),
        {"info": {IMMUTABLE: True}},
    )


class LateSettlement(Base):
    """What became of a batch's late rows of one day, who decided it and why.

    `new_no` is the batch that took them in, 0 where nothing was left to take in; `on_date` the day
    they count on now, null where they count nowhere.
    """

    __tablename__ = "late_settlements"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int]
    intake_no: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date] = mapped_column(primary_key=True)
    way: Mapped[str]
    new_no: Mapped[int]
    on_date: Mapped[dt.date | None]
    reason: Mapped[str]
    person_id: Mapped[int]

    __table_args__ = ({"info": {IMMUTABLE: True}},)
