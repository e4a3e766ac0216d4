"""Late rows of evidence and what became of them; days that are not handed over are found quickly."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_late_rows()
    _make_late_settlements()
    unfinished = sa.text("hall_status <> 'handed_over'")
    op.create_index(
        "ix_hall_days_unfinished",
        "hall_days",
        ["hall_id", "business_date"],
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )


def _make_late_rows() -> None:
    op.create_table(
        "late_rows",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("intake_no", INTEGER, nullable=False),
        sa.Column("row_no", INTEGER, nullable=False),
        sa.Column("file_line", INTEGER, nullable=False),
        sa.Column("row_key", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "intake_no", "row_no", name=op.f("pk_late_rows")),
        info={"immutable": True},
    )
    op.create_index("ix_late_rows_reported", "late_rows", ["hall_id", "reported_on"])
    op.create_index("ix_late_rows_key", "late_rows", ["hall_id", "row_key"])


def _make_late_settlements() -> None:
    op.create_table(
        "late_settlements",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("intake_no", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("new_no", INTEGER, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "intake_no", "business_date", name=op.f("pk_late_settlements")
        ),
        info={"immutable": True},
    )
