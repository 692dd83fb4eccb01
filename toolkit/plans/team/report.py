"""A team's plans as tables and words."""

from collections.abc import Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from toolkit.language import Language
from toolkit.plans.report import Catalogue
from toolkit.plans.team_plan import Progress, TeamPlan
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

Names = Mapping[str, Mapping[str, str]]
PEOPLE_LABELS = {
    "name": text("Name"),
    "team": text("Team"),
    "activities": text("Activities"),
    "hours": text("Hours"),
    "cost": text("Cost"),
    "before": text("Expected gap before (levels)"),
    "after": text("Expected gap after (levels)"),
    "share": text("Of what is possible alone"),
}
SHARED_LABELS = {
    "what": text("Shared"),
    "capacity": text("Available"),
    "used": text("Used"),
    "left": text("Left over"),
    "price": text("One more would close (weighted levels)"),
}
WITHOUT_LABELS = {"name": text("Name"), "team": text("Team"), "reason": text("Why")}
ITEM_LABELS = {
    "name": text("Name"),
    "activity": text("Activity"),
    "kind": text("Kind"),
    "starts_on": text("Start"),
    "ends_on": text("End"),
    "hours": text("Hours"),
    "cost": text("Cost"),
    "why": text("Why it is in"),
}
LEAST_GAP = 0.1
_FINE = text("No gap worth a plan: say so, and ask what this person wants to grow in.")
_STAFF = {"trainer": text("Trainers' hours for accompanying"), "mentor": text("Mentors' hours")}


def team_proof(plan: TeamPlan) -> Text:
    """Say how far from the best possible all plans together can be at most."""
    if not plan.value > 0:
        if len(plan.items):
            return text("What is in the plans would bring less than its hours are to bring.")
        return text("No activity within these limits closes a gap that was seen.")
    if plan.stopped:
        return text(
            "Stopped early: these are the best plans so far. No plans within these limits are better by more than {share} %.",
            share=_percent(plan.gap),
        )
    return text("Proven: no plans within these limits are better by more than {share} %.", share=_percent(plan.gap))


def progress_words(now: Progress) -> Text:
    """Say how far planning is."""
    if now.gap == float("inf"):
        return text("Looking for what is worth most to whom…")
    return text(
        "Plans so far are worth {value} weighted levels; no plans are better by more than {share} %.",
        value=f"{now.value:.1f}",
        share=_percent(now.gap),
    )


def _percent(share: float) -> str:
    return f"{max(100 * share, 0.01):.1f}" if share >= 0.001 else f"{max(100 * share, 0.01):.2f}"


def team_facts(plan: TeamPlan, language: Language, currency: str, fine: int = 0) -> Markup:
    """Return the figures of all plans together, with the proof; `fine` more people need none."""
    items = plan.items
    before = sum(sum(one.before.values()) for one in plan.plans)
    after = sum(sum(one.after.values()) for one in plan.plans)
    planned = sum(bool(one.items) for one in plan.plans)
    facts = [
        (
            language("People with a plan"),
            str(planned),
            language.count("of {count} person", "of {count} people", planned + len(plan.without) + fine),
        ),
        (language("Activities"), str(len(items)), ""),
        (language("Hours"), language.number(float(items["hours"].sum()), 0), ""),
        (language("Cost"), language.money(float(items["cost"].sum()), currency), ""),
        (
            language("Expected gap, all competencies"),
            language("{before} → {after}", before=language.number(before, 1), after=language.number(after, 1)),
            language("levels"),
        ),
    ]
    body = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{} <small>{}</small></dd></div>").format(*fact) for fact in facts
    )
    return Markup("<dl class='coach-facts'>{}</dl><p>{}</p>").format(body, language.say(team_proof(plan)))


def people_table(plan: TeamPlan, people: pd.DataFrame, teams: Mapping[str, str]) -> pd.DataFrame:
    """Return one row a person with the columns of `PEOPLE_LABELS`, in the order of `people`, and person_id."""
    alone = dict(zip(plan.problem.crowd.ids, plan.certificate.alone, strict=True))
    found = {one.person_id: one for one in plan.plans}
    rows = []
    for row in rows_of(people[people["person_id"].isin(found)]):
        one = found[row.person_id]
        most = float(alone[row.person_id])
        rows.append(
            (row.person_id, row.name, teams.get(row.team_id, ""), len(one.items), one.hours, one.cost,
             sum(one.before.values()), sum(one.after.values()), min(max(one.value / most, 0.0), 1.0) if most > 0 else None)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["person_id", *PEOPLE_LABELS])


def shared_table(
    plan: TeamPlan, catalogue: Catalogue, sessions: pd.DataFrame | None, teams: Mapping[str, str], language: Language
) -> pd.DataFrame:
    """Return what is shared and how much of it is used, with the columns of `SHARED_LABELS`; unused seats are left out."""
    known = {} if sessions is None else {row.session_id: row for row in rows_of(sessions)}
    rows = []
    for row in rows_of(plan.shared):
        if row.kind == "seats":
            if not row.used:
                continue
            session = known[row.name]
            name = catalogue.name(session.activity_id)
            what = language("Seats: {activity}, {day}", activity=name, day=session.starts_on.date())
        elif row.kind == "staff":
            what = language.say(_STAFF[row.name])
        elif row.kind == "team_budget":
            what = language("Budget of {team}", team=teams.get(row.name, row.name))
        else:
            what = language("Budget of all together")
        rows.append((what, row.capacity, row.used, row.capacity - row.used, row.price))
    return pd.DataFrame(rows, columns=list(SHARED_LABELS))


def without_table(
    plan: TeamPlan, people: pd.DataFrame, teams: Mapping[str, str], language: Language, fine: Sequence[str] = ()
) -> pd.DataFrame:
    """Return who has no plan and why, `fine` because they have no gap, with the columns of `WITHOUT_LABELS`, and person_id."""
    known = people.set_index("person_id")
    rows = [
        (row.person_id, known["name"].get(row.person_id, row.person_id), teams.get(str(known["team_id"].get(row.person_id)), ""),
         language.say(row.reason))
        for row in rows_of(pd.concat([plan.without, pd.DataFrame({"person_id": fine, "reason": [_FINE] * len(fine)})]))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["person_id", *WITHOUT_LABELS])


def without_gap(gaps: pd.DataFrame) -> tuple[str, ...]:
    """Return who was seen and is expected to lack less than a tenth of a level in all competencies together."""
    seen = gaps[gaps["level"].notna() & (gaps["weight"] > 0)]
    lacking = (seen["priority"] / seen["weight"]).groupby(seen["person_id"], sort=False).sum()
    return tuple(str(one) for one in lacking.index[lacking < LEAST_GAP])


def item_table(
    plan: TeamPlan, people: pd.DataFrame, catalogue: Catalogue, names: Names, language: Language
) -> pd.DataFrame:
    """Return all items of all plans, with the columns of `ITEM_LABELS`."""
    called = dict(zip(people["person_id"], people["name"], strict=True))
    rows = [
        (called.get(one.person_id, one.person_id), catalogue.name(item.activity_id), catalogue.kind(item.activity_id),
         item.starts_on, item.ends_on, item.hours, item.cost, language.say(one.why(item.activity_id, names)))
        for one in plan.plans
        for item in one.items
    ]  # fmt: skip
    found = pd.DataFrame(rows, columns=list(ITEM_LABELS))
    return found.astype({"starts_on": "datetime64[ns]", "ends_on": "datetime64[ns]"})


def team_workbook(
    plan: TeamPlan,
    people: pd.DataFrame,
    catalogue: Catalogue,
    sessions: pd.DataFrame | None,
    teams: Mapping[str, str],
    names: Names,
    language: Language,
) -> bytes:
    """Return the plans as an Excel workbook: people, items, what is shared, who is left without."""
    from toolkit.documents.template_file import write_tables

    return write_tables(
        [
            (text("Plans by person"), people_table(plan, people, teams), PEOPLE_LABELS),
            (text("Activities"), item_table(plan, people, catalogue, names, language), ITEM_LABELS),
            (text("What is shared"), shared_table(plan, catalogue, sessions, teams, language), SHARED_LABELS),
            (text("Without a plan"), without_table(plan, people, teams, language), WITHOUT_LABELS),
        ],
        language,
    )
