"""Mentor pairs, what activities were seen to bring, and who starts first."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.schema import Moment

revision = "coaching_0009"
down_revision = "coaching_0008"


def upgrade() -> None:
    """Add three tables."""
    op.create_table(
        "mentor_pair",
        sa.Column("mentee_id", sa.String(length=36), nullable=False),
        sa.Column("mentor_id", sa.String(length=36), nullable=True),
        sa.Column("growth_share", sa.Float(), nullable=True),
        sa.Column("promotion_bonus", sa.Float(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["mentee_id"], ["person.person_id"], name=op.f("fk_mentor_pair_mentee_id_person")),
        sa.ForeignKeyConstraint(["mentor_id"], ["person.person_id"], name=op.f("fk_mentor_pair_mentor_id_person")),
        sa.PrimaryKeyConstraint("mentee_id", name=op.f("pk_mentor_pair")),
    )
    op.create_table(
        "gain_check",
        sa.Column("activity_id", sa.String(length=60), nullable=False),
        sa.Column("competency_id", sa.String(length=60), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("observed", sa.Float(), nullable=False),
        sa.Column("se", sa.Float(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Float(), nullable=False),
        sa.Column("measured_from", sa.Date(), nullable=False),
        sa.Column("measured_to", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.activity_id"], name=op.f("fk_gain_check_activity_id_activity")
        ),
        sa.PrimaryKeyConstraint("activity_id", "competency_id", name=op.f("pk_gain_check")),
    )
    op.create_table(
        "start_order",
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("activity_id", sa.String(length=60), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.activity_id"], name=op.f("fk_start_order_activity_id_activity")
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_start_order")),
    )
