"""Plans with a status, signatures, progress, goals and reviews; the high-potential track."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from toolkit.store.schema import Moment

revision = "coaching_0004"
down_revision = "coaching_0003"


def upgrade() -> None:
    """Add status and reason to plans, and five tables."""
    op.add_column("plan", sa.Column("status", sa.String(length=12), nullable=False, server_default="draft"))
    op.add_column("plan", sa.Column("reason", sa.Text(), nullable=True))
    _of_plan(
        "plan_signature",
        ["party"],
        sa.Column("party", sa.String(length=10), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("signed_at", Moment(), nullable=False),
    )
    _of_plan(
        "plan_progress",
        ["activity_id"],
        sa.Column("activity_id", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
    )
    _of_plan(
        "plan_goal",
        ["activity_id", "competency_id"],
        sa.Column("activity_id", sa.String(length=60), nullable=False),
        sa.Column("competency_id", sa.String(length=60), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("words_en", sa.Text(), nullable=False),
        sa.Column("words_zh", sa.Text(), nullable=False),
        sa.Column("start_level", sa.Float(), nullable=False),
        sa.Column("target_level", sa.Float(), nullable=False),
        sa.Column("reachable", sa.String(length=16), nullable=False),
    )
    op.create_table(
        "plan_review",
        sa.Column("review_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_plan_review_person_id")),
        sa.PrimaryKeyConstraint("review_id", name=op.f("pk_plan_review")),
    )
    op.create_index(op.f("ix_plan_review_person_id"), "plan_review", ["person_id"])
    op.create_table(
        "development_track",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("high_potential", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=36), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_development_track_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_development_track")),
    )


def _of_plan(table: str, key: list[str], *columns: "sa.Column[Any]") -> None:
    op.create_table(
        table,
        sa.Column("plan_id", sa.String(length=36), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["plan_id"], ["plan.plan_id"], name=op.f(f"fk_{table}_plan_id")),
        sa.PrimaryKeyConstraint("plan_id", *key, name=op.f(f"pk_{table}")),
    )
