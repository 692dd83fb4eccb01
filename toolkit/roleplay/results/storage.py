"""What the results need from the store beside the ratings; judges' estimates for the pass mark."""

from collections.abc import Mapping

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import Conflict, InputError, NotAllowed, NotFound
from toolkit.organisation.storage import PERSON, TEAM, content, frame_of
from toolkit.roleplay.storage import scenarios_of, takes_part
from toolkit.roleplay.tables import RATING, SHEET, STANDARD_ESTIMATE, STANDARD_LEADER, WORKSHOP, WORKSHOP_MEMBER
from toolkit.store import Store
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, rows_of
from toolkit.wording import text


def certifies(connection: sa.Connection, workshop_id: str) -> bool:
    """Say whether a workshop certifies, so that it needs a pass mark."""
    query = sa.select(WORKSHOP.c.certifies).where(WORKSHOP.c.workshop_id == workshop_id)
    return bool(connection.execute(query).scalar())


def moments(connection: sa.Connection, workshop_id: str) -> pd.DataFrame:
    """Return when each rating was given: rep_id, rater_id, scenario_id, criterion_id, rated_at (None: not known)."""
    query = (
        sa.select(SHEET.c.rep_id, SHEET.c.rater_id, SHEET.c.scenario_id, RATING.c.criterion_id, RATING.c.rated_at)
        .join(RATING, RATING.c.sheet_id == SHEET.c.sheet_id)
        .where(SHEET.c.workshop_id == workshop_id, RATING.c.rated)
    )
    return frame_of(connection, query)


def overall_ratings(connection: sa.Connection, workshop_id: str) -> pd.DataFrame:
    """Return rep_id, rater_id, scenario_id, overall of the sheets that have an overall rating."""
    query = sa.select(SHEET.c.rep_id, SHEET.c.rater_id, SHEET.c.scenario_id, SHEET.c.overall)
    return frame_of(connection, query.where(SHEET.c.workshop_id == workshop_id, SHEET.c.overall.is_not(None)))


def barred_pairs(connection: sa.Connection, workshop_id: str) -> list[tuple[str, str]]:
    """Return the (rep_id, rater_id) of a workshop that must not meet.

    Nobody rates themselves, their own reports or their own team, and who is absent rates nobody.
    """
    rep, rater = WORKSHOP_MEMBER.alias("rep"), WORKSHOP_MEMBER.alias("rater")
    query = (
        sa.select(rep.c.person_id, rater.c.person_id)
        .select_from(rep)
        .join(rater, sa.and_(rater.c.workshop_id == rep.c.workshop_id, rater.c.part == "rater"))
        .join(PERSON, PERSON.c.person_id == rep.c.person_id)
        .outerjoin(TEAM, TEAM.c.team_id == PERSON.c.team_id)
        .where(
            rep.c.workshop_id == workshop_id,
            rep.c.part == "rep",
            sa.or_(
                rep.c.person_id == rater.c.person_id,
                PERSON.c.manager_id == rater.c.person_id,
                TEAM.c.manager_id == rater.c.person_id,
                rater.c.absent,
                rep.c.absent,
            ),
        )
    )
    return sorted((one, other) for one, other in connection.execute(query))


def estimates(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> pd.DataFrame:
    """Return the judges' estimates: judge_id, criterion_id, rating and seen, whether the judge may be named to `viewer`.

    Whoever may still judge gets the own rows alone (see `judges_freely`): judges estimate independently (Angoff 1971).
    Otherwise all rows, of which a trainer may see all with their judges and a judge the own ones; the
    others may enter the pooled pass mark and the spread only.
    """
    columns = (STANDARD_ESTIMATE.c.judge_id, STANDARD_ESTIMATE.c.criterion_id, STANDARD_ESTIMATE.c.rating)
    query = sa.select(*columns).where(STANDARD_ESTIMATE.c.workshop_id == workshop_id)
    if not judges_freely(connection, viewer, workshop_id):
        query = query.where(STANDARD_ESTIMATE.c.judge_id == viewer.person_id)
    frame = frame_of(connection, query.order_by(STANDARD_ESTIMATE.c.judge_id, STANDARD_ESTIMATE.c.criterion_id))
    frame["seen"] = (frame["judge_id"] == viewer.person_id) | (viewer.role == "trainer")
    return frame


def judges_freely(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> bool:
    """Say whether the others' estimates can no longer sway `viewer`.

    That is whoever has estimated every criterion, leads the setting of the mark, or does not judge here at all.
    """
    if not may_judge(connection, viewer, workshop_id) or leads_standard(connection, viewer, workshop_id):
        return True
    return viewer.person_id in _complete_judges(connection, workshop_id)


def judges_done(connection: sa.Connection, workshop_id: str) -> int:
    """Return how many judges have estimated every criterion."""
    return len(_complete_judges(connection, workshop_id))


def leads_standard(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> bool:
    """Say whether `viewer` leads the setting of the pass mark instead of judging."""
    leads = sa.select(STANDARD_LEADER).where(
        STANDARD_LEADER.c.workshop_id == workshop_id, STANDARD_LEADER.c.person_id == viewer.person_id
    )
    return connection.execute(leads).first() is not None


def lead_standard(store: Store, viewer: Viewer, workshop_id: str) -> None:
    """Let a trainer see all estimates and give up judging in this workshop for good; unfinished own ones go.

    Raises `NotAllowed` for anybody else, `InputError` where the workshop does not certify and `Conflict` for whoever
    has estimated every criterion.
    """
    with store.write(viewer.user_id) as change:
        connection = change.connection
        if viewer.role != "trainer" or viewer.person_id is None:
            raise NotAllowed(text("Only trainers lead the setting of a pass mark."))
        _require_mark(connection, workshop_id)
        if viewer.person_id in _complete_judges(connection, workshop_id):
            raise Conflict(text("You have given your estimates and see those of the others already."))
        own = (STANDARD_ESTIMATE.c.workshop_id == workshop_id, STANDARD_ESTIMATE.c.judge_id == viewer.person_id)
        for row in connection.execute(sa.select(STANDARD_ESTIMATE).where(*own)).mappings().all():
            name = f"{workshop_id}/{viewer.person_id}/{row['criterion_id']}"
            change.record("delete", STANDARD_ESTIMATE.name, name, before=dict(row))
        connection.execute(STANDARD_ESTIMATE.delete().where(*own))
        change.put(STANDARD_LEADER, {"workshop_id": workshop_id, "person_id": viewer.person_id}, {})


def may_judge(connection: sa.Connection, viewer: Viewer, workshop_id: str) -> bool:
    """Say whether `viewer` may give estimates: trainers, and the raters of the workshop."""
    return viewer.person_id is not None and takes_part(connection, viewer, workshop_id)


def save_estimates(store: Store, viewer: Viewer, workshop_id: str, ratings: Mapping[str, float]) -> None:
    """Store the viewer's own estimates: by criterion_id what a just good enough rep would get, from 1 to 5.

    Raises `NotAllowed` for anybody but a trainer or a rater of the workshop, `InputError` where the workshop
    does not certify, off the scale or for nothing at all, `NotFound` for a criterion that is not rated there and
    `Conflict` for whoever leads instead. What is changed after all have been seen is a second round; the audit
    keeps the first.
    """
    with store.write(viewer.user_id) as change:
        connection = change.connection
        if not may_judge(connection, viewer, workshop_id):
            raise NotAllowed(text("Only trainers and the raters of this workshop set its pass mark."))
        _require_mark(connection, workshop_id)
        if leads_standard(connection, viewer, workshop_id):
            raise Conflict(text("You lead the setting of this pass mark and know all estimates, so you do not judge."))
        second = viewer.person_id in _complete_judges(connection, workshop_id)
        if not ratings:
            raise InputError(text("There are no estimates to save: enter at least one."))
        known = _criteria(connection, workshop_id)
        for criterion_id, rating in ratings.items():
            if criterion_id not in known:
                raise NotFound(
                    text("The criterion “{criterion}” is not rated in this workshop.", criterion=criterion_id)
                )
            if not SCALE_LOW <= rating <= SCALE_HIGH:
                raise InputError(text("An estimate lies between 1 and 5, not at {value}.", value=rating))
            key = {"workshop_id": workshop_id, "judge_id": viewer.person_id, "criterion_id": criterion_id}
            change.put(STANDARD_ESTIMATE, key, {"rating": float(rating)}, why="second round" if second else None)


def _require_mark(connection: sa.Connection, workshop_id: str) -> None:
    if not certifies(connection, workshop_id):
        raise InputError(text("This workshop does not certify anybody, so it has no pass mark."))


def _complete_judges(connection: sa.Connection, workshop_id: str) -> set[str]:
    given: dict[str, set[str]] = {}
    query = sa.select(STANDARD_ESTIMATE.c.judge_id, STANDARD_ESTIMATE.c.criterion_id)
    for judge_id, criterion_id in connection.execute(query.where(STANDARD_ESTIMATE.c.workshop_id == workshop_id)):
        given.setdefault(judge_id, set()).add(criterion_id)
    wanted = _criteria(connection, workshop_id)
    return {judge_id for judge_id, criteria in given.items() if wanted <= criteria}


def _criteria(connection: sa.Connection, workshop_id: str) -> set[str]:
    bodies = [content(connection, "rubric", row.rubric_id, row.rubric_version) for row in rows_of(scenarios_of(connection, workshop_id))]  # fmt: skip
    return {criterion["id"] for body in bodies for criterion in body["criteria"]}
