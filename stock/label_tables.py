"""Where price labels stand in a hall, and what each change of price asks to be done there."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ledger.schema import Base


class LabelPosition(Base):
    """A place where a label stands, by its code; `keeper` is the price officer it may name."""

    __tablename__ = "label_positions"

    hall_id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(default="")
    keeper: Mapped[str] = mapped_column(default="")


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
