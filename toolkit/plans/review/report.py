"""A plan that is lived with, in words and as a workbook."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.controls.table_cells import Mark
from toolkit.documents.grid_file import Grid, Said, write_grids
from toolkit.language import Language
from toolkit.plans.plan import Plan
from toolkit.plans.plan_comparison import compare_plans
from toolkit.plans.report import Catalogue
from toolkit.plans.review.book import PlanRecord
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

Rows = list[list[Said | float | None]]
PLAN_STATUS_WORDS = {
    "draft": text("Draft, not agreed yet"),
    "agreed": text("Agreed"),
    "under_way": text("Under way"),
    "done": text("Done"),
    "dropped": text("Dropped"),
}
STATUS_WORDS = {
    "planned": text("Planned"),
    "under_way": text("Under way"),
    "done": text("Done"),
    "missed": text("Missed"),
}
PARTY_WORDS = {"rep": text("Rep"), "manager": text("Superior")}
CHANGE_WORDS = {
    "added": text("Comes in"),
    "dropped": text("Goes out"),
    "moved": text("Other dates"),
    "changed": text("Changed"),
    "same": text("The same"),
}
CHANGE_LABELS = {
    "activity": text("Activity"),
    "change": text("Change"),
    "old": text("Start before"),
    "new": text("Start now"),
    "why": text("Why"),
}
REACH_WORDS = {
    "reachable": text("Reachable"),
    "ambitious": text("Ambitious"),
    "out_of_reach": text("Hardly reachable"),
    "cannot_tell": text("Cannot be told yet"),
}


def change_marks(language: Language) -> dict[str, Mark]:
    """Return the marks of the kinds of change."""
    tones = {"added": "good", "dropped": "bad", "moved": "warn", "changed": "warn", "same": "quiet"}
    return {one: Mark(language.say(words), tones[one]) for one, words in CHANGE_WORDS.items()}  # type: ignore[arg-type]


def change_rows(
    old: Plan, new: Plan, names: Mapping[str, object], catalogue: Catalogue, language: Language
) -> pd.DataFrame:
    """Return what differs between two plans of one person: activity, change, old, new and why in words."""
    found = compare_plans(old, new, names)
    rows = [
        (
            catalogue.name(row.activity_id),
            row.change,
            language.date(row.old_starts_on) if row.old_starts_on else "–",
            language.date(row.new_starts_on) if row.new_starts_on else "–",
            language.say(row.why),
        )
        for row in rows_of(found)
    ]
    return pd.DataFrame(rows, columns=list(CHANGE_LABELS))


def standing_words(record: PlanRecord, language: Language) -> list[str]:
    """Return version, status and signatures as sentences."""
    say = language
    status = say.say(PLAN_STATUS_WORDS[record.status])
    lines = [say("Version {version}: {status}.", version=record.version, status=status)]
    if record.reason:
        lines.append(say("Reason: {reason}", reason=record.reason))
    for party, words in PARTY_WORDS.items():
        if party in record.signed:
            lines.append(say("{party}: agreed on {day}.", party=words, day=record.signed[party]))
        elif record.is_open:
            lines.append(say("{party}: has not agreed yet.", party=words))
    return lines


def reminder_rows(record: PlanRecord, catalogue: Catalogue, today: Any, language: Language) -> list[str]:
    """Return what is due as sentences."""
    lines = []
    for one in record.reminders(today):
        party = PARTY_WORDS[one.party]
        if one.activity_id is None:
            lines.append(language("{party}: {words}", party=party, words=one.words))
        else:
            name = catalogue.name(one.activity_id)
            lines.append(language("{party}: “{activity}”: {words}", party=party, activity=name, words=one.words))
    return lines


def progress_words(record: PlanRecord, activity_id: str, language: Language) -> str:
    """Return how far an item is, with the day it was done."""
    one = record.of(activity_id)
    if one.done_on is not None:
        return language("Done on {day}", day=one.done_on)
    return language.say(STATUS_WORDS[one.status])


def goals_by_item(record: PlanRecord) -> dict[str, list[Mapping[str, Any]]]:
    """Return the goals of each item."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in record.goals:
        found.setdefault(row["activity_id"], []).append(row)
    return found


def plan_workbook(record: PlanRecord, person: str, names: Mapping[str, Mapping[str, str]], catalogue: Catalogue,
                  language: Language) -> bytes:  # fmt: skip
    """Return a plan with its progress, goals and reviews as an Excel workbook."""
    say, plan = language, record.plan
    items: Rows = [
        [
            catalogue.name(item.activity_id),
            catalogue.kind(item.activity_id),
            say.date(item.starts_on),
            say.date(item.ends_on),
            item.hours,
            item.cost,
            progress_words(record, item.activity_id, say),
            say.say(plan.why(item.activity_id, names)),
        ]
        for item in plan.items
    ]
    goals: Rows = [
        [catalogue.name(row["activity_id"]), say.date(pd.Timestamp(row["due_on"]).date()), _goal(row, say)]
        for row in record.goals
    ]
    reviews: Rows = [
        [say.date(pd.Timestamp(row.due_on).date()), "" if pd.isna(row.held_on) else say.date(pd.Timestamp(row.held_on).date()), row.note]
        for row in rows_of(record.reviews)
    ]  # fmt: skip
    heads: Sequence[Text] = [text("Activity"), text("Kind"), text("From"), text("To"), text("Hours"), text("Cost")]
    gaps: Rows = [
        [say.pick(names.get(one, {"en": one})), round(size, 3), round(plan.after[one], 3)]
        for one, size in sorted(plan.before.items(), key=lambda pair: -pair[1])
    ]
    grids = [
        Grid(text("Activities"), [*heads, text("Status"), text("Why")], items),
        Grid(text("Goals"), [text("Activity"), text("By"), text("Goal")], goals),
        Grid(text("Reviews"), [text("Due"), text("Held"), text("Note")], reviews),
        Grid(text("Expected gap"), [text("Competency"), text("Before (levels)"), text("After (levels)")], gaps),
    ]
    return write_grids(grids, say, say("Development plan {name}", name=person))


def _goal(row: Mapping[str, Any], language: Language) -> str:
    return language.pick({"en": str(row["words_en"]), "zh": str(row["words_zh"])})
