"""The tables of workshops, sheets and calibration sessions in the coaching store.

A rating that is not `rated` holds only a note so far; one that is rated and has no rating was not observed. A
workshop's `kind` is ``workshop``, ``visit`` (a joint visit) or ``proposal``; its `design` holds what its timetable was
made from. A calibration's `key` is the expert's rating and reason by criterion_id, a calibration sheet's `ratings`
hold rating and note by criterion_id. Whoever leads the setting of a pass mark sees all estimates and gives none. A
rubric draft is one author's unpublished work, `based_on` the version it began from (None: never published).
"""

import sqlalchemy as sa

from toolkit.store import COACHING, Moment

WORKSHOP = sa.Table(
    "workshop",
    COACHING,
    sa.Column("workshop_id", sa.String(36), primary_key=True),
    sa.Column("name_en", sa.String(160), nullable=False),
    sa.Column("name_zh", sa.String(160), nullable=False),
    sa.Column("held_on", sa.Date, nullable=False),
    sa.Column("kind", sa.String(12), nullable=False, server_default="workshop"),
    sa.Column("certifies", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("design", sa.JSON),
)

WORKSHOP_SCENARIO = sa.Table(
    "workshop_scenario",
    COACHING,
    sa.Column("workshop_id", sa.String(36), sa.ForeignKey("workshop.workshop_id"), primary_key=True),
    sa.Column("scenario_id", sa.String(60), primary_key=True),
    sa.Column("scenario_version", sa.String(16), nullable=False),
    sa.Column("rubric_id", sa.String(60), nullable=False),
    sa.Column("rubric_version", sa.String(16), nullable=False),
)

WORKSHOP_MEMBER = sa.Table(
    "workshop_member",
    COACHING,
    sa.Column("workshop_id", sa.String(36), sa.ForeignKey("workshop.workshop_id"), primary_key=True),
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), primary_key=True),
    sa.Column("part", sa.String(10), primary_key=True),
    sa.Column("absent", sa.Boolean, nullable=False, server_default=sa.false()),
)

SHEET = sa.Table(
    "sheet",
    COACHING,
    sa.Column("sheet_id", sa.String(36), primary_key=True),
    sa.Column("workshop_id", sa.String(36), sa.ForeignKey("workshop.workshop_id"), nullable=False, index=True),
    sa.Column("scenario_id", sa.String(60), nullable=False),
    sa.Column("rep_id", sa.String(36), sa.ForeignKey("person.person_id"), nullable=False, index=True),
    sa.Column("rater_id", sa.String(36), sa.ForeignKey("person.person_id"), nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("rated_on", sa.Date, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Column("submitted_at", Moment),
    sa.Column("overall", sa.SmallInteger),
    sa.UniqueConstraint("workshop_id", "scenario_id", "rep_id", "rater_id"),
)

RATING = sa.Table(
    "rating",
    COACHING,
    sa.Column("sheet_id", sa.String(36), sa.ForeignKey("sheet.sheet_id"), primary_key=True),
    sa.Column("criterion_id", sa.String(60), primary_key=True),
    sa.Column("rating", sa.Float),
    sa.Column("note", sa.Text),
    sa.Column("rated", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("rated_at", Moment),
)

WORKSHOP_SLOT = sa.Table(
    "workshop_slot",
    COACHING,
    sa.Column("workshop_id", sa.String(36), sa.ForeignKey("workshop.workshop_id"), primary_key=True),
    sa.Column("slot", sa.Integer, primary_key=True),
    sa.Column("station", sa.Integer, primary_key=True),
    sa.Column("rater_id", sa.String(36), sa.ForeignKey("person.person_id"), primary_key=True),
    sa.Column("rep_id", sa.String(36), sa.ForeignKey("person.person_id"), nullable=False),
    sa.Column("scenario_id", sa.String(60), nullable=False),
    sa.Column("starts", sa.String(5), nullable=False),
    sa.Column("ends", sa.String(5), nullable=False),
)

LESSON = sa.Table(
    "lesson",
    COACHING,
    sa.Column("lesson_id", sa.String(36), primary_key=True),
    sa.Column("scenario_id", sa.String(60), nullable=False, index=True),
    sa.Column("workshop_id", sa.String(36), sa.ForeignKey("workshop.workshop_id"), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("written_by", sa.String(36), nullable=False),
    sa.Column("written_at", Moment, nullable=False),
)

STANDARD_ESTIMATE = sa.Table(
    "standard_estimate",
    COACHING,
    sa.Column("workshop_id", sa.String(36), sa.ForeignKey("workshop.workshop_id"), primary_key=True),
    sa.Column("judge_id", sa.String(36), sa.ForeignKey("person.person_id"), primary_key=True),
    sa.Column("criterion_id", sa.String(60), primary_key=True),
    sa.Column("rating", sa.Float, nullable=False),
)

STANDARD_LEADER = sa.Table(
    "standard_leader",
    COACHING,
    sa.Column("workshop_id", sa.String(36), sa.ForeignKey("workshop.workshop_id"), primary_key=True),
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), primary_key=True),
)

RUBRIC_DRAFT = sa.Table(
    "rubric_draft",
    COACHING,
    sa.Column("rubric_id", sa.String(60), primary_key=True),
    sa.Column("author_id", sa.String(36), primary_key=True),
    sa.Column("author_name", sa.String(160), nullable=False),
    sa.Column("based_on", sa.String(16)),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
)

CALIBRATION = sa.Table(
    "calibration",
    COACHING,
    sa.Column("calibration_id", sa.String(36), primary_key=True),
    sa.Column("name_en", sa.String(160), nullable=False),
    sa.Column("name_zh", sa.String(160), nullable=False),
    sa.Column("held_on", sa.Date, nullable=False),
    sa.Column("scenario_id", sa.String(60), nullable=False),
    sa.Column("rubric_id", sa.String(60), nullable=False),
    sa.Column("rubric_version", sa.String(16), nullable=False),
    sa.Column("performance", sa.Text, nullable=False),
    sa.Column("key", sa.JSON, nullable=False),
)

CALIBRATION_SHEET = sa.Table(
    "calibration_sheet",
    COACHING,
    sa.Column("calibration_id", sa.String(36), sa.ForeignKey("calibration.calibration_id"), primary_key=True),
    sa.Column("rater_id", sa.String(36), sa.ForeignKey("person.person_id"), primary_key=True),
    sa.Column("ratings", sa.JSON, nullable=False),
    sa.Column("submitted_at", Moment),
)
