"""What a rater is doing: which sheet is open and what is on it. No layout, no store."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import traitlets

from toolkit.documents.plain_state import (
    PlainState,
    StateForm,
    by_id,
    known,
    list_of,
    moment,
    number,
    optional,
    record,
    whole,
    words,
)
from toolkit.errors import Conflict, InputError
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.scenario import Scenario
from toolkit.roleplay.sheet import (
    LateChange,
    SheetBook,
    SheetRecord,
    rating_words,
    require_complete,
    require_reason,
)
from toolkit.vocabulary import NOT_OBSERVED, SCALE_HIGH, SCALE_LOW, Ratings, check
from toolkit.wording import text

_RATING = optional(number(SCALE_LOW, SCALE_HIGH))
_PLACE = {"scenario_id": words, "rep_id": words, "rater_id": words}
_FIRST_SHEET = record({"rep_id": words, "scenario_id": words, "ratings": by_id(_RATING)})
_FIRST_FORM = StateForm("ScoringState", 1, {**_PLACE, "sheets": list_of(_FIRST_SHEET)})
_LATE = {"kind": words, "criterion_id": words, "before": words, "after": words, "why": words, "at": moment}
_SHEET = record(
    {
        "rep_id": words,
        "scenario_id": words,
        "ratings": by_id(_RATING),
        "notes": by_id(words),
        "submitted_at": optional(moment),
        "overall": optional(whole(1, 3)),
        "late": list_of(record(_LATE)),
    }
)
_FORM = StateForm("ScoringState", 2, {**_PLACE, "sheets": list_of(_SHEET)})


class ScoringState(PlainState, traitlets.HasTraits):
    """One rater's sheets.

    `scenario_id` and `rep_id` choose the open sheet; `sheet` holds its ratings by criterion_id
    (None = not observed), `notes` what was seen, `submitted_at`, `overall` and `late` what became of it. `book`
    is where sheets are kept (see `SheetBook`); without one everything lives in this object. `certifies` says that
    an overall judgement is needed, `order` in which order (rep_id, scenario_id) are played.

    **As a dictionary** (`to_dict`, `from_dict`): what is open, who rates, and all sheets touched, by ids. Names,
    scenarios and rubrics are not in it. With a `book` the sheets are not in it either and not taken: the store
    alone holds them, and a file must not pass for it. Ratings and notes say how somebody did, so keep the file as
    you would keep the sheets. A dictionary of version 1, which knew ratings only, can still be read.
    """

    scenario_id = traitlets.Unicode()
    rep_id = traitlets.Unicode()
    sheet = traitlets.Dict()
    notes = traitlets.Dict()
    submitted_at = traitlets.Instance(dt.datetime, allow_none=True)
    overall = traitlets.Int(None, allow_none=True)
    late = traitlets.Tuple()
    saved_at = traitlets.Instance(dt.datetime, allow_none=True)

    def __init__(
        self,
        forms: Mapping[str, tuple[Scenario, Rubric]],
        rep_ids: list[str],
        *,
        rater_id: str = "me",
        book: SheetBook | None = None,
        certifies: bool = False,
        order: Sequence[tuple[str, str]] = (),
    ):
        super().__init__()
        self.forms = dict(forms)
        self.rep_ids = list(rep_ids)
        self.rater_id = rater_id
        self.certifies = certifies
        played = [(rep, scenario) for rep, scenario in order if rep in self.rep_ids and scenario in self.forms]
        self.order = played or [(rep, scenario) for scenario in self.forms for rep in self.rep_ids]
        self._book = book
        self._sheets: dict[tuple[str, str], SheetRecord] = {}
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

    def rate(self, criterion_id: str, value: str, why: str = "") -> None:
        """Rate a criterion on the open sheet and keep it; nothing changes here if keeping it fails.

        Once the sheet has been handed in, a change needs a reason.
        """
        rating = None if value == NOT_OBSERVED else float(value)
        before = rating_words(self.sheet[criterion_id]) if criterion_id in self.sheet else ""
        if self.submitted_at is not None and before == value:
            return
        require_reason(self.submitted_at, why)
        saved = self._book.rate(*self._place, criterion_id, rating, why) if self._book else _now()
        self._put(saved, "rating", criterion_id, before, value, why, ratings={**self.sheet, criterion_id: rating})

    def take_back(self, criterion_id: str) -> None:
        """Make a criterion unrated again, as it was before the first tap; not once the sheet has been handed in."""
        require_reason(self.submitted_at, "")
        saved = self._book.take_back(*self._place, criterion_id) if self._book else _now()
        left = {name: rating for name, rating in self.sheet.items() if name != criterion_id}
        self._put(saved, "", criterion_id, "", "", "", ratings=left)

    def note(self, criterion_id: str, seen: str, why: str = "") -> None:
        """Write what was seen on a criterion and keep it, rated or not."""
        seen, before = seen.strip(), self.notes.get(criterion_id, "")
        if seen == before:
            return
        require_reason(self.submitted_at, why)
        saved = self._book.note(*self._place, criterion_id, seen, why) if self._book else _now()
        notes = {name: one for name, one in {**self.notes, criterion_id: seen}.items() if one}
        self._put(saved, "note", criterion_id, before, seen, why, notes=notes)

    def hand_in(self, overall: int | None = None) -> None:
        """Hand the open sheet in; raises `InputError` while a mandatory criterion or a needed judgement is missing.

        Where it was handed in elsewhere with another judgement, takes that one up and raises `Conflict`.
        """
        if self.submitted_at is not None:
            return
        names = {criterion.id: criterion.name for criterion in self.rubric.criteria}
        require_complete([names[one] for one in self.missing], overall, self.certifies)
        try:
            saved = self._book.hand_in(*self._place, overall) if self._book else _now()
        except Conflict:
            self.read_again()
            raise
        self._put(saved, "", "", "", "", "", submitted_at=saved, overall=overall)

    def judge(self, overall: int, why: str) -> None:
        """Change the overall judgement of a sheet that has been handed in."""
        if overall == self.overall:
            return
        require_complete([], overall, certifies=True)
        require_reason(self.submitted_at, why)
        saved = self._book.judge(*self._place, overall, why) if self._book else _now()
        self._put(saved, "overall", "", str(self.overall or ""), str(overall), why, overall=overall)

    @property
    def missing(self) -> list[str]:
        """Mandatory criteria of the open sheet that nobody has rated yet."""
        return [c.id for c in self.rubric.criteria if c.mandatory and c.id not in self.sheet]

    def next_sheet(self) -> tuple[str, str] | None:
        """Return (rep_id, scenario_id) of the next sheet in order that has not been handed in, other than this."""
        done = self._book.handed_in() if self._book else {
            place for place, one in self._sheets.items() if one.submitted_at is not None
        }  # fmt: skip
        at = self.order.index(self._place) + 1 if self._place in self.order else 0
        for place in (*self.order[at:], *self.order[:at]):
            if place not in done and place != self._place:
                return place
        return None

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
            for (rep, scenario), one in self._sheets.items()
            for criterion, rating in one.ratings.items()
        ]
        return check(pd.DataFrame(rows, columns=list(Ratings.columns)), Ratings)

    def to_dict(self) -> dict[str, Any]:
        """Return what is open and, without a book, all sheets."""
        sheets = [
            {
                "rep_id": rep,
                "scenario_id": scenario,
                "ratings": dict(one.ratings),
                "notes": dict(one.notes),
                "submitted_at": one.submitted_at.isoformat() if one.submitted_at else None,
                "overall": one.overall,
                "late": [vars(change) | {"at": change.at.isoformat()} for change in one.late],
            }
            for (rep, scenario), one in ({} if self._book else self._sheets).items()
        ]
        return _FORM.write(scenario_id=self.scenario_id, rep_id=self.rep_id, rater_id=self.rater_id, sheets=sheets)

    def restore(self, body: object) -> None:
        """Take up a state of the same rater; every scenario, rep and criterion in it must be known here."""
        first = isinstance(body, Mapping) and type(body.get("version")) is int and body["version"] == 1
        found = (_FIRST_FORM if first else _FORM).read(body)
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
        if self._book and found["sheets"]:
            raise InputError(text("Ratings that live in a store are not taken from a saved state."))
        sheets = self._sheets_of(found["sheets"])
        with self.hold_trait_notifications():
            self._sheets, self.saved_at = sheets, None
            self.scenario_id, self.rep_id = found["scenario_id"], found["rep_id"]
        if not self._book:
            self._open(None)  # the same place may have other ratings now

    @property
    def _place(self) -> tuple[str, str]:
        return self.rep_id, self.scenario_id

    def _sheets_of(self, bodies: list[dict[str, Any]]) -> dict[tuple[str, str], SheetRecord]:
        sheets: dict[tuple[str, str], SheetRecord] = {}
        for position, body in enumerate(bodies):
            key, where = (body.pop("rep_id"), body.pop("scenario_id")), f"sheets[{position}]"
            known(key[0], self.rep_ids, f"{where}.rep_id")
            known(key[1], self.forms, f"{where}.scenario_id")
            criteria = [criterion.id for criterion in self.forms[key[1]][1].criteria]
            known([*body["ratings"], *body.get("notes", ())], criteria, f"{where}.ratings")
            late = tuple(LateChange(**change) for change in body.pop("late", ()))
            known([change.kind for change in late], ["rating", "note", "overall"], f"{where}.late")
            known([change.criterion_id for change in late], [*criteria, ""], f"{where}.late")
            if key in sheets:
                raise InputError(
                    text("The sheet of “{rep}” in “{scenario}” is in it twice.", rep=key[0], scenario=key[1])
                )
            sheets[key] = SheetRecord(**body, late=late)
        return sheets

    def _put(
        self, saved: dt.datetime, kind: str, criterion: str, before: str, after: str, why: str, **new: Any
    ) -> None:
        one = self._sheets.get(self._place, SheetRecord())
        if self.submitted_at is not None and kind:
            new["late"] = (*one.late, LateChange(kind, criterion, before, after, why.strip(), saved))
        self._sheets[self._place] = replace(one, **new)
        self._show()
        self.saved_at = saved

    def _show(self) -> None:
        one = self._sheets.get(self._place, SheetRecord())
        with self.hold_trait_notifications():
            self.sheet, self.notes = dict(one.ratings), dict(one.notes)
            self.submitted_at, self.overall, self.late = one.submitted_at, one.overall, one.late

    def read_again(self) -> None:
        """Take up what is on the open sheet now, which may have been written elsewhere."""
        self._open(None)

    def _open(self, _change: object) -> None:
        if not self.scenario_id or not self.rep_id:
            return
        if self._book is not None:
            self._sheets[self._place] = self._book.fetch(*self._place)
        self._show()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
