"""The sample organisation on its way into empty stores, and who may look around in it."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.access.local import SampleUser
from toolkit.access.roles import Role, Viewer
from toolkit.attrition import storage as hr
from toolkit.organisation import storage as organisation
from toolkit.organisation.content import competency_names, read_packs
from toolkit.plans import storage as plans
from toolkit.roleplay import storage as roleplay
from toolkit.roleplay.tables import CALIBRATION, CALIBRATION_SHEET, RATING, SHEET
from toolkit.settings import shipped
from toolkit.skillgap import storage as skillgap
from toolkit.skillgap.evidence import STANDARD_ERROR
from toolkit.skillgap.feedback_round import storage as rounds
from toolkit.skillgap.feedback_round.invitation import propose_invitations
from toolkit.skillgap.feedback_round.tables import ANSWER, INVITATION
from toolkit.skillgap.ladders.tables import PERSON_FIGURE, PERSON_RANK
from toolkit.store import Change, Store
from toolkit.vocabulary import records_of, rows_of

_ACTOR = "sample"
# What the raters of the sample's calibration add to the key, criterion by criterion: close, lenient, hard, scattered.
_OFF_THE_KEY = (
    (0, 0, 1, 0, 0, 0, 0, -1),
    (1, 1, 1, 0, 1, 0, 1, 2),
    (-1, 0, 0, -1, -1, -1, 0, -1),
    (1, -1, 2, 0, 0, -2, 1, 1),
)
_RANKS = {"junior": "associate", "middle": "specialist", "senior": "senior_specialist"}
_LAST_WORKSHOP = "b01949d7-8496-44fb-98be-49e6b0244f97"


def is_empty(coaching: Store) -> bool:
    """Say whether a coaching store knows nobody yet."""
    with coaching.read() as connection:
        return not organisation.names(connection)


def load_content(coaching: Store) -> None:
    """Store the content packs that ship: framework, roles, rubrics, scenarios, performances, drivers, catalogue."""
    packs = read_packs()
    with coaching.write(_ACTOR) as change:
        for kind in ("framework", "roles", "drivers"):
            organisation.keep_content(change, kind, "default", packs[kind])
        for kind, plural in (("rubric", "rubrics"), ("scenario", "scenarios"), ("calibration", "calibrations")):
            for body in packs[plural][plural]:
                organisation.keep_content(change, kind, body["id"], body)
        plans.keep_activities(change, [_activity(body) for body in packs["activities"]["activities"]])


def has_content(coaching: Store) -> bool:
    """Say whether a coaching store has a framework, without which no page can work."""
    with coaching.read() as connection:
        return bool(organisation.current_versions(connection, "framework"))


def load_sample(coaching: Store, hr_store: Store) -> None:
    """Fill two empty stores with the sample organisation of ``datasets/organisation``.

    People come last: an interrupted loading is begun again, and nothing is there twice.
    """
    folder = shipped("datasets", "organisation")
    load_content(coaching)
    viewer = Viewer(_ACTOR, "", Role.HR, None, "en")
    if not hr.data_sets(hr_store, viewer):
        months = pd.read_csv(folder / "rep_months.csv", parse_dates=["month", "hired_on", "left_on"])
        hr.keep_data_set(hr_store, viewer, "sample", "months", months)
    with coaching.write(_ACTOR) as change:
        _load_people(change, folder)
        _load_workshops(change, folder)
        _open_workshop(change)
        _load_calibrations(change)
        _load_feedback(change, folder)
        _load_ranks(change, folder)
        _open_feedback_round(change, folder)
        sessions = pd.read_csv(folder / "sessions.csv", parse_dates=["starts_on"])
        sessions["starts_on"] = sessions["starts_on"].dt.date
        plans.add_sessions(change, records_of(sessions))


def sample_users(coaching: Store) -> list[SampleUser]:
    """Return whom a visitor may look around as: people of the sample, one for each role."""
    folder = shipped("datasets", "organisation")
    people = pd.read_csv(folder / "people.csv", dtype=str)
    teams = pd.read_csv(folder / "teams.csv", dtype=str)
    with coaching.read() as connection:
        raters = set(roleplay.raters(connection))
    here = people[people["left_on"].isna()]
    staff = here.set_index("person_id")
    manager = _sample_manager(raters, teams)
    team = teams.loc[teams["manager_id"] == manager, "team_id"].iloc[0]
    trainers = here[here["role_id"] == "trainer"]
    reps = here[(here["team_id"] == team) & (here["role_id"] != "area_manager")]
    chosen = [
        (Role.TRAINER, next((p for p in trainers["person_id"] if p in raters), trainers["person_id"].iloc[0])),
        (Role.MANAGER, manager),
        (Role.HR, here.loc[here["role_id"] == "hr", "person_id"].iloc[0]),
        (Role.REP, reps["person_id"].iloc[0]),
        (Role.ADMINISTRATOR, here.loc[here["role_id"] == "administrator", "person_id"].iloc[0]),
    ]
    return [SampleUser(role, str(staff.at[person, "name"]), person) for role, person in chosen]


def _sample_manager(raters: set[str], teams: pd.DataFrame) -> str:
    return str(next((m for m in teams["manager_id"] if m in raters), teams["manager_id"].iloc[0]))


def _activity(body: dict[str, Any]) -> dict[str, Any]:
    return {
        "activity_id": body["id"],
        "name_en": body["name"]["en"],
        "name_zh": body["name"]["zh"],
        "summary_en": body["summary"]["en"],
        "summary_zh": body["summary"]["zh"],
        **{name: body[name] for name in ("kind", "content_area", "tier", "language", "mode")},
        "hours": float(body["hours"]),
        "cost": float(body["cost"]),
        "weeks": body["weeks"],
        "seats": body.get("seats"),
        "prerequisites": "; ".join(body["prerequisites"]) or None,
        "gains": body["gains"],
        "provider_en": body["provider"]["en"],
        "provider_zh": body["provider"]["zh"],
        **{name: body.get(name) for name in ("after_weeks", "repeat_after_weeks", "best_level", "gain_sds")},
    }


def _load_people(change: Change, folder: Path) -> None:
    teams = pd.read_csv(folder / "teams.csv", dtype=str)
    change.connection.execute(organisation.TEAM.insert(), records_of(teams))
    people = pd.read_csv(folder / "people.csv", dtype=str).drop(columns="tier_since")
    for name in ("hired_on", "left_on"):
        days = pd.to_datetime(people[name])
        people[name] = [None if pd.isna(day) else day.date() for day in days]
    people = people.astype(object).where(people.notna(), None)
    change.connection.execute(organisation.PERSON.insert(), records_of(people))
    change.record("import", "person", "sample", after={"people": len(people), "teams": len(teams)})


def _load_ranks(change: Change, folder: Path) -> None:
    """Give everybody a rank by role and tier, and the attainment of the last twelve months."""
    people = pd.read_csv(folder / "people.csv", dtype=str, parse_dates=["tier_since"])
    staff = ("trainer", "hr", "administrator")
    ranks = [
        {
            "person_id": row.person_id,
            "rank_id": "team_lead" if row.role_id == "area_manager" else _RANKS[row.tier_id],
            "since": None if pd.isna(row.tier_since) else row.tier_since.date(),
        }
        for row in rows_of(people[~people["role_id"].isin(staff)])
    ]
    months = pd.read_csv(folder / "rep_months.csv", usecols=["person_id", "month", "target", "result"])
    months["month"] = pd.to_datetime(months["month"])
    last = months["month"].max()
    recent = months[months["month"] > last - pd.DateOffset(months=12)]
    sums = recent.groupby("person_id")[["target", "result"]].sum()
    sums = sums[sums["target"] > 0]
    as_of = (last + pd.offsets.MonthEnd(0)).date()
    figures = [
        {"person_id": person, "figure_id": "target_attainment", "value": round(result / target, 3), "as_of": as_of}
        for person, target, result in zip(sums.index, sums["target"], sums["result"], strict=True)
    ]
    change.connection.execute(PERSON_RANK.insert(), ranks)
    change.connection.execute(PERSON_FIGURE.insert(), figures)
    change.record("import", "person_rank", "sample", after={"ranks": len(ranks), "figures": len(figures)})


def _load_workshops(change: Change, folder: Path) -> None:
    workshops = pd.read_csv(folder / "workshops.csv", parse_dates=["held_on"])
    sheets = pd.read_csv(folder / "workshop_sheets.csv", parse_dates=["rated_at"])
    ratings = pd.read_csv(folder / "ratings.csv")
    scenarios = {body["id"]: body["rubric"] for body in read_packs()["scenarios"]["scenarios"]}
    for workshop in rows_of(workshops):
        own = sheets[sheets["workshop_id"] == workshop.workshop_id]
        roleplay.create_workshop(
            change,
            name={"en": workshop.name_en, "zh": workshop.name_zh},
            held_on=workshop.held_on.date(),
            scenarios={scenario: scenarios[scenario] for scenario in own["scenario_id"].unique()},
            reps=list(own["rep_id"].unique()),
            raters=list(own["rater_id"].unique()),
            workshop_id=workshop.workshop_id,
        )
    sheets["rated_on"] = sheets["rated_at"].dt.date
    sheets["updated_at"] = [moment.to_pydatetime() for moment in sheets.pop("rated_at")]
    change.connection.execute(SHEET.insert(), records_of(sheets.assign(source="role_play")))
    ratings = ratings.astype(object).where(ratings.notna(), None)
    change.connection.execute(RATING.insert(), records_of(ratings))


def _open_workshop(change: Change) -> None:
    """Make a workshop of today that waits for its first sheet, with the raters of the last one."""
    reps, raters = (
        [row.person_id for row in rows_of(roleplay.members_of(change.connection, _LAST_WORKSHOP, part))]
        for part in ("rep", "rater")
    )
    roleplay.create_workshop(
        change,
        name={"en": "Practice workshop: nothing scored yet", "zh": "练习工作坊（尚未评分）"},
        held_on=change.at.date(),
        scenarios={"price_objection": "customer_visit", "team_conflict": "team_conversation"},
        reps=[rep for rep in reps if rep not in raters][:12],
        raters=raters,
    )


def _load_calibrations(change: Change) -> None:
    """Make a session of three months ago that the last workshop's raters handed in, and one of today that waits."""
    today = change.at.date()
    raters = [row.person_id for row in rows_of(roleplay.members_of(change.connection, _LAST_WORKSHOP, "rater"))]
    versions = organisation.current_versions(change.connection, "rubric")
    packs = read_packs()["calibrations"]["calibrations"]
    for body, held_on in zip(packs, (today - dt.timedelta(days=95), today), strict=False):
        row = {
            "calibration_id": body["id"],
            "name_en": body["name"]["en"],
            "name_zh": body["name"]["zh"],
            "held_on": held_on,
            "scenario_id": body["scenario"],
            "rubric_id": body["rubric"],
            "rubric_version": versions[body["rubric"]],
            "performance": json.dumps(body["performance"], ensure_ascii=False),
            "key": body["key"],
        }
        change.connection.execute(CALIBRATION.insert().values(**row))
    for rater_id, off in zip(raters, _OFF_THE_KEY, strict=False):
        given = {
            criterion: {"rating": min(max(float(one["rating"]) + step, 1.0), 5.0), "note": None}
            for (criterion, one), step in zip(packs[0]["key"].items(), off, strict=True)
        }
        sheet = {"calibration_id": packs[0]["id"], "rater_id": rater_id, "ratings": given}
        done = change.at - dt.timedelta(days=95)
        change.connection.execute(CALIBRATION_SHEET.insert().values(**sheet, submitted_at=done))
    change.record("import", "calibration", "sample", after={"sessions": len(packs)})


def _open_feedback_round(change: Change, folder: Path) -> None:
    """Make a 360 round of today on three people of one team; some forms are in, one is begun, the rest wait."""
    today = change.at.date()
    viewer = Viewer(_ACTOR, "", Role.HR, None, "en")
    people = organisation.people(change.connection, viewer)
    teams = pd.read_csv(folder / "teams.csv", dtype=str)
    manager = _sample_manager(set(roleplay.raters(change.connection)), teams)
    team = people[people["manager_id"].eq(manager)].sort_values("employee_number")
    rated = list(team["person_id"].head(3))
    asked = ["communication", "needs_analysis", "negotiation", "teamwork"]
    made = rounds.create_round(
        change,
        viewer,
        name=f"{today.year}Q{(today.month + 2) // 3}",
        opens_on=today,
        due_on=today + dt.timedelta(days=14),
        invitations=propose_invitations(people, rated),
        asked=dict.fromkeys(rated, asked),
    )
    forms = rounds.invitations(change.connection, viewer, made)
    colleagues = forms[forms["relation"].eq("peer") & ~forms["rater_id"].isin(rated)]
    for number, form in enumerate(records_of(colleagues)[:7]):
        begun = asked[:2] if number == 6 else asked
        given = [
            {
                "invitation_id": form["invitation_id"],
                "competency_id": competency,
                "rating": 2 + (3 * number + at) % 4,
                "comment": None,
                "rated": True,
            }
            for at, competency in enumerate(begun)
        ]
        change.connection.execute(ANSWER.insert(), given)
        if begun == asked:
            done = INVITATION.c.invitation_id == form["invitation_id"]
            change.connection.execute(INVITATION.update().where(done).values(handed_in_at=change.at))


def _load_feedback(change: Change, folder: Path) -> None:
    feedback = pd.read_csv(folder / "feedback.csv", parse_dates=["observed_on"])
    known = set(competency_names(read_packs()["framework"]))
    feedback = feedback[feedback["competency_id"].isin(known)].rename(columns={"relation": "source", "rating": "level"})
    feedback["level"] = feedback["level"].astype(float)
    feedback["observed_on"] = feedback["observed_on"].dt.date
    feedback["standard_error"] = feedback["source"].map(STANDARD_ERROR)
    skillgap.add_evidence(change, records_of(feedback))
