"""A back-test in words and tables."""

import pandas as pd
from markupsafe import Markup

from toolkit.attrition.features import FEATURES
from toolkit.attrition.metrics import Estimate
from toolkit.attrition.scorecard import BackTestResult
from toolkit.attrition.state import Trained
from toolkit.controls.table import table
from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

FIGURE_WORDS = {
    "roc_auc": text("A leaver stands above a stayer (ROC-AUC)"),
    "average_precision": text("Precision over the whole list (PR-AUC)"),
    "top_share": text("Leavers among those listed"),
    "top_found": text("Share of all leavers who were listed"),
    "brier": text("Brier score (lower is better)"),
    "brier_of_base_rate": text("Brier score of the base rate alone"),
    "calibration_error": text("Calibration error"),
    "predicted_to_actual": text("Leavers predicted for each that left"),
}
_SHARES = ("top_share", "top_found")

FIGURE_LABELS = {
    "figure": text("Figure"),
    "model": text("Model"),
    "interval": text("90% interval"),
    "rule": text("One-column rule"),
}
BAND_LABELS = {
    "band": text("Risk band"),
    "predicted": text("Predicted"),
    "actual": text("Really left"),
    "interval": text("90% interval"),
    "n": text("Cases"),
    "leavers": text("Leavers"),
}


def figure_rows(test: BackTestResult, language: Language) -> pd.DataFrame:
    """Return the back-test's figures beside the one-column rule, with the columns of `FIGURE_LABELS`."""
    rows = []
    for name, words in FIGURE_WORDS.items():
        if name not in test.figures:
            continue
        found, rule = test.figures[name], test.rule_figures.get(name)
        rows.append(
            {
                "figure": language.say(words),
                "model": _figure(name, found.value, language),
                "interval": language(
                    "{low} to {high}", low=_figure(name, found.low, language), high=_figure(name, found.high, language)
                ),
                "rule": _figure(name, rule.value, language) if isinstance(rule, Estimate) else "–",
            }
        )
    return pd.DataFrame(rows, columns=list(FIGURE_LABELS))


def band_rows(test: BackTestResult, language: Language) -> pd.DataFrame:
    """Return predicted against actual by risk band, with the columns of `BAND_LABELS`."""
    return pd.DataFrame(
        [
            {
                "band": int(row.band),
                "predicted": language.percent(row.predicted, 1),
                "actual": language.percent(row.actual, 1),
                "interval": language(
                    "{low} to {high}", low=language.percent(row.low, 1), high=language.percent(row.high, 1)
                ),
                "n": int(row.n),
                "leavers": int(row.leavers),
            }
            for row in rows_of(test.bands)
        ],
        columns=list(BAND_LABELS),
    )


def rule_words(rule: str | None) -> Text:
    """Say what the one-column rule looks at."""
    if rule is None:
        return text("No single column could be used as a rule.")
    feature = FEATURES.get(rule)
    return text("The one-column rule uses only: {column}.", column=feature.label if feature else rule)


def _figure(name: str, value: float, language: Language) -> str:
    return language.percent(value) if name in _SHARES else language.number(value, 3)


def back_test_view(trained: Trained, language: Language) -> Markup:
    """Return how the model would have done, in words, figures and bands."""
    say, test = language, trained.test
    if test.time_split:
        how = text(
            "Each past moment was predicted by a model that knew only what came before it; {months} months ahead, "
            "{count} people listed at each moment.",
            months=test.horizon_months or 0,
            count=test.conversations,
        )
    else:
        how = text(
            "Each person was predicted by a model that had not seen them; {count} people listed.",
            count=test.conversations,
        )
    noise, worst = test.calibration_noise
    honest = text(
        "Even perfect probabilities would show a calibration error of about {noise} (up to {worst}) at this size.",
        noise=say.number(noise, 3),
        worst=say.number(worst, 3),
    )
    notes = [how, rule_words(test.rule), honest, *test.notes, *trained.model.notes]
    notes += [finding.sentence for finding in trained.model.findings]
    lines = dict.fromkeys(say.say(note) for note in notes)
    figures = table(
        figure_rows(test, say),
        {name: say.say(label) for name, label in FIGURE_LABELS.items()},
        caption=say("How it would have done in the past"),
        numeric=("model", "interval", "rule"),
    )
    bands = table(
        band_rows(test, say),
        {name: say.say(label) for name, label in BAND_LABELS.items()},
        caption=say("Predicted against actual, by risk band"),
        numeric=("band", "predicted", "actual", "interval", "n", "leavers"),
    )
    remarks = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return (
        figures
        + Markup("<div style='height:16px'></div>")
        + bands
        + Markup("<ul class='coach-quiet'>{}</ul>").format(remarks)
    )
