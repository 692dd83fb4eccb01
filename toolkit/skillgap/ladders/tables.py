"""Which rank people hold, and the figures the ladders ask for."""

import sqlalchemy as sa

from toolkit.store import COACHING

PERSON_RANK = sa.Table(
    "person_rank",
    COACHING,
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), primary_key=True),
    sa.Column("rank_id", sa.String(60), nullable=False),
    sa.Column("since", sa.Date),
)

PERSON_FIGURE = sa.Table(
    "person_figure",
    COACHING,
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), primary_key=True),
    sa.Column("figure_id", sa.String(60), primary_key=True),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
)
