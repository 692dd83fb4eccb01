"""What fairness audits of a version of the model said."""

import sqlalchemy as sa
from alembic import op

from toolkit.store.schema import Moment

revision = "hr_0003"
down_revision = "hr_0002"


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "fairness_check",
        sa.Column("check_id", sa.String(length=36), nullable=False),
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("conversations", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["risk_run.run_id"], name=op.f("fk_fairness_check_run_id")),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_fairness_check")),
    )
    op.create_index(op.f("ix_fairness_check_run_id"), "fairness_check", ["run_id"], unique=False)
