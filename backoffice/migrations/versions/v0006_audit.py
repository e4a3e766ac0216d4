"""Runs, findings, what people did to them, and signed days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_audit_runs()
    _make_finding_acts()
    _make_findings()
    _make_signed_days()


def _make_audit_runs() -> None:
    op.create_table(
        "audit_runs",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("checks", sa.Text(), nullable=False),
        sa.Column("totals", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "event_no", name=op.f("pk_audit_runs")),
        info={"immutable": True},
    )
    op.create_index("ix_audit_runs_day", "audit_runs", ["hall_id", "business_date"], unique=False)


def _make_finding_acts() -> None:
    op.create_table(
        "finding_acts",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expected", INTEGER, nullable=True),
        sa.Column("found", INTEGER, nullable=True),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "event_no", name=op.f("pk_finding_acts")),
        info={"immutable": True},
    )
    op.create_index(
        "ix_finding_acts_finding",
        "finding_acts",
        ["hall_id", "business_date", "check_code", "subject"],
        unique=False,
    )


def _make_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("check_code", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("expected", INTEGER, nullable=True),
        sa.Column("found", INTEGER, nullable=True),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("first_run", INTEGER, nullable=False),
        sa.Column("last_run", INTEGER, nullable=False),
        sa.CheckConstraint("severity IN ('block', 'warn', 'note')", name=op.f("severity_is_known")),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'accepted', 'overridden', 'settled', 'recalculated')",
            name=op.f("finding_state_is_known"),
        ),
        sa.PrimaryKeyConstraint(
            "hall_id", "business_date", "check_code", "subject", name=op.f("pk_findings")
        ),
    )
    op.create_index(
        "ix_findings_open", "findings", ["hall_id", "business_date", "state"], unique=False
    )


def _make_signed_days() -> None:
    op.create_table(
        "signed_days",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "event_no", name=op.f("pk_signed_days")),
        info={"immutable": True},
    )
    op.create_index("ix_signed_days_day", "signed_days", ["hall_id", "business_date"], unique=False)
