"""Drafts of rubrics, and who leads the setting of a pass mark."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.schema import Moment

revision = "coaching_0008"
down_revision = "coaching_0007"


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "rubric_draft",
        sa.Column("rubric_id", sa.String(length=60), nullable=False),
        sa.Column("author_id", sa.String(length=36), nullable=False),
        sa.Column("author_name", sa.String(length=160), nullable=False),
        sa.Column("based_on", sa.String(length=16), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("rubric_id", "author_id", name=op.f("pk_rubric_draft")),
    )
    op.create_table(
        "standard_leader",
        sa.Column("workshop_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.workshop_id"], name=op.f("fk_standard_leader_workshop_id_workshop")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_standard_leader_person_id_person")),
        sa.PrimaryKeyConstraint("workshop_id", "person_id", name=op.f("pk_standard_leader")),
    )
