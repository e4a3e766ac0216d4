"""What a campaign gives its goods for, and cards looked up in the lists of what was activated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

PURPOSES = "purpose IN ('marketing', 'points')"


def upgrade() -> None:
    """Every campaign that is known gives for marketing until somebody says otherwise."""
    with op.batch_alter_table("gift_campaigns") as campaigns:
        campaigns.add_column(sa.Column("purpose", sa.Text(), nullable=True))
    op.execute("UPDATE gift_campaigns SET purpose = 'marketing'")
    with op.batch_alter_table("gift_campaigns") as campaigns:
        campaigns.alter_column("purpose", existing_type=sa.Text(), nullable=False)
        campaigns.create_check_constraint("purpose_is_known", PURPOSES)
    op.create_index(
        "ix_evidence_activations_item_serial",
        "evidence_activations",
        ["hall_id", "item", "serial"],
        unique=False,
    )
