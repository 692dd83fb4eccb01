"""A chart with everything that belongs to it: picture at any width, words, and the table behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

NARROWEST, WIDE, WIDEST = 280, 960, 1400


@dataclass(frozen=True)
class Figure:
    """A chart that can be drawn, read aloud and taken away.

    `draw(width)` returns the SVG laid out for so many pixels, at which its text has its right size.
    `summary` is the text alternative. `columns` maps the columns of `data` that make the table
    behind the picture to their words, in their order. `kind` names the chart.
    """

    kind: str
    title: str
    summary: str
    data: pd.DataFrame
    columns: Mapping[str, str]
    draw: Callable[[int], Markup]

    @property
    def svg(self) -> Markup:
        """The SVG for a wide page."""
        return self.at(WIDE)

    def at(self, width: int) -> Markup:
        """Return the SVG for `width` pixels, at least `NARROWEST` and at most `WIDEST`."""
        return self.draw(min(max(int(width), NARROWEST), WIDEST))
