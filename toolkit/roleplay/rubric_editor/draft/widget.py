"""What stands above the editor: whether a draft is kept, what was published meanwhile, who else writes one."""

import datetime as dt
from collections.abc import Callable, Sequence

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.page import Panel, button, row
from toolkit.language import Language

_QUIET = Markup("<p class='coach-quiet'>{}</p>")
_STATUS = Markup("<div class='coach-status is-busy' role='status'><i aria-hidden='true'>!</i><p>{}</p></div>")


class DraftBar(Panel):
    """Says where the draft stands; `on_discard` and `on_go_on` are called by its buttons."""

    def __init__(self, language: Language, on_discard: Callable[[], None], on_go_on: Callable[[], None]):
        say = self.language = language
        self.words = widgets.HTML()
        self.discard = button(say("Discard the draft"), on_discard)
        self.go_on = button(say("Go on with my draft"), on_go_on)
        self._buttons = row(self.discard, self.go_on)
        super().__init__([self.words, self._buttons], styled=False)
        self.show(None, None, [])

    def show(self, kept: dt.datetime | None, newer: str | None, others: Sequence[tuple[str, dt.datetime]]) -> None:
        """Show when the own draft was `kept` (None: there is none), a `newer` version, and the others with a draft."""
        say, lines = self.language, []
        if newer is not None:
            newer_words = say(
                "Version {version} was published after you began this draft. Publishing yours would replace all it changed.",
                version=newer,
            )
            lines.append(_STATUS.format(newer_words))
        for name, moment in others:
            other = say(
                "{name} is writing a draft of this rubric too (last change {moment}). Agree whose is published: a version "
                "is always the whole rubric.",
                name=name,
                moment=moment,
            )
            lines.append(_STATUS.format(other))
        if kept is not None:
            lines.append(
                _QUIET.format(say("Draft kept {moment}. It is yours alone until you publish it.", moment=kept))
            )
        self.words.value = Markup("").join(lines)
        self.words.layout.display = None if lines else "none"
        self._buttons.layout.display = None if kept else "none"
        self.go_on.layout.display = None if newer is not None else "none"
