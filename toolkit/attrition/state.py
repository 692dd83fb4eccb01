"""One look at attrition risk: which data, how far ahead, the back-test, the model, the risks. No layout, no store."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import traitlets
from numpy.typing import NDArray

from toolkit.attrition.backtest import Step, back_test, back_test_snapshot, unseen_models
from toolkit.attrition.fitting import fit_panel, fit_snapshot
from toolkit.attrition.guard import label_of
from toolkit.attrition.model import RiskModel
from toolkit.attrition.scorecard import BackTestResult
from toolkit.attrition.stability import REFITS, Redrawn, redrawn
from toolkit.documents.plain_state import PlainState, StateForm, known, optional, whole, words

MOST_MONTHS = 60
_FORM = StateForm("RiskState", 1, {"source": optional(words), "horizon_months": whole(1, MOST_MONTHS)})


@dataclass(frozen=True)
class Trained:
    """What training gave: the back-test first, then the model, everybody's risk and the reasons.

    On a snapshot, risks and reasons come from models that had not seen the person (cross-fitted),
    and `model`, fitted on everybody, serves new people. `reasons` hold every column of the model for
    each person, or the three strongest where that would be over two million rows. `redrawn` tells how
    firm a list is; None beyond 200,000 rows.
    """

    test: BackTestResult
    model: RiskModel
    risks: pd.DataFrame
    reasons: pd.DataFrame
    redrawn: Redrawn | None = None


@dataclass(frozen=True)
class Source:
    """A table to train on. `kind` is ``months`` (RepMonths) or ``snapshot`` with its `choices`.

    On months `held` are the conversations (person_id, held_on) and `not_regretted` the people whose leaving
    was no loss: neither teaches the model.
    """

    name: str
    kind: str
    frame: pd.DataFrame
    choices: dict[str, Any] = field(default_factory=dict)
    held: pd.DataFrame | None = None
    not_regretted: tuple[str, ...] = ()


class RiskState(PlainState, traitlets.HasTraits):
    """`source` chooses the data, `horizon_months` how far ahead (months only), `trained` is the result.

    **As a dictionary** (`to_dict`, `from_dict`): the name of the source and the horizon. Neither the
    data nor anybody's risk nor who was looked at: those stay where HR's access rules and log hold.
    Train again to see them.
    """

    source = traitlets.Instance(Source, allow_none=True)
    horizon_months = traitlets.Int(3)
    trained = traitlets.Instance(Trained, allow_none=True)

    def __init__(self, source: Source | None = None):
        super().__init__(source=source)

    def to_dict(self) -> dict[str, Any]:
        """Return what would be trained."""
        return _FORM.write(source=self.source.name if self.source else None, horizon_months=self.horizon_months)

    def restore(self, body: object) -> None:
        """Take the horizon of a state of the same source, and forget what was trained."""
        found = _FORM.read(body)
        known(found["source"], [self.source.name if self.source else None], "source")
        self.horizon_months = found["horizon_months"]
        self.trained = None

    def train(self) -> Trained:
        """Back-test and fit on `source`; `trained` stays as it was if the data do not allow it."""
        self.trained = self.compute()
        return self.trained

    def compute(self, step: Step = lambda _share: None) -> Trained:
        """Return what `train` would, changing nothing; `step` is told the share done and may raise to stop."""
        source = self.source
        if source is None:
            raise ValueError("choose a source before training")
        if source.kind == "months":
            return _trained_on_months(source, self.horizon_months, step)
        return _trained_on_snapshot(source, step)

    @traitlets.observe("source", "horizon_months")
    def _forget(self, _change: object) -> None:
        self.trained = None


def _trained_on_months(source: Source, horizon_months: int, step: Step) -> Trained:
    model = fit_panel(source.frame, horizon_months=horizon_months, held=source.held, not_regretted=source.not_regretted)
    test = back_test(
        source.frame,
        horizon_months=horizon_months,
        setting=model.setting,
        held=source.held,
        not_regretted=source.not_regretted,
        step=step,
    )
    risks = _highest_first(model.predict(source.frame))
    reasons = model.reasons(source.frame, _told(model, len(risks)))
    return Trained(
        test,
        model,
        risks,
        reasons,
        _drawn_anew(model, source.frame, step, held=source.held, not_regretted=source.not_regretted),
    )


def _trained_on_snapshot(source: Source, step: Step) -> Trained:
    """Tell the risk of those still there, each by a model that had not learned that they stayed."""
    options = {name: value for name, value in source.choices.items() if value not in (None, "", [])}
    model = fit_snapshot(source.frame, **options)
    test = back_test_snapshot(source.frame, **options, setting=model.setting, step=step)
    frame, there = _numbered(source.frame), _still_there(source.frame, options)
    risks, reasons = [], []
    for rows, unseen in unseen_models(source.frame, **options, setting=model.setting):
        asked = frame.iloc[rows[there[rows]]]
        if asked.empty:
            continue
        judge = unseen if unseen.person is not None else replace(unseen, person=_ROW)
        risks.append(judge.predict(asked))
        reasons.append(judge.reasons(asked, _told(judge, len(frame))))
    label = {name: options[name] for name in ("label", "left_value") if name in options}
    drawn = _drawn_anew(model, source.frame, step, **label)
    return Trained(test, model, _highest_first(pd.concat(risks)), pd.concat(reasons, ignore_index=True), drawn)


_ROW = "row number in the file"
_MOST_REASONS = 2_000_000
_MOST_REFITTED = 200_000


def _drawn_anew(model: RiskModel, frame: pd.DataFrame, step: Step, **taught: Any) -> Redrawn | None:
    step(1.0)
    if len(frame) > _MOST_REFITTED:
        return None
    return redrawn(model, frame, refits=REFITS if model.boosted is None else REFITS // 2, **taught)


def _told(model: RiskModel, people: int) -> int:
    """Return how many reasons to keep for each person."""
    every = max(len(model.design.names), 1)
    return every if people * every <= _MOST_REASONS else 3


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a snapshot with its rows numbered from 1, for people without an id."""
    return frame.rename(columns=str).assign(**{_ROW: range(1, len(frame) + 1)})


def _still_there(frame: pd.DataFrame, options: dict[str, Any]) -> NDArray[np.bool_]:
    """Return which people of a snapshot had not left: nobody needs a risk for the others."""
    left = label_of(frame.rename(columns=str), options["label"], options.get("left_value"))
    return (left == 0).to_numpy(dtype=bool)


def _highest_first(risks: pd.DataFrame) -> pd.DataFrame:
    return risks.sort_values(["probability", "person_id"], ascending=[False, True]).reset_index(drop=True)
