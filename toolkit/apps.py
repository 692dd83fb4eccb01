"""One function per page: opens the stores, builds state, returns the widget. The only place that knows all slices."""

import datetime as dt
import logging
import os
from collections.abc import Callable
from functools import cache
from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit.access.roles import may_open
from toolkit.access.storage import read_account
from toolkit.controls.page import Panel, card, heading
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.desk import Desk
from toolkit.errors import NotAllowed, ToolkitError
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.organisation.content import competency_names
from toolkit.organisation.expectations import expectations_of
from toolkit.organisation.form import keep_roster, roster_form
from toolkit.settings import page_settings
from toolkit.store import Store, open_store
from toolkit.vocabulary import records_of, rows_of
from toolkit.wording import Text, counted, text

_log = logging.getLogger("toolkit")


def open_page(page: str) -> widgets.Widget:
    """Return the page with this id for the person who opened it (named by the server's environment).

    Whoever may not open it, and whatever goes wrong, gets a page that says so.
    """
    settings = page_settings()
    language = Language(os.environ.get("COACH_LANGUAGE", settings.language))
    status = StatusLine(language)
    try:
        store = _kept_store(settings.coaching_store)
        viewer = read_account(store, os.environ.get("COACH_VIEWER", "")).viewer
        if not may_open(viewer, page):
            raise NotAllowed(text("You may not open this page."))
        return PAGES[page](Desk(viewer, language, settings, store))
    except ToolkitError as error:
        status.fail(error)
    except Exception:
        _log.exception("the page %s could not be built", page)
        status.say(text("Sorry, this page could not be built. The reason is in the server's log."), "bad")
    return Panel([status])


@cache
def _kept_store(url: str) -> Store:
    return open_store(url, "coaching")


def roleplay_page(desk: Desk) -> widgets.Widget:
    """Score role-plays of a workshop, read its raw scores, or make a new workshop."""
    from toolkit.roleplay.page import RolePlayPage

    return RolePlayPage(desk.store, desk.viewer, desk.language, today=desk.today, zone=desk.zone, place=desk.place)


def skill_gap_page(desk: Desk) -> widgets.Widget:
    """Look at people's levels against their roles: one by one, as a team, or all."""
    from toolkit.plans.storage import catalogue
    from toolkit.skillgap.page import SkillGapPage

    def activities() -> pd.DataFrame:
        with desk.store.read() as connection:
            return catalogue(connection)

    return SkillGapPage(
        desk.store,
        desk.viewer,
        desk.language,
        today=desk.today,
        role_plays=lambda: _role_plays(desk),
        activities=activities,
        zone=desk.zone,
        place=desk.place,
    )


def plan_page(desk: Desk) -> widgets.Widget:
    """Make development plans and live with them; reps read, sign and follow their own."""
    from toolkit.plans.page import PlanPage

    people = desk.people(reps_only=True)

    @cache
    def known() -> Any:
        return _gap_state(desk, people)

    @cache
    def measured(day: dt.date, since: dt.date | None) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        state = known() if (day, since) == (desk.today, None) else _gap_state(desk, people, day, since)
        return state.levels, state.weighed.levels, state.evidence

    def ranks() -> pd.DataFrame:
        from toolkit.skillgap.ladders.storage import ranks

        with desk.store.read() as connection:
            return ranks(connection, desk.viewer)

    return PlanPage(
        desk.store,
        desk.viewer,
        desk.language,
        today=desk.today,
        zone=desk.zone,
        people=people,
        gaps=lambda: known().gaps,
        evidence=lambda: known().evidence,
        measured=measured,
        ranks=ranks,
        currency=desk.settings.currency,
        place=desk.place,
    )


def attrition_page(desk: Desk) -> widgets.Widget:
    """Attrition risk for HR: data sets, back-test, list."""
    from toolkit.attrition.page import RiskPage

    with desk.store.read() as connection:
        names = organisation.names(connection)
        numbers = organisation.employee_numbers(connection)
        known = organisation.current_versions(connection, "drivers")
        drivers = organisation.content(connection, "drivers", "default") if "default" in known else None
        words = organisation.group_words(connection)
    return RiskPage(
        desk.hr,
        desk.viewer,
        desk.language,
        names=names,
        numbers=numbers,
        today=desk.today,
        limit_mb=desk.settings.upload_limit_mb,
        remembered=desk.remembered("hr_months"),
        remember=lambda signature, mapping: _remember(desk, "hr_months", signature, mapping),
        drivers=drivers,
        values={group: desk.language.pick(both) for group, both in words.items()},
        place=desk.place,
        zone=desk.zone,
    )


def data_page(desk: Desk) -> widgets.Widget:
    """Bring in the roster, 360 ratings and activities from Excel or CSV."""
    from toolkit.controls.upload import Upload

    say = desk.language
    sections: dict[str, widgets.Widget] = {}
    for form, keep, known in import_kinds(desk).values():
        sections[say.say(form.title)] = Upload(
            form,
            language=say,
            on_confirm=keep,
            known=known,
            remembered=desk.remembered(form.id),
            limit_mb=desk.settings.upload_limit_mb,
        )
    if not sections:
        return Panel([card(heading(say("Nothing to import"), say("Your role brings in no data.")))])
    tabs = Tabs(sections, label=say("Data"))
    desk.place.follow_tabs("tab", tabs)
    return Panel([tabs, desk.place])


Keep = Callable[[pd.DataFrame, str, dict[str, str | None]], Text]


def import_kinds(desk: Desk) -> dict[str, tuple[Any, Keep, Callable[[], Any]]]:
    """Return what the viewer may import: by kind its form, how to keep it, and the ids it may refer to."""
    from toolkit.plans import storage as plans
    from toolkit.plans.form import activity_form, activity_rows
    from toolkit.skillgap import storage as skillgap
    from toolkit.skillgap.form import feedback_evidence, feedback_form

    names = competency_names(desk.content("framework"))
    role = desk.viewer.role

    def known_as(column: str) -> Callable[[], dict[str, Any]]:
        def known() -> dict[str, Any]:
            with desk.store.read() as connection:
                return {column: set(organisation.employee_numbers(connection))}

        return known

    def known_activities() -> dict[str, Any]:
        with desk.store.read() as connection:
            return {row["activity_id"]: row for row in records_of(plans.catalogue(connection))}

    def keep_people(frame: pd.DataFrame, signature: str, mapping: dict[str, str | None]) -> Text:
        with desk.store.write(desk.viewer.user_id) as change:
            count = keep_roster(change, frame)
            organisation.remember_mapping(change, "roster", signature, mapping)
        return counted("{count} person was stored.", "{count} people were stored.", count)

    def keep_feedback(frame: pd.DataFrame, signature: str, mapping: dict[str, str | None]) -> Text:
        with desk.store.write(desk.viewer.user_id) as change:
            numbers = organisation.employee_numbers(change.connection)
            rows, late = skillgap.without_late_raters(change.connection, feedback_evidence(frame, numbers))
            skillgap.add_evidence(change, rows)
            organisation.remember_mapping(change, "feedback", signature, mapping)
        stored = counted("{count} rating was stored.", "{count} ratings were stored.", len(rows))
        if not late:
            return stored
        left_out = counted(
            "{count} rating was left out: it comes from fewer than three new raters of a group that is shown already, and could be worked out.",
            "{count} ratings were left out: they come from fewer than three new raters of a group that is shown already, and could be worked out.",
            late,
        )
        return text("{first} {second}", first=stored, second=left_out)

    def keep_activities(frame: pd.DataFrame, signature: str, mapping: dict[str, str | None]) -> Text:
        with desk.store.write(desk.viewer.user_id) as change:
            known = {row["activity_id"]: row for row in records_of(plans.catalogue(change.connection))}
            activities, sessions = activity_rows(frame, known, desk.today)
            plans.keep_activities(change, activities)
            plans.add_sessions(change, sessions)
            organisation.remember_mapping(change, "activities", signature, mapping)
        return counted("{count} activity was stored.", "{count} activities were stored.", len(frame))

    kinds: dict[str, tuple[Any, Keep, Callable[[], Any]]] = {}
    if role in ("hr", "administrator"):
        kinds["roster"] = (roster_form(desk.content("roles")), keep_people, known_as("manager"))
    if role in ("hr", "administrator", "trainer"):
        kinds["feedback"] = (feedback_form(names), keep_feedback, known_as("employee_number"))
    if role in ("hr", "administrator", "trainer", "manager"):
        kinds["activities"] = (activity_form(names, known_activities, desk.today), keep_activities, dict)
    return kinds


def _gap_state(desk: Desk, people: pd.DataFrame, as_of: dt.date | None = None, since: dt.date | None = None) -> Any:
    """Return levels and gaps as of a day (today), from what was seen after `since`."""
    from toolkit.skillgap import storage as skillgap
    from toolkit.skillgap.state import GapState

    with desk.store.read() as connection:
        stored = skillgap.pooled_evidence(connection, desk.viewer)
    evidence = skillgap.joined(stored, _role_plays(desk))
    if since is not None:
        evidence = evidence[evidence["observed_on"] > pd.Timestamp(since)]
    expected = expectations_of(people, desk.content("roles"))
    return GapState(people, evidence, expected, as_of=as_of or desk.today)


def _role_plays(desk: Desk) -> pd.DataFrame:
    """Return the Evidence of all role-plays, with a column seen: whether the viewer may see the rep."""
    from toolkit.roleplay import storage as roleplay
    from toolkit.roleplay.evidence import role_play_evidence
    from toolkit.roleplay.rubric import Rubric

    with desk.store.read() as connection:
        ratings = roleplay.ratings(connection, desk.viewer)
        versions = ratings[["rubric_id", "rubric_version"]].drop_duplicates()
        rubrics = {
            f"{row.rubric_id}@{row.rubric_version}": Rubric.from_content(
                organisation.content(connection, "rubric", row.rubric_id, row.rubric_version)
            )
            for row in rows_of(versions)
        }
    # An old sheet keeps the rubric it was scored with.
    ratings["rubric_id"] = ratings["rubric_id"] + "@" + ratings["rubric_version"]
    # The same rater may have seen the same scenario in another workshop: that is another sheet.
    ratings["scenario_id"] = ratings["workshop_id"] + "/" + ratings["scenario_id"]
    found = role_play_evidence(ratings, rubrics)
    return found.assign(seen=found["person_id"].isin(ratings.loc[ratings["seen"], "rep_id"]))


def _remember(desk: Desk, form: str, signature: str, mapping: dict[str, str | None]) -> None:
    with desk.store.write(desk.viewer.user_id) as change:
        organisation.remember_mapping(change, form, signature, mapping)


PAGES: dict[str, Callable[[Desk], widgets.Widget]] = {
    "roleplay": roleplay_page,
    "skill-gaps": skill_gap_page,
    "plans": plan_page,
    "attrition": attrition_page,
    "data": data_page,
}
