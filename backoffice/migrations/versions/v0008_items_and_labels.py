"""What an item is, where labels stand, and what a change of price asks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ATTRIBUTES = ("brand", "model", "colour", "storage", "spec", "origin", "grade")


def upgrade() -> None:
    """Make the tables of this part."""
    with op.batch_alter_table("commodities") as commodities:
        for name in ATTRIBUTES:
            commodities.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        commodities.add_column(sa.Column("face_value_fen", INTEGER, nullable=True))
        commodities.add_column(sa.Column("pack_size", INTEGER, nullable=True))
    with op.batch_alter_table("prices") as prices:
        prices.add_column(sa.Column("event_no", INTEGER, nullable=True))
    _make_label_positions()
    _make_labelled_items()
    _make_label_tasks()


def _make_label_positions() -> None:
    op.create_table(
        "label_positions",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("keeper", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "code", name=op.f("pk_label_positions")),
    )


def _make_labelled_items() -> None:
    op.create_table(
        "labelled_items",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hall_id", "position"],
            ["label_positions.hall_id", "label_positions.code"],
            name=op.f("fk_labelled_items_hall_id_position"),
        ),
        sa.PrimaryKeyConstraint("hall_id", "position", "item", name=op.f("pk_labelled_items")),
    )
    op.create_index("ix_labelled_items_item", "labelled_items", ["hall_id", "item"], unique=False)


def _make_label_tasks() -> None:
    op.create_table(
        "label_tasks",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("price_fen", INTEGER, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", INTEGER, nullable=True),
        sa.Column("confirm_event", INTEGER, nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)"
            " AND (confirmed_at IS NULL) = (confirm_event IS NULL)",
            name=op.f("confirmation_names_its_person"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id", "position"],
            ["label_positions.hall_id", "label_positions.code"],
            name=op.f("fk_label_tasks_hall_id_position"),
        ),
        sa.PrimaryKeyConstraint("hall_id", "position", "valid_from", name=op.f("pk_label_tasks")),
    )
    op.create_index(
        "ix_label_tasks_due", "label_tasks", ["hall_id", "confirmed_at", "due_at"], unique=False
    )
