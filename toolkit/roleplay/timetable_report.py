"""A rotation timetable for the wall and for each person, as Excel and Word."""

import datetime as dt
from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.documents.grid_file import Grid, write_grids
from toolkit.language import Language
from toolkit.roleplay.rotation_result import Rotation
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

Names = Mapping[str, str | Mapping[str, str]]
Table = tuple[list[Text | str], list[list[str]]]

_TITLE = text("Timetable of the workshop")
_WALL, _RATERS, _REPS = text("Timetable"), text("Raters"), text("Reps")
_NOTES = text("Notes on the timetable")


def timetable_workbook(rotation: Rotation, names: Names, language: Language) -> bytes:
    """Return the timetable as an .xlsx workbook: the wall, a list by rater, a list by rep, the notes.

    `names` gives names by id of reps, raters and scenarios, as words or in both languages; an id
    without a name stands for itself.
    """
    words = _Words(rotation, names, language)
    wall_headers, wall = words.wall()
    grids = [
        Grid(_WALL, wall_headers, wall),
        _by_person(words, _RATERS, text("Rater"), "rater_id", rotation.request.raters),
        _by_person(words, _REPS, text("Rep"), "rep_id", rotation.request.reps),
        Grid(_NOTES, [_NOTES], [[note] for note in words.notes()]),
    ]
    return write_grids(grids, language, _TITLE)


def timetable_document(
    rotation: Rotation, names: Names, language: Language, *, title: str = "", date: dt.date | None = None
) -> bytes:
    """Return the timetable as a Word document to print: the wall first, then a list per rater and rep.

    Each list stands on its own so that the pages can be cut and handed out. `title` names the
    workshop; `date` stands in the footer. `names` as for `timetable_workbook`.
    """
    from toolkit.documents.word import WordDocument

    words = _Words(rotation, names, language)
    document = WordDocument(language, title or _TITLE, words.facts(), date=date)
    headers, rows = words.wall()
    document.table(headers, rows, [1.0] + [1.6] * (len(headers) - 1))
    document.heading(_NOTES, 2)
    document.bullets(words.notes())
    for heading, column, people in (
        (_RATERS, "rater_id", rotation.request.raters),
        (_REPS, "rep_id", rotation.request.reps),
    ):
        document.page_break()
        document.heading(heading)
        for person in people:
            own_headers, own = words.of_person(column, person)
            if own:
                document.heading(words.name(person), 2)
                document.table(own_headers, own, [1.4, 0.8, 2.2, 2.2])
    return document.to_bytes()


def worded_notes(rotation: Rotation, names: Names, language: Language) -> list[str]:
    """Return the notes of a timetable as sentences with names instead of ids."""
    return _Words(rotation, names, language).notes()


def wall_table(rotation: Rotation, names: Names, language: Language) -> Table:
    """Return headers and rows of the grid for the wall; the lines of a cell are rep, scenario and raters."""
    return _Words(rotation, names, language).wall()


def _by_person(words: "_Words", name: Text, label: Text, column: str, people: Sequence[str]) -> Grid:
    rows: list[list[str]] = []
    breaks = []
    headers: list[Text | str] = [label]
    for person in people:
        own_headers, own = words.of_person(column, person)
        headers = [label, *own_headers]
        if rows and own:
            breaks.append(len(rows))
        rows += [[words.name(person), *line] for line in own]
    return Grid(name, headers, rows, breaks)


class _Words:
    """Puts a rotation into words of one language."""

    def __init__(self, rotation: Rotation, names: Names, language: Language):
        self._rotation, self._names, self.language = rotation, names, language

    def name(self, one: str) -> str:
        """Return the name of a rep, rater or scenario."""
        return self.language.say(self._names.get(one) or one)

    def facts(self) -> str:
        """Return the workshop's first and last moment and its size as one line."""
        slots = self._rotation.slots
        if not len(slots):
            return ""
        return self.language(
            "{day} · {since}–{until} · reps {reps} · raters {raters} · sheets {sheets}",
            day=slots["start"].min().date(),
            since=f"{slots['start'].min():%H:%M}",
            until=f"{slots['end'].max():%H:%M}",
            reps=len(self._rotation.request.reps),
            raters=len(self._rotation.request.raters),
            sheets=len(self._rotation.sheets),
        )

    def notes(self) -> list[str]:
        """Return the notes, names in the place of ids."""
        request = self._rotation.request
        known = {*request.reps, *request.raters, *request.scenarios, *request.reports_to.values()}
        said = []
        for note in self._rotation.notes:
            values = {
                key: self.name(value) if isinstance(value, str) and value in known else value
                for key, value in note.values.items()
            }
            said.append(self.language.say(Text(note.msgid, values, note.plural, note.count)))
        return said

    def wall(self) -> Table:
        """Return the grid for the wall: slots and breaks as rows, stations as columns."""
        slots = self._rotation.slots
        stations = sorted(set(slots["station"]))
        headers: list[Text | str] = [text("Time"), *(text("Station {number}", number=one) for one in stations)]
        rows: list[list[str]] = []
        ended: pd.Timestamp | None = None
        for _, slot in slots.groupby("slot", sort=True):
            starts, ends = slot["start"].iloc[0], slot["end"].iloc[0]
            if ended is not None and starts > ended:
                pause = self.language("Break") if self._has_break(ended, starts) else "–"
                rows.append([self._span(ended, starts), *[pause] * len(stations)])
            rows.append([self._span(starts, ends), *(self._cell(slot[slot["station"] == one]) for one in stations)])
            ended = ends
        return headers, rows

    def of_person(self, column: str, person: str) -> Table:
        """Return one person's own list; `column` is rep_id or rater_id."""
        slots = self._rotation.slots
        own = slots[slots[column] == person].drop_duplicates(["slot", "station"])
        other = "rep_id" if column == "rater_id" else "rater_id"
        headers: list[Text | str] = [
            text("Time"),
            text("Station"),
            text("Scenario"),
            text("Rep") if other == "rep_id" else text("Raters"),
        ]
        rows = []
        for row in rows_of(own):
            there = slots[(slots["slot"] == row.slot) & (slots["station"] == row.station)]
            people = list(dict.fromkeys(there[other]))
            rows.append(
                [
                    self._span(row.start, row.end),
                    str(row.station),
                    self.name(row.scenario_id),
                    self.language.join([self.name(one) for one in people]),
                ]
            )
        return headers, rows

    def _cell(self, rows: pd.DataFrame) -> str:
        if not len(rows):
            return ""
        raters = self.language.join([self.name(one) for one in rows["rater_id"]])
        lines = [self.name(rows["rep_id"].iloc[0]), self.name(rows["scenario_id"].iloc[0]), raters]
        return "\n".join(lines)

    def _has_break(self, since: dt.datetime, until: dt.datetime) -> bool:
        return any(first < until and since < last for first, last in self._rotation.request.breaks)

    def _span(self, since: dt.datetime, until: dt.datetime) -> str:
        """Return a time of day from to, with the day where the workshop takes several."""
        days = self._rotation.slots["start"].dt.date.nunique()
        hours = f"{since:%H:%M}–{until:%H:%M}"
        return hours if days == 1 else f"{self.language.date_part(since.date(), 'MMMd')} {hours}"
