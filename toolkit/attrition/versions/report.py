"""Versions of the model in words: the table, the schedule, and what a check said."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from toolkit.attrition.drift import Drift
from toolkit.attrition.features import FEATURES
from toolkit.attrition.room import data_set_words
from toolkit.attrition.storage import Run
from toolkit.attrition.versions.storage import Setting
from toolkit.controls.data_table import Column, columns_of
from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, counted, text

VERSION_LABELS = {
    "version": text("Version"),
    "trained": text("Trained on"),
    "data": text("Data"),
    "hash": text("Fingerprint of the data"),
    "ahead": text("Looks ahead"),
    "auc": text("ROC-AUC"),
}
DRIFT_LABELS = {
    "column": text("Column"),
    "stability": text("Change since training"),
    "noise": text("Seen by chance alone"),
    "moved": text("Moved"),
}


def version_columns(language: Language) -> list[Column]:
    """Return the columns of the table of versions."""
    columns = columns_of(VERSION_LABELS, language, trained="date", auc="number")
    tested = language("ROC-AUC is how often a leaver stood above a stayer when the past was foretold; 0.5 is chance.")
    return [replace(one, digits=3, help=tested) if one.name == "auc" else one for one in columns]


def drift_columns(language: Language) -> list[Column]:
    """Return the columns of the table of columns that may have moved."""
    columns = columns_of(DRIFT_LABELS, language, stability="number", noise="number")
    return [replace(one, digits=2) if one.kind == "number" else one for one in columns]


def version_rows(runs: Sequence[Run], language: Language) -> pd.DataFrame:
    """Return the versions as words with the columns of `VERSION_LABELS`."""
    say = language
    rows = [
        {
            "version": run.version,
            "trained": run.created_at.date(),
            "data": data_set_words(run, say),
            "hash": run.data_hash or "–",
            "ahead": say("no time: a snapshot")
            if run.horizon_months is None
            else say.count("{count} month", "{count} months", run.horizon_months),
            "auc": run.figures.get("roc_auc", {}).get("value"),
        }
        for run in runs
    ]
    return pd.DataFrame(rows, columns=list(VERSION_LABELS))


def schedule_words(run: Run, setting: Setting, today: dt.date) -> Text:
    """Say when the model is to be trained again."""
    due = (pd.Timestamp(run.created_at.date()) + pd.DateOffset(months=setting.retrain_months)).date()
    if due <= today:
        return text("By the schedule the model should have been trained again on {day}.", day=due)
    return text("By the schedule the model is trained again on {day}, or earlier if a check asks for it.", day=due)


def drift_rows(drift: Drift, language: Language) -> pd.DataFrame:
    """Return how columns have moved as words with the columns of `DRIFT_LABELS`, the farthest first."""
    rows = []
    for row in rows_of(drift.columns.sort_values("stability", ascending=False, kind="stable")):
        feature = FEATURES.get(row.column)
        rows.append(
            {
                "column": language.say(feature.label) if feature else row.column,
                "stability": row.stability,
                "noise": row.noise,
                "moved": language("yes") if row.moved else language("no"),
            }
        )
    return pd.DataFrame(rows, columns=list(DRIFT_LABELS))


def check_words(drift: Drift, day: dt.date) -> tuple[Text, ...]:
    """Return what a check said, to be kept with the model."""
    came: tuple[Text, ...] = ()
    if drift.expected > 0:
        came = (
            counted(
                "{count} left since training, where {expected} were expected.",
                "{count} left since training, where {expected} were expected.",
                drift.left,
                expected=round(drift.expected, 1),
            ),
        )
    return (text("Checked on {day}.", day=day), drift.decision, *came, *drift.reasons, *drift.notes)
