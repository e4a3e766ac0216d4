"""Rosters, grants and delegations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    op.create_table(
        "roster_changes",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "event_no", "business_date", "number", name=op.f("pk_roster_changes")
        ),
        info={"immutable": True},
    )
    op.create_index(
        "ix_roster_changes_day", "roster_changes", ["hall_id", "business_date", "number"]
    )
    op.create_table(
        "signed_for",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("for_id", INTEGER, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "event_no", name=op.f("pk_signed_for")),
        info={"immutable": True},
    )
    op.create_table(
        "calendar_days",
        sa.Column("organisation_id", INTEGER, nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("revision", INTEGER, nullable=False),
        sa.Column("is_open", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("set_by", INTEGER, nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "calendar IN ('bank', 'hall', 'office')", name=op.f("calendar_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_calendar_days_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "calendar", "on_date", "revision", name=op.f("pk_calendar_days")
        ),
    )
