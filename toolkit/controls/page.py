"""The pieces a page is laid out with: panel, card, heading, labelled choice."""

from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.choices import Choice
from toolkit.controls.control import look, served_from
from toolkit.controls.push_button import PushButton


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
    options: Iterable[tuple[str, Any]],
    on_change: Callable[[Any], None] | None = None,
    value: Any = None,
) -> Choice:
    """Return a drop-down; `options` are (words, value) pairs, the first is chosen unless `value` is among them."""
    control = Choice(label, options, value)
    if on_change is not None:
        control.on_change(on_change)
    return control


def button(words: str, on_click: Callable[[], None], *, primary: bool = False) -> PushButton:
    """Return a push button."""
    control = PushButton(words, primary=primary)
    control.on_click(on_click)
    return control
