"""Ranks people hold, and the figures that the ladders ask for."""

import sqlalchemy as sa
from alembic import op

revision = "coaching_0006"
down_revision = "coaching_0005"


def upgrade() -> None:
    """Add two tables."""
    op.create_table(
        "person_rank",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("rank_id", sa.String(length=60), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_person_rank_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_rank")),
    )
    op.create_table(
        "person_figure",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("figure_id", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_person_figure_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "figure_id", name=op.f("pk_person_figure")),
    )
