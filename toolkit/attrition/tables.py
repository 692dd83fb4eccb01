"""The tables of attrition in the HR store."""

import sqlalchemy as sa

from toolkit.store import HR, Moment

DATA_SET = sa.Table(
    "data_set",
    HR,
    sa.Column("data_set_id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("choices", sa.JSON, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.String(36), nullable=False),
)

RUN = sa.Table(
    "risk_run",
    HR,
    sa.Column("run_id", sa.String(36), primary_key=True),
    sa.Column("data_set_id", sa.String(36), sa.ForeignKey("data_set.data_set_id"), nullable=False, index=True),
    sa.Column("figures", sa.JSON, nullable=False),
    sa.Column("version", sa.String(16)),
    sa.Column("data_hash", sa.String(16)),
    sa.Column("horizon_months", sa.Integer),
    sa.Column("model", sa.LargeBinary),
    sa.Column("card", sa.JSON),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.String(36), nullable=False),
)

RISK = sa.Table(
    "risk",
    HR,
    sa.Column("run_id", sa.String(36), sa.ForeignKey("risk_run.run_id"), primary_key=True),
    sa.Column("person_id", sa.String(64), primary_key=True),
    sa.Column("probability", sa.Float, nullable=False),
    sa.Column("low", sa.Float, nullable=False),
    sa.Column("high", sa.Float, nullable=False),
    sa.Column("reasons", sa.JSON),
)

LIST = sa.Table(
    "conversation_list",
    HR,
    sa.Column("list_id", sa.String(36), primary_key=True),
    sa.Column("run_id", sa.String(36), sa.ForeignKey("risk_run.run_id"), nullable=False, index=True),
    sa.Column("made_on", sa.Date, nullable=False),
    sa.Column("conversations", sa.Integer, nullable=False),
    sa.Column("band", sa.Integer, nullable=False),
    sa.Column("seed", sa.BigInteger, nullable=False),
    sa.Column("reviewer", sa.String(200), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.String(36), nullable=False),
)

LISTED = sa.Table(
    "listed_person",
    HR,
    sa.Column("list_id", sa.String(36), sa.ForeignKey("conversation_list.list_id"), primary_key=True),
    sa.Column("person_id", sa.String(64), primary_key=True),
    sa.Column("rank", sa.Integer),
    sa.Column("chosen", sa.Boolean, nullable=False),
    sa.Column("drawn", sa.Boolean, nullable=False),
    sa.Column("chance", sa.Float),
    sa.Column("override", sa.String(10), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reviewer", sa.String(200), nullable=False),
)

CONVERSATION = sa.Table(
    "conversation",
    HR,
    sa.Column("conversation_id", sa.String(36), primary_key=True),
    sa.Column("person_id", sa.String(64), nullable=False, index=True),
    sa.Column("list_id", sa.String(36), sa.ForeignKey("conversation_list.list_id")),
    sa.Column("held_on", sa.Date, nullable=False),
    sa.Column("held_by", sa.String(200), nullable=False),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("levers", sa.JSON, nullable=False),
    sa.Column("follow_up_on", sa.Date),
    sa.Column("followed_up_on", sa.Date),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.String(36), nullable=False),
)

DEPARTURE = sa.Table(
    "departure",
    HR,
    sa.Column("person_id", sa.String(64), primary_key=True),
    sa.Column("regretted", sa.Boolean),
    sa.Column("reason", sa.Text, nullable=False),
)

DRIFT_CHECK = sa.Table(
    "drift_check",
    HR,
    sa.Column("check_id", sa.String(36), primary_key=True),
    sa.Column("run_id", sa.String(36), sa.ForeignKey("risk_run.run_id"), nullable=False, index=True),
    sa.Column("data_set_id", sa.String(36), sa.ForeignKey("data_set.data_set_id"), nullable=False),
    sa.Column("retrain", sa.Boolean, nullable=False),
    sa.Column("words", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.String(36), nullable=False),
)

FAIRNESS_CHECK = sa.Table(
    "fairness_check",
    HR,
    sa.Column("check_id", sa.String(36), primary_key=True),
    sa.Column("run_id", sa.String(36), sa.ForeignKey("risk_run.run_id"), nullable=False, index=True),
    sa.Column("columns", sa.JSON, nullable=False),
    sa.Column("conversations", sa.Integer, nullable=False),
    sa.Column("words", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.String(36), nullable=False),
)

SETTING = sa.Table(
    "attrition_setting",
    HR,
    sa.Column("setting_id", sa.String(10), primary_key=True),
    sa.Column("switched_on", sa.Boolean, nullable=False),
    sa.Column("contact", sa.String(200), nullable=False),
    sa.Column("retrain_months", sa.Integer, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("changed_by", sa.String(200), nullable=False),
)
