"""The list that the conversations allow, and its reasons, in words."""

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from toolkit.attrition.conversations import Capacity
from toolkit.attrition.features import DRIVERS, FEATURES
from toolkit.controls.page import heading
from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

LIST_LABELS = {
    "rank": text("Rank"),
    "name": text("Person"),
    "risk": text("Risk"),
    "interval": text("90% interval"),
    "reasons": text("What moves it most"),
}


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
