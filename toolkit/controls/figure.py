"""The control that shows a chart: picture, tooltips, the data behind it, and both to take away."""

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
import traitlets
from markupsafe import Markup

from toolkit.controls.charts.export import light_sheet
from toolkit.controls.charts.figure import NARROWEST, WIDE, WIDEST, Figure
from toolkit.controls.control import Control
from toolkit.language import Language

_PAPER = 680  # px at which text is about 9 pt on A4
_TITLES = re.compile(r"<title>[^<]*</title>")


class FigureView(Control):
    """Shows one `Figure` at a time; an update touches only what changed.

    The picture is laid out for the width the browser reports, so its text has the same size on a
    phone and on a wide screen. Data (CSV) and picture (SVG) are saved by the browser alone.
    """

    script = "figure"
    picture = traitlets.Unicode().tag(sync=True)
    paper = traitlets.Unicode().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    summary = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    table = traitlets.Dict().tag(sync=True)
    sheet = traitlets.Unicode().tag(sync=True)
    width = traitlets.Int(WIDE).tag(sync=True)

    # The last width a browser reported: the next chart of this page will hardly have another.
    _likely = WIDE

    def __init__(self, figure: Figure | None = None, *, language: Language):
        self.language = language
        self.figure: Figure | None = None
        super().__init__(width=FigureView._likely, sheet=light_sheet(), words=_words(language))
        if figure is not None:
            self.show(figure)

    def show(self, figure: Figure | None) -> None:
        """Show `figure`, or nothing."""
        self.figure = figure
        with self.hold_sync():
            self.title = figure.title if figure else ""
            self.summary = figure.summary if figure else ""
            self.table = shown_table(figure, self.language) if figure else {}
            self._draw()

    @traitlets.validate("width")
    def _within(self, proposal: Mapping[str, Any]) -> int:
        return min(max(int(proposal["value"]), NARROWEST), WIDEST)

    @traitlets.observe("width")
    def _resized(self, change: Mapping[str, Any]) -> None:
        FigureView._likely = change["new"]
        if getattr(self, "figure", None) is not None:
            self._draw()

    def _draw(self) -> None:
        figure = self.figure
        self.picture = _without_titles(figure.at(self.width)) if figure else ""
        self.paper = _without_titles(figure.at(_PAPER)) if figure and abs(self.width - _PAPER) > 120 else ""


def shown_table(figure: Figure, language: Language) -> dict[str, Any]:
    """Return the table behind `figure`: columns, which of them are numeric, rows as shown and as raw values."""
    frame = figure.data[list(figure.columns)]
    raw = [[_raw(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    numeric = [
        bool(raw) and all(isinstance(row[at], int | float | None) for row in raw) for at in range(frame.shape[1])
    ]
    days = [[value if isinstance(value, dt.date) else None for value in row] for row in frame.itertuples(index=False, name=None)]  # fmt: skip
    shown = [
        [language.date(day) if day else _shown(value, language) for value, day in zip(row, line, strict=True)]
        for row, line in zip(raw, days, strict=True)
    ]
    return {"columns": list(figure.columns.values()), "numeric": numeric, "shown": shown, "raw": raw}


def _raw(value: Any) -> str | int | float | None:
    if value is None or value is pd.NaT or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if hasattr(value, "item"):  # a number of numpy's
        value = value.item()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(value, 6)
    return str(value)


def _shown(value: str | int | float | None, language: Language) -> str:
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    return language.number(value, 0 if float(value).is_integer() and isinstance(value, int) else 2)


def _without_titles(svg: Markup) -> str:
    """Return `svg` without the browser's own tooltips, which would stand beside ours."""
    return _TITLES.sub("", str(svg))


def _words(language: Language) -> dict[str, str]:
    return {
        "data": language("Data behind the chart"),
        "csv": language("Data (CSV)"),
        "svg": language("Picture (SVG)"),
        "name": language("chart"),
        "keys": language("Arrow keys read the marks one by one."),
    }
