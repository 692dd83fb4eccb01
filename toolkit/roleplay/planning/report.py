"""A timetable in words: the grid for the wall, a list by person, loads, changes, what more would buy, files."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd
from markupsafe import Markup

from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.roleplay.planning.state import TimetableState
from toolkit.roleplay.rotation_result import Rotation
from toolkit.roleplay.timetable_report import Names, timetable_document, timetable_workbook, wall_table, worded_notes
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

LOAD_LABELS = {
    "name": text("Rater"),
    "sheets": text("Sheets"),
    "reps": text("Reps seen"),
    "first": text("First slot"),
    "last": text("Last slot"),
}
CHANGE_LABELS = {
    "rep": text("Rep"),
    "change": text("What changes"),
    "time": text("Time"),
    "station": text("Station"),
    "scenario": text("Scenario"),
    "rater": text("Rater"),
}
CHANGE_WORDS = {
    "rater": text("another rater"),
    "moved": text("another time or station"),
    "sits_in": text("one more rater sits in"),
    "without": text("one rater less"),
    "cancelled": text("cancelled"),
}
GAIN_LABELS = {
    "option": text("With"),
    "sheets": text("Sheets"),
    "minutes": text("Shortest time (minutes)"),
    "relative": text("Ranking"),
    "absolute": text("Pass mark"),
}
_OPTIONS = {
    "now": text("this timetable"),
    "rater": text("one more rater at each role-play"),
    "scenario": text("one more scenario"),
    "both": text("both"),
}


def title(state: TimetableState, names: Names, language: Language) -> tuple[str, str]:
    """Return what the timetable that is shown is called, and a sentence on what becomes of it."""
    if state.draft is None:
        return language("Timetable"), language("This is the timetable that is kept.")
    if state.gone:
        gone = language.join([name_of(names, one, language) for one in state.gone])
        said = language("Without {names}. Nobody sees it before you keep it.", names=gone)
        return language("Changed timetable"), said
    return language("Draft of the timetable"), language("Nobody sees it before you keep it.")


def file(rotation: Rotation, names: Names, language: Language, kind: str, day: dt.date) -> tuple[str, bytes]:
    """Return name and content of the timetable as “xlsx” or “docx”; `day` stands in the document's footer."""
    name = f"{language('Timetable of the workshop')}.{kind}"
    if kind == "xlsx":
        return name, timetable_workbook(rotation, names, language)
    return name, timetable_document(rotation, names, language, date=day)


def person_labels(column: str) -> dict[str, Text]:
    """Return the labels of `person_rows`; `column` is rep_id or rater_id."""
    mine, others = ("Rep", "Raters") if column == "rep_id" else ("Rater", "Rep")
    words = {"Rep": text("Rep"), "Rater": text("Rater"), "Raters": text("Raters")}
    return {
        "name": words[mine],
        "time": text("Time"),
        "station": text("Station"),
        "scenario": text("Scenario"),
        "others": words[others],
    }


def name_of(names: Names, one: str, language: Language) -> str:
    """Return the name of a rep, rater or scenario, or its id where there is none."""
    return language.say(names.get(one) or one)


def person_rows(rotation: Rotation, names: Names, language: Language, column: str) -> pd.DataFrame:
    """Return each person's role-plays in the order of time: name, time, station, scenario, others, and slot to sort by."""
    other = "rater_id" if column == "rep_id" else "rep_id"
    when = slot_words(rotation, language)
    plays = rotation.slots.groupby(["slot", "station"], sort=True)
    rows = []
    for _, play in plays:
        slot, station = int(play["slot"].iloc[0]), int(play["station"].iloc[0])
        others = language.join([name_of(names, one, language) for one in dict.fromkeys(play[other])])
        scenario = name_of(names, str(play["scenario_id"].iloc[0]), language)
        for person in dict.fromkeys(play[column]):
            rows.append((name_of(names, person, language), slot, when[slot], str(station), scenario, others))
    frame = pd.DataFrame(rows, columns=["name", "slot", "time", "station", "scenario", "others"])
    return frame.sort_values(["name", "slot"], kind="stable", ignore_index=True)


def load_rows(rotation: Rotation, names: Names, language: Language) -> pd.DataFrame:
    """Return, by rater, sheets, reps seen, and the first and last slot; sheets done before are counted."""
    when = slot_words(rotation, language)
    reps = rotation.sheets.groupby("rater_id")["rep_id"].nunique()
    slots = rotation.slots.groupby("rater_id")["slot"]
    firsts, lasts = slots.min().to_dict(), slots.max().to_dict()
    return pd.DataFrame(
        [
            {
                "name": name_of(names, row.rater_id, language),
                "sheets": int(row.sheets),
                "reps": int(reps.get(row.rater_id, 0)),
                "first": when.get(firsts.get(row.rater_id, 0)),
                "last": when.get(lasts.get(row.rater_id, 0)),
            }
            for row in rows_of(rotation.load)
        ],
        columns=list(LOAD_LABELS),
    )


def change_rows(rotation: Rotation, names: Names, language: Language) -> pd.DataFrame:
    """Return what a replanned timetable changes: rep, change, time, station, scenario, rater."""
    when = slot_words(rotation, language)
    rows = [
        {
            "rep": name_of(names, row.rep_id, language),
            "change": row.change,
            "time": when.get(int(row.slot)) if row.slot == row.slot else None,
            "station": str(int(row.station)) if row.station == row.station else None,
            "scenario": name_of(names, row.scenario_id, language),
            "rater": name_of(names, row.rater_id, language) if isinstance(row.rater_id, str) else None,
        }
        for row in rows_of(rotation.changes)
    ]
    return pd.DataFrame(rows, columns=list(CHANGE_LABELS))


def gain_rows(options: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return `Gain.options` with their words: option, sheets, minutes, relative, absolute (as shares)."""
    return options.assign(option=[language.say(_OPTIONS[one]) for one in options["option"]])[list(GAIN_LABELS)]


def gain_sentence(options: pd.DataFrame, language: Language) -> str:
    """Say what one more rater and one more scenario would buy."""
    by = options.set_index("option")
    share = {one: language.percent(value) for one, value in by["relative"].items()}
    minutes = by["minutes"].astype(float).to_dict()
    longer = {one: language.number(max(0.0, value - minutes["now"]), 0) for one, value in minutes.items()}
    return language(
        "Of the differences between the reps' scores, {now} would be real differences between reps. One more rater at "
        "each role-play would make it {rater} (at least {rater_minutes} minutes longer), one more scenario {scenario} "
        "(at least {scenario_minutes} minutes longer).",
        now=share["now"],
        rater=share["rater"],
        rater_minutes=longer["rater"],
        scenario=share["scenario"],
        scenario_minutes=longer["scenario"],
    )


def slot_words(rotation: Rotation, language: Language) -> dict[int, str]:
    """Return from and to of each slot, with the day where the workshop takes several."""
    firsts = rotation.slots.drop_duplicates("slot")
    several = firsts["start"].dt.date.nunique() > 1 if len(firsts) else False
    words = {}
    for row in rows_of(firsts):
        hours = f"{row.start:%H:%M}–{row.end:%H:%M}"
        day = language.date_part(row.start.date(), "MMMd") if several else ""
        words[int(row.slot)] = f"{day} {hours}".strip()
    return words


def wall(rotation: Rotation, names: Names, language: Language) -> Markup:
    """Return the grid for the wall as an HTML table: slots and breaks as rows, stations as columns."""
    headers, rows = wall_table(rotation, names, language)
    head = Markup("").join(Markup("<th scope='col'>{}</th>").format(language.say(one)) for one in headers)
    body = Markup("").join(_line(row) for row in rows)
    return Markup(
        "<div class='coach-table coach-wall' tabindex='0' role='region' aria-label='{0}'><table><caption>{0}</caption>"
        "<thead><tr>{1}</tr></thead><tbody>{2}</tbody></table></div>"
    ).format(language("Timetable"), head, body)


def _line(row: list[str]) -> Markup:
    time, *cells = row
    pause = bool(cells) and len(set(cells)) == 1 and "\n" not in cells[0] and cells[0] != ""
    if pause:
        inside = Markup("<td colspan='{}' class='coach-quiet'>{}</td>").format(len(cells), cells[0])
    else:
        inside = Markup("").join(Markup("<td>{}</td>").format(_cell(cell)) for cell in cells)
    return Markup("<tr><th scope='row'>{}</th>{}</tr>").format(time, inside)


def _cell(words: str) -> Markup:
    if not words:
        return Markup("–")
    rep, scenario, raters = words.split("\n")
    return Markup("<strong>{}</strong><br>{}<br><span class='coach-quiet'>{}</span>").format(rep, scenario, raters)


def facts(rotation: Rotation, language: Language) -> Markup:
    """Return the timetable's size as a list of figures."""
    slots, load = rotation.slots, rotation.load
    say = language
    here = load[~load["rater_id"].isin(rotation.request.gone)]["sheets"]
    span = f"{slots['start'].min():%H:%M}–{slots['end'].max():%H:%M}" if len(slots) else "–"
    least, most = (int(here.min()), int(here.max())) if len(here) else (0, 0)
    found = [
        (say("Begins and ends"), span, ""),
        (
            say("Sheets"),
            say.number(len(rotation.sheets), 0),
            say("fewest possible: {count}", count=say.number(rotation.fewest_sheets, 0)),
        ),
        (
            say("Slots"),
            say.number(slots["slot"].nunique(), 0),
            say("fewest possible: {count}", count=say.number(rotation.fewest_slots, 0)),
        ),
        (say("Sheets per rater"), str(most) if least == most else f"{least}–{most}", ""),
        (
            say("Longest wait of a rep"),
            say("{minutes} min", minutes=say.number(rotation.waiting["minutes"].max(), 0)),
            say("breaks left out"),
        ),
        (
            say("Raters comparable"),
            say("yes") if rotation.full_rank and len(rotation.request.raters) > 1 else say("no"),
            "" if rotation.full_rank and len(rotation.request.raters) > 1 else say("see the notes"),
        ),
    ]
    items = Markup("").join(Markup("<div><dt>{}</dt><dd>{} <small>{}</small></dd></div>").format(*one) for one in found)
    return Markup("<dl class='coach-facts'>{}</dl>").format(items)


def notes(rotation: Rotation, names: Names, language: Language) -> Markup:
    """Return the notes of a timetable as a list."""
    items = Markup("").join(Markup("<li>{}</li>").format(one) for one in worded_notes(rotation, names, language))
    return Markup("<ul class='coach-prose'>{}</ul>").format(items) if items else Markup("")


def slot_options(rotation: Rotation | None, language: Language) -> list[tuple[str, int]]:
    """Return (words, slot) of each slot, and one past the last, for a list to choose from; empty without slots."""
    if rotation is None or not len(rotation.slots):
        return []
    options = [
        (language("slot {number}: {time}", number=one, time=words), one)
        for one, words in slot_words(rotation, language).items()
    ]
    return [*options, (language("after the last slot"), int(rotation.slots["slot"].max()) + 1)]


@contextmanager
def named(names: Mapping[str, Any], language: Language) -> Iterator[None]:
    """Raise what `InputError` is raised inside with the names of people and scenarios instead of their ids."""
    try:
        yield
    except InputError as error:
        problem, where, remedy = (_named(part, names, language) for part in (error.problem, error.where, error.remedy))
        raise InputError(problem or error.problem, where=where, remedy=remedy) from error


def _named(said: Text | None, names: Mapping[str, Any], language: Language) -> Text | None:
    if said is None:
        return None
    values = {
        key: _named(value, names, language)
        if isinstance(value, Text)
        else language.say(names[value])
        if isinstance(value, str) and value in names
        else value
        for key, value in said.values.items()
    }
    return Text(said.msgid, values, said.plural, said.count)
