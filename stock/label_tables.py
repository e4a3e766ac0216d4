"""Where price labels stand in a hall, and what each change of price asks to be done there."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import Base


class LabelPosition(Base):
    """A place where a label stands, by its code; `keeper` is the price officer it may name.

    Of a position of a `campaign` the label shows the campaign's price while it has one.
    """

    __tablename__ = "label_positions"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(default="")
    keeper: Mapped[str] = mapped_column(default="")
    campaign: Mapped[str] = mapped_column(default="")


class LabelledItem(Base):
    """An item that is offered under the label of a position; several share it at one price."""

    __tablename__ = "labelled_items"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[str] = mapped_column(primary_key=True)
    item: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(
            ["hall_id", "position"], ["label_positions.hall_id", "label_positions.code"]
        ),
        Index("ix_labelled_items_item", "hall_id", "item"),
    )


class LabelTask(Base):
    """A label to be put up at a position: which price from which day on, until when, done by whom.

    `event_no` is the event that asked for it, `confirm_event` the one that says it was done.
    """

    __tablename__ = "label_tasks"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    price_fen: Mapped[int]
    due_at: Mapped[dt.datetime]
    event_no: Mapped[int]
    confirmed_at: Mapped[dt.datetime | None]
    confirmed_by: Mapped[int | None]
    confirm_event: Mapped[int | None]

    __table_args__ = (
        ForeignKeyConstraint(
            ["hall_id", "position"], ["label_positions.hall_id", "label_positions.code"]
        ),
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)"
            " AND (confirmed_at IS NULL) = (confirm_event IS NULL)",
            name="confirmation_names_its_person",
        ),
        Index("ix_label_tasks_due", "hall_id", "confirmed_at", "due_at"),
    )


class LabelRound(Base):
    """A round in which the labels that are up are scanned; `wrong` of `positions` once finished."""

    __tablename__ = "label_rounds"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    begun_on: Mapped[dt.date]
    begun_at: Mapped[dt.datetime]
    begun_by: Mapped[int]
    finished_at: Mapped[dt.datetime | None]
    positions: Mapped[int | None]
    wrong: Mapped[int | None]


class LabelScan(Base):
    """A label as it was scanned in a round: its position ('' if none is known) and its price."""

    __tablename__ = "label_scans"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(primary_key=True)
    scan_no: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    position: Mapped[str]
    price_fen: Mapped[int | None]
    verdict: Mapped[str]
    at: Mapped[dt.datetime]
    person_id: Mapped[int]


class PriceRequest(Base):
    """A price a hall asks the department for, who asked and why, and what became of it."""

    __tablename__ = "price_requests"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    item: Mapped[str]
    campaign: Mapped[str] = mapped_column(default="")
    price_fen: Mapped[int]
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None]
    reason: Mapped[str]
    state: Mapped[str]
    asked_by: Mapped[int]
    asked_at: Mapped[dt.datetime]
    decided_by: Mapped[int | None]
    decided_at: Mapped[dt.datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    event_no: Mapped[int]

    __table_args__ = (
        CheckConstraint(
            "state IN ('asked', 'granted', 'refused', 'withdrawn')", name="request_state_is_known"
        ),
        CheckConstraint(
            "(state = 'asked') = (decided_by IS NULL)", name="decision_names_its_person"
        ),
        CheckConstraint(
            "state <> 'granted' OR decided_by <> asked_by", name="who_asks_does_not_grant"
        ),
        Index("ix_price_requests_state", "hall_id", "state"),
    )
