"""What the register of invoices states further, and the uses posted from it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATED = ("subscriber", "period", "digital_no")


def upgrade() -> None:
    """Make the tables of this part."""
    _add_columns_of_the_register()
    _find_void_forms()
    op.create_index(
        "ix_invoice_books_stubs",
        "invoice_books",
        ["hall_id", "stubs_on", "finished_on"],
        unique=False,
    )
    _make_reprints()


def _add_columns_of_the_register() -> None:
    """Add what rows kept so far do not state; only while they are filled is there a default."""
    with op.batch_alter_table("evidence_invoices") as register:
        for name in STATED:
            register.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("evidence_invoices") as register:
        for name in STATED:
            register.alter_column(name, existing_type=sa.Text(), server_default=None)
    indexes = {
        "period_subscriber": ["period", "subscriber"],
        "digital_no": ["digital_no"],
        "billed": ["business_date", "period"],
        "both_numbers": ["business_date"],
    }
    for name, columns in indexes.items():
        given = sa.text("period <> ''" if "period" in columns else "digital_no <> ''")
        op.create_index(
            f"ix_evidence_invoices_{name}",
            "evidence_invoices",
            ["hall_id", *columns],
            unique=False,
            sqlite_where=given,
            postgresql_where=given,
        )


def _find_void_forms() -> None:
    """Find the few rows of void forms without reading the register."""
    void = sa.text("status = 'void'")
    op.create_index(
        "ix_evidence_invoices_void",
        "evidence_invoices",
        ["hall_id", "business_date"],
        unique=False,
        sqlite_where=void,
        postgresql_where=void,
    )


def _make_reprints() -> None:
    op.create_table(
        "invoice_reprints",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("invoice_code", sa.Text(), nullable=False),
        sa.Column("invoice_no", sa.Text(), nullable=False),
        sa.Column("clerk", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "event_no", name=op.f("pk_invoice_reprints")),
    )
    op.create_index(
        "ix_invoice_reprints_number",
        "invoice_reprints",
        ["hall_id", "invoice_code", "invoice_no"],
        unique=False,
    )
