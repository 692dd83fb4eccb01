"""What all our controls with a script of their own have in common: where script and look come from."""

import os
import re
from functools import cache
from pathlib import Path

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"
LOOK = "controls"
_EXPORT = re.compile(r"^export default ", re.MULTILINE)
_IMPORT = re.compile(r'^import .* from "\./(\w+)\.js";\n', re.MULTILINE)


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
        return f"{served}/{self.script}.js" if served else _script(self.script)

    @traitlets.default("_css")
    def _from_look(self) -> str:
        return "" if served_from() else look(self.script)


def served_from() -> str:
    """Return the address of our server's folder with the controls' files; empty in any other notebook."""
    return os.environ.get("COACH_CONTROLS", "")


def look(script: str = "") -> str:
    """Return the style sheet of all controls, followed by that of the control `script`."""
    return _text(f"{LOOK}.css") + (_text(f"{script}.css") if script else "")


def bundle() -> str:
    """Return one script with all controls, as ``const controls``: each name of a script with what that exports."""
    scripts = sorted(path.stem for path in STATIC.glob("*.js") if _EXPORT.search(_text(path.name)))
    made = [f"{name}: (() => {{\n{_EXPORT.sub('return ', _script(name))}\n}})()" for name in scripts]
    return "const controls = {\n" + ",\n".join(made) + "\n};\n"


def looks() -> str:
    """Return the style sheets of all controls in one, what all share first."""
    sheets = sorted((path.stem != LOOK, path.name) for path in STATIC.glob("*.css"))
    return "\n".join(_text(name) for _, name in sheets)


@cache
def _script(name: str) -> str:
    """Return a script with the parts it imports in front of it, since a notebook takes one text only."""
    parts: dict[str, str] = {}

    def gather(part: str) -> None:
        body = _text(f"{part}.js")
        for wanted in _IMPORT.findall(body):
            if wanted not in parts:
                gather(wanted)
        parts[part] = _IMPORT.sub("", body)

    gather(name)
    own = parts.pop(name)
    return "\n".join([re.sub(r"^export ", "", part, flags=re.MULTILINE) for part in parts.values()] + [own])


@cache
def _text(name: str) -> str:
    path = STATIC / name
    return path.read_text(encoding="utf-8") if path.exists() else ""
