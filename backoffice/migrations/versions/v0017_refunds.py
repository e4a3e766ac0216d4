"""Refunds, waivers and gift credits: how cases were carried out, papers, flags and limits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_executions()
    _make_papers()
    _make_limit_uses()
    _make_flags()
    _make_handlers()
    _make_person_numbers()
    _make_tiers()
    for table in ("evidence_accounts", "evidence_adjustments"):
        op.create_index(
            f"ix_{table}_document_no",
            table,
            ["hall_id", "document_no"],
            unique=False,
            sqlite_where=sa.text("document_no <> ''"),
            postgresql_where=sa.text("document_no <> ''"),
        )


def _make_executions() -> None:
    op.create_table(
        "refund_executions",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("executor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("tender", sa.Text(), nullable=False),
        sa.Column("tender_ref", sa.Text(), nullable=False),
        sa.Column("customer_signed", sa.SmallInteger(), nullable=False),
        sa.Column("red_code", sa.Text(), nullable=False),
        sa.Column("red_no", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "document_id", name=op.f("pk_refund_executions")),
        info={"immutable": True},
    )


def _make_papers() -> None:
    op.create_table(
        "refund_papers",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "document_id", "paper", name=op.f("pk_refund_papers")),
        info={"immutable": True},
    )
    op.create_table(
        "refund_handovers",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "document_id", name=op.f("pk_refund_handovers")),
        info={"immutable": True},
    )


def _make_limit_uses() -> None:
    op.create_table(
        "refund_limit_uses",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("used_fen", INTEGER, nullable=False),
        sa.CheckConstraint("used_fen >= 0", name=op.f("used_is_not_negative")),
        sa.PrimaryKeyConstraint(
            "hall_id", "scope", "subject", "business_date", name=op.f("pk_refund_limit_uses")
        ),
    )


def _make_flags() -> None:
    op.create_table(
        "refund_flags",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_by", INTEGER, nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'harmless', 'violation')", name=op.f("flag_state_is_known")
        ),
        sa.CheckConstraint(
            "state = 'open' OR settled_by IS NOT NULL", name=op.f("somebody_settled_it")
        ),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_refund_flags")),
        sa.UniqueConstraint("hall_id", "document_id", "pattern", name="a_pattern_is_flagged_once"),
    )


def _make_handlers() -> None:
    op.create_table(
        "refund_handlers",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "number", "valid_from", name=op.f("pk_refund_handlers")),
    )


def _make_person_numbers() -> None:
    op.create_table(
        "person_numbers",
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.CheckConstraint("relation IN ('own', 'relative')", name=op.f("relation_is_known")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_person_numbers_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "subscriber", name=op.f("pk_person_numbers")),
    )


def _make_tiers() -> None:
    op.create_table(
        "refund_tiers",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("document_id", INTEGER, nullable=False),
        sa.Column("limit_fen", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id",
            "instrument",
            "role",
            "valid_from",
            "document_id",
            name=op.f("pk_refund_tiers"),
        ),
    )
