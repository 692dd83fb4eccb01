"""What a person would like to learn, kept with the plan that took it into account."""

import sqlalchemy as sa
from alembic import op

revision = "coaching_0010"
down_revision = "coaching_0009"


def upgrade() -> None:
    """Add a column; plans made before had no interests kept."""
    op.add_column("plan", sa.Column("interests", sa.JSON(), nullable=True))
