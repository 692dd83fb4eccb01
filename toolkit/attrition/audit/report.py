"""A fairness audit in words and tables."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from toolkit.attrition.audit_groups import TOGETHER
from toolkit.attrition.fairness import ATTRIBUTES, FairnessResult
from toolkit.attrition.form import months_form
from toolkit.controls.table import table
from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

GROUP_LABELS = {
    "group": text("Group"),
    "verdict": text("Listed against the others"),
    "people": text("People"),
    "selected": text("Listed"),
    "selection": text("Share listed"),
    "ratio": text("Ratio to the others"),
    "smallest": text("Smallest difference this size would show"),
}
ERROR_LABELS = {
    "group": GROUP_LABELS["group"],
    "leavers": text("Leavers"),
    "missed": text("Leavers missed"),
    "false_alarms": text("Stayers listed"),
    "predicted": text("Predicted"),
    "actual": text("Really left"),
}
PROXY_LABELS = {
    "attribute": text("Column"),
    "value": text("Group"),
    "auc": text("Told by the inputs (ROC-AUC)"),
    "strongest": text("Most of all by"),
}
VERDICTS = {
    "alike": text("about as often"),
    "more": text("more often: look into why"),
    "less": text("less often: look into why"),
    "cannot_tell": text("cannot tell at this size"),
}

Values = Mapping[str, str]


def column_words(name: str, language: Language) -> str:
    """Return what a column of the audit is called: months' by their form, others by their own name."""
    known = {column.name: column.label for column in months_form().columns}
    return language.say(ATTRIBUTES.get(name) or known.get(name) or name)


def group_rows(result: FairnessResult, attribute: str, language: Language, values: Values) -> pd.DataFrame:
    """Return who is listed, by group, with the columns of `GROUP_LABELS`; `values` words ids such as teams'."""
    return pd.DataFrame(
        [
            {
                "group": group_word(row.group, language, values),
                "people": int(row.people),
                "selected": int(row.selected),
                "selection": _share(row.selection, row.selection_low, row.selection_high, language),
                "ratio": _ratio(row.ratio, row.ratio_low, row.ratio_high, language),
                "smallest": language("{points} points", points=round(100 * row.smallest_detectable)),
                "verdict": language.say(VERDICTS[row.verdict]),
            }
            for row in _of(result, attribute)
        ],
        columns=list(GROUP_LABELS),
    )


def error_rows(result: FairnessResult, attribute: str, language: Language, values: Values) -> pd.DataFrame:
    """Return for whom the model errs, with the columns of `ERROR_LABELS`; empty where nothing is known yet."""
    return pd.DataFrame(
        [
            {
                "group": group_word(row.group, language, values),
                "leavers": int(row.leavers) if row.leavers == row.leavers else language("under 5"),
                "missed": _share(row.missed, row.missed_low, row.missed_high, language),
                "false_alarms": _share(row.false_alarms, row.false_alarms_low, row.false_alarms_high, language),
                "predicted": _percent(row.predicted, language),
                "actual": _percent(row.actual, language),
            }
            for row in _of(result, attribute)
            if row.leavers == row.leavers or row.false_alarms == row.false_alarms
        ],
        columns=list(ERROR_LABELS),
    )


def proxy_rows(result: FairnessResult, language: Language, values: Values) -> pd.DataFrame:
    """Return how well the inputs tell each group, with the columns of `PROXY_LABELS`."""
    return pd.DataFrame(
        [
            {
                "attribute": column_words(str(row.attribute), language),
                "value": group_word(row.value, language, values),
                "auc": language(
                    "{value} ({low} to {high})",
                    value=language.number(row.auc, 2),
                    low=language.number(row.low, 2),
                    high=language.number(row.high, 2),
                ),
                "strongest": input_word(str(row.strongest), language),
            }
            for row in rows_of(result.proxies)
        ],
        columns=list(PROXY_LABELS),
    )


def input_word(name: str, language: Language) -> str:
    """Return what an input of the score is called."""
    from toolkit.attrition.features import FEATURES

    feature = FEATURES.get(name)
    return language.say(feature.label) if feature else name


def group_word(group: object, language: Language, values: Values) -> str:
    """Return a group in words."""
    return language("small groups together") if group == TOGETHER else values.get(str(group), str(group))


def attribute_view(result: FairnessResult, attribute: str, language: Language, values: Values) -> Markup:
    """Return one column's tables: who is listed, and for whom the model errs."""
    name = column_words(attribute, language)
    listed, errors = (rows(result, attribute, language, values) for rows in (group_rows, error_rows))
    if listed.empty:
        return Markup("")
    found = _table(
        listed,
        GROUP_LABELS,
        language("{column}: who is listed", column=name),
        ("people", "selected", "selection", "ratio", "smallest"),
        language,
    )
    if len(errors):
        caption = language("{column}: for whom the list errs", column=name)
        numeric = ("leavers", "missed", "false_alarms", "predicted", "actual")
        found += Markup("<div style='height:16px'></div>") + _table(errors, ERROR_LABELS, caption, numeric, language)
    return found


def proxies_view(result: FairnessResult, language: Language, values: Values) -> Markup:
    """Return which groups the inputs of the score give away, though the columns themselves stay out."""
    rows = proxy_rows(result, language, values)
    if rows.empty:
        return Markup("")
    words = language(
        "0.5 means that the inputs say nothing about the group, 1 that they tell it surely. From about 0.7 on, leaving "
        "the column out of the score does not keep it out."
    )
    caption = language("What the inputs of the score give away")
    return _table(rows, PROXY_LABELS, caption, ("auc",), language) + Markup("<p class='coach-quiet'>{}</p>").format(
        words
    )


def notes_view(result: FairnessResult, language: Language) -> Markup:
    """Return what to know beside the figures."""
    lines = Markup("").join(Markup("<li>{}</li>").format(language.say(note)) for note in result.notes)
    return Markup("<ul class='coach-quiet'>{}</ul>").format(lines)


def cutoff_words(result: FairnessResult, language: Language) -> Text:
    """Say which list is audited."""
    return text(
        "{listed} of {people} listed; the lowest risk on the list is {cutoff}.",
        listed=language.number(result.conversations, 0),
        people=language.number(result.people, 0),
        cutoff=language.percent(result.cutoff),
    )


def _of(result: FairnessResult, attribute: str) -> list[Any]:
    return list(rows_of(result.groups[result.groups["attribute"] == attribute]))


def _table(
    frame: pd.DataFrame, labels: Mapping[str, Text], caption: str, numeric: tuple[str, ...], language: Language
) -> Markup:
    worded = {name: language.say(label) for name, label in labels.items()}
    return table(frame, worded, caption=caption, numeric=numeric)


def _share(value: float, low: float, high: float, language: Language) -> str:
    if value != value:
        return "–"
    percent = language.percent
    return language("{value} ({low} to {high})", value=percent(value), low=percent(low), high=percent(high))


def _percent(value: float, language: Language) -> str:
    return language.percent(value, 1) if value == value else "–"


def _ratio(value: float, low: float, high: float, language: Language) -> str:
    if value != value or value == float("inf"):
        return "–"
    number = language.number
    return language("{value} ({low} to {high})", value=number(value, 2), low=number(low, 2), high=number(high, 2))
