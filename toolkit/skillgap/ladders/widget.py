"""Both ladders side by side for one person, usable in any notebook on plain tables."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.data_table import Column, DataTable, Mark, Tone, columns_of
from toolkit.controls.download import Download
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, choice, heading, prose, row
from toolkit.controls.person_picker import PersonPicker, people_entries
from toolkit.controls.status_line import StatusLine
from toolkit.documents.plain_state import PlainState
from toolkit.documents.template_file import write_tables
from toolkit.language import Language
from toolkit.organisation.content import competency_names
from toolkit.skillgap.ladders.charts import rank_chart
from toolkit.skillgap.ladders.ranks import asks_for_something, rank_names
from toolkit.skillgap.ladders.report import (
    REQUIREMENT_LABELS,
    REQUIREMENT_WORDS,
    VERDICT_WORDS,
    overall_words,
    requirement_rows,
)
from toolkit.skillgap.ladders.state import ReadinessState
from toolkit.vocabulary import rows_of

_TONES: dict[str, Tone] = {
    "not_met": "bad",
    "unlikely": "bad",
    "open": "warn",
    "unseen": "quiet",
    "likely": "good",
    "met": "good",
}
_VERDICT_TONES = {"ready": "good", "one_rater": "warn", "open": "warn", "not_yet": "bad", "unseen": "quiet"}


class LadderView:
    """One ladder of the view: which rank, the verdict, a picture, and the table of its requirements."""

    def __init__(self, state: ReadinessState, ladder: Mapping[str, Any], language: Language):
        say = self.language = language
        self.state, self.ladder = state, ladder
        self.names = competency_names(state.framework)
        self.ranks = rank_names(state.roles)
        self.figures = {one["id"]: one for one in state.roles.get("figures", [])}
        self._offering = False
        self.rank = choice(say("Rank aimed at"), [], self._choose)
        self.words, self.chart = widgets.HTML(), FigureView(language=say)
        self.table = DataTable(requirement_columns(say), language=say, caption=say.pick(ladder["name"]))
        self.summary = card(
            heading(say.pick(ladder["name"]), say.pick(ladder.get("description") or {"en": ""})),
            row(self.rank),
            self.words,
            self.chart,
        )
        self.summary.layout = widgets.Layout(flex="1 1 420px", min_width="0")
        self.rows = pd.DataFrame(columns=list(REQUIREMENT_LABELS))

    def show(self) -> None:
        """Draw what the rank that is chosen, or comes next, asks of the person shown."""
        say, state = self.language, self.state
        rank, after = state.rank_shown(self.ladder["id"]), state.next_ranks(state.person_id)[self.ladder["id"]]
        self._offer(rank, after)
        if rank is None:
            self.words.value = Markup("<p>{}</p>").format(
                say("No rank of this ladder comes after the present one. Choose a rank to look at it all the same.")
            )
            self.chart.show(None)
            self._show_table(None)
            return
        found = state.readiness_for(rank)
        overall = next(rows_of(found.overall))
        tone = _VERDICT_TONES[overall.verdict]
        body = Markup("<p><span class='coach-data-mark is-{}'>{}</span></p>").format(
            tone, say.say(VERDICT_WORDS[overall.verdict])
        )
        body += Markup("<p>{}</p>").format(say.say(overall_words(overall, say)))
        if overall.note is not None and overall.verdict != "unseen":
            body += Markup("<p>{}</p>").format(say.say(overall.note))
        detour = [say.pick(self.ranks.get(one, {"en": one})) for one in state.detour(rank)]
        if detour:
            words = say("This rank follows {ranks}, not the present rank directly.", ranks=say.join(detour))
            body += Markup("<p class='coach-quiet'>{}</p>").format(words)
        self.words.value = body
        self.chart.show(rank_chart(found.requirements, self.names, say.pick(rank["name"]), say))
        self._show_table(found.requirements, say.pick(rank["name"]))

    def _show_table(self, table: pd.DataFrame | None, rank: str = "") -> None:
        say = self.language
        self.table.layout.display = "none" if table is None else None
        if table is None:
            self.rows = pd.DataFrame(columns=list(REQUIREMENT_LABELS))
            return
        self.rows = requirement_rows(table, self.names, self.figures, say)
        caption = say("{ladder}: what “{rank}” asks", ladder=say.pick(self.ladder["name"]), rank=rank)
        self.table.show(
            self.rows, ids=table["requirement_id"], caption=caption, sort={"probability": table["probability"]}
        )

    def _offer(self, rank: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        say = self.language
        options: list[tuple[str, Any]] = []
        for one in self.ladder["ranks"]:
            if asks_for_something(one):
                name = say.pick(one["name"])
                options.append(
                    (say("{rank} (next)", rank=name) if after and after["id"] == one["id"] else name, one["id"])
                )
        if rank is None:
            options = [(say("— choose a rank —"), None), *options]
        self._offering = True
        self.rank.offer(options, rank["id"] if rank else None)
        self._offering = False

    def _choose(self, rank_id: str | None) -> None:
        if not self._offering and rank_id is not None:
            self.state.ranks = {**self.state.ranks, self.ladder["id"]: rank_id}


class ReadinessView(PlainState, Panel):
    """How probably one person meets what the next rank of each ladder asks, and what is missing.

    `state` is a `ReadinessState` on plain tables. Every number stands with what it rests on; what nobody
    has seen has no number. `person` is the picker. Its dictionary is that of the state.
    """

    def __init__(self, state: ReadinessState, *, language: str = "en"):
        say = self.language = Language(language)
        self.state = state
        self.status = StatusLine(say)
        people = people_entries(state.people)
        self.person = PersonPicker(say("Person"), people, language=say, walk=True)
        self.person.on_change(self._choose)
        self.present = widgets.HTML()
        self.ladders = {ladder["id"]: LadderView(state, ladder, say) for ladder in state.ladders}
        side = widgets.HBox([view.summary for view in self.ladders.values()])
        side.layout = widgets.Layout(flex_flow="row wrap", align_items="stretch", width="100%")
        side.add_class("coach-row")
        self.export = Download(say("Excel: both ladders"), self._excel, self.status)
        remark = say(
            "Probabilities follow from the levels and their uncertainty. They prepare a talk; nobody is promoted or "
            "passed over by them."
        )
        tables = [view.table for view in self.ladders.values()]
        super().__init__(
            [
                card(row(self.person), self.present),
                side,
                *tables,
                prose(remark, quiet=True),
                row(self.export),
                self.status,
            ]
        )
        state.observe(self._show, names=["person_id", "ranks"])
        if people:
            state.person_id = state.person_id or str(self.person.value)
            self._show()

    def to_dict(self) -> dict[str, Any]:
        """Return who is shown and which ranks."""
        return self.state.to_dict()

    def restore(self, body: object) -> None:
        """Show the person for the ranks, all of which must be known here."""
        self.state.restore(body)

    def _choose(self, person_id: str | None) -> None:
        with self.state.hold_trait_notifications():
            self.state.ranks = {}
            self.state.person_id = person_id or ""

    def _show(self, _change: object = None) -> None:
        say, state = self.language, self.state
        if self.person.value != state.person_id:
            self.person.value = state.person_id or None
        if not state.person_id:
            return
        names = rank_names(state.roles)
        present = state.present_rank(state.person_id)
        if present is None:
            words = say(
                "The present rank is not known, so the first rank that asks for something is shown. It can be entered "
                "under “Ranks and figures”."
            )
        else:
            words = say("Present rank: {rank}", rank=say.pick(names.get(present, {"en": present})))
        self.present.value = Markup("<p class='coach-prose'>{}</p>").format(words)
        for view in self.ladders.values():
            view.show()

    def _excel(self) -> tuple[str, bytes]:
        say = self.language
        name = dict(zip(self.state.people["person_id"], self.state.people["name"], strict=True))
        sheets: list[Any] = [
            (say.pick(view.ladder["name"]), _worded(view.rows, say), REQUIREMENT_LABELS)
            for view in self.ladders.values()
        ]
        title = say("Readiness of {name}", name=name.get(self.state.person_id, ""))
        return f"{title}.xlsx", write_tables(sheets, say)


def requirement_columns(language: Language) -> list[Column]:
    """Return the columns of requirements; verdicts stand in the order of their urgency."""
    marks = {key: Mark(language.say(words), _TONES[key]) for key, words in REQUIREMENT_WORDS.items()}
    return columns_of(
        REQUIREMENT_LABELS, language, marks={"verdict": marks}, asked="number", found="number", probability="percent"
    )


def _worded(rows: pd.DataFrame, say: Language) -> pd.DataFrame:
    return rows.assign(verdict=[say.say(REQUIREMENT_WORDS[key]) for key in rows["verdict"]])
