"""The catalogue, its sessions, plans, and what is kept beside them: signatures, progress, goals, reviews, tracks."""

import sqlalchemy as sa

from toolkit.store import COACHING, Moment

ACTIVITY = sa.Table(
    "activity",
    COACHING,
    sa.Column("activity_id", sa.String(60), primary_key=True),
    sa.Column("name_en", sa.String(200), nullable=False),
    sa.Column("name_zh", sa.String(200), nullable=False),
    sa.Column("summary_en", sa.Text, nullable=False),
    sa.Column("summary_zh", sa.Text, nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("content_area", sa.String(30), nullable=False),
    sa.Column("tier", sa.String(20), nullable=False),
    sa.Column("language", sa.String(5), nullable=False),
    sa.Column("mode", sa.String(10), nullable=False),
    sa.Column("hours", sa.Float, nullable=False),
    sa.Column("cost", sa.Float, nullable=False),
    sa.Column("weeks", sa.Integer, nullable=False),
    sa.Column("seats", sa.Integer),
    sa.Column("prerequisites", sa.Text),
    sa.Column("gains", sa.JSON, nullable=False),
    sa.Column("provider_en", sa.String(200)),
    sa.Column("provider_zh", sa.String(200)),
    sa.Column("after_weeks", sa.Integer),
    sa.Column("repeat_after_weeks", sa.Integer),
    sa.Column("best_level", sa.Float),
    sa.Column("gain_sds", sa.JSON),
)

SESSION = sa.Table(
    "session",
    COACHING,
    sa.Column("session_id", sa.String(60), primary_key=True),
    sa.Column("activity_id", sa.String(60), sa.ForeignKey("activity.activity_id"), nullable=False, index=True),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("seats_taken", sa.Integer, nullable=False),
)

PLAN = sa.Table(
    "plan",
    COACHING,
    sa.Column("plan_id", sa.String(36), primary_key=True),
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("limits", sa.JSON, nullable=False),
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column("expected", sa.JSON, nullable=False),
    sa.Column("excluded", sa.JSON, nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("bound", sa.Float, nullable=False),
    sa.Column("saved_by", sa.String(36), nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Column("status", sa.String(12), nullable=False, server_default="draft"),
    sa.Column("reason", sa.Text),
    sa.Column("interests", sa.JSON),
    sa.UniqueConstraint("person_id", "version"),
)

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
    sa.Column("cancelled_at", Moment),
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

MENTOR = sa.Table(
    "mentor_pair",
    COACHING,
    sa.Column("mentee_id", sa.String(36), sa.ForeignKey("person.person_id"), primary_key=True),
    sa.Column("mentor_id", sa.String(36), sa.ForeignKey("person.person_id")),
    sa.Column("growth_share", sa.Float),
    sa.Column("promotion_bonus", sa.Float),
    sa.Column("agreed_on", sa.Date, nullable=False),
)

GAIN_CHECK = sa.Table(
    "gain_check",
    COACHING,
    sa.Column("activity_id", sa.String(60), sa.ForeignKey("activity.activity_id"), primary_key=True),
    sa.Column("competency_id", sa.String(60), primary_key=True),
    sa.Column("expected", sa.Float, nullable=False),
    sa.Column("observed", sa.Float, nullable=False),
    sa.Column("se", sa.Float, nullable=False),
    sa.Column("people", sa.Integer, nullable=False),
    sa.Column("updated", sa.Float, nullable=False),
    sa.Column("measured_from", sa.Date, nullable=False),
    sa.Column("measured_to", sa.Date, nullable=False),
)

START_ORDER = sa.Table(
    "start_order",
    COACHING,
    sa.Column("order_id", sa.String(36), primary_key=True),
    sa.Column("activity_id", sa.String(60), sa.ForeignKey("activity.activity_id"), nullable=False),
    sa.Column("seed", sa.Integer),
    sa.Column("places", sa.Integer, nullable=False),
    sa.Column("rows", sa.JSON, nullable=False),
    sa.Column("made_by", sa.String(36), nullable=False),
    sa.Column("made_at", Moment, nullable=False),
)
