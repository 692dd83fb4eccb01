"""What all our controls with a script of their own have in common: where script and look come from."""

import os
from functools import cache
from pathlib import Path

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"
LOOK = "controls"


class Control(anywidget.AnyWidget):
    """A widget drawn by ``static/<script>.js`` and, where there is one, ``static/<script>.css``.

    On a page of our server both come from there, cached by the browser for ever; in any other
    notebook they travel with the widget.
    """

    script = ""
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    @traitlets.default("_esm")
    def _from_script(self) -> str:
        served = served_from()
        return f"{served}/{self.script}.js" if served else _text(f"{self.script}.js")

    @traitlets.default("_css")
    def _from_look(self) -> str:
        return "" if served_from() else look(self.script)


def served_from() -> str:
    """Return the address of our server's folder with the controls' files; empty in any other notebook."""
    return os.environ.get("COACH_CONTROLS", "")


def look(script: str = "") -> str:
    """Return the style sheet of all controls, followed by that of the control `script`."""
    return _text(f"{LOOK}.css") + (_text(f"{script}.css") if script else "")


@cache
def _text(name: str) -> str:
    path = STATIC / name
    return path.read_text(encoding="utf-8") if path.exists() else ""
