"""The form of a 360 round for one rater: one person a screen, every tap kept at once."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.choices import Choice
from toolkit.controls.data_table import Column, DataTable
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.file_picker import FilePicker
from toolkit.controls.page import Panel, button, card, choice, row
from toolkit.controls.rating_scale import RatingScale
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.skillgap.feedback_round.anonymity import NAMED
from toolkit.skillgap.feedback_round.answering.form import answers_of, levels_of, read_answers, write_answers
from toolkit.skillgap.feedback_round.answering.sheet import Answer, Sheet
from toolkit.skillgap.feedback_round.answering.state import AnsweringState, Keep
from toolkit.skillgap.feedback_round.report import ABOUT_WORDS, AS_WORDS
from toolkit.vocabulary import NOT_OBSERVED
from toolkit.wording import counted, text


class AnswerForm(Panel):
    """What one rater is asked to answer.

    `show` takes the sheets and gives the competencies' words (name, description and levels by id, as the framework has
    them) for each; see `AnsweringState` for `keep` and `close`. `on_handed_in()` is called after a sheet was handed in.
    """

    def __init__(
        self,
        keep: Keep,
        close: Callable[[str], object],
        *,
        language: str = "en",
        local_time: Callable[[dt.datetime], dt.datetime] = lambda moment: moment.astimezone(),
        on_handed_in: Callable[[], None] = lambda: None,
    ):
        say = self.language = Language(language)
        self._keep, self._close, self._local_time, self._on_handed_in = keep, close, local_time, on_handed_in
        self.state = AnsweringState((), keep, close)
        self._words: Callable[[Sheet], Mapping[str, Any]] = lambda _sheet: {}
        self.status = StatusLine(say)
        self.who: Choice = choice(say("Person to be rated"), [], guarded(self.status, self._choose))
        self.who.walk = [say("Previous"), say("Next")]
        self.about = widgets.HTML()
        self.progress = widgets.HTML()
        self.scale = RatingScale(language=say, on_rate=self._rate, on_note=self._comment)
        self.scale.words = {
            **self.scale.words,
            "not_observed": say("Not seen"),
            "consequence": say("better than guessing"),
            "saw": say("Comment (optional)"),
            "first": say("An example of what you saw helps most. It is shown word for word."),
        }
        self.finish = button(say("Hand in and go on"), guarded(self.status, self._hand_in), primary=True)
        self.sheet = widgets.VBox([self.about, self.progress, self.scale, self.status, row(self.finish)])
        self.sheet.add_class("coach-panel")
        self.nothing = EmptyState(
            say("Nothing to rate at the moment"), say("When a round asks for your view of somebody, it appears here.")
        )
        self.top = card(row(self.who))
        super().__init__([self.nothing, self.top, self.sheet])
        self.show((), self._words)

    def show(self, sheets: Sequence[Sheet], words: Callable[[Sheet], Mapping[str, Any]]) -> None:
        """Show these sheets, open at the first that is not handed in; `words(sheet)` gives its competencies by id."""
        self._words = words
        self.state = AnsweringState(sheets, self._keep, self._close)
        self.status.clear()
        for part in (self.top, self.sheet):
            part.layout.display = None if sheets else "none"
        self.nothing.layout.display = "none" if sheets else None
        first = next((at for at, sheet in enumerate(sheets) if not sheet.handed_in), 0)
        self._offer(first)
        self._draw()

    def _offer(self, position: int) -> None:
        say = self.language
        options = [
            (say("{name} ✓ handed in", name=one.name) if one.handed_in else one.name, at)
            for at, one in enumerate(self.state.sheets)
        ]
        self.state.position = position
        self.who.offer(options, position)

    def _choose(self, position: int | None) -> None:
        if position is not None and position != self.state.position:
            self.status.clear()
            self.state.position = position
            self._draw()

    def _draw(self) -> None:
        if not self.state.sheets:
            return
        say, sheet = self.language, self.state.sheet
        bodies = self._words(sheet)
        items = []
        for one in sheet.competencies:
            levels = levels_of(bodies[one])
            items.append(
                {
                    "id": one,
                    "label": say.pick(bodies[one]["name"]),
                    "question": say.pick(bodies[one].get("description", {})),
                    "mandatory": True,
                    "levels": [say.pick(levels[level]) for level in range(1, 6)],
                }
            )
        comments = {one: given.comment for one, given in sheet.answers.items() if given.comment}
        self.scale.show(items, self._values(), comments)
        heading, privacy = self._about(sheet)
        self.about.value = Markup("<h2>{}</h2><p class='coach-purpose'>{}</p><p class='coach-quiet'>{}</p>").format(
            heading, say.say(AS_WORDS[sheet.relation]), privacy
        )
        self._show_progress()

    def _about(self, sheet: Sheet) -> tuple[str, str]:
        say = self.language
        title = say("Yourself") if sheet.relation == "self" else sheet.name
        kind = "named" if sheet.relation in NAMED else "anonymous"
        return title, say.say(ABOUT_WORDS[kind])

    def _show_progress(self) -> None:
        say, sheet = self.language, self.state.sheet
        done = len(sheet.competencies) - len(sheet.missing)
        words = say(
            "{round}: person {position} of {people}; {done} of {total} competencies rated.",
            round=sheet.round_name,
            position=self.state.position + 1,
            people=len(self.state.sheets),
            done=done,
            total=len(sheet.competencies),
        )
        due = "" if sheet.due_on is None else say("Please answer by {day}.", day=sheet.due_on)
        body = Markup("<p class='coach-quiet'><span role='status'>{}</span> {}</p>")
        self.progress.value = body.format(words, due)
        self.finish.label = say("Handed in; go on") if sheet.handed_in else say("Hand in and go on")

    def _values(self) -> dict[str, str]:
        given = self.state.sheet.answers.items()
        return {
            one: NOT_OBSERVED if answer.rating is None else str(int(answer.rating))
            for one, answer in given
            if answer.rated
        }

    def _rate(self, competency_id: str, value: str) -> str:
        with shown_on(self.status):
            return self._stamp(self.state.rate(competency_id, value))
        self.scale.values = self._values()
        return self.language("not saved")

    def _comment(self, competency_id: str, words: str) -> str:
        with shown_on(self.status):
            return self._stamp(self.state.comment(competency_id, words))
        return self.language("not saved")

    def _stamp(self, moment: dt.datetime) -> str:
        self.status.clear()
        self.scale.lacking = [one for one in self.scale.lacking if one in self.state.sheet.missing]
        self._show_progress()
        return self.language("saved {time}", time=self.language.time(self._local_time(moment)))

    def _hand_in(self) -> None:
        if not self.state.sheet.handed_in:
            missing = self.state.sheet.missing
            self.scale.lacking = missing
            if missing:
                self.scale.lead_to(missing[0])
            self.state.hand_in()
        following = self.state.next_open
        self._offer(self.state.position if following is None else following)
        self._draw()
        if following is None:
            self.status.say(
                text("That was the last one. Thank you; you may change answers until the round is closed."), "good"
            )
        else:
            self.status.say(text("Handed in. This is the next person."), "good")
        self._on_handed_in()


class AnswerFile(Panel):
    """The same sheets as an Excel file to take away, and to bring back filled in; nothing of a file with errors is kept.

    `take(answers)` stores answers by invitation_id and competency_id and returns how many sheets were handed in.
    """

    def __init__(self, *, language: str = "en", limit_mb: int = 20):
        say = self.language = Language(language)
        self._sheets: tuple[Sheet, ...] = ()
        self._words: Mapping[str, Any] = {}
        self._take: Callable[[Mapping[str, Mapping[str, Answer]]], int] = lambda _answers: 0
        self.status = StatusLine(say)
        self.form = Download(say("Excel: form to fill in"), self._file, self.status)
        self.picker = FilePicker(say, self.status, self.receive, limit_mb=limit_mb)
        self.problems = DataTable(language=say)
        self.problems.layout.display = "none"
        super().__init__([row(self.form, self.picker), self.status, self.problems])

    def show(
        self,
        sheets: Sequence[Sheet],
        words: Mapping[str, Any],
        take: Callable[[Mapping[str, Mapping[str, Answer]]], int],
    ) -> None:
        """Offer these sheets; `words` gives the competencies by id."""
        self._sheets, self._words, self._take = tuple(sheets), words, take

    def receive(self, name: str, content: bytes) -> None:
        """Take a filled-in file as if it had been chosen."""
        with shown_on(self.status):
            self.status.clear()
            intake = read_answers(content, name, self._sheets, self._words)
            found = intake.problem_table(self.language)
            columns = [Column(one, one, "text" if at else "number") for at, one in enumerate(found.columns)]
            self.problems.show(found, columns=columns, caption=self.language.say(intake.summary))
            self.problems.layout.display = None if intake.problems else "none"
            done = self._take(answers_of(intake, self._sheets))
            self.status.say(
                counted(
                    "Taken over; {count} form is complete and handed in.",
                    "Taken over; {count} forms are complete and handed in.",
                    done,
                ),
                "good",
            )

    def _file(self) -> tuple[str, bytes] | None:
        if not self._sheets:
            return None
        title = self.language("360 ratings")
        return f"{title}.xlsx", write_answers(self._sheets, self._words, self.language)
