"""Fair scores, raters, criteria and scenarios as words and tables, for reading and for Excel."""

from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup

from toolkit.errors import ToolkitError
from toolkit.language import Language
from toolkit.roleplay.fair import FairScores
from toolkit.roleplay.results.correction import corrections, signed
from toolkit.roleplay.results.naming import Names
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

REP_LABELS = {
    "name": text("Rep"),
    "rank": text("Rank"),
    "fair": text("Fair score (90% interval)"),
    "played": text("In this scenario (90% interval)"),
    "raw": text("Raw mean (1–5)"),
    "why": text("What was corrected"),
    "basis": text("Sheets / raters"),
}

RATER_LABELS = {
    "name": text("Rater"),
    "verdict": text("Compared with the others"),
    "severity": text("Severity (levels)"),
    "consistency": text("Consistency (levels)"),
    "halo": text("Halo (share)"),
    "central_tendency": text("Central tendency (share)"),
    "range_restriction": text("Range (levels per level)"),
    "drift": text("Drift over the day (levels)"),
    "sheets": text("Sheets"),
}

RATER_HELP = {
    "severity": text("By how many levels this rater is harder (+) or more lenient (−) than the raters compared with."),
    "consistency": text(
        "By how much this rater's sheets differ from what the other sheets lead one to expect; smaller is better."
    ),
    "halo": text("How far one overall impression colours all criteria of a sheet; 0 is not at all, 1 is entirely."),
    "central_tendency": text(
        "How much more often (+) or less often (−) than others the rater takes the middle level 3 "
        "for the same performance."
    ),
    "range_restriction": text(
        "By how many levels the rater's scores rise when the others' rise by one; below 1, the rater keeps "
        "good and weak reps closer together."
    ),
    "drift": text("By how many levels the rater became harder (+) or more lenient (−) from first to last sheet."),
}
MEASURES = ("severity", "consistency", "halo", "central_tendency", "range_restriction", "drift")
SIGNED = ("severity", "central_tendency", "drift")

CRITERION_LABELS = {
    "name": text("Criterion"),
    "difficulty": text("Difficulty (levels)"),
    "agreement": text("Agreement (share)"),
    "discrimination": text("Discrimination"),
    "alpha_if_dropped": text("Alpha if dropped"),
    "observed": text("Ratings"),
}
CRITERION_HELP = {
    "difficulty": text("By how many levels scores here lie below (+) or above (−) the mean criterion."),
    "agreement": text(
        "Which share of the differences in one rating two raters of the same performance have in common; "
        "1 is full agreement, 0 or less none."
    ),
    "discrimination": text(
        "How well the criterion goes with the rest of the rubric over reps; near 0 it does not tell "
        "strong from weak reps."
    ),
    "alpha_if_dropped": text(
        "How closely the other criteria hang together without this one; if it rises clearly above "
        "alpha of all, the criterion does not fit in."
    ),
}
CRITERION_MEASURES = ("difficulty", "agreement", "discrimination", "alpha_if_dropped")

SCENARIO_LABELS = {
    "name": text("Scenario"),
    "verdict": text("Compared with the others"),
    "difficulty": text("Difficulty (levels)"),
    "sheets": text("Sheets"),
}


def stem_of(measure: str, bare: str) -> str:
    """Return what the columns low, high and note of a measure begin with; those of `bare` have no such beginning."""
    return "" if measure == bare else f"{measure}_"


def figure_words(value: float, low: float, high: float, *, plus: bool = False, digits: int = 2) -> str:
    """Return a figure over its interval, “–” where there is none; `plus` for differences, which carry a sign."""

    def word(number: float) -> str:
        return signed(number, digits) if plus else f"{number:.{digits}f}".replace("-", "−")

    if np.isnan(value):
        return "–"
    if np.isnan(low) or np.isnan(high):
        return word(value)
    join = " … " if plus or low < 0 else "–"
    return f"{word(value)}\n({word(low)}{join}{word(high)})"


def rank_words(low: int, high: int) -> str:
    """Return a rank interval such as 3–8."""
    return str(low) if low == high else f"{low}–{high}"


def best_first(scores: FairScores, seen: Iterable[str] | None = None, group: int | None = None) -> pd.DataFrame:
    """Return the reps' scores as they are shown: only `seen` ones of the `group`, the highest fair score first."""
    reps = scores.reps
    if seen is not None:
        reps = reps[reps["rep_id"].isin(set(seen))]
    if group is not None:
        reps = reps[reps["group"] == group]
    return reps.sort_values("fair", ascending=False, kind="stable")


def rep_rows(
    scores: FairScores,
    reps: pd.DataFrame,
    names: Names,
    language: Language,
    sheets: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return `reps` (rows of `scores.reps`) as words, with the columns of `REP_LABELS`."""
    why = dict.fromkeys(reps["rep_id"], "")
    if sheets is not None:
        found = corrections(scores, sheets)
        why |= {
            row.rep_id: "\n".join(language.say(one) for one in row.words) or language("Hardly anything.")
            for row in rows_of(found)
        }
    alone = scores.reps.groupby("group")["rep_id"].transform("size").reindex(reps.index).eq(1) & (
        len(scores.groups) > 1
    )
    single = len(scores.reps) == 1
    return pd.DataFrame(
        {
            "name": [names.person(rep) for rep in reps["rep_id"]],
            "rank": [
                "–" if lonely or single else rank_words(row.rank_low, row.rank_high)
                for row, lonely in zip(rows_of(reps), alone, strict=True)
            ],
            "fair": [figure_words(row.fair, row.low, row.high) for row in rows_of(reps)],
            "played": [figure_words(row.played, row.played_low, row.played_high) for row in rows_of(reps)],
            "raw": [language.number(value, 2) for value in reps["raw"]],
            "why": [why.get(rep, "") for rep in reps["rep_id"]],
            "basis": [f"{int(row.sheets)} / {int(row.raters)}" for row in rows_of(reps)],
        }
    )


def severity_verdict(value: float, low: float, high: float) -> str:
    """Return hard, lenient, alike or unknown: which side of the others an interval lies on, if on one."""
    if np.isnan(value) or np.isnan(low):
        return "unknown"
    return "hard" if low > 0 else "lenient" if high < 0 else "alike"


def rater_rows(raters: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return rows of `FairScores.raters` as words, with the columns of `RATER_LABELS`."""
    rows = []
    for row in raters.to_dict("records"):
        cells = {
            measure: figure_words(*triple(row, measure, "severity"), plus=measure in SIGNED) for measure in MEASURES
        }
        verdict = severity_verdict(*triple(row, "severity", "severity"))
        rows.append({"name": names.person(row["rater_id"]), "verdict": verdict, **cells, "sheets": row["sheets"]})
    return pd.DataFrame(rows, columns=list(RATER_LABELS))


def triple(row: Mapping[Hashable, float], measure: str, bare: str) -> tuple[float, float, float]:
    """Return a measure of a row with the ends of its interval."""
    stem = stem_of(measure, bare)
    return row[measure], row[f"{stem}low"], row[f"{stem}high"]


def criterion_rows(criteria: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return rows of `FairScores.criteria` as words, with the columns of `CRITERION_LABELS`."""
    rows = []
    for row in criteria.to_dict("records"):
        cells = {
            measure: figure_words(*triple(row, measure, "difficulty"), plus=measure == "difficulty")
            for measure in CRITERION_MEASURES
        }
        rows.append({"name": names.criterion(row["criterion_id"]), **cells, "observed": row["observed"]})
    return pd.DataFrame(rows, columns=list(CRITERION_LABELS))


def scenario_rows(scenarios: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Return `FairScores.scenarios` as words, with the columns of `SCENARIO_LABELS`."""
    return pd.DataFrame(
        [
            {
                "name": names.scenario(row.scenario_id),
                "verdict": severity_verdict(row.difficulty, row.low, row.high),
                "difficulty": figure_words(row.difficulty, row.low, row.high, plus=True),
                "sheets": row.sheets,
            }
            for row in rows_of(scenarios)
        ],
        columns=list(SCENARIO_LABELS),
    )


def reasons(
    table: pd.DataFrame,
    id_column: str,
    labels: Mapping[str, Text],
    measures: Sequence[str],
    names: Names,
    language: Language,
) -> list[str]:
    """Return why figures or intervals are missing, one sentence for each measure and reason, naming whom it is about.

    The first of `measures` has the bare columns low, high and note.
    """
    call = {"rater_id": names.person, "criterion_id": names.criterion, "scenario_id": names.scenario}[id_column]
    sentences = []
    for measure in measures:
        notes = table[f"{stem_of(measure, measures[0])}note"]
        by_reason: dict[str, list[str]] = {}
        for key, note in zip(table[id_column], notes, strict=True):
            if isinstance(note, Text):
                by_reason.setdefault(names.say(note, language), []).append(call(key))
        what = language.say(labels[measure])
        for reason, whose in by_reason.items():
            if len(whose) == len(table):
                sentences.append(language("{what}: {reason}", what=what, reason=reason))
            else:
                sentences.append(
                    language("{what} for {names}: {reason}", what=what, names=language.join(whose), reason=reason)
                )
    return sentences


def remarks(sentences: Iterable[str], title: str = "") -> Markup:
    """Return sentences as quiet remarks, under a small title if there is one; nothing for none."""
    said = [sentence for sentence in dict.fromkeys(sentences) if sentence]
    if not said:
        return Markup("")
    if len(said) == 1 and not title:
        return Markup("<p class='coach-quiet'>{}</p>").format(said[0])
    items = Markup("").join(Markup("<li>{}</li>").format(sentence) for sentence in said)
    head = Markup("<p class='coach-quiet'><strong>{}</strong></p>").format(title) if title else Markup("")
    return head + Markup("<ul class='coach-quiet'>{}</ul>").format(items)


def folded(sentences: Iterable[str], title: str) -> Markup:
    """Return sentences behind a title that unfolds them; nothing for none."""
    said = [sentence for sentence in dict.fromkeys(sentences) if sentence]
    if not said:
        return Markup("")
    items = Markup("").join(Markup("<li>{}</li>").format(sentence) for sentence in said)
    return Markup("<details><summary>{}</summary><ul class='coach-quiet'>{}</ul></details>").format(title, items)


def error_words(error: ToolkitError, language: Language) -> list[str]:
    """Return a refusal as sentences: the problem, where it is and what to do."""
    return [language.say(part) for part in (error.problem, error.where, error.remedy) if part is not None]
