"""A back-test in words and tables."""

import pandas as pd
from markupsafe import Markup

from toolkit.attrition.challenger import Challenge
from toolkit.attrition.features import FEATURES
from toolkit.attrition.metrics import Estimate
from toolkit.attrition.scorecard import BackTestResult
from toolkit.attrition.state import Trained
from toolkit.controls.page import heading
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
YEAR_LABELS = {
    "year": text("Year"),
    "predicted": BAND_LABELS["predicted"],
    "actual": BAND_LABELS["actual"],
    "interval": BAND_LABELS["interval"],
    "n": BAND_LABELS["n"],
    "leavers": BAND_LABELS["leavers"],
    "roc_auc": text("ROC-AUC"),
}
CHALLENGE_LABELS = {
    "figure": FIGURE_LABELS["figure"],
    "simple": text("Simple model"),
    "challenger": text("Challenger (boosted trees)"),
}
_CHALLENGE_WORDS = {
    "roc_auc": (FIGURE_WORDS["roc_auc"], 3),
    "log_loss": (text("Log-loss (lower is better)"), 4),
    "brier": (FIGURE_WORDS["brier"], 4),
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


def headline(test: BackTestResult, language: Language) -> Text:
    """Say first what the list would have been worth, in leavers."""
    found, rule = test.figures["top_found"], test.rule_figures.get("top_found")
    values = {"found": found.value, "low": found.low, "high": found.high}
    shares = {name: language.percent(value) for name, value in values.items()}
    if rule is None:
        return text("Of those who left, {found} stood on the list beforehand ({low} to {high}).", **shares)
    return text(
        "Of those who left, {found} stood on the list beforehand ({low} to {high}); a list by the one-column rule would "
        "have held {rule}.",
        rule=language.percent(rule.value),
        **shares,
    )


def year_rows(test: BackTestResult, language: Language) -> pd.DataFrame:
    """Return each past year's prediction and what came, with the columns of `YEAR_LABELS`."""
    return pd.DataFrame(
        [
            {
                "year": str(row.year),
                "predicted": language.percent(row.predicted, 1),
                "actual": language.percent(row.actual, 1),
                "interval": _range(row.low, row.high, language),
                "n": int(row.n),
                "leavers": int(row.leavers),
                "roc_auc": language.number(row.roc_auc, 3) if row.roc_auc == row.roc_auc else "–",
            }
            for row in rows_of(test.years)
        ],
        columns=list(YEAR_LABELS),
    )


def challenge_rows(challenge: Challenge, language: Language) -> pd.DataFrame:
    """Return both models' figures on people they had not seen, with the columns of `CHALLENGE_LABELS`."""
    simple, other = challenge.simple or {}, challenge.challenger or {}
    return pd.DataFrame(
        [
            {
                "figure": language.say(words),
                "simple": language.number(simple[name], digits),
                "challenger": language.number(other[name], digits),
            }
            for name, (words, digits) in _CHALLENGE_WORDS.items()
            if name in simple and name in other
        ],
        columns=list(CHALLENGE_LABELS),
    )


def noise_words(test: BackTestResult, language: Language) -> Text:
    """Say how large a calibration error chance alone would give."""
    noise, worst = test.calibration_noise
    return text(
        "Even perfect probabilities would show a calibration error of about {noise} (up to {worst}) at this size.",
        noise=language.number(noise, 3),
        worst=language.number(worst, 3),
    )


def method_words(test: BackTestResult) -> Text:
    """Say who was predicted by whom."""
    if test.time_split:
        return text(
            "Each past moment was predicted by a model that knew only what came before it; {months} months ahead, "
            "{count} people listed at each moment.",
            months=test.horizon_months or 0,
            count=test.conversations,
        )
    return text(
        "Each person was predicted by a model that had not seen them; {count} people listed.",
        count=test.conversations,
    )


def remarks(trained: Trained, language: Language) -> list[str]:
    """Return everything a reader must know beside the figures, once each."""
    test = trained.test
    notes = [method_words(test), rule_words(test.rule), *test.notes, *trained.model.notes]
    notes += [finding.sentence for finding in trained.model.findings]
    return list(dict.fromkeys(language.say(note) for note in notes))


def back_test_view(trained: Trained, language: Language) -> Markup:
    """Return what the list would have been worth, with the figures beside the rule and what to know of them."""
    say, test = language, trained.test
    figures = table(
        figure_rows(test, say),
        {name: say.say(label) for name, label in FIGURE_LABELS.items()},
        caption=say("How it would have done in the past"),
        numeric=("model", "interval", "rule"),
    )
    lines = Markup("").join(Markup("<li>{}</li>").format(line) for line in remarks(trained, say))
    title = heading(say("What the past says"), say.say(headline(test, say))).value
    return Markup("{}{}<ul class='coach-quiet'>{}</ul>").format(Markup(title), figures, lines)


def bands_view(test: BackTestResult, language: Language) -> Markup:
    """Return predicted against actual by risk band, and what chance alone would show."""
    bands = table(
        band_rows(test, language),
        {name: language.say(label) for name, label in BAND_LABELS.items()},
        caption=language("Predicted against actual, by risk band"),
        numeric=("band", "predicted", "actual", "interval", "n", "leavers"),
    )
    noise = language.say(noise_words(test, language))
    return Markup("{}<p class='coach-quiet'>{}</p>").format(bands, noise)


def years_view(test: BackTestResult, language: Language) -> Markup:
    """Return what was predicted in each past year; nothing for a snapshot, which has no time."""
    rows = year_rows(test, language)
    if rows.empty:
        return Markup("")
    return table(
        rows,
        {name: language.say(label) for name, label in YEAR_LABELS.items()},
        caption=language("Each past year"),
        numeric=("predicted", "actual", "interval", "n", "leavers", "roc_auc"),
    )


def challenge_view(challenge: Challenge | None, language: Language) -> Markup:
    """Return which model is used and why; nothing where none was tried."""
    if challenge is None:
        return Markup("")
    decision = language.say(challenge.decision)
    rows = challenge_rows(challenge, language)
    figures = Markup("")
    if len(rows):
        figures = table(
            rows,
            {name: language.say(label) for name, label in CHALLENGE_LABELS.items()},
            caption=language("Both models on people they had not seen"),
            numeric=("simple", "challenger"),
        )
    title = heading(language("Which model is used")).value
    return Markup("{}<p>{}</p>{}").format(Markup(title), decision, figures)


def _range(low: float, high: float, language: Language) -> str:
    return language("{low} to {high}", low=language.percent(low, 1), high=language.percent(high, 1))
