"""The first tables of the coaching store."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.audit import set_audit_guard
from toolkit.store.schema import Moment

revision = "coaching_0001"
down_revision = None


def upgrade() -> None:
    """Create the tables and make the audit append-only."""
    op.create_table(
        "account",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.String(length=128), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_key", sa.String(length=64), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("locked_until", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "activity",
        sa.Column("activity_id", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("name_zh", sa.String(length=200), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("summary_zh", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("content_area", sa.String(length=30), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("hours", sa.Float(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("prerequisites", sa.Text(), nullable=True),
        sa.Column("gains", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("activity_id", name=op.f("pk_activity")),
    )
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("record", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=128), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_person_id"), "audit", ["person_id"], unique=False)
    op.create_table(
        "content",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("content_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "content_id", "version", name=op.f("pk_content")),
    )
    op.create_table(
        "import_mapping",
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("form", "signature", name=op.f("pk_import_mapping")),
    )
    op.create_table(
        "team",
        sa.Column("team_id", sa.String(length=36), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("name_zh", sa.String(length=120), nullable=False),
        sa.Column("team_type", sa.String(length=20), nullable=False),
        sa.Column("manager_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team")),
    )
    op.create_table(
        "workshop",
        sa.Column("workshop_id", sa.String(length=36), nullable=False),
        sa.Column("name_en", sa.String(length=160), nullable=False),
        sa.Column("name_zh", sa.String(length=160), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("workshop_id", name=op.f("pk_workshop")),
    )
    op.create_table(
        "person",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("employee_number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("team_id", sa.String(length=36), nullable=True),
        sa.Column("role_id", sa.String(length=40), nullable=False),
        sa.Column("tier_id", sa.String(length=20), nullable=False),
        sa.Column("manager_id", sa.String(length=36), nullable=True),
        sa.Column("hired_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.team_id"], name=op.f("fk_person_team_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
        sa.UniqueConstraint("employee_number", name=op.f("uq_person_employee_number")),
    )
    op.create_index(op.f("ix_person_team_id"), "person", ["team_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("session_id", sa.String(length=60), nullable=False),
        sa.Column("activity_id", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.activity_id"], name=op.f("fk_session_activity_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_activity_id"), "session", ["activity_id"], unique=False)
    op.create_table(
        "workshop_scenario",
        sa.Column("workshop_id", sa.String(length=36), nullable=False),
        sa.Column("scenario_id", sa.String(length=60), nullable=False),
        sa.Column("scenario_version", sa.String(length=16), nullable=False),
        sa.Column("rubric_id", sa.String(length=60), nullable=False),
        sa.Column("rubric_version", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.workshop_id"], name=op.f("fk_workshop_scenario_workshop_id")
        ),
        sa.PrimaryKeyConstraint("workshop_id", "scenario_id", name=op.f("pk_workshop_scenario")),
    )
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("competency_id", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.Column("standard_error", sa.Float(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("rater_id", sa.String(length=60), nullable=True),
        sa.Column("round", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_evidence_person_id")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("person_id", "competency_id", "rater_id", "round", name=op.f("uq_evidence_person_id")),
    )
    op.create_index(op.f("ix_evidence_person_id"), "evidence", ["person_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("plan_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("excluded", sa.JSON(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("bound", sa.Float(), nullable=False),
        sa.Column("saved_by", sa.String(length=36), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_plan_person_id")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plan")),
        sa.UniqueConstraint("person_id", "version", name=op.f("uq_plan_person_id")),
    )
    op.create_index(op.f("ix_plan_person_id"), "plan", ["person_id"], unique=False)
    op.create_table(
        "sheet",
        sa.Column("sheet_id", sa.String(length=36), nullable=False),
        sa.Column("workshop_id", sa.String(length=36), nullable=False),
        sa.Column("scenario_id", sa.String(length=60), nullable=False),
        sa.Column("rep_id", sa.String(length=36), nullable=False),
        sa.Column("rater_id", sa.String(length=36), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["rater_id"], ["person.person_id"], name=op.f("fk_sheet_rater_id")),
        sa.ForeignKeyConstraint(["rep_id"], ["person.person_id"], name=op.f("fk_sheet_rep_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.workshop_id"], name=op.f("fk_sheet_workshop_id")),
        sa.PrimaryKeyConstraint("sheet_id", name=op.f("pk_sheet")),
        sa.UniqueConstraint("workshop_id", "scenario_id", "rep_id", "rater_id", name=op.f("uq_sheet_workshop_id")),
    )
    op.create_index(op.f("ix_sheet_rep_id"), "sheet", ["rep_id"], unique=False)
    op.create_index(op.f("ix_sheet_workshop_id"), "sheet", ["workshop_id"], unique=False)
    op.create_table(
        "workshop_member",
        sa.Column("workshop_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.person_id"], name=op.f("fk_workshop_member_person_id")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.workshop_id"], name=op.f("fk_workshop_member_workshop_id")),
        sa.PrimaryKeyConstraint("workshop_id", "person_id", "part", name=op.f("pk_workshop_member")),
    )
    op.create_table(
        "rating",
        sa.Column("sheet_id", sa.String(length=36), nullable=False),
        sa.Column("criterion_id", sa.String(length=60), nullable=False),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["sheet_id"], ["sheet.sheet_id"], name=op.f("fk_rating_sheet_id")),
        sa.PrimaryKeyConstraint("sheet_id", "criterion_id", name=op.f("pk_rating")),
    )
    set_audit_guard(op.get_bind())
