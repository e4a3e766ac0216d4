"""Hand-over to finance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SECOND_STATES = "'due', 'read', 'returned'"


def upgrade() -> None:
    """Make the tables of this part."""
    _make_days()
    _make_returns()
    _make_second_audits()


def _make_days() -> None:
    op.create_table(
        "live_bundle_days",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "business_date", name=op.f("pk_live_bundle_days")),
    )
    op.create_index("ix_live_bundle_days_document", "live_bundle_days", ["hall_id", "document_id"])
    op.create_table(
        "bundle_days",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("signed_event", INTEGER, nullable=False),
        sa.Column("signed_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "document_id", "business_date", name=op.f("pk_bundle_days")
        ),
        info={"immutable": True},
    )
    op.create_index("ix_bundle_days_day", "bundle_days", ["hall_id", "business_date"])
    op.create_table(
        "bundle_statements",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "document_id", name=op.f("pk_bundle_statements")),
        info={"immutable": True},
    )


def _make_returns() -> None:
    op.create_table(
        "bundle_returns",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("line_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("expected_fen", INTEGER, nullable=True),
        sa.Column("found_fen", INTEGER, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("slip", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("level IN ('finance', 'second')", name=op.f("level_is_known")),
        sa.PrimaryKeyConstraint("hall_id", "event_no", "line_no", name=op.f("pk_bundle_returns")),
        info={"immutable": True},
    )
    op.create_index("ix_bundle_returns_document", "bundle_returns", ["hall_id", "document_id"])


def _make_second_audits() -> None:
    op.create_table(
        "second_audits",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(f"state IN ({SECOND_STATES})", name=op.f("second_state_is_known")),
        sa.PrimaryKeyConstraint("hall_id", "document_id", name=op.f("pk_second_audits")),
    )
    op.create_index("ix_second_audits_state", "second_audits", ["hall_id", "state"])
