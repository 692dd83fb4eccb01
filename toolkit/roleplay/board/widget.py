"""The live board of a workshop, usable in any notebook on plain tables."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from toolkit.controls.choices import Choice
from toolkit.controls.page import Panel, card, row
from toolkit.controls.push_button import PushButton
from toolkit.controls.refresher import Refresher
from toolkit.controls.status_board import StatusBoard
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.roleplay.board.sheets import by_rater, with_late
from toolkit.vocabulary import rows_of
from toolkit.wording import text

_TONES = {"done": "good", "open": "accent", "missing": "quiet", "late": "bad"}
_SIGNS = {"done": "✓", "open": "◐", "missing": "○", "late": "!"}
STATE_WORDS = {
    "done": text("done"),
    "open": text("in progress"),
    "missing": text("missing"),
    "late": text("late"),
}


class WorkshopBoard(Panel):
    """Which sheets of a workshop are done, in progress or missing, by rater and by rep.

    **Takes** by `show` a table of sheets: rep_id, rater_id, scenario_id, state (“done”, “open” or
    “missing”), and due (a moment) where there is a timetable; names by id; and the moment it is. What
    is rated on a sheet is never shown. With `on_refresh` there is a button to look again, and the board
    asks by itself every `seconds` while it is in sight; call `show` there. It has no state of its own.
    """

    def __init__(self, on_refresh: Callable[[], None] | None = None, *, seconds: float = 5.0, language: str = "en"):
        say = self.language = Language(language)
        self.status = StatusLine(say)
        self._shown: tuple[pd.DataFrame, dict[str, Any]] | None = None
        options = [(say("all reps"), "all"), (say("reps with sheets still missing"), "missing")]
        self.which = Choice(say("Show"), options)
        self.which.on_change(lambda _value: self._draw())
        self.board = StatusBoard(language=say, caption=say("Sheets by rep and scenario"), first=say("Rep"))
        parts: list[Any] = [self.which]
        if on_refresh is not None:
            self.look_again = PushButton(say("Refresh"))
            self.look_again.on_click(on_refresh)
            self.refresher = Refresher(on_refresh, seconds=seconds)
            parts += [self.look_again, self.refresher]
        super().__init__([card(row(*parts), self.status, self.board)])

    def show(
        self,
        sheets: pd.DataFrame,
        names: Mapping[str, Any],
        *,
        reps: list[str] | None = None,
        scenarios: list[str] | None = None,
        planned: bool = True,
        now: pd.Timestamp | None = None,
    ) -> None:
        """Show how far the sheets are; only what has changed is touched.

        `names` gives names of people and scenarios by id, as words or in both languages. `reps` and
        `scenarios` are all who take part, else those of the sheets. `planned` says whether the sheets
        are all there should be; without a timetable nobody knows which ones are missing. Sheets whose
        `due` is over at `now` are late. Raises `InputError` for a table that does not fit.
        """
        checked = with_late(sheets, now)
        reps = list(dict.fromkeys(sheets["rep_id"])) if reps is None else reps
        scenarios = list(dict.fromkeys(sheets["scenario_id"])) if scenarios is None else scenarios
        more = {"names": dict(names), "reps": reps, "scenarios": scenarios, "planned": planned, "now": now}
        self._shown = (checked, more)
        self._draw()

    def _draw(self) -> None:
        if self._shown is None:
            return
        sheets, more = self._shown
        say, names = self.language, more["names"]
        self.board.show(
            summary=self._summary(sheets, more["planned"]),
            stamp=say("As of {time}", time=say.time(more["now"])) if more["now"] is not None else "",
            bars=[self._bar(one, names, more["planned"]) for one in rows_of(by_rater(sheets))],
            columns=[(one, self._name(one, names)) for one in more["scenarios"]],
            rows=self._rows(sheets, more),
        )

    def _name(self, one: str, names: Mapping[str, Any]) -> str:
        return self.language.say(names.get(one) or one)

    def _summary(self, sheets: pd.DataFrame, planned: bool) -> str:
        say = self.language
        counts = sheets["state"].value_counts()
        done, begun = int(counts.get("done", 0)), int(counts.get("open", 0))
        if not planned:
            return say(
                "Done: {done}, in progress: {open}. There is no timetable, so nobody knows which sheets are missing.",
                done=done,
                open=begun,
            )
        return say(
            "Sheets done: {done} of {total}; in progress: {open}, missing: {missing}, of which late: {late}.",
            done=done,
            total=len(sheets),
            open=begun,
            missing=int(counts.get("missing", 0)),
            late=int((sheets["late"] & (sheets["state"] == "missing")).sum()),
        )

    def _bar(self, one: Any, names: Mapping[str, Any], planned: bool) -> dict[str, Any]:
        say, share = self.language, one.done / one.total if planned else None
        if not planned:
            words, tone, sign = say("done: {done}, in progress: {open}", done=one.done, open=one.open), "accent", "•"
        elif one.done == one.total:
            words, tone, sign = say("{done} of {total} done", done=one.done, total=one.total), "good", "✓"
        elif one.late:
            words = say("{done} of {total} done, {late} behind", done=one.done, total=one.total, late=one.late)
            tone, sign = "bad", "!"
        else:
            words, tone, sign = say("{done} of {total} done", done=one.done, total=one.total), "accent", "◐"
            if not one.done and not one.open:
                tone, sign = "quiet", "○"
        name = self._name(one.rater_id, names)
        return {"id": one.rater_id, "name": name, "words": words, "tone": tone, "sign": sign,
                "share": share}  # fmt: skip

    def _rows(self, sheets: pd.DataFrame, more: Mapping[str, Any]) -> list[dict[str, Any]]:
        names, cells = more["names"], dict[tuple[str, str], list[dict[str, str]]]()
        words = {state: self.language.say(said) for state, said in STATE_WORDS.items()}
        unfinished = set()
        columns = (sheets[name].to_list() for name in ("rep_id", "scenario_id", "rater_id", "state", "late"))
        for rep, scenario, rater, state, late in zip(*columns, strict=True):
            # A sheet that is being written is not called late: its rater is at it.
            shown = "late" if late and state == "missing" else state
            mark = {"who": self._name(rater, names), "word": words[shown], "tone": _TONES[shown], "sign": _SIGNS[shown]}
            cells.setdefault((rep, scenario), []).append(mark)
            if state != "done":
                unfinished.add(rep)
        none = self.language("not planned") if more["planned"] else self.language("no sheet yet")
        empty = [{"who": "", "word": none, "tone": "none", "sign": "–"}]
        wanted = more["reps"]
        if self.which.value == "missing":
            wanted = [
                one
                for one in wanted
                if one in unfinished or (not more["planned"] and any((one, s) not in cells for s in more["scenarios"]))
            ]
        return [
            {
                "id": rep,
                "name": self._name(rep, names),
                "cells": [cells.get((rep, one), empty) for one in more["scenarios"]],
            }
            for rep in wanted
        ]
