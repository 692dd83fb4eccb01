"""The tables of 360 rounds in the coaching store.

A round's `asked` holds the competencies by person_id. An invitation names its rater, or somebody from outside by
name. An answer that is not `rated` holds only a comment so far; one that is rated and has no rating was not seen.
`shown_as` is the batch it belongs to since a closing (see `anonymity`) and never changes again; `shown_in` counts
that closing.
"""

import sqlalchemy as sa

from toolkit.store import COACHING, Moment

ROUND = sa.Table(
    "feedback_round",
    COACHING,
    sa.Column("round_id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False, unique=True),
    sa.Column("opens_on", sa.Date, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("made_by", sa.String(36), nullable=False),
    sa.Column("framework_version", sa.String(16), nullable=False),
    sa.Column("asked", sa.JSON, nullable=False),
    sa.Column("is_open", sa.Boolean, nullable=False),
    sa.Column("closings", sa.Integer, nullable=False),
    sa.Column("closed_at", Moment),
)

INVITATION = sa.Table(
    "feedback_invitation",
    COACHING,
    sa.Column("invitation_id", sa.String(36), primary_key=True),
    sa.Column("round_id", sa.String(36), sa.ForeignKey("feedback_round.round_id"), nullable=False),
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), nullable=False, index=True),
    sa.Column("relation", sa.String(12), nullable=False),
    sa.Column("rater_id", sa.String(36), sa.ForeignKey("person.person_id"), index=True),
    sa.Column("outsider", sa.String(120)),
    sa.Column("handed_in_at", Moment),
    sa.UniqueConstraint("round_id", "person_id", "rater_id", "outsider"),
)

ANSWER = sa.Table(
    "feedback_answer",
    COACHING,
    sa.Column("invitation_id", sa.String(36), sa.ForeignKey("feedback_invitation.invitation_id"), primary_key=True),
    sa.Column("competency_id", sa.String(60), primary_key=True),
    sa.Column("rating", sa.SmallInteger),
    sa.Column("comment", sa.Text),
    sa.Column("rated", sa.Boolean, nullable=False),
    sa.Column("shown_as", sa.String(12)),
    sa.Column("shown_in", sa.Integer),
)
