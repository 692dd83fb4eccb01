"""A back-test and a list of risks as words."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from toolkit.attrition.card import SECTIONS, ModelCard
from toolkit.attrition.conversations import Capacity
from toolkit.attrition.features import DRIVERS, FEATURES
from toolkit.attrition.label import LabelReading
from toolkit.attrition.metrics import Estimate
from toolkit.attrition.scorecard import BackTest
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
LIST_LABELS = {
    "rank": text("Rank"),
    "name": text("Person"),
    "risk": text("Risk"),
    "interval": text("90% interval"),
    "reasons": text("What moves it most"),
}


def figure_rows(test: BackTest, language: Language) -> pd.DataFrame:
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


def band_rows(test: BackTest, language: Language) -> pd.DataFrame:
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


def reason_words(reasons: pd.DataFrame) -> dict[str, list[Text]]:
    """Return each person's strongest reasons in words, by person_id."""
    found: dict[str, list[Text]] = {}
    for row in rows_of(reasons.sort_values(["person_id", "rank"])):
        feature = FEATURES.get(row.column)
        label: object = feature.label if feature else row.column
        value = _value(row.value)
        if feature is not None:
            driver: object = DRIVERS[feature.driver]
            raises = text("↑ {driver}: {column} ({value})", driver=driver, column=label, value=value)
            lowers = text("↓ {driver}: {column} ({value})", driver=driver, column=label, value=value)
        else:
            raises = text("↑ {column} ({value})", column=label, value=value)
            lowers = text("↓ {column} ({value})", column=label, value=value)
        found.setdefault(str(row.person_id), []).append(raises if row.direction == "raises" else lowers)
    return found


def list_rows(
    risks: pd.DataFrame, reasons: pd.DataFrame, names: Mapping[str, str] | None, language: Language
) -> pd.DataFrame:
    """Return risks (highest first) as words, with the columns of `LIST_LABELS`; only whom `names` holds is named."""
    words = reason_words(reasons)
    rows = []
    for rank, row in enumerate(rows_of(risks), start=1):
        person = str(row.person_id)
        rows.append(
            {
                "rank": rank,
                "name": (names or {}).get(person, language("hidden")),
                "risk": language.percent(row.probability),
                "interval": language("{low} to {high}", low=language.percent(row.low), high=language.percent(row.high)),
                "reasons": [language.say(reason) for reason in words.get(person, [])],
            }
        )
    return pd.DataFrame(rows, columns=list(LIST_LABELS))


def _value(value: object) -> object:
    """Return a cell as a reason shows it: numbers short, gaps in words."""
    if pd.isna(value) or not str(value).strip():  # type: ignore[call-overload]
        return text("missing")
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def _figure(name: str, value: float, language: Language) -> str:
    return language.percent(value) if name in _SHARES else language.number(value, 3)


def capacity_view(answer: Capacity, language: Language, *, snapshot: bool) -> Markup:
    """Return in words what the conversations would reach; for a `snapshot` without claiming a future."""
    sentence = language.say(answer.snapshot_sentence if snapshot else answer.sentence)
    words = Markup(heading(language("What your conversations would reach")).value)
    words += Markup("<p>{}</p>").format(sentence)
    return words + _snapshot_note(language) if snapshot else words


def _snapshot_note(language: Language) -> Markup:
    words = language(
        "These data are a snapshot: the horizon under “Leaves within” does not apply, and nothing is said about when "
        "anybody leaves. The list shows people still there who look like those who left, each judged by a model that "
        "had not seen them."
    )
    return Markup("<p class='coach-quiet'>{}</p>").format(words)


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


def reading_words(reading: LabelReading, language: Language, *, dates: bool) -> Text:
    """Say how a label column is read; `dates` where a day of leaving is what means left."""
    number = language.number
    return text(
        "{left} left, {stayed} stayed, {unknown} unknown. What means “left”: {value}.",
        left=number(reading.events, 0),
        stayed=number(reading.known - reading.events, 0),
        unknown=number(len(reading.left) - reading.known, 0),
        value=text("a date") if dates else reading.left_value or "–",
    )


def card_view(card: ModelCard, language: Language) -> Markup:
    """Return a model card for a page, a heading and a list for each section."""
    found = Markup("<p class='coach-quiet'>{}</p>").format(language.say(_which(card)))
    for name, title in SECTIONS.items():
        lines = Markup("").join(Markup("<li>{}</li>").format(language.say(line)) for line in card.sections[name])
        found += Markup("<h3>{}</h3><ul>{}</ul>").format(language.say(title), lines)
    return found


def card_document(card: ModelCard, language: Language, *, date: dt.date | None = None) -> bytes:
    """Return a model card as a Word document."""
    from toolkit.documents.word import WordDocument

    document = WordDocument(language, text("Model card: attrition risk"), _which(card), date=date)
    for name, title in SECTIONS.items():
        document.heading(title)
        document.bullets(card.sections[name])
    return document.to_bytes()


def _which(card: ModelCard) -> Text:
    return text("Model {version}, from data {data}", version=card.version, data=card.data_hash or "–")
