"""A workshop's results as pictures."""

import pandas as pd

from toolkit.controls.charts import Dot, Figure, dot_intervals
from toolkit.language import Language
from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.report import severity_verdict
from toolkit.vocabulary import rows_of


def fair_chart(reps: pd.DataFrame, names: Names, language: Language) -> Figure:
    """Return fair scores (rows of `FairScores.reps`, in the order to be shown) with the raw mean as a second mark."""
    dots = [Dot(names.person(row.rep_id), row.fair, row.low, row.high, row.raw) for row in rows_of(reps)]
    say = language
    first, last = (dots[0], dots[-1]) if dots else (Dot("–", None, None, None), Dot("–", None, None, None))
    return dot_intervals(
        dots,
        title=say("Fair score (dot) with 90% interval, and the raw mean (ring)"),
        summary=say(
            "{count} reps, the highest fair score first: {first} with {high}, last {last} with {low}.",
            count=len(dots),
            first=first.label,
            high=say.number(first.value, 2),
            last=last.label,
            low=say.number(last.value, 2),
        ),
        axis=say("Score 1–5"),
        name=say("Rep"),
        words=(say("Fair score"), say("Raw mean")),
        language=say,
    )


def severity_chart(raters: pd.DataFrame, names: Names, language: Language) -> Figure:
    """Return raters' severity (rows of `FairScores.raters`) around 0, the hardest first."""
    say = language
    ordered = raters.sort_values("severity", ascending=False, kind="stable", na_position="last")
    dots = [Dot(names.person(row.rater_id), row.severity, row.low, row.high) for row in rows_of(ordered)]
    verdicts = [severity_verdict(row.severity, row.low, row.high) for row in rows_of(ordered)]
    return dot_intervals(
        dots,
        title=say("Severity: how much harder (right of 0) or more lenient (left) each rater is"),
        summary=say(
            "{hard} raters are clearly harder than the others, {lenient} clearly more lenient, of {count}.",
            hard=verdicts.count("hard"),
            lenient=verdicts.count("lenient"),
            count=len(dots),
        ),
        axis=say("Levels harder than the raters compared with"),
        name=say("Rater"),
        words=(say("Rater severity"), say("As hard as the others")),
        language=say,
        aim=0.0,
    )


def difficulty_chart(criteria: pd.DataFrame, names: Names, language: Language) -> Figure:
    """Return criteria's difficulty (rows of `FairScores.criteria`) around 0, the hardest first."""
    say = language
    ordered = criteria.sort_values("difficulty", ascending=False, kind="stable", na_position="last")
    dots = [Dot(names.criterion(row.criterion_id), row.difficulty, row.low, row.high) for row in rows_of(ordered)]
    known = [dot for dot in dots if dot.value is not None and dot.value == dot.value]
    return dot_intervals(
        dots,
        title=say("Difficulty of the criteria: right of 0 are those on which reps do worse"),
        summary=say(
            "{count} criteria; hardest: {hard}, easiest: {easy}.",
            count=len(dots),
            hard=known[0].label if known else "–",
            easy=known[-1].label if known else "–",
        ),
        axis=say("Levels harder than the mean criterion"),
        name=say("Criterion"),
        words=(say("Difficulty"), say("The mean criterion")),
        language=say,
        aim=0.0,
    )
