"""What was gained, which activities work and who starts first, as tables in words."""

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from toolkit.controls.data_table import Mark
from toolkit.language import Language
from toolkit.plans.kirkpatrick import LEVEL_WORDS
from toolkit.plans.report import Catalogue
from toolkit.plans.start_order import StaggeredStart
from toolkit.plans.uplift_result import Uplift
from toolkit.vocabulary import rows_of
from toolkit.wording import text

Names = Mapping[str, Mapping[str, str]]
FIGURE_LABELS = {
    "competency": text("Competency"),
    "people": text("Measured twice"),
    "others": text("Compared with"),
    "before": text("Before (levels)"),
    "after": text("After (levels)"),
    "seen": text("As seen"),
    "regression": text("Of it chance (regression to the mean)"),
    "gain": text("Gain"),
    "words": text("What can be said"),
}
PERSON_LABELS = {
    "name": text("Name"),
    "competency": text("Competency"),
    "gain": text("Gain"),
    "sd": text("Uncertainty (levels)"),
    "moved": text("Surely moved"),
}
VERDICT_LABELS = {
    "activity": text("Activity"),
    "people": text("Measured"),
    "expected": text("Expected so far"),
    "updated": text("From now on"),
    "interval": text("Interval"),
    "verdict": text("Verdict"),
    "words": text("In words"),
}
GAIN_LABELS = {
    "activity": text("Activity"),
    "competency": text("Competency"),
    "people": text("Measured"),
    "expected": text("Expected so far"),
    "observed": text("Observed"),
    "weight": text("Weight of what was observed"),
    "updated": text("From now on"),
}
START_LABELS = {
    "name": text("Name"),
    "team": text("Team"),
    "level": text("Level"),
    "starts": text("Starts"),
    "chance": text("Chance of starting now"),
}


def moved_marks(language: Language) -> dict[str, Mark]:
    """Return the marks of single people."""
    return {
        "up": Mark(language("Up"), "good"),
        "cannot_tell": Mark(language("Cannot tell"), "quiet"),
        "down": Mark(language("Down"), "bad"),
    }


def verdict_marks(language: Language) -> dict[str, Mark]:
    """Return the marks of activities."""
    return {
        "works": Mark(language("Works"), "good"),
        "cannot_tell": Mark(language("Cannot tell yet"), "quiet"),
        "not_observed": Mark(language("Not measured"), "quiet"),
        "drop": Mark(language("Does not work"), "bad"),
    }


def start_marks(language: Language) -> dict[str, Mark]:
    """Return the marks of the two groups."""
    return {"now": Mark(language("Now"), "accent"), "later": Mark(language("Later"), "quiet")}


def uplift_summary(found: Uplift, language: Language) -> Markup:
    """Return the overall figure in words, Kirkpatrick's level, and what the figure rests on."""
    level = found.reach.level
    reach = language("Kirkpatrick's level: {level}", level=language.say(LEVEL_WORDS[level])) if level else ""
    notes = Markup("").join(Markup("<li>{}</li>").format(language.say(note)) for note in found.notes)
    return Markup(
        "<p class='coach-prose'><strong>{}</strong></p><p>{}</p><p>{}</p><ul class='coach-quiet'>{}</ul>"
    ).format(language.say(found.overall.words), reach, language.say(found.reach.words), notes)


def figure_table(found: Uplift, names: Names, language: Language) -> pd.DataFrame:
    """Return all figures with the columns of `FIGURE_LABELS`, that of all competencies first."""
    rows = []
    for one in (found.overall, *found.by_competency):
        if one.competency_id is None:
            name = language("All competencies together")
        else:
            name = language.pick(names.get(one.competency_id, {"en": one.competency_id}))
        rows.append(
            (
                name,
                one.people,
                one.others,
                one.before,
                one.after,
                one.seen,
                one.regression,
                one.gain,
                language.say(one.words),
            )
        )
    return pd.DataFrame(rows, columns=list(FIGURE_LABELS))


def person_table(found: Uplift, people: Mapping[str, str], names: Names, language: Language) -> pd.DataFrame:
    """Return the gains of single people with the columns of `PERSON_LABELS`."""
    rows = [
        (people.get(row.person_id, row.person_id), language.pick(names.get(row.competency_id, {"en": row.competency_id})),
         row.gain, row.sd, row.moved)
        for row in rows_of(found.persons)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(PERSON_LABELS))


def verdict_table(verdicts: pd.DataFrame, catalogue: Catalogue, language: Language) -> pd.DataFrame:
    """Return the verdicts with the columns of `VERDICT_LABELS`."""
    rows = [
        (catalogue.name(row.activity_id), row.people, row.expected, row.updated,
         language("{low} to {high}", low=language.number(row.low, 2), high=language.number(row.high, 2)),
         row.verdict, language.say(row.words))
        for row in rows_of(verdicts)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(VERDICT_LABELS))


def gain_table(updated: pd.DataFrame, catalogue: Catalogue, names: Names, language: Language) -> pd.DataFrame:
    """Return the updated gains that were observed, with the columns of `GAIN_LABELS`."""
    rows = [
        (catalogue.name(row.activity_id), language.pick(names.get(row.competency_id, {"en": row.competency_id})),
         row.people, row.expected, row.observed, row.weight, max(row.updated, 0.0))
        for row in rows_of(updated[updated["people"] > 0])
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(GAIN_LABELS))


def start_table(found: StaggeredStart, people: Mapping[str, str], teams: Mapping[str, str]) -> pd.DataFrame:
    """Return who starts now and who waits, with the columns of `START_LABELS`, and person_id."""
    rows = [
        (
            row.person_id,
            people.get(row.person_id, row.person_id),
            teams.get(row.team_id, row.team_id),
            row.level,
            row.starts,
            row.chance,
        )
        for row in rows_of(found.table.sort_values(["starts", "team_id", "person_id"], ascending=[False, True, True]))
    ]
    return pd.DataFrame(rows, columns=["person_id", *START_LABELS])
