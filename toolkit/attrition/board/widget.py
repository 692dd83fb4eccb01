"""The board of risks, usable in any notebook on plain tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from toolkit.attrition.back_testing.widget import BackTest
from toolkit.attrition.planner.widget import MOST_CONVERSATIONS, CapacityPlanner
from toolkit.attrition.state import MOST_MONTHS, RiskState, Source, Trained
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.download import Download
from toolkit.controls.page import Panel, button, card, choice, prose, row
from toolkit.controls.print_button import PrintButton
from toolkit.controls.progress import Cancelled, Progress
from toolkit.controls.status_line import StatusLine
from toolkit.documents.plain_state import PlainState, StateForm, known, optional, whole, words
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import text

_BOARD = StateForm(
    "RiskBoard",
    1,
    {"data": optional(words), "horizon_months": whole(1, MOST_MONTHS), "conversations": whole(1, MOST_CONVERSATIONS)},
)


class RiskBoard(PlainState, Panel):
    """Train on a data set, read the back-test first, then the list that the conversations allow.

    `sources` maps words to functions that give a `Source`; `names_of(person_ids)` gives names on
    demand and is where a caller writes the look down; `on_trained(trained)` may store the run;
    `drivers` is the content pack that holds the levers; `on_conversations` is told their number;
    `require()` is asked before anything new is shown and raises if it may not be.

    Its dictionary holds the words of the chosen data set, the horizon and the number of conversations.
    Nobody's risk, reasons or name is in it, nor who was looked at: in a file they would escape HR's
    access rules and the log. Press “Train and test” after `restore` to see the list.
    """

    def __init__(
        self,
        sources: Mapping[str, Callable[[], Source]],
        *,
        language: str = "en",
        names_of: Callable[[Sequence[str]], Mapping[str, str]] | None = None,
        on_trained: Callable[[Trained], None] | None = None,
        drivers: Mapping[str, Any] | None = None,
        on_conversations: Callable[[int], None] | None = None,
        require: Callable[[], None] = lambda: None,
    ):
        say = self.language = Language(language)
        self.state = RiskState()
        self._sources, self._on_trained, self._require = dict(sources), on_trained, require
        self.status = StatusLine(say)
        self.data = choice(say("Data"), [(name, name) for name in sources], lambda _name: self._free_horizon())
        self.horizon = choice(
            say("Leaves within"),
            [(say.count("{count} month", "{count} months", months), months) for months in (3, 6, 12)],
        )
        self.train = button(say("Train and test"), guarded(self.status, self._train), primary=True)
        self.back_test = BackTest(language=language, styled=False)
        self.planner = CapacityPlanner(
            language=language,
            names_of=names_of,
            drivers=drivers,
            on_conversations=on_conversations,
            require=require,
            styled=False,
        )
        self.conversations = self.planner.conversations
        self.take = row(
            Download(say("Download as Excel"), lambda: self._file("xlsx"), self.status),
            Download(say("Download as Word"), lambda: self._file("docx"), self.status),
            PrintButton(say("Print")),
        )
        self.take.add_class("coach-screen-only")
        self.result = Panel([self.back_test, self.planner, self.take], styled=False)
        self.result.layout.display = "none"
        notice = prose(
            say(
                "A risk is an invitation to a conversation, never a verdict. It uses HR data only; "
                "coaching scores never enter. Gender and age stay out of the score."
            ),
            quiet=True,
        )
        ahead = prose(
            say(
                "HR months follow people through time: their risk is that of leaving within the months chosen, and each "
                "past moment is tested with what was known by then. A snapshot has no time: it only tells who looks "
                "like those who left, and the months chosen do not apply."
            ),
            quiet=True,
        )
        self.progress = Progress(say("Progress of the training"), language=say)
        inputs = card(row(self.data, self.horizon, self.train), self.progress, ahead, notice)
        super().__init__([inputs, self.status, self.result])

    def to_dict(self) -> dict[str, Any]:
        """Return what is chosen, and nothing about anybody."""
        return _BOARD.write(
            data=self.data.value, horizon_months=self.horizon.value, conversations=self.conversations.value
        )

    def restore(self, body: object) -> None:
        """Choose the same again; the data set must be on offer. What was trained is forgotten."""
        found = _BOARD.read(body)
        known(found["data"], list(self._sources) or [None], "data")
        known(found["horizon_months"], [months for _, months in self.horizon.options], "horizon_months")
        self.forget()
        self.status.clear()
        self.data.value = found["data"]
        self.horizon.value = found["horizon_months"]
        self.conversations.put(found["conversations"])

    def offer(self, sources: Mapping[str, Callable[[], Source]]) -> None:
        """Offer other data sets, the first of them chosen."""
        self._sources = dict(sources)
        self.data.offer((name, name) for name in sources)
        self._free_horizon()

    def forget(self) -> None:
        """Show nothing of what was trained any more."""
        self.result.layout.display = "none"
        self.state.trained = None
        self.planner.show(None)

    def _free_horizon(self) -> None:
        """Let the horizon be chosen until the data turn out to be a snapshot."""
        self.horizon.disabled = False

    def _train(self) -> None:
        if self.data.value not in self._sources:
            raise InputError(
                text("There are no HR data yet."),
                remedy=text("Import HR months, or bring another data set, in the tabs above."),
            )
        if self.progress.running:
            return
        self.status.clear()
        self.forget()
        self.state.source = self._sources[self.data.value]()
        self.horizon.disabled = self.state.source.kind == "snapshot"
        self.state.horizon_months = self.horizon.value
        words = self.language("Testing on the past and training…")
        self.progress.run(words, lambda bar: self.state.compute(bar.step), self._show_trained, self._tell)

    def _tell(self, error: Exception) -> None:
        with shown_on(self.status):
            if not isinstance(error, Cancelled):
                raise error
            self.status.say(text("Stopped. Nothing was trained."))

    def _show_trained(self, trained: Trained) -> None:
        with shown_on(self.status):
            self.state.trained = trained
            if self._on_trained is not None:
                self._on_trained(trained)
            self.back_test.show(trained)
            self.planner.show(trained, self.state.source)
            self.result.layout.display = None
            self.status.say(text("Trained on {rows} rows.", rows=trained.model.figures.rows), "good")

    def _file(self, kind: str) -> tuple[str, bytes] | None:
        """Return what is shown as a file; nobody is named in it who is not named on the screen."""
        from toolkit.attrition.board.report import TITLE, risk_document, risk_workbook

        self._require()
        shown, say = self.planner.shown, self.language
        if shown is None:
            return None
        content = risk_workbook(shown, say) if kind == "xlsx" else risk_document(shown, say)
        return f"{say.say(TITLE)}.{kind}", content
