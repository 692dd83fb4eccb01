"""One line that says what happened: saved, done, or what is wrong and what to do."""

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.errors import ToolkitError
from toolkit.language import Language
from toolkit.wording import Text

_SIGNS = {"info": "ℹ", "good": "✓", "bad": "✕", "busy": "…"}


class StatusLine(widgets.HTML):
    """A live region. `kind` of the last message is one of info, good, bad, busy or empty."""

    def __init__(self, language: Language):
        super().__init__()
        self.language = language
        self.kind = ""
        self.words = ""
        self.add_class("coach-status-line")

    def say(self, sentence: Text | str, kind: str = "info") -> None:
        """Show a sentence; its kind is told by colour, sign and role."""
        self._show(Markup("{}").format(self.language.say(sentence)), kind)
        self.words = self.language.say(sentence)

    def fail(self, error: ToolkitError) -> None:
        """Show an error: the problem, where it is and what to do."""
        parts = [self.language.say(part) for part in (error.problem, error.where, error.remedy) if part is not None]
        body = Markup("<strong>{}</strong>").format(parts[0])
        body += Markup("").join(Markup(" <span>{}</span>").format(part) for part in parts[1:])
        self._show(body, "bad")
        self.words = " ".join(parts)

    def clear(self) -> None:
        """Show nothing."""
        self.kind, self.words, self.value = "", "", ""

    def _show(self, body: Markup, kind: str) -> None:
        self.kind = kind
        role = "alert" if kind == "bad" else "status"
        self.value = Markup(
            '<div class="coach-status is-{}" role="{}"><i aria-hidden="true">{}</i><p>{}</p></div>'
        ).format(kind, role, _SIGNS[kind], body)
