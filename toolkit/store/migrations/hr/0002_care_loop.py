"""What HR keeps around a model: versions, lists, conversations, departures, checks, the switch."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.schema import Moment

revision = "hr_0002"
down_revision = "hr_0001"


def upgrade() -> None:
    """Add columns to runs and risks, and six tables."""
    op.add_column("risk_run", sa.Column("version", sa.String(length=16), nullable=True))
    op.add_column("risk_run", sa.Column("data_hash", sa.String(length=16), nullable=True))
    op.add_column("risk_run", sa.Column("horizon_months", sa.Integer(), nullable=True))
    op.add_column("risk_run", sa.Column("model", sa.LargeBinary(), nullable=True))
    op.add_column("risk_run", sa.Column("card", sa.JSON(), nullable=True))
    op.add_column("risk", sa.Column("reasons", sa.JSON(), nullable=True))
    op.create_table(
        "conversation_list",
        sa.Column("list_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("reviewer", sa.String(length=200), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["risk_run.run_id"], name=op.f("fk_conversation_list_run_id")),
        sa.PrimaryKeyConstraint("list_id", name=op.f("pk_conversation_list")),
    )
    op.create_index(op.f("ix_conversation_list_run_id"), "conversation_list", ["run_id"], unique=False)
    op.create_table(
        "listed_person",
        sa.Column("list_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=True),
        sa.Column("override", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["conversation_list.list_id"], name=op.f("fk_listed_person_list_id")),
        sa.PrimaryKeyConstraint("list_id", "person_id", name=op.f("pk_listed_person")),
    )
    op.create_table(
        "conversation",
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("list_id", sa.String(length=36), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("held_by", sa.String(length=200), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("levers", sa.JSON(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("followed_up_on", sa.Date(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["conversation_list.list_id"], name=op.f("fk_conversation_list_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversation")),
    )
    op.create_index(op.f("ix_conversation_person_id"), "conversation", ["person_id"], unique=False)
    op.create_table(
        "departure",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("regretted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_departure")),
    )
    op.create_table(
        "drift_check",
        sa.Column("check_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("data_set_id", sa.String(length=36), nullable=False),
        sa.Column("retrain", sa.Boolean(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["data_set_id"], ["data_set.data_set_id"], name=op.f("fk_drift_check_data_set_id")),
        sa.ForeignKeyConstraint(["run_id"], ["risk_run.run_id"], name=op.f("fk_drift_check_run_id")),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_drift_check")),
    )
    op.create_index(op.f("ix_drift_check_run_id"), "drift_check", ["run_id"], unique=False)
    op.create_table(
        "attrition_setting",
        sa.Column("setting_id", sa.String(length=10), nullable=False),
        sa.Column("switched_on", sa.Boolean(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("retrain_months", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("setting_id", name=op.f("pk_attrition_setting")),
    )
