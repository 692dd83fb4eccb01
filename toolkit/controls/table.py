"""Tables for reading, with headers that stay in sight and words for screen readers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup


def table(
    frame: pd.DataFrame,
    labels: Mapping[str, str],
    *,
    caption: str,
    numeric: Sequence[str] = (),
    rows_shown: int = 500,
    more: Callable[[int], str] | None = None,
) -> Markup:
    """Return `frame` as an HTML table with the columns of `labels` in their order.

    Cells that are `Markup` are taken as they are, everything else is escaped. `numeric` columns
    stand right-aligned. Of long tables the first `rows_shown` rows are shown, and `more(rest)` says so.
    """
    head = Markup("").join(
        Markup("<th scope='col'{}>{}</th>").format(Markup(" class='is-number'") if name in numeric else "", label)
        for name, label in labels.items()
    )
    lines = []
    for values in frame[list(labels)].head(rows_shown).itertuples(index=False, name=None):
        cells = []
        for position, (name, value) in enumerate(zip(labels, values, strict=True)):
            tag = "th scope='row'" if position == 0 else "td"
            kind = " class='is-number'" if name in numeric else " class='is-short'" if _is_short(value) else ""
            cells.append(Markup("<{0}{1}>{2}</{3}>").format(Markup(tag), Markup(kind), _shown(value), tag[:2]))
        lines.append(Markup("<tr>{}</tr>").format(Markup("").join(cells)))
    rest = len(frame) - rows_shown
    foot = Markup("<p class='coach-quiet'>{}</p>").format(more(rest)) if rest > 0 and more else ""
    return Markup(
        "<div class='coach-table' tabindex='0' role='region' aria-label='{0}'><table><caption>{0}</caption>"
        "<thead><tr>{1}</tr></thead><tbody>{2}</tbody></table></div>{3}"
    ).format(caption, head, Markup("").join(lines), foot)


def _is_short(value: Any) -> bool:
    return not isinstance(value, Markup) and len(str(value)) <= 12


def _shown(value: Any) -> Any:
    if isinstance(value, Markup):
        return value
    return "–" if value is None or value != value or value is pd.NaT else value
