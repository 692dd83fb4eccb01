"""A team's holdings and make-up as words and tables, and as an Excel workbook."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.documents.grid_file import Grid, Said, write_grids
from toolkit.language import Language
from toolkit.skillgap.observing.report import OBSERVE_LABELS
from toolkit.skillgap.report import GAP_LABELS, chance, competency_words, gap_rows
from toolkit.skillgap.team.holding import MATTERS, Share
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

Names = Mapping[str, Mapping[str, str]]

HOLD_LABELS = {
    "competency": text("Competency"),
    "holders": text("People at target, expected"),
    "interval": text("90% interval"),
    "asked": text("Whose role asks for it"),
    "seen": text("Seen"),
    "single": text("Only one holds it"),
    "nobody": text("Nobody holds it"),
    "holder": text("Most likely holder"),
    "asks": text("What the team type asks"),
}
SPREAD_LABEL = text("Differences between members (levels)")

TYPE_SENTENCES = {
    "complementary": text(
        "A complementary team: members have different specialities and the whole fails where one is missing. Each "
        "competency needs somebody who holds it, and a deputy; not everybody needs everything."
    ),
    "independent": text(
        "An independent team: members do the same work, each in an area of their own. Everybody needs everything the "
        "role asks; new and old, inside and outside hires together keep it lively."
    ),
    "competing": text(
        "A competing team: members may serve the same customers. The same customer should meet the same standard, so "
        "large differences between members count as much as low levels."
    ),
}
TENURE_WORDS = {
    "under 1": text("under 1 year"),
    "1 to 3": text("1 to 3 years"),
    "3 and more": text("3 years and more"),
}
_WIDE = 0.6


def hold_rows(
    held: pd.DataFrame, team_type: str, people: Mapping[str, str], names: Names, language: Language
) -> pd.DataFrame:
    """Return rows of `holding` as words, with the columns of `HOLD_LABELS` and spread."""
    say = language
    return pd.DataFrame(
        [
            {
                "competency": competency_words(row.competency_id, names, say),
                "holders": say.number(row.holders),
                "interval": say.interval(row.low, row.high, 0),
                "asked": row.asked,
                "seen": row.seen,
                "single": chance(row.single, say),
                "nobody": chance(row.nobody, say),
                "holder": people.get(row.person_id, "–") if row.person_id else "–",
                "spread": say.number(row.spread),
                "asks": say.say(demand_words(row, team_type)),
            }
            for row in rows_of(held)
        ],
        columns=[*HOLD_LABELS, "spread"],
    )


def demand_words(row: Any, team_type: str) -> Text:
    """Return what a team of this type asks of one competency, and whether it has it (a row of `holding`)."""
    seen, asked, holders = int(row.seen), int(row.asked), row.holders
    if seen == 0:
        return text("not yet seen")
    if team_type == "complementary":
        if row.nobody >= MATTERS:
            return text("somebody should hold it: perhaps nobody does")
        if row.single + row.nobody >= MATTERS:
            return text("held, but perhaps without a deputy")
        return text("held, with a deputy")
    if team_type == "competing" and row.spread >= _WIDE:
        return text("one standard for all: members differ widely")
    if holders >= 0.8 * asked:
        return text("nearly everybody holds it")
    return text("everybody should hold it: about {count} do not yet", count=round(asked - holders))


def mix_words(shares: Sequence[Share], words: Mapping[str, Text | Mapping[str, str]], language: Language) -> str:
    """Return a mix in words; what would single people out stands as “fewer than 5, or not shown”."""
    say = language
    return say.join(
        [
            say("{group}: {count}", group=words[one.key], count=one.people)
            if one.people is not None
            else say("{group}: not shown (a group is smaller than 5)", group=words[one.key])
            for one in shares
        ]
    )


def team_workbook(
    team: str, gaps: pd.DataFrame, holds: pd.DataFrame, observe: pd.DataFrame, names: Names, language: Language
) -> bytes:
    """Return a team's gaps, holdings and what to observe next as an Excel workbook.

    `gaps` are those of `GapState.team_of` with low, high and evidence_count; `holds` and `observe` rows of words.
    """
    rows = gap_rows(gaps, names, language)
    rows.insert(0, "name", gaps["name"].to_list())
    grids = [
        _grid(text("Gaps"), {"name": text("Name"), **GAP_LABELS}, rows),
        _grid(text("Held by how many"), {**HOLD_LABELS, "spread": SPREAD_LABEL}, holds),
        _grid(text("Observe next"), OBSERVE_LABELS, observe),
    ]
    return write_grids(grids, language, text("Team {name}", name=team))


def _grid(name: Said, labels: Mapping[str, Text], rows: pd.DataFrame) -> Grid:
    lines: list[list[Said | float | None]] = [
        list(line) for line in rows[list(labels)].itertuples(index=False, name=None)
    ]
    return Grid(name, list(labels.values()), lines)
