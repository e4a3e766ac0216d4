"""Requests and rounds around goods and their labels; names of what customers bring in for repair."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

# SQLite numbers rows by itself only where a key is its own INTEGER.
INTEGER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of this part."""
    _name_goods_in_care()
    _let_positions_show_a_campaign()
    _make_label_rounds()
    _make_price_requests()


def _name_goods_in_care() -> None:
    """Let customers' own pieces have their names within the hall that takes care of them."""
    op.execute(
        "UPDATE identifiers SET kind = 'care', namespace = 'hall:' || holder_hall_id"
        " WHERE EXISTS (SELECT 1 FROM units u JOIN commodities c ON c.id = u.commodity_id"
        " WHERE u.hall_id = identifiers.holder_hall_id AND u.id = identifiers.unit_id"
        " AND c.category = 'customer_handset')"
    )


def _let_positions_show_a_campaign() -> None:
    with op.batch_alter_table("label_positions") as positions:
        positions.add_column(sa.Column("campaign", sa.Text(), nullable=True))
    op.execute("UPDATE label_positions SET campaign = ''")
    with op.batch_alter_table("label_positions") as positions:
        positions.alter_column("campaign", existing_type=sa.Text(), nullable=False)


def _make_label_rounds() -> None:
    op.create_table(
        "label_rounds",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("id", INTEGER, nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_by", INTEGER, nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("positions", INTEGER, nullable=True),
        sa.Column("wrong", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("hall_id", "id", name=op.f("pk_label_rounds")),
    )
    op.create_table(
        "label_scans",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("round_id", INTEGER, nullable=False),
        sa.Column("scan_no", INTEGER, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("price_fen", INTEGER, nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("hall_id", "round_id", "scan_no", name=op.f("pk_label_scans")),
    )


def _make_price_requests() -> None:
    op.create_table(
        "price_requests",
        sa.Column("hall_id", INTEGER, nullable=False),
        sa.Column("number", INTEGER, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Text(), nullable=False),
        sa.Column("price_fen", INTEGER, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_by", INTEGER, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", INTEGER, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("event_no", INTEGER, nullable=False),
        sa.CheckConstraint(
            "state IN ('asked', 'granted', 'refused', 'withdrawn')",
            name=op.f("request_state_is_known"),
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_by IS NULL)", name=op.f("decision_names_its_person")
        ),
        sa.CheckConstraint(
            "state <> 'granted' OR decided_by <> asked_by", name=op.f("who_asks_does_not_grant")
        ),
        sa.PrimaryKeyConstraint("hall_id", "number", name=op.f("pk_price_requests")),
    )
    op.create_index("ix_price_requests_state", "price_requests", ["hall_id", "state"], unique=False)
