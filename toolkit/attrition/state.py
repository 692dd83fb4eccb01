"""One look at attrition risk: which data, how far ahead, the back-test, the model, the risks. No layout, no store."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import traitlets

from toolkit.attrition.backtest import back_test, back_test_snapshot
from toolkit.attrition.fitting import fit_panel, fit_snapshot
from toolkit.attrition.model import RiskModel
from toolkit.attrition.scorecard import BackTest


@dataclass(frozen=True)
class Trained:
    """What training gave: the back-test first, then the model, everybody's risk and the reasons."""

    test: BackTest
    model: RiskModel
    risks: pd.DataFrame
    reasons: pd.DataFrame


@dataclass(frozen=True)
class Source:
    """A table to train on. `kind` is ``months`` (RepMonths) or ``snapshot`` with its `choices`."""

    name: str
    kind: str
    frame: pd.DataFrame
    choices: dict[str, Any] = field(default_factory=dict)


class RiskState(traitlets.HasTraits):
    """`source` chooses the data, `horizon_months` how far ahead (months only), `trained` is the result."""

    source = traitlets.Instance(Source, allow_none=True)
    horizon_months = traitlets.Int(3)
    trained = traitlets.Instance(Trained, allow_none=True)

    def train(self) -> Trained:
        """Back-test and fit on `source`; `trained` stays as it was if the data do not allow it."""
        source = self.source
        if source is None:
            raise ValueError("choose a source before training")
        if source.kind == "months":
            test = back_test(source.frame, horizon_months=self.horizon_months)
            model = fit_panel(source.frame, horizon_months=self.horizon_months)
            asked = source.frame
        else:
            options = {name: value for name, value in source.choices.items() if value not in (None, "", [])}
            test = back_test_snapshot(source.frame, **options)
            model = fit_snapshot(source.frame, **options)
            asked = _still_there(source.frame, model, options)
        risks = model.predict(asked).sort_values(["probability", "person_id"], ascending=[False, True])
        self.trained = Trained(test, model, risks.reset_index(drop=True), model.reasons(asked))
        return self.trained

    @traitlets.observe("source", "horizon_months")
    def _forget(self, _change: object) -> None:
        self.trained = None


def _still_there(frame: pd.DataFrame, model: RiskModel, options: dict[str, Any]) -> pd.DataFrame:
    """Return the people of a snapshot who had not left: nobody needs a risk for the others."""
    from toolkit.attrition.guard import label_of

    left = label_of(frame, options["label"], options.get("left_value"))
    return frame[(left == 0).to_numpy()].reset_index(drop=True)
