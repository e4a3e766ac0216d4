"""Tables beside stock documents: campaigns' quotas, goods awaited, and transfers under way."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import Base
from ledger.text import Text
from stock.gift_purposes import MARKETING, PURPOSES

MANIFEST_STATES: dict[str, Text] = {
    "open": Text("待收货", "Awaited"),
    "closed": Text("已关闭", "Closed"),
    "withdrawn": Text("已撤回", "Withdrawn"),
}
DISPATCH_STATES: dict[str, Text] = {
    "waiting": Text("待通知对方", "To be announced"),
    "announced": Text("在途", "On its way"),
    "closed": Text("已结清", "Closed by the receiver"),
    "reversed": Text("已冲销", "Reversed"),
}


class GiftCampaign(Base):
    """How many pieces a campaign may give away in a hall, what for, and between which dates."""

    __tablename__ = "gift_campaigns"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str] = mapped_column(default=MARKETING)
    quota: Mapped[int]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]

    __table_args__ = (
        CheckConstraint("quota >= 0", name="quota_is_not_negative"),
        CheckConstraint(f"purpose IN {tuple(PURPOSES)}", name="purpose_is_known"),
    )


class Manifest(Base):
    """Goods a hall awaits: from whom, under which number of theirs, and whether still open.

    `sender` is the code of the sending hall, or the name of a supplier.
    """

    __tablename__ = "manifests"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    sender: Mapped[str] = mapped_column(default="")
    reference: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="open")
    made_on: Mapped[dt.date]
    expected_on: Mapped[dt.date | None]
    closed_reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        UniqueConstraint("hall_id", "source", "sender", "reference", name="awaited_once"),
        CheckConstraint(f"state IN {tuple(MANIFEST_STATES)}", name="manifest_state_is_known"),
        CheckConstraint(
            "source IN ('supplier', 'department', 'other_hall')", name="source_is_known"
        ),
        Index("ix_manifests_state", "hall_id", "state"),
    )


class ManifestLine(Base):
    """One unit, or a quantity of an item, that is awaited; `received` of it has come."""

    __tablename__ = "manifest_lines"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    manifest_id: Mapped[int] = mapped_column(primary_key=True)
    line_no: Mapped[int] = mapped_column(primary_key=True)
    commodity_id: Mapped[int]
    serial: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    unit_cost_fen: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="awaited_quantity_is_positive"),
        CheckConstraint("received BETWEEN 0 AND quantity", name="no_more_than_awaited"),
    )


class ManifestReceipt(Base):
    """A document that received goods of a manifest; `settled` once the sender's books know."""

    __tablename__ = "manifest_receipts"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    manifest_id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    settled: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index("ix_manifest_receipts_settled", "hall_id", "settled"),)


class Dispatch(Base):
    """A transfer to another hall, from the day it left until that hall is done with it."""

    __tablename__ = "dispatches"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    to_hall: Mapped[int]
    state: Mapped[str] = mapped_column(default="waiting")
    dispatched_on: Mapped[dt.date]

    __table_args__ = (
        CheckConstraint(f"state IN {tuple(DISPATCH_STATES)}", name="dispatch_state_is_known"),
        Index("ix_dispatches_state", "hall_id", "state"),
    )
