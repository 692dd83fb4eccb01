"""What was gained, as figures that say what can be told and what cannot."""

from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

from toolkit.plans.kirkpatrick import Reach
from toolkit.wording import Text, text

Method = Literal["before_after", "difference_in_differences", "ancova", "after_only"]
Verdict = Literal["gained", "fell", "too_little", "cannot_tell"]


@dataclass(frozen=True)
class UpliftFigure:
    """One gain in levels; `competency_id` is None for all competencies together (mean of each person's).

    `before`, `after`: mean levels of the trained. `seen` is the plain difference (less the comparison's), `regression`
    what of it is regression to the mean, `gain` what is left, with `se` and the interval `low` to `high`. `smallest`
    is the smallest effect that this design would show four times in five.
    """

    competency_id: str | None
    people: int
    others: int
    before: float
    after: float
    seen: float
    regression: float
    gain: float
    se: float
    low: float
    high: float
    smallest: float
    verdict: Verdict

    @property
    def words(self) -> Text:
        """Say what can be said."""
        said = {"gain": f"{self.gain:+.2f}", "low": f"{self.low:+.2f}", "high": f"{self.high:+.2f}"}
        if self.verdict == "gained":
            return text("Gained {gain} levels ({low} to {high}).", **said)
        if self.verdict == "fell":
            return text(
                "Fell by {size} levels ({low} to {high}).", size=f"{-self.gain:.2f}", low=said["low"], high=said["high"]
            )
        if self.verdict == "too_little":
            return text("No gain worth the effort: {gain} levels ({low} to {high}).", **said)
        size = f"{self.smallest:.2f}"
        return text(
            "Cannot tell at this size: {low} to {high} levels; only an effect of about {size} would show.",
            **said,
            size=size,
        )


@dataclass(frozen=True)
class Uplift:
    """What was gained: `overall`, `by_competency`, and `persons` one by one.

    `persons` has person_id, competency_id, gain, sd and moved (up, down, cannot_tell; reliable change after Jacobson &
    Truax 1991, Journal of Consulting and Clinical Psychology 59:12, at the same coverage). `notes` say method,
    assumptions and doubts.
    """

    method: Method
    overall: UpliftFigure
    by_competency: tuple[UpliftFigure, ...]
    persons: pd.DataFrame
    reach: Reach
    notes: tuple[Text, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Return the figures as a table, that of all competencies first."""
        return pd.DataFrame([asdict(one) for one in (self.overall, *self.by_competency)])
