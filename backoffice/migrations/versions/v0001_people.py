"""Organisations, halls, their people and rules, and who signs in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _make_businesses()
    _make_counter_clerks()
    _make_expected_sources()
    _make_hall_days()
    _make_hall_limits()
    _make_organisations()
    _make_persons()
    _make_prices()
    _make_role_grants()
    _make_tenders()
    _make_terminals()
    _make_api_tokens()
    _make_credentials()
    _make_employments()
    _make_halls()
    _make_sign_ins()


def _make_businesses() -> None:
    op.create_table(
        "businesses",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("business", sa.Text(), nullable=False),
        sa.Column("needs_form", sa.SmallInteger(), nullable=False),
        sa.Column("invoice_due", sa.Text(), nullable=False),
        sa.Column("fee_fen", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("hall_id", "business", name=op.f("pk_businesses")),
    )


def _make_counter_clerks() -> None:
    op.create_table(
        "counter_clerks",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("counter", sa.Text(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "counter", "clerk", name=op.f("pk_counter_clerks")),
    )


def _make_expected_sources() -> None:
    op.create_table(
        "expected_sources",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "business_date", "source", name=op.f("pk_expected_sources")
        ),
    )


def _make_hall_days() -> None:
    op.create_table(
        "hall_days",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("data_status", sa.Text(), nullable=False),
        sa.Column("audit_status", sa.Text(), nullable=False),
        sa.Column("hall_status", sa.Text(), nullable=False),
        sa.Column("sources_stated", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "audit_status IN ('unaudited', 'calculated', 'clerk_findings_open', 'auditor_findings_open', 'audited')",
            name=op.f("audit_status_is_known"),
        ),
        sa.CheckConstraint(
            "data_status IN ('expected', 'partial', 'complete')", name=op.f("data_status_is_known")
        ),
        sa.CheckConstraint(
            "hall_status IN ('working', 'submitted', 'closed', 'handed_over')",
            name=op.f("hall_status_is_known"),
        ),
        sa.PrimaryKeyConstraint("hall_id", "business_date", name=op.f("pk_hall_days")),
    )


def _make_hall_limits() -> None:
    op.create_table(
        "hall_limits",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("amount", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "name", name=op.f("pk_hall_limits")),
    )


def _make_organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_id", INTEGER, nullable=True),
        sa.CheckConstraint(
            "level IN ('headquarters', 'province', 'city', 'hall')", name=op.f("level_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organisations.id"], name=op.f("fk_organisations_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("code", name=op.f("uq_organisations_code")),
    )


def _make_persons() -> None:
    op.create_table(
        "persons",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("key", name=op.f("uq_persons_key")),
    )


def _make_prices() -> None:
    op.create_table(
        "prices",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("price_fen", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "item", "campaign", "valid_from", name=op.f("pk_prices")
        ),
    )


def _make_role_grants() -> None:
    op.create_table(
        "role_grants",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint(
            "hall_id", "number", "role", "valid_from", name=op.f("pk_role_grants")
        ),
    )


def _make_tenders() -> None:
    op.create_table(
        "tenders",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("tender_class", sa.Text(), nullable=False),
        sa.Column("match_level", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "match_level IN ('line', 'batch', 'day')", name=op.f("match_level_is_known")
        ),
        sa.CheckConstraint(
            "tender_class IN ('cash', 'settled', 'on_account', 'voucher')",
            name=op.f("tender_class_is_known"),
        ),
        sa.PrimaryKeyConstraint("hall_id", "code", name=op.f("pk_tenders")),
    )


def _make_terminals() -> None:
    op.create_table(
        "terminals",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("owner_hall_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_terminals")),
    )


def _make_api_tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_api_tokens_person_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_api_tokens")),
    )
    op.create_index(op.f("ix_api_tokens_person_id"), "api_tokens", ["person_id"], unique=False)


def _make_credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("person_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("must_change", sa.SmallInteger(), nullable=False),
        sa.Column("failed_count", INTEGER, nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_credentials_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_credentials")),
    )


def _make_employments() -> None:
    op.create_table(
        "employments",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'self_service', 'system')", name=op.f("kind_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_employments_person_id")
        ),
        sa.PrimaryKeyConstraint("hall_id", "number", name=op.f("pk_employments")),
    )
    op.create_index(op.f("ix_employments_person_id"), "employments", ["person_id"], unique=False)


def _make_halls() -> None:
    op.create_table(
        "halls",
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("books_open_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["organisations.id"], name=op.f("fk_halls_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halls")),
        sa.UniqueConstraint("code", name=op.f("uq_halls_code")),
    )


def _make_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_sign_ins_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_ins")),
    )
    op.create_index(op.f("ix_sign_ins_person_id"), "sign_ins", ["person_id"], unique=False)
