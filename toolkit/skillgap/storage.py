"""Evidence in the coaching store, as far as a viewer may see it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.organisation.storage import PERSON, frame_of, may_see
from toolkit.skillgap.evidence import ANONYMOUS_SOURCES, SMALLEST_GROUP
from toolkit.skillgap.feedback_round import tables as _tables  # noqa: F401 - whoever knows the slice's storage knows them
from toolkit.skillgap.ladders.tables import PERSON_FIGURE as PERSON_FIGURE
from toolkit.skillgap.ladders.tables import PERSON_RANK as PERSON_RANK
from toolkit.store import COACHING, Change, Moment, new_id

EVIDENCE = sa.Table(
    "evidence",
    COACHING,
    sa.Column("evidence_id", sa.String(36), primary_key=True),
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), nullable=False, index=True),
    sa.Column("competency_id", sa.String(60), nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("level", sa.Float, nullable=False),
    sa.Column("standard_error", sa.Float, nullable=False),
    sa.Column("observed_on", sa.Date, nullable=False),
    sa.Column("rater_id", sa.String(60)),
    sa.Column("round", sa.String(40)),
    sa.UniqueConstraint("person_id", "competency_id", "rater_id", "round"),
)

OWN_VIEW = sa.Table(
    "own_view",
    COACHING,
    sa.Column("person_id", sa.String(36), sa.ForeignKey("person.person_id"), primary_key=True),
    sa.Column("competency_id", sa.String(60), primary_key=True),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("level_shown", sa.Float),
    sa.Column("written_at", Moment, nullable=False),
)


def evidence(connection: sa.Connection, viewer: Viewer, person_ids: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the stored Evidence on the people `viewer` may see, or on those of them in `person_ids`."""
    columns = [EVIDENCE.c[name] for name in _COLUMNS]
    query = sa.select(*columns).join(PERSON, PERSON.c.person_id == EVIDENCE.c.person_id).where(may_see(viewer))
    if person_ids is not None:
        query = query.where(EVIDENCE.c.person_id.in_(list(person_ids)))
    return frame_of(connection, query.order_by(EVIDENCE.c.observed_on, EVIDENCE.c.evidence_id), ("observed_on",))


def pooled_evidence(connection: sa.Connection, viewer: Viewer) -> pd.DataFrame:
    """Return the Evidence on everybody with a column seen: whether `viewer` may see the person.

    Rows that are not seen help to judge sources and raters, so that a person and the superior read the same
    level, and are shown to nobody.
    """
    columns = [*(EVIDENCE.c[name] for name in _COLUMNS), may_see(viewer).label("seen")]
    query = sa.select(*columns).join(PERSON, PERSON.c.person_id == EVIDENCE.c.person_id)
    found = frame_of(connection, query.order_by(EVIDENCE.c.observed_on, EVIDENCE.c.evidence_id), ("observed_on",))
    found["seen"] = found["seen"].astype(bool)
    return found


def joined(stored: pd.DataFrame, role_plays: pd.DataFrame) -> pd.DataFrame:
    """Return both tables of Evidence as one."""
    filled = [frame for frame in (stored, role_plays) if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else role_plays


def without_late_raters(
    connection: sa.Connection, rows: Iterable[Mapping[str, Any]]
) -> tuple[list[Mapping[str, Any]], int]:
    """Return the rows of Evidence that can be stored, and how many cannot: late ones of anonymous groups.

    Where three or more of a group are shown already, what one or two more give, or change, could be worked out
    from the figures before and after. Three or more together cannot.
    """
    rows = list(rows)
    there: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
    fresh: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
    kept: dict[tuple[Any, ...], float] = {}
    people = {row["person_id"] for row in rows if row["source"] in ANONYMOUS_SOURCES}
    query = sa.select(EVIDENCE).where(EVIDENCE.c.source.in_(ANONYMOUS_SOURCES), EVIDENCE.c.person_id.in_(people))
    for one in connection.execute(query):
        there[one.person_id, one.competency_id, one.source].add(one.rater_id)
        kept[one.person_id, one.competency_id, one.source, one.rater_id, one.round] = one.level

    def cell(row: Mapping[str, Any]) -> tuple[Any, ...]:
        return row["person_id"], row["competency_id"], row["source"]

    def is_new(row: Mapping[str, Any]) -> bool:
        return (
            row["source"] in ANONYMOUS_SOURCES and kept.get((*cell(row), row["rater_id"], row["round"])) != row["level"]
        )

    for row in filter(is_new, rows):
        fresh[cell(row)].add(row["rater_id"])
    late = {one for one, raters in fresh.items() if len(there[one]) >= SMALLEST_GROUP > len(raters)}
    found = [row for row in rows if not (is_new(row) and cell(row) in late)]
    return found, len(rows) - len(found)


def add_evidence(change: Change, rows: Iterable[Mapping[str, Any]]) -> int:
    """Store pieces of Evidence and return how many were new or changed.

    Each row carries the Evidence columns and `round`; a rating of the same
    person and competency by the same rater in the same round replaces the earlier one, whatever
    relation it was given under.
    """
    rows = list(rows)
    known = {
        (row.person_id, row.competency_id, row.rater_id, row.round): row
        for row in change.connection.execute(
            sa.select(EVIDENCE).where(EVIDENCE.c.round.in_({row["round"] for row in rows}))
        )
    }
    fresh, changed = [], 0
    for row in rows:
        key = tuple(row[name] for name in ("person_id", "competency_id", "rater_id", "round"))
        found = known.get(key)
        if found is None:
            fresh.append({"evidence_id": new_id(), **row})
        elif any(found._mapping[name] != value for name, value in row.items()):
            changed += 1
            change.put(EVIDENCE, {"evidence_id": found.evidence_id}, dict(row), person_id=row["person_id"])
    if fresh:
        change.connection.execute(EVIDENCE.insert(), fresh)
    for person_id, count in sorted(Counter(row["person_id"] for row in fresh).items()):
        change.record("import", "evidence", person_id, person_id=person_id, after={"pieces": count})
    return len(fresh) + changed


def evidence_counts(connection: sa.Connection) -> dict[str, int]:
    """Return how many pieces of evidence rest on each competency, about whomever: for edits of the framework."""
    query = sa.select(EVIDENCE.c.competency_id, sa.func.count()).group_by(EVIDENCE.c.competency_id)
    return {row[0]: int(row[1]) for row in connection.execute(query)}


_COLUMNS = ("person_id", "competency_id", "source", "level", "standard_error", "observed_on", "rater_id")
