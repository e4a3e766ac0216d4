"""Changes of the roster, signatures given for somebody else: rows that are only ever added."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import IMMUTABLE, Base


class RosterChange(Base):
    """What was settled for a staff number on one day; of several changes the latest counts.

    `shift` is a code of SHIFTS or the hall's own word, `desk` the counter seat, '' for none.
    """

    __tablename__ = "roster_changes"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[dt.date] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    shift: Mapped[str]
    desk: Mapped[str]
    person_id: Mapped[int]
    at: Mapped[dt.datetime]

    __table_args__ = (
        Index("ix_roster_changes_day", "hall_id", "business_date", "number"),
        {"info": {IMMUTABLE: True}},
    )


class SignedFor(Base):
    """That the signature of an event was given for somebody else, and by which authority."""

    __tablename__ = "signed_for"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    event_no: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    for_id: Mapped[int]
    role: Mapped[str]
    authority: Mapped[str]

    __table_args__ = ({"info": {IMMUTABLE: True}},)
