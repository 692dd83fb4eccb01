"""A workshop's timetable: the one that is kept, and the one that is being tried out. No layout, no store."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import traitlets

from toolkit.errors import InputError
from toolkit.roleplay.planning.design import FOR_GOOD
from toolkit.roleplay.rotation_result import Rotation
from toolkit.wording import text


class TimetableState(traitlets.HasTraits):
    """`kept` is the stored `Rotation`, `draft` one that nobody has kept yet; either may be None.

    `gone` are those without whom the draft was planned, where it changes a kept timetable.
    """

    kept: Rotation | None = traitlets.Any(None, allow_none=True)  # type: ignore[assignment]
    draft: Rotation | None = traitlets.Any(None, allow_none=True)  # type: ignore[assignment]
    gone: tuple[str, ...] = traitlets.Tuple()  # type: ignore[assignment]

    @property
    def shown(self) -> Rotation | None:
        """The timetable to look at: the draft, else the kept one."""
        return self.draft if self.draft is not None else self.kept

    def make(
        self,
        reps: Sequence[str],
        raters: Sequence[str],
        scenarios: Sequence[str],
        reports_to: Mapping[str, str | None],
        begun: pd.DataFrame,
        *,
        left: Iterable[str] = (),
        **asked: Any,
    ) -> Rotation:
        """Make a draft from what is asked, as `rotation` takes it; a refusal leaves the last draft as it was.

        Sheets that are `begun` are not planned again; those of raters who have `left` count too, if they rated.
        """
        from toolkit.roleplay.timetable import rotation

        left = list(left)
        begun = _counting(begun, left)
        known = begun[begun["rep_id"].isin(reps) & begun["scenario_id"].isin(scenarios)]
        gone = [one for one in left if one in set(known["rater_id"])]
        everybody = [*raters, *gone]
        found = rotation(
            reps,
            everybody,
            scenarios,
            reports_to={rep: boss for rep, boss in reports_to.items() if rep in reps and boss in everybody},
            done=known[known["rater_id"].isin(everybody)],
            unavailable=[(one, asked["start"], asked["start"] + FOR_GOOD) for one in gone],
            **asked,
        )
        with self.hold_trait_notifications():
            self.gone, self.draft = (), found
        return found

    def fall_out(self, base: Rotation | None, gone: Iterable[str], from_slot: int, done: pd.DataFrame) -> Rotation:
        """Make a draft of the rest without `gone`, from `base`, the kept timetable with whoever has joined."""
        from toolkit.roleplay.timetable_change import replan

        leaving = tuple(dict.fromkeys(gone))
        if base is None:
            raise InputError(text("There is no timetable to change yet."), remedy=text("Make one first and keep it."))
        if not leaving and self.kept is not None and _there(base) == _there(self.kept):
            raise InputError(
                text("Nobody falls out, so nothing changes."), remedy=text("Choose who is missing, then try again.")
            )
        found = replan(base, without=leaving, from_slot=from_slot, done=done)
        with self.hold_trait_notifications():
            self.gone, self.draft = leaving, found
        return found

    def take_up(self, kept: Rotation | None) -> None:
        """Take `kept` for the stored timetable and drop the draft."""
        with self.hold_trait_notifications():
            self.gone, self.draft, self.kept = (), None, kept


def _there(rotation: Rotation) -> set[str]:
    request = rotation.request
    away = {who for who, since, until in request.unavailable if until - since >= FOR_GOOD}
    return set(request.raters) - request.gone - away


def first_open_slot(slots: pd.DataFrame, now: Any) -> int:
    """Return the first slot that has not begun at `now`, from 1; one past the last where all have."""
    later = slots.loc[slots["start"] >= now, "slot"]
    last = int(slots["slot"].max()) if len(slots) else 0
    return int(later.min()) if len(later) else last + 1


def held_sheets(rotation: Rotation, begun: pd.DataFrame, from_slot: int, gone: Iterable[str]) -> pd.DataFrame:
    """Return the sheets that need no planning: those begun, and their neighbours at the same role-play before `from_slot`.

    A rater who watched together with one who has begun a sheet will fill in his own; only a rater
    who is `gone` will not, nor will he rate what he has only written notes on.
    """
    columns = ["rep_id", "rater_id", "scenario_id"]
    request, gone = rotation.request, list(gone)
    begun = _counting(begun, {*gone, *request.gone})
    known = begun[
        begun["rep_id"].isin(request.reps)
        & begun["rater_id"].isin(request.raters)
        & begun["scenario_id"].isin(request.scenarios)
    ][columns]
    earlier = rotation.slots[(rotation.slots["slot"] < from_slot) & ~rotation.slots["rater_id"].isin(gone)]
    beside = earlier[columns].merge(known[["rep_id", "scenario_id"]].drop_duplicates(), on=["rep_id", "scenario_id"])
    return pd.concat([known, beside[columns]], ignore_index=True).drop_duplicates(ignore_index=True)


def _counting(begun: pd.DataFrame, gone: Collection[str]) -> pd.DataFrame:
    """Return the sheets that will be finished: those with ratings (all without a column `rated`), and notes of who stays."""
    rated = begun["rated"] if "rated" in begun else pd.Series(True, index=begun.index)
    return begun[rated | ~begun["rater_id"].isin(gone)]
