"""The list that the conversations allow, and its reasons, in words."""

from collections.abc import Mapping, Sequence

import pandas as pd
from markupsafe import Markup

from toolkit.attrition.conversations import Capacity
from toolkit.attrition.features import DRIVERS, FEATURES
from toolkit.attrition.planner.reasons import DriverGroup, PersonReasons, Reason, value_words
from toolkit.attrition.stability import Stability
from toolkit.controls.page import heading
from toolkit.controls.table import table
from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

LIST_LABELS = {
    "rank": text("Rank"),
    "name": text("Person"),
    "risk": text("Risk"),
    "interval": text("90% interval"),
    "kept": text("Stays listed"),
    "reasons": text("What moves it most"),
}


DRIVER_LABELS = {
    "driver": text("Driver"),
    "effect": text("Taken together"),
    "changeable": text("Can be changed"),
    "fixed": text("Cannot be changed"),
}


def reason_words(reasons: pd.DataFrame, most: int = 3) -> dict[str, list[Text]]:
    """Return each person's `most` strongest reasons in words, by person_id."""
    found: dict[str, list[Text]] = {}
    for row in rows_of(reasons[reasons["rank"] <= most].sort_values(["person_id", "rank"])):
        feature = FEATURES.get(row.column)
        label: object = feature.label if feature else row.column
        value = value_words(row.value)
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
    risks: pd.DataFrame,
    reasons: pd.DataFrame,
    names: Mapping[str, str] | None,
    language: Language,
    stability: Stability | None = None,
) -> pd.DataFrame:
    """Return risks (highest first) as words, with the columns of `LIST_LABELS`; only whom `names` holds is named."""
    words = reason_words(reasons[reasons["person_id"].isin(risks["person_id"])])
    kept = (
        {}
        if stability is None
        else dict(zip(stability.people["person_id"].astype(str), stability.people["share"], strict=True))
    )
    rows = []
    for rank, row in enumerate(rows_of(risks), start=1):
        person = str(row.person_id)
        rows.append(
            {
                "rank": rank,
                "name": (names or {}).get(person, language("hidden")),
                "risk": language.percent(row.probability),
                "interval": language("{low} to {high}", low=language.percent(row.low), high=language.percent(row.high)),
                "kept": "–" if stability is None else language.percent(kept.get(person, 0.0)),
                "reasons": [language.say(reason) for reason in words.get(person, [])],
            }
        )
    return pd.DataFrame(rows, columns=list(LIST_LABELS))


def folded(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a list with each interval under its risk, so that the list fits a tablet."""
    both = pd.Series([list(pair) for pair in zip(rows["risk"], rows["interval"], strict=True)], index=rows.index)
    return rows.drop(columns="interval").assign(risk=both)


def capacity_view(
    answer: Capacity, language: Language, *, snapshot: bool, stability: Stability | None = None
) -> Markup:
    """Return in words what the conversations would reach; for a `snapshot` without claiming a future."""
    sentences = [language.say(answer.snapshot_sentence if snapshot else answer.sentence)]
    if stability is not None:
        sentences.append(language.say(stability.sentence))
    words = Markup(heading(language("What your conversations would reach")).value)
    words += Markup("").join(Markup("<p>{}</p>").format(sentence) for sentence in sentences)
    return words + _snapshot_note(language) if snapshot else words


def _snapshot_note(language: Language) -> Markup:
    words = language(
        "These data are a snapshot: the horizon under “Leaves within” does not apply, and nothing is said about when "
        "anybody leaves. The list shows people still there who look like those who left, each judged by a model that "
        "had not seen them."
    )
    return Markup("<p class='coach-quiet'>{}</p>").format(words)


def person_view(found: PersonReasons, title: str, language: Language) -> Markup:
    """Return one person's reasons by driver, what can be changed apart from what cannot."""
    say = language
    body = Markup(heading(title, level=3).value)
    named = any(group.title is not None for group in found.groups)
    labels = DRIVER_LABELS if named else {name: DRIVER_LABELS[name] for name in ("driver", "effect", "fixed")}
    if not named:
        labels |= {"fixed": text("What the file says")}
    rows = pd.DataFrame([_group(group, say) for group in found.groups], columns=list(DRIVER_LABELS))
    if len(rows):
        worded = {name: say.say(label) for name, label in labels.items()}
        body += table(rows, worded, caption=say("Reasons by driver, the strongest first"))
    if found.small:
        rest = say.count(
            "{count} further column hardly moves this risk.",
            "{count} further columns hardly move this risk.",
            found.small,
        )
        body += Markup("<p class='coach-quiet'>{}</p>").format(rest)
    return body


def _group(group: DriverGroup, language: Language) -> dict[str, object]:
    say = language
    raises = group.contribution > 0
    return {
        "driver": say.say(group.title) if group.title else say("No driver named"),
        "effect": say("raises the risk") if raises else say("lowers the risk"),
        "changeable": _lines([one for one in group.reasons if one.changeable], say),
        "fixed": _lines([one for one in group.reasons if not one.changeable], say),
    }


def _lines(reasons: Sequence[Reason], language: Language) -> Markup:
    return Markup("<br>").join(Markup("{}").format(language.say(_line(one))) for one in reasons)


def _line(one: Reason) -> Text:
    values = {"column": one.label, "value": one.value}
    if one.strong:
        return text("↑↑ {column}: {value}", **values) if one.raises else text("↓↓ {column}: {value}", **values)
    return text("↑ {column}: {value}", **values) if one.raises else text("↓ {column}: {value}", **values)


def levers_view(found: PersonReasons, language: Language) -> Markup:
    """Return the levers that speak to what raises the risk and can be changed."""
    say = language
    title = Markup(heading(say("What could be done"), say("Suggested from the drivers above; which of it helps, a conversation tells."), level=3).value)  # fmt: skip
    if not found.levers:
        none = say("Nothing that could be changed raises this risk, so no lever is suggested. Ask and listen.")
        return title + Markup("<p>{}</p>").format(none)
    lines = [
        Markup("<li><strong>{}</strong> · {}<br>{}</li>").format(
            say.pick(lever.name), say.say(lever.driver), say.pick(lever.action)
        )
        for lever in found.levers
    ]
    return title + Markup("<ol>{}</ol>").format(Markup("").join(lines))
