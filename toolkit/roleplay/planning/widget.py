"""The widgets of a timetable, usable in any notebook on plain tables: what is asked, the result, somebody falls out."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.actions import guarded
from toolkit.controls.choices import Choice
from toolkit.controls.data_table import DataTable, Mark, Tone, columns_of
from toolkit.controls.fields import NumberField, TextField, refuse_problems
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.controls.person_picker import Entry, PersonPicker, SeveralPicker
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.language import Language
from toolkit.roleplay.planning import report
from toolkit.roleplay.planning.times import breaks_in_words, read_breaks, read_time
from toolkit.roleplay.rotation_result import Rotation
from toolkit.roleplay.timetable_gain import Gain
from toolkit.roleplay.timetable_report import Names
from toolkit.wording import Text

_TONES: dict[str, Tone] = {
    "rater": "accent",
    "moved": "warn",
    "sits_in": "accent",
    "without": "warn",
    "cancelled": "bad",
}


class TimetableForm(Panel):
    """What a timetable is made from; `on_make(asked)` gets the arguments of `rotation` but for the people.

    `day` is the day of the workshop, `minutes` what the longest scenario takes, `reps` and `raters`
    how many there are; from these come the values that stand in the form at first.
    """

    def __init__(
        self,
        on_make: Callable[[dict[str, Any]], None],
        *,
        day: dt.date,
        reps: int,
        raters: int,
        minutes: float,
        status: StatusLine,
        language: str = "en",
    ):
        say = self.language = Language(language)
        self._day, self._on_make = day, on_make
        counted: dict[str, Any] = {"language": say, "whole": True, "least": 1, "required": True}
        self.stations = NumberField(
            say("Stations"), max(1, min(reps, raters)), most=60, hint=say("Rooms used at once."), **counted
        )
        self.at_station = NumberField(
            say("Raters per role-play"), 1, most=12, hint=say("Two see more and take twice the sheets."), **counted
        )
        self.minutes = NumberField(
            say("Minutes per role-play"),
            minutes,
            language=say,
            least=1,
            most=480,
            required=True,
            unit=say("min"),
            hint=say("With the change-over. The longest scenario takes {minutes}.", minutes=say.number(minutes, 0)),
        )
        self.start = TextField(say("Begins at"), "09:00", required=True, longest=20, hint=say("Such as 09:00."))
        self.end = TextField(say("End at the latest"), "", longest=20, hint=say("Empty: as long as it takes."))
        self.breaks = TextField(say("Breaks"), "", longest=300, hint=say("Such as 10:30-10:45, 12:00-13:00."))
        self.make = button(say("Make the timetable"), guarded(status, self._make), primary=True)
        super().__init__(
            [
                card(
                    heading(
                        say("What is asked"),
                        say("Each rep plays each scenario once; nobody rates themselves or a report of their own."),
                    ),
                    row(self.stations, self.at_station, self.minutes),
                    row(self.start, self.end, self.breaks),
                    row(self.make),
                )
            ],
            styled=False,
        )

    def put(self, design: Mapping[str, Any]) -> None:
        """Fill the form with what a kept timetable was made from."""
        moment = dt.datetime.fromisoformat
        self.stations.put(design["stations"])
        self.at_station.put(design["raters_per_station"])
        self.minutes.put(design["slot_minutes"])
        self.start.put(f"{moment(design['start']):%H:%M}")
        self.end.put(f"{moment(design['end']):%H:%M}" if design["end"] else "")
        self.breaks.put(breaks_in_words([(moment(a).time(), moment(b).time()) for a, b in design["breaks"]]))

    def asked(self) -> dict[str, Any]:
        """Return what is asked; raises `InputError` for what cannot be read."""
        refuse_problems(self.stations, self.at_station, self.minutes)
        start = read_time(self.start.value, self.start.label)
        return {
            "stations": self.stations.value,
            "raters_per_station": self.at_station.value,
            "slot_minutes": float(self.minutes.value),
            "start": dt.datetime.combine(self._day, start),
            "end": read_time(self.end.value, self.end.label) if self.end.value.strip() else None,
            "breaks": read_breaks(self.breaks.value, self.breaks.label),
        }

    def _make(self) -> None:
        self._on_make(self.asked())


class TimetableView(Panel):
    """A timetable to look at: facts, notes, the grid for the wall, lists by person, and what more would buy.

    `show(rotation, names)` shows one, `names` giving names by id. `gain(rotation)` returns the `Gain`
    and a sentence on what its variances rest on; it is asked when that part is first opened.
    """

    def __init__(self, gain: Callable[[Rotation], tuple[Gain, Text]], *, language: str = "en"):
        say = self.language = Language(language)
        self._gain = gain
        self._rotation: Rotation | None = None
        self._told: Rotation | None = None
        self.facts, self.notes, self.grid = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.raters = DataTable(_columns("rater_id", say), language=say, caption=say("By rater"))
        self.reps = DataTable(_columns("rep_id", say), language=say, caption=say("By rep"))
        self.load = DataTable(
            columns_of(report.LOAD_LABELS, say, sheets="number", reps="number"),
            language=say,
            caption=say("Load per rater"),
        )
        self.said, self.more = (
            widgets.HTML(),
            DataTable(_gain_columns(say), language=say, caption=say("What more would buy")),
        )
        self.tabs = Tabs(
            {
                say("Grid"): self.grid,
                say("By rater"): widgets.VBox([self.raters, self.load]),
                say("By rep"): self.reps,
                say("What more would buy"): widgets.VBox([self.said, self.more]),
            },
            label=say("Ways to look at the timetable"),
            on_open=lambda _title: self._open(),
        )
        for part in self.tabs.sections.values():
            part.add_class("coach-panel")
        super().__init__([self.facts, self.notes, self.tabs], styled=False)

    def show(self, rotation: Rotation, names: Names) -> None:
        """Show a timetable."""
        say = self.language
        self._rotation, self._told = rotation, None
        self.facts.value = report.facts(rotation, say)
        self.notes.value = report.notes(rotation, names, say)
        self.grid.value = report.wall(rotation, names, say)
        for table, column in ((self.raters, "rater_id"), (self.reps, "rep_id")):
            rows = report.person_rows(rotation, names, say, column)
            table.show(rows, sort={"time": rows["slot"]})
        self.load.show(report.load_rows(rotation, names, say))
        self._open()

    def _open(self) -> None:
        rotation = self._rotation
        opened = getattr(self, "tabs", None)
        if opened is None or rotation is None or opened.opened != self.language("What more would buy"):
            return
        if self._told is rotation:
            return
        say = self.language
        gain, source = self._gain(rotation)
        explained = say(
            "“Ranking” says how far a ranking can be trusted when hard and lenient raters are allowed for, “Pass mark” how "
            "far raw means can be trusted against a fixed mark: 0 % is pure chance, 100 % certainty."
        )
        self.said.value = Markup(
            "<p class='coach-prose'>{}</p><p class='coach-quiet'>{}</p><p class='coach-quiet'>{}</p>"
        ).format(report.gain_sentence(gain.options, say), explained, say.say(source))
        self.more.show(report.gain_rows(gain.options, say), ids=gain.options["option"])
        self._told = rotation


class FallOutForm(Panel):
    """Somebody falls out, or a rater joins. `on_plan(ids, from_slot)` plans the rest, `on_join(id)` adds a rater."""

    def __init__(
        self,
        on_plan: Callable[[list[str], int], None],
        on_join: Callable[[str], None],
        *,
        status: StatusLine,
        language: str = "en",
    ):
        say = self.language = Language(language)
        self.who = SeveralPicker(say("Who is missing"), (), language=say, hint=say("Raters or reps."))
        self.since = Choice(
            say("First slot that changes"), (), hint=say("Earlier ones stay if a sheet has been begun.")
        )
        self.plan = button(
            say("Show what changes"), guarded(status, lambda: on_plan(list(self.who.value), self.since.value))
        )
        self.joins = PersonPicker(say("One more rater"), (), language=say)
        self.join = button(say("Add as rater"), guarded(status, lambda: on_join(self.joins.value)))
        self.missing = card(
            heading(
                say("Somebody falls out"),
                say("What has been played stays; only the rest is planned anew, with as few changes as possible."),
            ),
            row(self.who, self.since, self.plan),
        )
        super().__init__(
            [
                self.missing,
                card(
                    heading(
                        say("A rater joins"), say("The next timetable, or the next change of this one, counts on them.")
                    ),
                    row(self.joins, self.join),
                ),
            ],
            styled=False,
        )

    def offer(
        self, people: Sequence[Entry], slots: Iterable[tuple[str, int]], first: int, raters: Sequence[Entry]
    ) -> None:
        """Offer who may be missing, the slots from which on (`first` is chosen), and who may join as rater."""
        options = list(slots)
        self.missing.layout.display = None if options else "none"
        self.who.offer(people, self.who.value)
        self.since.offer(options, first)
        self.joins.offer(raters, self.joins.value)


def changes_table(language: Language) -> DataTable:
    """Return the table of what a replanned timetable changes; show `report.change_rows` in it."""
    marks = {key: Mark(language.say(words), _TONES[key]) for key, words in report.CHANGE_WORDS.items()}
    return DataTable(
        columns_of(report.CHANGE_LABELS, language, marks={"change": marks}),
        language=language,
        caption=language("What changes"),
        empty=language("Nothing changes for anybody who is left."),
    )


def _columns(column: str, say: Language) -> list[Any]:
    return columns_of(report.person_labels(column), say)


def _gain_columns(say: Language) -> list[Any]:
    return columns_of(
        report.GAIN_LABELS, say, sheets="number", minutes="number", relative="percent", absolute="percent"
    )
