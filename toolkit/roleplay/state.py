"""What a rater is doing: which sheet is open and what is on it. No layout, no store."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import traitlets

from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.scenario import Scenario
from toolkit.vocabulary import NOT_OBSERVED, Ratings, check

Sheet = dict[str, float | None]
Keep = Callable[[str, str, str, float | None], dt.datetime]


class ScoringState(traitlets.HasTraits):
    """One rater's sheets.

    `scenario_id` and `rep_id` choose the open sheet; `sheet` holds its ratings by criterion_id
    (None = not observed). `fetch(rep_id, scenario_id)` gives what is already stored and
    `keep(rep_id, scenario_id, criterion_id, rating)` stores one rating and returns when; without
    them everything lives in this object.
    """

    scenario_id = traitlets.Unicode()
    rep_id = traitlets.Unicode()
    sheet = traitlets.Dict()
    saved_at = traitlets.Instance(dt.datetime, allow_none=True)

    def __init__(
        self,
        forms: Mapping[str, tuple[Scenario, Rubric]],
        rep_ids: list[str],
        *,
        rater_id: str = "me",
        fetch: Callable[[str, str], Sheet] | None = None,
        keep: Keep | None = None,
    ):
        super().__init__()
        self.forms = dict(forms)
        self.rep_ids = list(rep_ids)
        self.rater_id = rater_id
        self._fetch = fetch
        self._keep = keep
        self._sheets: dict[tuple[str, str], Sheet] = {}
        self.observe(self._open, names=["scenario_id", "rep_id"])
        with self.hold_trait_notifications():
            self.scenario_id = next(iter(self.forms), "")
            self.rep_id = self.rep_ids[0] if self.rep_ids else ""

    @property
    def rubric(self) -> Rubric:
        """The rubric of the open sheet."""
        return self.forms[self.scenario_id][1]

    @property
    def scenario(self) -> Scenario:
        """The scenario of the open sheet."""
        return self.forms[self.scenario_id][0]

    def rate(self, criterion_id: str, value: str) -> None:
        """Rate a criterion on the open sheet and keep it; nothing changes here if keeping it fails."""
        rating = None if value == NOT_OBSERVED else float(value)
        moment = dt.datetime.now(dt.UTC)
        if self._keep is not None:
            moment = self._keep(self.rep_id, self.scenario_id, criterion_id, rating)
        self.sheet = {**self.sheet, criterion_id: rating}
        self._sheets[self.rep_id, self.scenario_id] = self.sheet
        self.saved_at = moment

    @property
    def missing(self) -> list[str]:
        """Mandatory criteria of the open sheet that nobody has rated yet."""
        return [c.id for c in self.rubric.criteria if c.mandatory and c.id not in self.sheet]

    @property
    def ratings(self) -> pd.DataFrame:
        """All sheets touched so far, as a Ratings table."""
        rows: list[dict[str, Any]] = [
            {
                "rep_id": rep,
                "rater_id": self.rater_id,
                "scenario_id": scenario,
                "criterion_id": criterion,
                "rating": rating,
            }
            for (rep, scenario), sheet in self._sheets.items()
            for criterion, rating in sheet.items()
        ]
        return check(pd.DataFrame(rows, columns=list(Ratings.columns)), Ratings)

    def _open(self, _change: object) -> None:
        if not self.scenario_id or not self.rep_id:
            return
        key = (self.rep_id, self.scenario_id)
        if self._fetch is not None:
            self._sheets[key] = self._fetch(*key)
        self.sheet = self._sheets.get(key, {})
