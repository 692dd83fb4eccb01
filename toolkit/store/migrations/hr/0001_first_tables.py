"""The first tables of the hr store."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.audit import set_audit_guard
from toolkit.store.schema import Moment

revision = "hr_0001"
down_revision = None


def upgrade() -> None:
    """Create the tables and make the audit append-only."""
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
        "data_set",
        sa.Column("data_set_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("data_set_id", name=op.f("pk_data_set")),
    )
    op.create_table(
        "risk_run",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("data_set_id", sa.String(length=36), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["data_set_id"], ["data_set.data_set_id"], name=op.f("fk_risk_run_data_set_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_risk_run")),
    )
    op.create_index(op.f("ix_risk_run_data_set_id"), "risk_run", ["data_set_id"], unique=False)
    op.create_table(
        "risk",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("low", sa.Float(), nullable=False),
        sa.Column("high", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["risk_run.run_id"], name=op.f("fk_risk_run_id")),
        sa.PrimaryKeyConstraint("run_id", "person_id", name=op.f("pk_risk")),
    )
    set_audit_guard(op.get_bind())
