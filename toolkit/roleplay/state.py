"""What a rater is doing: which sheet is open and what is on it. No layout, no store."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import traitlets

from toolkit.documents.plain_state import PlainState, StateForm, by_id, known, list_of, number, optional, record, words
from toolkit.errors import InputError
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.scenario import Scenario
from toolkit.vocabulary import NOT_OBSERVED, SCALE_HIGH, SCALE_LOW, Ratings, check
from toolkit.wording import text

Sheet = dict[str, float | None]
Keep = Callable[[str, str, str, float | None], dt.datetime]
_RATING = optional(number(SCALE_LOW, SCALE_HIGH))
_SHEET = record({"rep_id": words, "scenario_id": words, "ratings": by_id(_RATING)})
_FORM = StateForm(
    "ScoringState", 1, {"scenario_id": words, "rep_id": words, "rater_id": words, "sheets": list_of(_SHEET)}
)


class ScoringState(PlainState, traitlets.HasTraits):
    """One rater's sheets.

    `scenario_id` and `rep_id` choose the open sheet; `sheet` holds its ratings by criterion_id
    (None = not observed). `fetch(rep_id, scenario_id)` gives what is already stored and
    `keep(rep_id, scenario_id, criterion_id, rating)` stores one rating and returns when; without
    them everything lives in this object.

    **As a dictionary** (`to_dict`, `from_dict`): what is open, who rates, and the ratings of all sheets
    touched, by ids. Names, scenarios and rubrics are not in it. With `fetch` or `keep` the ratings are
    not in it either and not taken: the store alone holds them, and a file must not pass for it.
    Ratings say how somebody did, so keep the file as you would keep the sheets.
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

    def to_dict(self) -> dict[str, Any]:
        """Return what is open and, without a store, all ratings."""
        sheets = [
            {"rep_id": rep, "scenario_id": scenario, "ratings": dict(sheet)}
            for (rep, scenario), sheet in ({} if self._stored else self._sheets).items()
        ]
        return _FORM.write(scenario_id=self.scenario_id, rep_id=self.rep_id, rater_id=self.rater_id, sheets=sheets)

    def restore(self, body: object) -> None:
        """Take up a state of the same rater; every scenario, rep and criterion in it must be known here."""
        found = _FORM.read(body)
        if found["rater_id"] != self.rater_id:
            raise InputError(
                text(
                    "These ratings were given by “{one}”, not by “{other}”.",
                    one=found["rater_id"],
                    other=self.rater_id,
                )
            )
        known(found["scenario_id"], list(self.forms) or [""], "scenario_id")
        known(found["rep_id"], self.rep_ids or [""], "rep_id")
        if self._stored and found["sheets"]:
            raise InputError(text("Ratings that live in a store are not taken from a saved state."))
        sheets = self._sheets_of(found["sheets"])
        with self.hold_trait_notifications():
            self._sheets, self.saved_at = sheets, None
            self.scenario_id, self.rep_id = found["scenario_id"], found["rep_id"]
        if not self._stored:
            self._open(None)  # the same place may have other ratings now

    @property
    def _stored(self) -> bool:
        return self._fetch is not None or self._keep is not None

    def _sheets_of(self, bodies: list[dict[str, Any]]) -> dict[tuple[str, str], Sheet]:
        sheets: dict[tuple[str, str], Sheet] = {}
        for position, body in enumerate(bodies):
            key, where = (body["rep_id"], body["scenario_id"]), f"sheets[{position}]"
            known(key[0], self.rep_ids, f"{where}.rep_id")
            known(key[1], self.forms, f"{where}.scenario_id")
            known(list(body["ratings"]), [c.id for c in self.forms[key[1]][1].criteria], f"{where}.ratings")
            if key in sheets:
                raise InputError(
                    text("The sheet of “{rep}” in “{scenario}” is in it twice.", rep=key[0], scenario=key[1])
                )
            sheets[key] = body["ratings"]
        return sheets

    def _open(self, _change: object) -> None:
        if not self.scenario_id or not self.rep_id:
            return
        key = (self.rep_id, self.scenario_id)
        if self._fetch is not None:
            self._sheets[key] = self._fetch(*key)
        self.sheet = self._sheets.get(key, {})
