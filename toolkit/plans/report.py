"""A plan as words, as a Word document and as a calendar."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from toolkit.language import Language
from toolkit.plans.plan import VISIBLE, Plan, PlanItem
from toolkit.vocabulary import records_of
from toolkit.wording import Text, text

KIND_WORDS = {
    "course": text("Course"),
    "drill": text("Drill"),
    "joint_visit": text("Joint visit"),
    "mentoring": text("Mentoring"),
    "shadowing": text("Shadowing"),
    "e_learning": text("E-learning"),
    "sharing_session": text("Sharing session"),
    "rotation": text("Rotation"),
    "reading": text("Reading"),
}

# Expected gap of all competencies together, in levels, below which a plan is not worth its hours.
_HARDLY = 0.1


class Catalogue:
    """Looks up an activity's words; `activities` carries name_en, name_zh, summary_en and summary_zh."""

    def __init__(self, activities: pd.DataFrame, language: Language):
        self._rows = {row["activity_id"]: row for row in records_of(activities)}
        self._language = language

    def name(self, activity_id: str) -> str:
        """Return an activity's name, or its id where it has left the catalogue."""
        return self._word(activity_id, "name") or activity_id

    def summary(self, activity_id: str) -> str:
        """Return what one does in an activity."""
        return self._word(activity_id, "summary")

    def kind(self, activity_id: str) -> str:
        """Return the kind of an activity in words."""
        if activity_id not in self._rows:
            return ""
        kind = self._rows[activity_id]["kind"]
        return self._language.say(KIND_WORDS[kind])

    def _word(self, activity_id: str, column: str) -> str:
        if activity_id not in self._rows:
            return ""
        row = self._rows[activity_id]
        return self._language.pick({"en": row[f"{column}_en"], "zh": row[f"{column}_zh"]})


def proof(plan: Plan) -> Text:
    """Say how far from the best possible a plan can be at most."""
    if not plan.items:
        return plan.reason or text("No activity within these limits closes a gap that was seen.")
    if plan.value <= 0 and not any(size >= VISIBLE for item in plan.items for size in item.closes.values()):
        return text("What is pinned closes no gap that was seen.")
    if plan.value <= 0:
        return text("What is in the plan would bring less than its hours are to bring.")
    if plan.limits.least_gain > 0:
        return text(
            "Proven: with these limits, pins and exclusions no plan is worth more than this one by more than {share} %, "
            "where each ten hours count as {least} weighted levels.",
            share=f"{max(100 * plan.gap, 0.01):.2f}",
            least=f"{plan.limits.least_gain:g}",
        )
    return text(
        "Proven: with these limits, pins and exclusions no plan closes the gaps better by more than {share} %.",
        share=f"{max(100 * plan.gap, 0.01):.2f}",
    )


def item_facts(item: PlanItem, language: Language, currency: str) -> str:
    """Return dates, hours and cost of an item as one line."""
    return language(
        "{start} – {end} · {hours} h · {cost}",
        start=item.starts_on,
        end=item.ends_on,
        hours=language.number(item.hours, 0 if item.hours == int(item.hours) else 1),
        cost=language.money(item.cost, currency),
    )


def word_plan(
    plan: Plan,
    person: str,
    names: Mapping[str, Mapping[str, str]],
    activities: pd.DataFrame,
    language: Language,
    *,
    currency: str,
    today: dt.date,
    goals: Sequence[Mapping[str, Any]] = (),
    signed: Mapping[str, dt.date] | None = None,
) -> bytes:
    """Return the plan as a Word document in one language, with a place to sign.

    `goals` are rows of `goal_report.goal_rows`; `signed` gives the day on which rep and manager have agreed.
    """
    from toolkit.documents.word import WordDocument

    catalogue = Catalogue(activities, language)
    title = language("Individual development plan")
    document = WordDocument(language, title, language("{person} · made on {day}", person=person, day=today), date=today)
    limits = plan.limits
    document.key_values(
        [
            (language("From – to"), language("{start} – {end}", start=limits.start, end=limits.deadline)),
            (language("Hours per week"), language.number(limits.hours_per_week, 1)),
            (language("Hours in all"), language.number(plan.hours, 1)),
            (language("Cost"), language.money(plan.cost, currency)),
        ]
    )
    document.paragraph(language.say(proof(plan)))
    document.heading(language("Activities"))
    headers = [language("Activity"), language("When"), language("Hours"), language("Cost"), language("Why")]
    rows = [
        [
            language("{activity} ({kind})", activity=catalogue.name(i.activity_id), kind=catalogue.kind(i.activity_id)),
            language("{start} – {end}", start=i.starts_on, end=i.ends_on),
            language.number(i.hours, 1),
            language.money(i.cost, currency),
            language.say(plan.why(i.activity_id, names)),
        ]
        for i in plan.items
    ]
    document.table(headers, rows, [3.2, 2.2, 0.9, 1.1, 3.2])
    if goals:
        document.heading(language("Goals"))
        document.bullets(language.pick({"en": row["words_en"], "zh": row["words_zh"]}) for row in goals)
    document.heading(language("Expected gap before and after"))
    document.table(
        [language("Competency"), language("Before (levels)"), language("After (levels)")],
        [
            [
                language.pick(names.get(c, {"en": c})),
                language.number(plan.before[c], 2),
                language.number(plan.after[c], 2),
            ]
            for c in sorted(plan.before, key=lambda c: -plan.before[c])
        ],
    )
    document.paragraph(
        language(
            "The figures are expectations from the levels seen so far and the catalogue's expected gains; "
            "they are to be checked against what is observed afterwards."
        )
    )
    document.heading(language("Agreed"))
    days = [language.date(day) if (day := (signed or {}).get(party)) else "" for party in ("rep", "manager")]
    document.table([language("Rep"), language("Superior"), language("Date")], [[*days, ""]])
    return document.to_bytes()


def calendar_plan(
    plan: Plan,
    activities: pd.DataFrame,
    language: Language,
    *,
    stamp: dt.datetime,
    version: int,
    earlier: Sequence[Plan] = (),
    done: Collection[str] = (),
    dropped: bool = False,
    reviews: Sequence[dt.date] = (),
    cancelled_reviews: Sequence[dt.date] = (),
    time_zone: str = "Asia/Shanghai",
) -> bytes:
    """Return the plan as a calendar; a later `version` of it replaces the earlier one's entries.

    What was in `earlier` versions (the newest first) and is no longer in this one is cancelled, and everything of a
    `dropped` plan; but not what ended before the day of `stamp` or is `done` (ids): that took place. A
    review is a day or, with a time of day in `time_zone`, an hour; `cancelled_reviews` are those taken away.
    """
    from toolkit.documents.calendar_file import CalendarEvent, write_calendar

    catalogue = Catalogue(activities, language)
    kept = {item.activity_id for item in plan.items}
    old = {item.activity_id: item for one in reversed(earlier) for item in one.items if item.activity_id not in kept}

    def over(item: PlanItem) -> bool:
        return item.activity_id in done or item.ends_on < stamp.date()

    gone = [item for item in old.values() if not over(item)]
    events = [
        CalendarEvent(
            key=f"plan/{plan.person_id}/{item.activity_id}",
            title=catalogue.name(item.activity_id),
            description=catalogue.summary(item.activity_id),
            starts=item.starts_on,
            ends=item.ends_on,
            sequence=version,
            cancelled=not over(item) and (dropped or item.activity_id not in kept),
        )
        for item in (*plan.items, *gone)
    ]
    times = Counter(cancelled_reviews)
    for day in (*reviews, *(one for one in times if one not in reviews)):
        off = day not in reviews
        events.append(
            CalendarEvent(
                key=f"review/{plan.person_id}/{day.isoformat()}",
                title=language("Review of the development plan"),
                starts=day,
                ends=day + dt.timedelta(hours=1) if isinstance(day, dt.datetime) else day,
                # Taking a day away and setting it again are changes of their own within a version.
                sequence=version + 2 * times[day] - off,
                time_zone=time_zone,
                cancelled=dropped or off,
            )
        )
    return write_calendar(events, name=language("Individual development plan"), language=language, stamp=stamp)


def plan_facts(plan: Plan, language: Language, currency: str) -> Markup:
    """Return a plan's figures and its proof."""
    before, after = sum(plan.before.values()), sum(plan.after.values())
    digits = 1 if before >= 1 else 2
    facts = [
        (language("Activities"), str(len(plan.items)), ""),
        (
            language("Hours"),
            language.number(plan.hours, 0),
            language("of {most}", most=language.number(plan.limits.hours, 0)),
        ),
        (
            language("Cost"),
            language.money(plan.cost, currency),
            language("of {most}", most=language.money(plan.limits.budget, currency)),
        ),
        (
            language("Expected gap, all competencies"),
            language(
                "{before} → {after}", before=language.number(before, digits), after=language.number(after, digits)
            ),
            language("levels"),
        ),
    ]
    body = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{} <small>{}</small></dd></div>").format(*fact) for fact in facts
    )
    words = [proof(plan), *plan.notes]
    if before < _HARDLY:
        words.append(text("There is hardly a gap left: looking again is worth more than training for it."))
    said = Markup("").join(Markup("<p>{}</p>").format(language.say(one)) for one in words)
    return Markup("<dl class='coach-facts'>{}</dl>{}").format(body, said)


def empty_plan(plan: Plan, names: Mapping[str, Mapping[str, str]], language: Language) -> Markup:
    """Return why a plan is empty; where there is no gap, what the person could pass on."""
    title = language("No gap to close") if plan.strengths else language("Nothing to plan")
    body = Markup("<h2>{}</h2><p class='coach-prose'>{}</p>").format(title, language.say(proof(plan)))
    if plan.strengths:
        strong = language.join([language.pick(names.get(one, {"en": one})) for one in plan.strengths])
        body += Markup("<p class='coach-prose'>{}</p>").format(
            language("Strengths, the greatest first: {names}.", names=strong)
        )
    return body


def catalogue_rows(activities: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Return the stored catalogue (of `plans.storage`) as rows of its form, to be edited and imported again."""
    days = sessions.assign(day=pd.to_datetime(sessions["starts_on"]).dt.strftime("%Y-%m-%d"))
    dates = days.groupby("activity_id")["day"].agg(lambda one: "; ".join(sorted(one)))
    return activities.assign(session_dates=activities["activity_id"].map(dates))
