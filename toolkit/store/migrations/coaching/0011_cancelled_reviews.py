"""Reviews that were taken away stay, so that calendars can cancel them."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.schema import Moment

revision = "coaching_0011"
down_revision = "coaching_0010"


def upgrade() -> None:
    """Add a column; reviews taken away before are gone."""
    op.add_column("plan_review", sa.Column("cancelled_at", Moment(), nullable=True))
