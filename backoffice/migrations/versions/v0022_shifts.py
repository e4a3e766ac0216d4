"""Shifts and the cash ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = "'open', 'suspended', 'counted', 'witnessing', 'closed'"
CASE_STATES = "'open', 'proposed', 'settled', 'vanished'"


def upgrade() -> None:
    """Make the tables of this part."""
    _make_shifts()
    _make_counts()
    _make_results()
    _make_evidence()
    _make_cases()


def _make_shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_event", INTEGER, nullable=False),
        sa.Column("opening_fen", INTEGER, nullable=False),
        sa.Column("opening_notes", sa.Text(), nullable=False),
        sa.Column("carried_fen", INTEGER, nullable=False),
        sa.Column("moved_in_fen", INTEGER, nullable=False),
        sa.Column("is_first", sa.SmallInteger(), nullable=False),
        sa.Column("rounds", INTEGER, nullable=False),
        sa.Column("counted_event", INTEGER, nullable=True),
        sa.Column("kept_fen", INTEGER, nullable=False),
        sa.Column("is_compared", sa.SmallInteger(), nullable=False),
        sa.Column("differs", sa.Text(), nullable=False),
        sa.Column("is_nil", sa.SmallInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closer_id", INTEGER, nullable=True),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("shift_state_is_known")),
        sa.CheckConstraint(
            "state <> 'closed' OR counted_event IS NOT NULL", name=op.f("closed_was_counted")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_shifts")),
        sa.UniqueConstraint("hall_id", "business_date", "person_id", name="one_shift_a_day"),
    )


def _make_counts() -> None:
    op.create_table(
        "shift_counts",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("shift_id", INTEGER, nullable=False),
        sa.Column("round", INTEGER, nullable=False),
        sa.Column("tender", sa.Text(), nullable=False),
        sa.Column("amount_fen", INTEGER, nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "shift_id", "round", "tender", name=op.f("pk_shift_counts")
        ),
        info={"immutable": True},
    )


def _make_results() -> None:
    op.create_table(
        "shift_results",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("shift_id", INTEGER, nullable=False),
        sa.Column("tender", sa.Text(), nullable=False),
        sa.Column("expected_fen", INTEGER, nullable=False),
        sa.Column("counted_fen", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "shift_id", "tender", name=op.f("pk_shift_results")),
        info={"immutable": True},
    )


def _make_evidence() -> None:
    op.create_table(
        "cash_evidence",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("intake_no", INTEGER, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "business_date", "kind", name=op.f("pk_cash_evidence")),
    )


def _make_cases() -> None:
    op.create_table(
        "over_short_cases",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("tender", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found_fen", INTEGER, nullable=False),
        sa.Column("passed_fen", INTEGER, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("document_id", INTEGER, nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(f"state IN ({CASE_STATES})", name=op.f("case_state_is_known")),
        sa.CheckConstraint(
            "state NOT IN ('proposed', 'settled') OR document_id IS NOT NULL",
            name=op.f("a_decision_has_its_document"),
        ),
        sa.PrimaryKeyConstraint(
            "hall_id", "business_date", "clerk", "tender", name=op.f("pk_over_short_cases")
        ),
    )
