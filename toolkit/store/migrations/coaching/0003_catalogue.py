"""Activities with provider, pauses, the level they are made for, and how unsure their gains are."""

import sqlalchemy as sa
from alembic import op

revision = "coaching_0003"
down_revision = "coaching_0002"


def upgrade() -> None:
    """Add columns to activities."""
    # One by one: SQLite would make the table anew for a batch, and others refer to it.
    for column in (
        sa.Column("provider_en", sa.String(length=200), nullable=True),
        sa.Column("provider_zh", sa.String(length=200), nullable=True),
        sa.Column("after_weeks", sa.Integer(), nullable=True),
        sa.Column("repeat_after_weeks", sa.Integer(), nullable=True),
        sa.Column("best_level", sa.Float(), nullable=True),
        sa.Column("gain_sds", sa.JSON(), nullable=True),
    ):
        op.add_column("activity", column)
