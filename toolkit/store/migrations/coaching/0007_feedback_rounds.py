"""360 rounds: rounds, invitations and answers."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.schema import Moment

revision = "coaching_0007"
down_revision = "coaching_0006"


def upgrade() -> None:
    """Add three tables."""
    op.create_table(
        "feedback_round",
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("framework_version", sa.String(length=16), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("closings", sa.Integer(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_feedback_round")),
        sa.UniqueConstraint("name", name=op.f("uq_feedback_round_name")),
    )
    op.create_table(
        "feedback_invitation",
        sa.Column("invitation_id", sa.String(length=36), nullable=False),
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("rater_id", sa.String(length=36), nullable=True),
        sa.Column("outsider", sa.String(length=120), nullable=True),
        sa.Column("handed_in_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["feedback_round.round_id"], name=op.f("fk_feedback_invitation_round_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_feedback_invitation_person_id")),
        sa.ForeignKeyConstraint(["rater_id"], ["person.person_id"], name=op.f("fk_feedback_invitation_rater_id")),
        sa.PrimaryKeyConstraint("invitation_id", name=op.f("pk_feedback_invitation")),
        sa.UniqueConstraint(
            "round_id", "person_id", "rater_id", "outsider", name=op.f("uq_feedback_invitation_round_id")
        ),
    )
    op.create_index(op.f("ix_feedback_invitation_person_id"), "feedback_invitation", ["person_id"])
    op.create_index(op.f("ix_feedback_invitation_rater_id"), "feedback_invitation", ["rater_id"])
    op.create_table(
        "feedback_answer",
        sa.Column("invitation_id", sa.String(length=36), nullable=False),
        sa.Column("competency_id", sa.String(length=60), nullable=False),
        sa.Column("rating", sa.SmallInteger(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("rated", sa.Boolean(), nullable=False),
        sa.Column("shown_as", sa.String(length=12), nullable=True),
        sa.Column("shown_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["feedback_invitation.invitation_id"], name=op.f("fk_feedback_answer_invitation_id")
        ),
        sa.PrimaryKeyConstraint("invitation_id", "competency_id", name=op.f("pk_feedback_answer")),
    )
