"""What is kept about a plan beside its versions: signatures, progress, goals, reviews and tracks."""

import sqlalchemy as sa

from toolkit.store import COACHING, Moment

SIGNATURE = sa.Table(
    "plan_signature",
    COACHING,
    sa.Column("plan_id", sa.String(36), sa.ForeignKey("plan.plan_id"), primary_key=True),
    sa.Column("party", sa.String(10), primary_key=True),
    sa.Column("user_id", sa.String(36), nullable=False),
    sa.Column("signed_at", Moment, nullable=False),
)

PROGRESS = sa.Table(
    "plan_progress",
    COACHING,
    sa.Column("plan_id", sa.String(36), sa.ForeignKey("plan.plan_id"), primary_key=True),
    sa.Column("activity_id", sa.String(60), primary_key=True),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("done_on", sa.Date),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("changed_by", sa.String(36), nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
)

GOAL = sa.Table(
    "plan_goal",
    COACHING,
    sa.Column("plan_id", sa.String(36), sa.ForeignKey("plan.plan_id"), primary_key=True),
    sa.Column("activity_id", sa.String(60), primary_key=True),
    sa.Column("competency_id", sa.String(60), primary_key=True),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("words_en", sa.Text, nullable=False),
    sa.Column("words_zh", sa.Text, nullable=False),
    sa.Column("start_level", sa.Float, nullable=False),
    sa.Column("target_level", sa.Float, nullable=False),
    sa.Column("reachable", sa.String(16), nullable=False),
)

REVIEW = sa.Table(
    "plan_review",
    COACHING,
    sa.Column("review_id", sa.String(36), primary_key=True),
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), nullable=False, index=True),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("held_on", sa.Date),
    sa.Column("note", sa.Text, nullable=False),
)

TRACK = sa.Table(
    "development_track",
    COACHING,
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), primary_key=True),
    sa.Column("high_potential", sa.Boolean, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("set_by", sa.String(36), nullable=False),
    sa.Column("set_at", Moment, nullable=False),
)
