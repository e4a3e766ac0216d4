"""What a hall has settled beforehand: its tenders, counters, limits, prices and businesses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import Base
from ledger.work import UnitOfWork

KNOWN_TENDERS: dict[str, str] = {
    "cash": "cash",
    "pos": "settled",
    "wechat": "settled",
    "alipay": "settled",
    "transfer": "settled",
    "digital_rmb": "settled",
    "cheque": "on_account",
}


class Tender(Base):
    """A means of payment, its class, and the level at which it is matched with settlements."""

    __tablename__ = "tenders"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    tender_class: Mapped[str]
    match_level: Mapped[str] = mapped_column(default="line")

    __table_args__ = (
        CheckConstraint(
            "tender_class IN ('cash', 'settled', 'on_account', 'voucher')",
            name="tender_class_is_known",
        ),
        CheckConstraint("match_level IN ('line', 'batch', 'day')", name="match_level_is_known"),
    )


class Terminal(Base):
    """A terminal or store number, as payment channels print it, and the hall it stands in."""

    __tablename__ = "terminals"

    number: Mapped[str] = mapped_column(primary_key=True)
    owner_hall_id: Mapped[int]


class CounterClerk(Base):
    """A clerk who works at a shared counter, whose goods are in the custody of all its clerks."""

    __tablename__ = "counter_clerks"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    counter: Mapped[str] = mapped_column(primary_key=True)
    clerk: Mapped[str] = mapped_column(primary_key=True)


class HallLimit(Base):
    """A named limit or deadline of a hall, as an integer (fen, days or hours as its name says)."""

    __tablename__ = "hall_limits"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]


class Business(Base):
    """A sort of business at the counter: whether it needs a form, when it is invoiced, its fee."""

    __tablename__ = "businesses"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    business: Mapped[str] = mapped_column(primary_key=True)
    needs_form: Mapped[bool]
    invoice_due: Mapped[str]
    fee_fen: Mapped[int | None]


class Price(Base):
    """A price of an item in fen between two dates, for everybody or for one campaign.

    `event_no` is the event that set it, which names who and when.
    """

    __tablename__ = "prices"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)
    campaign: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    valid_to: Mapped[dt.date | None]
    price_fen: Mapped[int]
    event_no: Mapped[int | None]


GIFT_QUOTA = "gift_quota:"
"""Before a campaign's code the name of the limit on how many gifts it may give in the hall."""

STUBS_DUE_DAYS = "book_return_days"
"""The limit on the days after which a finished book's stubs are due; without it the month's end."""

TAIL_LIMITS: dict[str, int | None] = {
    "tail_limit_10k": 10_000_00,
    "tail_limit_50k": 50_000_00,
    "tail_limit_100k": 100_000_00,
    "tail_limit_above": None,
}
"""Limits on what of a day's cash may stay in the hall, each up to and including which takings.

Both in fen; the last holds above all others (DOMAIN REC-06).
"""

DESK_FLOAT = "desk_float_limit"
"""The limit on the float a clerk draws for change in one day, in fen (DOMAIN REC-06)."""

DEFAULT_LIMITS: dict[str, int] = {
    "tail_limit_10k": 1_000_00,
    "tail_limit_50k": 3_000_00,
    "tail_limit_100k": 8_000_00,
    "tail_limit_above": 10_000_00,
    "desk_float_limit": 300_00,
    "refund_due_working_days": 7,
    "settlement_due_hour": 12,
    "deposit_due_days": 0,
    "double_charge_minutes": 10,
    "transit_days": 3,
    "loan_days": 15,
    "count_due_daily": 0,
    "count_due_weekly": 0,
    "count_due_monthly": 0,
    "opening_hour": 9,
    "safe_open_minutes": 60,
    "over_short_days": 30,
    "second_audit_days": 2,
}


def limit_of_each(uow: UnitOfWork, name: str, hall_ids: Iterable[int]) -> dict[int, int]:
    """Give one limit for each hall, the default where it set none."""
    rows = uow.session.execute(
        select(HallLimit.hall_id, HallLimit.amount).where(HallLimit.name == name)
    )
    known = dict(rows.all())
    return {hall_id: known.get(hall_id, DEFAULT_LIMITS[name]) for hall_id in hall_ids}
