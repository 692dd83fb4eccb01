"""The part that says how sure the scores are and what would make them surer."""

from typing import Any

import ipywidgets as widgets

from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Column, DataTable, Mark, columns_of
from toolkit.controls.fields import NumberField, refuse_problems
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError, ToolkitError
from toolkit.language import Language
from toolkit.roleplay.dependability import Generalizability
from toolkit.roleplay.fair import FairScores
from toolkit.roleplay.next_sheet import NextSheets
from toolkit.roleplay.results.certainty.report import (
    COMPONENT_LABELS,
    COMPONENT_WORDS,
    DESIGN_LABELS,
    NEXT_LABELS,
    component_rows,
    design_rows,
    design_table,
    next_rows,
    next_to_show,
)
from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.report import error_words, remarks
from toolkit.roleplay.results.state import ResultsState
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, rows_of
from toolkit.wording import counted, text

ORDER, MARK, TOP = "order", "mark", "top"


class CertaintyPanel(Panel):
    """Where differences come from, what other designs would give, and whom to score next."""

    def __init__(self, language: Language):
        say = self.language = language
        self.status = StatusLine(say)
        self.parts = DataTable(
            columns_of(COMPONENT_LABELS, say, share="percent", sd="number", interval="number"),
            language=say,
            caption=say("Where the differences between sheets come from"),
        )
        self.part_notes, self.advice = widgets.HTML(), widgets.HTML()
        self.designs = DataTable(
            _design_columns(say), language=say, caption=say("What more or fewer sheets would give")
        )
        self.decision = choice(
            say("What is to be decided"),
            [
                (say("The order of all reps"), ORDER),
                (say("Who is above a pass mark"), MARK),
                (say("Who is among the best"), TOP),
            ],
            lambda _value: self._offer_fields(),
        )
        self.mark = NumberField(say("Pass mark"), 3.0, language=say, least=SCALE_LOW, most=SCALE_HIGH, step=0.1, required=True)  # fmt: skip
        self.top = NumberField(say("How many of the best"), 3, language=say, least=1, whole=True, required=True)
        self.find = button(say("Find the next sheets"), guarded(self.status, self._find), primary=True)
        self.next_words = widgets.HTML()
        self.next = DataTable(
            columns_of(NEXT_LABELS, say, rank="number", gain="number"), language=say, caption=say("Score these next")
        )
        self.next.layout.display = "none"
        ask = card(
            heading(
                say("Whom to score next"),
                say("The missing sheets that would most likely put wrong decisions right."),
            ),
            row(self.decision, self.mark, self.top, self.find),
            self.status,
            self.next_words,
            self.next,
        )
        super().__init__([self.parts, self.part_notes, card(self.advice), self.designs, ask], styled=False)
        self._offer_fields()

    def show(self, state: ResultsState, names: Names) -> None:
        """Show what the ratings of `state` say; the list of next sheets only when it is asked for."""
        self._state, self._names = state, names
        self._show_parts(state.fair)
        try:
            self._show_designs(state.dependability, state.design)
        except ToolkitError as error:
            self.advice.value = remarks(error_words(error, self.language))
            self.designs.layout.display = "none"
        self.status.clear()
        self.next.layout.display = "none"
        self.next_words.value = ""

    def _show_parts(self, scores: FairScores) -> None:
        say = self.language
        rows = component_rows(scores, say)
        self.parts.show(rows, ids=scores.components["component"], sort={"sd": scores.components["sd"]})
        notes = [
            say("{what}: {reason}", what=say.say(COMPONENT_WORDS[row.component]), reason=say.say(row.note))
            for row in rows_of(scores.components)
            if row.note is not None
        ]
        self.part_notes.value = remarks(
            [say("The larger the first share, the more the scores say about the reps themselves."), *notes]
        )

    def _show_designs(self, found: Generalizability, present: tuple[int, int]) -> None:
        say = self.language
        table = design_table(found, present)
        self.designs.layout.display = None
        sort = {"relative": table["relative"], "absolute": table["absolute"], "error": table["absolute_error"]}
        self.designs.show(
            design_rows(table, present, say),
            ids=[f"{row.raters}x{row.scenarios}" for row in rows_of(table)],
            sort={"design": table["raters"] * 100 + table["scenarios"], **sort},
        )
        missing = [say.say(note) for note in table["note"] if note is not None]
        said = [say.say(one) for one in (*found.advice(*present), *found.notes)]
        self.advice.value = heading(say("What another rater or scenario would buy"), level=2).value + remarks(
            [*said, *missing]
        )

    def _offer_fields(self) -> None:
        self.mark.layout.display = None if self.decision.value == MARK else "none"
        self.top.layout.display = None if self.decision.value == TOP else "none"

    def _find(self) -> None:
        say = self.language
        asked: dict[str, Any] = {}
        if self.decision.value == MARK:
            refuse_problems(self.mark)
            asked["pass_mark"] = self.mark.value
        elif self.decision.value == TOP:
            refuse_problems(self.top)
            asked["top"] = self.top.value
            reps = len({*self._state.sheets["rep_id"], *self._state.reps})
            if self.top.value >= reps:
                raise InputError(
                    counted("There is only {count} rep.", "There are only {count} reps.", reps),
                    remedy=text("Choose a smaller number of the best."),
                )
        self.status.clear()
        found = self._state.next_sheets(**asked)
        self._show_next(found, say)

    def _show_next(self, found: NextSheets, say: Language) -> None:
        shown = next_to_show(found, self._state.seen)
        self.next.layout.display = "none" if shown.empty else None
        self.next.show(next_rows(shown, self._names, say), ids=shown["rank"].astype(str), sort={"gain": shown["gain"]})
        sentences = [self._stakes(found, say)]
        if found.note is not None:
            sentences = [self._names.say(found.note, say)]
        elif shown.empty:
            sentences.append(say("No missing sheet of your people would change a decision."))
        self.next_words.value = remarks(sentences)

    def _stakes(self, found: NextSheets, say: Language) -> str:
        wrong = say.number(found.wrong_now, 0 if found.wrong_now >= 10 else 1)
        if self.decision.value == MARK:
            return say(
                "As things stand, of {count} reps about {wrong} would be expected to be put on the wrong side of the mark.",
                count=found.decisions,
                wrong=wrong,
            )
        return say(
            "As things stand, of {count} pairs of reps about {wrong} would be expected to be put in the wrong order.",
            count=found.decisions,
            wrong=wrong,
        )


def _design_columns(say: Language) -> list[Column]:
    columns = columns_of(
        DESIGN_LABELS, say, marks={"now": {"now": Mark(say("as now"), "accent")}}, sheets="number", error="number"
    )
    helps = {
        "relative": say("Which share of the differences between reps' mean scores is real."),
        "absolute": say("The same where hard raters and scenarios count as well, because a mark stands still."),
        "error": say("By how many levels a mean score is off as a rule."),
    }
    return [
        Column(one.name, one.label, "number" if one.name in helps else one.kind, help=helps.get(one.name, ""), marks=one.marks)
        for one in columns
    ]  # fmt: skip
