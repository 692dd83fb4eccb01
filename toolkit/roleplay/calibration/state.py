"""What one rater does in a calibration: ratings until they are handed in, then the key. No layout, no store."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import traitlets

from toolkit.documents.plain_state import PlainState, StateForm, by_id, known, number, optional, yes_or_no
from toolkit.errors import Conflict, InputError
from toolkit.roleplay.calibration.performance import Key
from toolkit.roleplay.rubric import Rubric
from toolkit.vocabulary import NOT_OBSERVED, SCALE_HIGH, SCALE_LOW
from toolkit.wording import text

Sheet = dict[str, float | None]
_FORM = StateForm(
    "CalibrationState", 1, {"ratings": by_id(optional(number(SCALE_LOW, SCALE_HIGH))), "handed_in": yes_or_no}
)


class CalibrationState(PlainState, traitlets.HasTraits):
    """One rater's blind sheet on one performance.

    `sheet` holds ratings by criterion_id (None = not observed). `reveal(sheet)` is asked for the key when the sheet
    is handed in, and never before; `key` is None until then. `keep(criterion_id, rating)` stores one rating and
    returns when. With `handed_in` the key is asked for at once.

    **As a dictionary**: the ratings and whether they are handed in, never the key. With `keep` neither is
    in it: the store alone holds them.
    """

    sheet = traitlets.Dict()
    handed_in = traitlets.Bool(False)
    key: Key | None = None

    def __init__(
        self,
        rubric: Rubric,
        reveal: Callable[[Sheet], Key],
        *,
        sheet: Mapping[str, float | None] | None = None,
        handed_in: bool = False,
        keep: Callable[[str, float | None], dt.datetime] | None = None,
    ):
        super().__init__(sheet=dict(sheet or {}))
        self.rubric, self._reveal, self._keep = rubric, reveal, keep
        if handed_in:
            self._open_key(self.sheet)

    @property
    def missing(self) -> list[str]:
        """Criteria that are neither rated nor marked as not observed."""
        return [criterion.id for criterion in self.rubric.criteria if criterion.id not in self.sheet]

    @property
    def ratings(self) -> pd.DataFrame:
        """The sheet as a table: criterion_id, rating (NaN = not observed)."""
        rows = pd.DataFrame(list(self.sheet.items()), columns=["criterion_id", "rating"])
        return rows.astype({"rating": float})

    def rate(self, criterion_id: str, value: str) -> dt.datetime:
        """Rate one criterion and return when it was kept; raises `Conflict` once the sheet is handed in."""
        if self.handed_in:
            raise Conflict(text("This sheet has been handed in; its ratings stay as they are."))
        rating = None if value == NOT_OBSERVED else float(value)
        moment = dt.datetime.now(dt.UTC) if self._keep is None else self._keep(criterion_id, rating)
        self.sheet = {**self.sheet, criterion_id: rating}
        return moment

    def hand_in(self) -> None:
        """Close the sheet and ask for the key; raises `InputError` while criteria are missing."""
        if self.handed_in:
            return
        if self.missing:
            names = {criterion.id: criterion.name for criterion in self.rubric.criteria}
            raise InputError(
                text("“{criterion}” is not rated yet.", criterion=names[self.missing[0]]),
                remedy=text("Rate each of them, or choose “Not observed”, then hand in."),
            )
        self._open_key(self.sheet)

    def to_dict(self) -> dict[str, Any]:
        """Return the ratings and whether they are handed in."""
        if self._keep is not None:
            return _FORM.write(ratings={}, handed_in=False)
        return _FORM.write(ratings=dict(self.sheet), handed_in=self.handed_in)

    def restore(self, body: object) -> None:
        """Take up a sheet of the same rubric."""
        found = _FORM.read(body)
        known(list(found["ratings"]), [criterion.id for criterion in self.rubric.criteria], "ratings")
        if self._keep is not None and found["ratings"]:
            raise InputError(text("Ratings that live in a store are not taken from a saved state."))
        if self._keep is not None:
            return
        if found["handed_in"] and set(found["ratings"]) != set(self.rubric.weights):
            raise InputError(text("Some criteria are not rated yet."))
        self.key = None
        self.sheet, self.handed_in = found["ratings"], False
        if found["handed_in"]:
            self._open_key(self.sheet)

    def _open_key(self, sheet: Sheet) -> None:
        self.key = self._reveal(dict(sheet))
        self.handed_in = True
