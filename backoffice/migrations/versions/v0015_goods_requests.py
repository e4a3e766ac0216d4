"""Requests and rounds around goods and their labels; names of what customers bring in for repair."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables of this part."""
    _name_goods_in_care()


def _name_goods_in_care() -> None:
    """Let customers' own pieces have their names within the hall that takes care of them."""
    op.execute(
        "UPDATE identifiers SET kind = 'care', namespace = 'hall:' || holder_hall_id"
        " WHERE EXISTS (SELECT 1 FROM units u JOIN commodities c ON c.id = u.commodity_id"
        " WHERE u.hall_id = identifiers.holder_hall_id AND u.id = identifiers.unit_id"
        " AND c.category = 'customer_handset')"
    )
