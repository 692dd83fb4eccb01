"""How people see their own levels, where they see them differently."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.schema import Moment

revision = "coaching_0005"
down_revision = "coaching_0004"


def upgrade() -> None:
    """Add the table of notes."""
    op.create_table(
        "own_view",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("competency_id", sa.String(length=60), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("level_shown", sa.Float(), nullable=True),
        sa.Column("written_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_own_view_person_id")),
        sa.PrimaryKeyConstraint("person_id", "competency_id", name=op.f("pk_own_view")),
    )
