"""The pieces a page is laid out with: panel, card, heading, labelled choice."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.control import look, served_from


class Panel(widgets.VBox):
    """A column that carries the controls' look along, so that it looks the same in any notebook."""

    def __init__(self, children: Iterable[widgets.Widget] = (), *, styled: bool = True):
        super().__init__([*([_style()] if styled and not served_from() else []), *children])
        self.add_class("coach-panel")


def _style() -> widgets.HTML:
    return widgets.HTML(f"<style>{look()}</style>", layout=widgets.Layout(display="none"))


def heading(words: str, purpose: str = "", *, level: int = 2) -> widgets.HTML:
    """Return a heading of `level` 1-6 with an optional sentence below it."""
    body = Markup("<h{0}>{1}</h{0}>").format(level, words)
    if purpose:
        body += Markup("<p class='coach-purpose'>{}</p>").format(purpose)
    return widgets.HTML(body)


def prose(words: str, *, quiet: bool = False) -> widgets.HTML:
    """Return a paragraph; `quiet` for remarks."""
    return widgets.HTML(Markup("<p class='{}'>{}</p>").format("coach-quiet" if quiet else "coach-prose", words))


def card(*children: widgets.Widget) -> widgets.VBox:
    """Return a card around `children`."""
    box = widgets.VBox(list(children))
    box.add_class("coach-card")
    return box


def row(*children: widgets.Widget) -> widgets.HBox:
    """Return a row that wraps on narrow screens."""
    box = widgets.HBox(list(children))
    box.add_class("coach-row")
    return box


def choice(
    label: str,
    options: Sequence[tuple[str, Any]],
    on_change: Callable[[Any], None] | None = None,
    value: Any = None,
) -> widgets.Dropdown:
    """Return a labelled drop-down; `options` are (words, value) pairs."""
    options = list(options)
    known = [option[1] for option in options]
    control = widgets.Dropdown(
        options=options,
        index=known.index(value) if value in known else (0 if known else None),
        description=label,
        style={"description_width": "initial"},
    )
    control.add_class("coach-field")
    if on_change is not None:
        control.observe(lambda change: on_change(change["new"]), names="value")
    return control


def offer(control: widgets.Dropdown, options: Sequence[tuple[str, Any]], value: Any = None) -> None:
    """Replace what a drop-down offers and choose `value`, or the first option if that is not among them."""
    options = list(options)
    known = [option[1] for option in options]
    control.options = options
    # By position: a stock drop-down takes the value None for “nothing chosen”.
    control.index = known.index(value) if value in known else (0 if known else None)


def field(control: widgets.Widget) -> widgets.Widget:
    """Return a stock control with the fields' look: its label above it."""
    control.style.description_width = "initial"
    control.add_class("coach-field")
    return control


def button(words: str, on_click: Callable[[], None], *, primary: bool = False) -> widgets.Button:
    """Return a push button."""
    control = widgets.Button(description=words)
    control.add_class("coach-button")
    if primary:
        control.add_class("mod-primary")
    control.on_click(lambda _button: on_click())
    return control
