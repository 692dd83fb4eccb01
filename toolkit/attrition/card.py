"""The model card: what the model is for, what it rests on, how good it is, and who answers for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolkit.attrition.features import FEATURES
from toolkit.attrition.kept_words import plain_words, words_of
from toolkit.vocabulary import records_of
from toolkit.wording import Text, counted, text

if TYPE_CHECKING:
    from toolkit.attrition.drift import Drift
    from toolkit.attrition.fairness import FairnessResult
    from toolkit.attrition.model import RiskModel
    from toolkit.attrition.scorecard import BackTestResult
    from toolkit.attrition.stability import Stability

SECTIONS: dict[str, Text] = {
    "purpose": text("Purpose"),
    "data": text("Data"),
    "figures": text("Figures"),
    "limits": text("Limits"),
    "fairness": text("Fairness"),
    "oversight": text("Oversight"),
    "contact": text("Contact"),
    "switch_off": text("Switching it off"),
}


@dataclass(frozen=True)
class ModelCard:
    """What everybody should know of a model, after Mitchell et al. (2019).

    `sections` holds sentences by the keys of `SECTIONS`; `version` and `data_hash` say which model it is.
    """

    version: str
    data_hash: str
    sections: dict[str, tuple[Text, ...]]

    def to_dict(self) -> dict[str, Any]:
        """Return the card as values that JSON can hold, sayable in either language later."""
        kept = {name: plain_words(lines) for name, lines in self.sections.items()}
        return {"version": self.version, "data_hash": self.data_hash, "sections": kept}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "ModelCard":
        """Return the card that `to_dict` told."""
        sections = {name: words_of(stored["sections"].get(name, ())) for name in SECTIONS}
        return cls(str(stored["version"]), str(stored["data_hash"]), sections)


def card_of(
    model: "RiskModel",
    *,
    test: "BackTestResult | None" = None,
    audit: "FairnessResult | None" = None,
    drift: "Drift | None" = None,
    stability: "Stability | None" = None,
    contact: str = "",
) -> ModelCard:
    """Return the card of `model`; what was not measured is said not to have been measured."""
    sections = {
        "purpose": _purpose(model),
        "data": _data(model),
        "figures": _figures(model, test, stability),
        "limits": _limits(model, test, drift),
        "fairness": _fairness(model, audit),
        "oversight": _oversight(),
        "contact": _contact(contact),
        "switch_off": (
            text("HR may stop using the model at any time; nothing else in the toolkit depends on it."),
            text("After that no risk is computed or shown; stored risks can be deleted with their data sets."),
        ),
    }
    hashed = model.background.data_hash if model.background else ""
    return ModelCard(model.version, hashed, sections)


def card_today(
    card: ModelCard, *, contact: str, checked: Sequence[Text] = (), audited: Sequence[Text] = ()
) -> ModelCard:
    """Return a card kept at training with who answers now and what the last check and the last audit said, if any."""
    limits = card.sections["limits"]
    if checked:
        limits = (*(line for line in limits if line.msgid != _UNCHECKED.msgid), *checked)
    fairness = card.sections["fairness"]
    if audited:
        fairness = (*(line for line in fairness if line.msgid != _UNAUDITED.msgid), *audited)
    return replace(
        card, sections=card.sections | {"contact": _contact(contact), "limits": limits, "fairness": fairness}
    )


_UNCHECKED = text("Whether the newest data still fit has not been checked.")
_UNAUDITED = text("The list has not been audited by group yet.")


def _contact(contact: str) -> tuple[Text, ...]:
    if contact:
        return (text("Questions and objections go to {contact}.", contact=contact),)
    return (text("Nobody is named yet: HR must name somebody."),)


def _purpose(model: "RiskModel") -> tuple[Text, ...]:
    what = (
        text("It estimates who may leave, as described by a snapshot of people who left and stayed.")
        if model.horizon_months is None
        else counted(
            "It estimates who may leave within {count} month.",
            "It estimates who may leave within {count} months.",
            model.horizon_months,
        )
    )
    return (
        what,
        text("It helps HR decide with whom to talk first. It must not decide on pay, promotion, dismissal or hiring."),
        text("Coaching and role-play scores never enter."),
    )


def _data(model: "RiskModel") -> tuple[Text, ...]:
    figures, background = model.figures, model.background
    found = [
        text(
            "{rows} rows of {people} people, {events} leavings.",
            rows=figures.rows,
            people=figures.people,
            events=figures.events,
        )
    ]
    if background is not None and background.first:
        found.append(
            text("Months learned from: {first} to {last}.", first=background.first[:7], last=background.last[:7])
        )
    used = [FEATURES[name].label if model.horizon_months else name for name in model.design.names]
    found.append(counted("It uses {count} column:", "It uses {count} columns:", len(used)))
    found += [text("– {column}", column=name) for name in used]
    found += [finding.sentence for finding in model.findings]
    return (*found, *model.notes)


def _figures(model: "RiskModel", test: "BackTestResult | None", stability: "Stability | None") -> tuple[Text, ...]:
    found = [model.challenge.decision] if model.challenge else [text("No challenger was fitted beside the model.")]
    if model.boosted is not None:
        found.append(text("Reasons are exact Shapley values of the boosted trees, not of the simple model."))
    if test is None:
        found.append(text("It has not been tested on the past yet."))
    else:
        for name, words in _TESTED.items():
            estimate = test.figures[name]
            values = {
                "value": round(estimate.value, 3),
                "low": round(estimate.low, 3),
                "high": round(estimate.high, 3),
            }
            found.append(replace(words, values=values))
        found.append(
            text(
                "True probabilities would show a calibration error of about {noise} (up to {worst}) at this size.",
                noise=round(test.calibration_noise[0], 3),
                worst=round(test.calibration_noise[1], 3),
            )
        )
        for row in records_of(test.years):
            found.append(
                text(
                    "{year}: {predicted} % predicted, {actual} % left ({low} to {high} %).",
                    year=str(row["year"]),
                    predicted=round(100 * row["predicted"], 1),
                    actual=round(100 * row["actual"], 1),
                    low=round(100 * row["low"], 1),
                    high=round(100 * row["high"], 1),
                )
            )
    found.append(stability.sentence if stability else text("How firm list and reasons are has not been measured."))
    return tuple(found)


_TESTED = {
    "roc_auc": text("A leaver stands above a stayer (ROC-AUC): {value} ({low} to {high})."),
    "average_precision": text("Precision over the whole list (PR-AUC): {value} ({low} to {high})."),
    "brier": text("Brier score: {value} ({low} to {high})."),
    "calibration_error": text("Calibration error: {value} ({low} to {high})."),
    "predicted_to_actual": text("Leavers predicted for each that left: {value} ({low} to {high})."),
}


def _limits(model: "RiskModel", test: "BackTestResult | None", drift: "Drift | None") -> tuple[Text, ...]:
    found = [
        text("A risk is a statement about people alike, not about a person. Reasons describe the model, not causes."),
        text("Most people at high risk stay, and some at low risk leave."),
        text("Intervals cover what the model could not learn from these data, not a world that changes."),
    ]
    if model.horizon_months is None:
        found.append(text("A snapshot has no time, so its figures are optimistic."))
    found += list(test.notes) if test else []
    if drift is None:
        found.append(_UNCHECKED)
    else:
        found += [drift.decision, *drift.reasons, *drift.notes]
    return tuple(found)


def _fairness(model: "RiskModel", audit: "FairnessResult | None") -> tuple[Text, ...]:
    found = []
    if model.horizon_months is not None:
        found.append(text("Gender and birth year are kept out of the score and serve the audit only."))
    elif model.protected:
        names = ", ".join(model.protected)
        found.append(text("Kept out of the score, for the audit only: {columns}.", columns=names))
    if audit is None:
        return (*found, _UNAUDITED)
    return (*found, *audit.sentences, *audit.notes)


def _oversight() -> tuple[Text, ...]:
    return (
        text("A person decides whether to talk, and how; nothing happens by itself."),
        text("Only HR sees risks. Every look at a name is written down."),
        text("People may ask what is stored about them and contest it."),
    )
