"""Workshops that are planned, submitted and certify; lessons; calibration sessions."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.schema import Moment

revision = "coaching_0002"
down_revision = "coaching_0001"


def upgrade() -> None:
    """Add columns to workshops, members, sheets and ratings, and five tables."""
    # One by one: SQLite would make a table anew for a batch, and others refer to it.
    for table, column in (
        ("workshop", sa.Column("kind", sa.String(length=12), nullable=False, server_default="workshop")),
        ("workshop", sa.Column("certifies", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("workshop", sa.Column("design", sa.JSON(), nullable=True)),
        ("workshop_member", sa.Column("absent", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("sheet", sa.Column("submitted_at", Moment(), nullable=True)),
        ("sheet", sa.Column("overall", sa.SmallInteger(), nullable=True)),
        ("rating", sa.Column("rated", sa.Boolean(), nullable=False, server_default=sa.true())),
        ("rating", sa.Column("rated_at", Moment(), nullable=True)),
    ):
        op.add_column(table, column)
    op.create_table(
        "workshop_slot",
        sa.Column("workshop_id", sa.String(length=36), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("station", sa.Integer(), nullable=False),
        sa.Column("rater_id", sa.String(length=36), nullable=False),
        sa.Column("rep_id", sa.String(length=36), nullable=False),
        sa.Column("scenario_id", sa.String(length=60), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.workshop_id"], name=op.f("fk_workshop_slot_workshop_id")),
        sa.ForeignKeyConstraint(["rater_id"], ["person.person_id"], name=op.f("fk_workshop_slot_rater_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["person.person_id"], name=op.f("fk_workshop_slot_rep_id")),
        sa.PrimaryKeyConstraint("workshop_id", "slot", "station", "rater_id", name=op.f("pk_workshop_slot")),
    )
    op.create_table(
        "lesson",
        sa.Column("lesson_id", sa.String(length=36), nullable=False),
        sa.Column("scenario_id", sa.String(length=60), nullable=False),
        sa.Column("workshop_id", sa.String(length=36), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=36), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.workshop_id"], name=op.f("fk_lesson_workshop_id")),
        sa.PrimaryKeyConstraint("lesson_id", name=op.f("pk_lesson")),
    )
    op.create_index(op.f("ix_lesson_scenario_id"), "lesson", ["scenario_id"])
    op.create_table(
        "standard_estimate",
        sa.Column("workshop_id", sa.String(length=36), nullable=False),
        sa.Column("judge_id", sa.String(length=36), nullable=False),
        sa.Column("criterion_id", sa.String(length=60), nullable=False),
        sa.Column("rating", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.workshop_id"], name=op.f("fk_standard_estimate_workshop_id")
        ),
        sa.ForeignKeyConstraint(["judge_id"], ["person.person_id"], name=op.f("fk_standard_estimate_judge_id")),
        sa.PrimaryKeyConstraint("workshop_id", "judge_id", "criterion_id", name=op.f("pk_standard_estimate")),
    )
    op.create_table(
        "calibration",
        sa.Column("calibration_id", sa.String(length=36), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("name_zh", sa.String(length=160), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("scenario_id", sa.String(length=60), nullable=False),
        sa.Column("rubric_id", sa.String(length=60), nullable=False),
        sa.Column("rubric_version", sa.String(length=16), nullable=False),
        sa.Column("performance", sa.Text(), nullable=False),
        sa.Column("key", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("calibration_id", name=op.f("pk_calibration")),
    )
    op.create_table(
        "calibration_sheet",
        sa.Column("calibration_id", sa.String(length=36), nullable=False),
        sa.Column("rater_id", sa.String(length=36), nullable=False),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.Column("submitted_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.calibration_id"], name=op.f("fk_calibration_sheet_calibration_id")
        ),
        sa.ForeignKeyConstraint(["rater_id"], ["person.person_id"], name=op.f("fk_calibration_sheet_rater_id")),
        sa.PrimaryKeyConstraint("calibration_id", "rater_id", name=op.f("pk_calibration_sheet")),
    )
