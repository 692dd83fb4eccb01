"""Everything the results say as one Excel workbook, with the raw ratings."""

from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.documents.grid_file import Grid, Said, write_grids
from toolkit.errors import ToolkitError
from toolkit.language import Language
from toolkit.roleplay.results.agreement.summary import Finding
from toolkit.roleplay.results.certainty.report import COMPONENT_WORDS, design_table
from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.report import (
    CRITERION_LABELS,
    CRITERION_MEASURES,
    MEASURES,
    RATER_LABELS,
    best_first,
    stem_of,
)
from toolkit.roleplay.results.state import ResultsState
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

Cell = Said | float | None
_INTERVAL = (text("90% interval from"), text("90% interval to"))
_NOTE = text("Note")


def results_workbook(
    state: ResultsState,
    names: Names,
    language: Language,
    *,
    own: str | None = None,
    agreement: Mapping[str, Sequence[Finding]] | None = None,
) -> bytes:
    """Return the workbook: reps, raters, criteria, scenarios, certainty, agreement, raw ratings, notes.

    Only reps and ratings of `state.seen` are in it; `own` as in `RaterReport`. `agreement` has the findings by what
    they are about, in words.
    """
    grids = [
        _rep_grid(state, names, language),
        _rater_grid(state, names, own, language),
        _criterion_grid(state, names, language),
        _scenario_grid(state, names, language),
        _component_grid(state, language),
        *_design_grids(state, language),
        *([_agreement_grid(agreement, language)] if agreement else []),
        _raw_grid(state, names),
        _note_grid(state, names, language),
    ]
    return write_grids(grids, language, text("Workshop results"))


def _number(value: object, digits: int = 3) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if number != number else round(number, digits)


def _said(note: object, names: Names, language: Language) -> str:
    return names.say(note, language) if isinstance(note, Text) else ""


def _rep_grid(state: ResultsState, names: Names, language: Language) -> Grid:
    headers = [
        text("Rep"),
        text("Fair score (1–5)"),
        *_INTERVAL,
        text("Raw mean (1–5)"),
        text("Rank from"),
        text("Rank to"),
        text("Sheets"),
        text("Raters"),
        text("Group"),
        _NOTE,
    ]
    rows: list[list[Cell]] = [
        [
            names.person(row.rep_id),
            *(_number(value, 2) for value in (row.fair, row.low, row.high, row.raw)),
            *(int(value) for value in (row.rank_low, row.rank_high, row.sheets, row.raters, row.group)),
            _said(row.note, names, language),
        ]
        for row in rows_of(best_first(state.fair, state.seen))
    ]
    return Grid(text("Reps"), headers, rows)


def _measured(
    table: pd.DataFrame,
    called: list[str],
    labels: Mapping[str, Text],
    measures: Sequence[str],
    names: Names,
    say: Language,
) -> tuple[list[Said], list[list[Cell]]]:
    """Return headers and rows of figures with interval and note, four columns each."""
    headers: list[Said] = []
    for measure in measures:
        label = labels[measure]
        headers += [label, *(text("{what}: {part}", what=label, part=part) for part in (*_INTERVAL, _NOTE))]
    rows: list[list[Cell]] = []
    for name, row in zip(called, table.to_dict("records"), strict=True):
        line: list[Cell] = [name]
        for measure in measures:
            stem = stem_of(measure, measures[0])
            line += [_number(row[one]) for one in (measure, f"{stem}low", f"{stem}high")]
            line.append(_said(row[f"{stem}note"], names, say))
        rows.append(line)
    return headers, rows


def _rater_grid(state: ResultsState, names: Names, own: str | None, say: Language) -> Grid:
    raters = state.fair.raters
    raters = raters if own is None else raters[raters["rater_id"] == own]
    called = [names.person(rater) for rater in raters["rater_id"]]
    headers, rows = _measured(raters, called, RATER_LABELS, MEASURES, names, say)
    return Grid(text("Raters"), [RATER_LABELS["name"], *headers], rows)


def _criterion_grid(state: ResultsState, names: Names, say: Language) -> Grid:
    criteria = state.fair.criteria
    called = [names.criterion(one) for one in criteria["criterion_id"]]
    headers, rows = _measured(criteria, called, CRITERION_LABELS, CRITERION_MEASURES, names, say)
    return Grid(text("Criteria"), [CRITERION_LABELS["name"], *headers], rows)


def _scenario_grid(state: ResultsState, names: Names, say: Language) -> Grid:
    rows: list[list[Cell]] = [
        [
            names.scenario(row.scenario_id),
            *(_number(value) for value in (row.difficulty, row.low, row.high)),
            int(row.sheets),
            _said(row.note, names, say),
        ]
        for row in rows_of(state.fair.scenarios)
    ]
    headers = [text("Scenario"), text("Difficulty (levels)"), *_INTERVAL, text("Sheets"), _NOTE]
    return Grid(text("Scenarios"), headers, rows)


def _component_grid(state: ResultsState, say: Language) -> Grid:
    rows: list[list[Cell]] = [
        [
            COMPONENT_WORDS[row.component],
            *(_number(value) for value in (row.share, row.sd, row.low, row.high)),
            _said(row.note, Names(), say),
        ]
        for row in rows_of(state.fair.components)
    ]
    headers = [
        text("Where differences between sheets come from"),
        text("Share"),
        text("Typical size (levels)"),
        *_INTERVAL,
    ]
    return Grid(text("How sure"), [*headers, _NOTE], rows)


def _design_grids(state: ResultsState, say: Language) -> list[Grid]:
    try:
        table = design_table(state.dependability, state.design)
    except ToolkitError:
        return []
    headers: list[Said] = [text("Raters"), text("Scenarios")]
    for label in (text("Reliable for ranking"), text("Reliable against a mark")):
        headers += [label, *(text("{what}: {part}", what=label, part=part) for part in _INTERVAL)]
    headers += [text("Typical error (levels)"), _NOTE]
    columns = (
        "relative",
        "relative_low",
        "relative_high",
        "absolute",
        "absolute_low",
        "absolute_high",
        "absolute_error",
    )
    rows: list[list[Cell]] = [
        [
            int(row["raters"]),
            int(row["scenarios"]),
            *(_number(row[one]) for one in columns),
            _said(row["note"], Names(), say),
        ]
        for row in table.to_dict("records")
    ]
    return [Grid(text("Other designs"), headers, rows)]


def _agreement_grid(agreement: Mapping[str, Sequence[Finding]], say: Language) -> Grid:
    rows: list[list[Cell]] = [
        [
            what,
            one.kind if one.kind[0].isalpha() else f"ICC({one.kind})",
            *(_number(value) for value in (one.agreement.estimate, one.agreement.low, one.agreement.high)),
            one.agreement.pairable,
            say.say(one.meaning),
        ]
        for what, found in agreement.items()
        for one in found
    ]
    headers = [
        text("What"),
        text("Measure"),
        text("Agreement"),
        *_INTERVAL,
        text("Ratings compared"),
        text("What it means here"),
    ]
    return Grid(text("Agreement"), headers, rows)


def _raw_grid(state: ResultsState, names: Names) -> Grid:
    shown = state.ratings[state.ratings["rep_id"].isin(state.seen)]
    rows: list[list[Cell]] = [
        [
            names.person(row.rep_id),
            names.person(row.rater_id),
            names.scenario(row.scenario_id),
            names.criterion(row.criterion_id),
            text("Not observed") if row.rating != row.rating else float(row.rating),
        ]
        for row in rows_of(shown)
    ]
    headers = [text("Rep"), text("Rater"), text("Scenario"), text("Criterion"), text("Rating")]
    return Grid(text("Raw ratings"), headers, rows)


def _note_grid(state: ResultsState, names: Names, say: Language) -> Grid:
    fair = state.fair
    sentences = [names.say(note, say) for note in fair.notes]
    if fair.link is not None:
        sentences.append(names.say(fair.link.sentence, say))
    return Grid(text("Notes"), [_NOTE], [[sentence] for sentence in sentences])
