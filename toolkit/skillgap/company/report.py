"""Needs and reach as words and tables, for reading, Excel and Word."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.documents.grid_file import Grid, Said, write_grids
from toolkit.language import Language
from toolkit.skillgap.company.needs import left_over
from toolkit.skillgap.report import competency_words
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

if TYPE_CHECKING:
    from toolkit.documents.word import WordDocument

Names = Mapping[str, Mapping[str, str]]
TITLE = text("Needs analysis")
_MOST_IN_WORD = 10

NEED_LABELS = {
    "competency": text("Competency"),
    "team": text("Team"),
    "below": text("People below target, expected"),
    "interval": text("90% interval"),
    "likely": text("Probably below (80% or more)"),
    "seen": text("Seen"),
    "asked": text("Whose role asks for it"),
    "shortfall": text("Missing (weighted levels)"),
    "activities": text("Activities in the catalogue"),
}
NEED_HELP = {
    "below": text("The sum of everybody's probability of being below the own target, of those who were seen."),
    "shortfall": text("Importance × levels expected to be missing, summed over people: what ranks the needs."),
}
REACH_LABELS = {
    "activity": text("Activity"),
    "closes": text("Closes (weighted levels)"),
    "reached": text("Would reach (80% or more below)"),
    "below": text("Would reach, expected"),
    "suited": text("People it is made for"),
    "most": text("Closes most in"),
    "hours": text("Hours"),
    "cost": text("Cost per participant"),
    "per_hour": text("Closes per hour of one participant"),
}
REACH_HELP = {
    "closes": text(
        "Expected, if all it is made for took part: the gain the catalogue gives, but never more than is missing, × importance."
    ),
    "reached": text("People below target with a probability of at least 80% in something the activity raises."),
}
HOW_TO_READ = (
    text("Numbers are expected values: nobody knows of each single person for sure, but of many together well enough."),
    text("Intervals take in that all levels may be a little too high or too low together."),
    text(
        "Whoever has not been seen is in no figure but “whose role asks for it”. Look at them before planning for them."
    ),
    text("Teams in which fewer than five people are asked are not shown."),
)


def need_rows(needs: pd.DataFrame, teams: Mapping[str, str], names: Names, language: Language) -> pd.DataFrame:
    """Return rows of `training_needs` as words, with the columns of `NEED_LABELS`."""
    say = language
    return pd.DataFrame(
        [
            {
                "competency": competency_words(row.competency_id, names, say),
                "team": teams.get(row.team_id, "–") if isinstance(row.team_id, str) else say("All teams"),
                "below": say.number(row.below),
                "interval": say.interval(row.low, row.high, 0),
                "likely": row.likely,
                "seen": row.seen,
                "asked": row.asked,
                "shortfall": say.number(row.shortfall),
                "activities": say.number(row.activities, 0),
            }
            for row in rows_of(needs)
        ],
        columns=list(NEED_LABELS),
    )


def reach_rows(
    reach: pd.DataFrame, activities: Mapping[str, Mapping[str, str]], names: Names, language: Language
) -> pd.DataFrame:
    """Return rows of `activity_reach` as words, with the columns of `REACH_LABELS`."""
    say = language
    return pd.DataFrame(
        [
            {
                "activity": say.pick(activities.get(row.activity_id, {"en": row.activity_id})),
                "closes": say.number(row.closes),
                "reached": row.reached,
                "below": say(
                    "{number} ({interval})", number=say.number(row.below), interval=say.interval(row.low, row.high, 0)
                ),
                "suited": row.suited,
                "most": competency_words(row.competency_id, names, say) if row.competency_id else "–",
                "hours": say.number(row.hours),
                "cost": say.number(row.cost, 0),
                "per_hour": say.number(row.per_hour, 3),
            }
            for row in rows_of(reach)
        ],
        columns=list(REACH_LABELS),
    )


def summary_words(needs: pd.DataFrame, names: Names, language: Language) -> list[str]:
    """Return what the needs say in a few sentences."""
    say, company = language, needs[needs["team_id"].isna()]
    if company.empty:
        return [say("Too few people have been seen for figures about the company.")]
    listed = [
        say("{competency} (about {count} of {seen})", competency=competency_words(row.competency_id, names, say),
            count=say.number(row.below, 0), seen=row.seen)
        for row in rows_of(company.head(3))
    ]  # fmt: skip
    found = [say("Most is missing in: {list}.", list=say.join(listed))]
    unseen, asked = int((company["asked"] - company["seen"]).sum()), int(company["asked"].sum())
    found.append(say("{share} of what the roles ask for has been seen.", share=say.percent(1 - unseen / asked)))
    missing = [competency_words(row.competency_id, names, say) for row in rows_of(left_over(needs))]
    if missing:
        found.append(say("The catalogue has nothing for: {list}. Design a course there first.", list=say.join(missing)))
    return found


def needs_workbook(needs: pd.DataFrame, reach: pd.DataFrame, language: Language) -> bytes:
    """Return needs and reach (both as words) as an Excel workbook."""
    grids = [
        _grid(text("Needs"), NEED_LABELS, needs),
        _grid(text("Activities"), REACH_LABELS, reach),
        Grid(text("How to read this"), [text("How to read this")], [[one] for one in HOW_TO_READ]),
    ]
    return write_grids(grids, language, TITLE)


def needs_document(
    sentences: list[str], needs: pd.DataFrame, reach: pd.DataFrame, language: Language, *, today: dt.date
) -> bytes:
    """Return the same as a Word document; `needs` and `reach` are rows of words."""
    from toolkit.documents.word import WordDocument

    document = WordDocument(language, TITLE, date=today)
    document.bullets(sentences)
    everywhere = language("All teams")
    columns = ("competency", "below", "interval", "likely", "seen", "asked", "activities")
    document.heading(text("What is missing in the company"))
    _table(document, needs[needs["team"] == everywhere], columns, NEED_LABELS)
    document.heading(text("Which activities would reach whom"))
    _table(
        document, reach.head(_MOST_IN_WORD), ("activity", "reached", "suited", "closes", "most", "hours"), REACH_LABELS
    )
    document.heading(text("By team"))
    by_team = ("team", "competency", "below", "interval", "seen", "asked")
    _table(document, needs[needs["team"] != everywhere], by_team, NEED_LABELS)
    document.heading(text("How to read this"))
    document.bullets(HOW_TO_READ)
    return document.to_bytes()


def _table(document: "WordDocument", rows: pd.DataFrame, columns: Sequence[str], labels: Mapping[str, Text]) -> None:
    wide = {"competency": 2.0, "activity": 3.0, "team": 2.0, "most": 2.0}
    lines = rows[list(columns)].itertuples(index=False, name=None)
    document.table(
        [labels[name] for name in columns], [list(line) for line in lines], [wide.get(name, 1.2) for name in columns]
    )


def _grid(name: Said, labels: Mapping[str, Text], rows: pd.DataFrame) -> Grid:
    lines: list[list[Said | float | None]] = [
        list(line) for line in rows[list(labels)].itertuples(index=False, name=None)
    ]
    return Grid(name, list(labels.values()), lines)
