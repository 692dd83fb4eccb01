"""Icon array: of so many people, about so many."""

from functools import partial

import pandas as pd
from markupsafe import Markup

from toolkit.controls.charts import drawing as d
from toolkit.controls.charts.figure import Figure
from toolkit.language import Language

_PITCH, _TALL, _COLUMNS = 28.0, 36.0, 20


def icon_array(
    marked: int, total: int, *, title: str, summary: str, words: tuple[str, str], language: Language
) -> Figure:
    """Return `total` people of whom `marked` are filled; the others are outlines.

    `words` says what the filled and the hollow ones are. `marked` is cut to 0..`total`.
    """
    total = max(total, 0)
    marked = min(max(marked, 0), total)
    columns = {"what": language("What"), "people": language("People")}
    data = pd.DataFrame([(words[0], marked), (words[1], total - marked)], columns=list(columns))
    return Figure(
        "icons", title, summary, data, columns, partial(_drawn, marked, total, title, summary, words, language)
    )


def _drawn(
    marked: int, total: int, title: str, summary: str, words: tuple[str, str], language: Language, width: int
) -> Markup:
    columns = max(min(_COLUMNS, int((width - 8) / _PITCH), total), 1)
    # Whole tens are counted at a glance.
    columns = next((count for count in (20, 10, 5) if count <= columns), columns) if total > columns else columns
    rows = -(-total // columns)
    people = []
    for index in range(total):
        x, y = 4 + index % columns * _PITCH, 4 + index // columns * _TALL
        people.append(_person(x, y, index < marked))
    parts = [
        d.tipped(language("{what}: {count}", what=what, count=language.number(count, 0)), d.together(some))
        for count, what, some in ((marked, words[0], people[:marked]), (total - marked, words[1], people[marked:]))
        if some
    ]
    items = [("person-marked", words[0])] * (marked > 0) + [("person", words[1])] * (total > marked)
    key, height = _key(items, rows * _TALL + 10, width)
    return d.picture(width, rows * _TALL + 12 + height, title, summary, d.together([*parts, key]), "icons")


def _person(x: float, y: float, marked: bool) -> Markup:
    """Return a head and shoulders, 22 px wide and 30 px tall."""
    steps = f"M{x + 11:g} {y + 1:g}a5.5 5.5 0 1 1 -.01 0zM{x + 2:g} {y + 29:g}v-6a9 9 0 0 1 18 0v6z"
    return d.path(steps, "person is-marked" if marked else "person")


def _key(items: list[tuple[str, str]], top: float, width: int) -> tuple[Markup, float]:
    signs = {"person-marked": "is-filled", "person": "is-hollow"}
    return d.key([(signs[sign], meaning) for sign, meaning in items], 4, top, width)
