"""Closing a 360 round, and what the closings so far say: the only way out for an answer."""

import datetime as dt
from hashlib import sha256
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import NotFound
from toolkit.organisation.storage import PERSON, frame_of, may_see
from toolkit.skillgap.evidence import STANDARD_ERROR
from toolkit.skillgap.feedback_round.anonymity import NAMED, TOGETHER, next_batches
from toolkit.skillgap.feedback_round.invitation import rater_key
from toolkit.skillgap.feedback_round.outcome import SOURCE, group_means
from toolkit.skillgap.feedback_round.storage import open_round
from toolkit.skillgap.feedback_round.tables import ANSWER, INVITATION, ROUND
from toolkit.skillgap.storage import add_evidence
from toolkit.store import Change
from toolkit.vocabulary import records_of, rows_of
from toolkit.wording import text


def close_round(change: Change, viewer: Viewer, round_id: str) -> int:
    """Close an open round: what may be shown is shown from now on, and becomes Evidence, each answer once.

    Only sheets that were handed in count. Answers that would give a rater away stay hidden (see `anonymity`), and
    stay out of the Evidence too. Returns how many pieces of Evidence came of it.
    """
    found = open_round(change.connection, viewer, round_id)
    answers = _answers(change.connection, INVITATION.c.round_id == round_id)
    batches = next_batches(answers)
    closing = found["closings"] + 1
    for row, shown_as in zip(records_of(answers), batches, strict=True):
        if isinstance(shown_as, str):
            key = sa.and_(
                ANSWER.c.invitation_id == row["invitation_id"],
                ANSWER.c.competency_id == row["competency_id"],
                ANSWER.c.shown_as.is_(None),
            )
            change.connection.execute(ANSWER.update().where(key).values(shown_as=shown_as, shown_in=closing))
    # Leftovers of several groups would have to be of one source, and that would part them.
    now = answers[batches.notna() & batches.ne(TOGETHER)]
    pieces = add_evidence(change, [_evidence(row, round_id, change.at.date()) for row in rows_of(now)])
    change.put(ROUND, {"round_id": round_id}, {"is_open": False, "closings": closing, "closed_at": change.at})
    return pieces


def outcome(connection: sa.Connection, viewer: Viewer, round_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what the closings so far say about the people `viewer` may see: group means, and comments.

    The first table is that of `group_means`; the second has person_id, competency_id, relation (of anonymous raters
    ``together``) and comment, in an order that does not tell who wrote it. Before the first closing both are empty;
    what was answered since the last closing is in neither.
    """
    seen = sa.and_(INVITATION.c.round_id == round_id, may_see(viewer))
    found = _answers(connection, seen)
    closings = connection.execute(
        sa.select(ROUND.c.closings, ROUND.c.is_open).where(ROUND.c.round_id == round_id)
    ).one_or_none()
    if closings is None:
        raise NotFound(text("This round is not in the store."))
    if not closings.closings or closings.is_open:
        # While a round runs, even the number of hidden answers would tell when somebody answers.
        found = found[found["shown_as"].notna()]
    written = found[found["shown_as"].notna() & found["comment"].notna()]
    comments = written.assign(relation=written["relation"].where(written["relation"].isin(NAMED), TOGETHER))
    names = ["person_id", "competency_id", "relation", "comment"]
    return group_means(found), comments[names].sort_values(names, kind="stable").reset_index(drop=True)


def _answers(connection: sa.Connection, which: sa.ColumnElement[bool]) -> pd.DataFrame:
    query = (
        sa.select(
            ANSWER, INVITATION.c.person_id, INVITATION.c.relation, INVITATION.c.rater_id, INVITATION.c.outsider,
            INVITATION.c.handed_in_at,
        )
        .join(INVITATION, INVITATION.c.invitation_id == ANSWER.c.invitation_id)
        .join(PERSON, PERSON.c.person_id == INVITATION.c.person_id)
        .where(which, INVITATION.c.handed_in_at.is_not(None), ANSWER.c.rated)
        .order_by(INVITATION.c.person_id, ANSWER.c.competency_id, ANSWER.c.invitation_id)
    )  # fmt: skip
    found = frame_of(connection, query).astype(object)
    found = found.where(found.notna(), None).astype({"rating": float})
    found["rater"] = [rater_key(one, other) for one, other in zip(found["rater_id"], found["outsider"], strict=True)]
    return found


def _evidence(row: Any, round_id: str, closed_on: dt.date) -> dict[str, Any]:
    source = SOURCE[row.relation]
    named = row.relation in NAMED
    return {
        "person_id": row.person_id,
        "competency_id": row.competency_id,
        "source": source,
        "level": float(row.rating),
        "standard_error": STANDARD_ERROR[source],
        # One day for the whole batch: days of their own would part it again wherever evidence is shown by day.
        "observed_on": row.handed_in_at.date() if named else closed_on,
        "rater_id": row.rater_id or f"outside-{sha256(row.rater.encode()).hexdigest()[:16]}",
        "round": round_id,
    }
