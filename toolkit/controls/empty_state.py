"""What stands where there is nothing yet: what would be here, and how to get it."""

import ipywidgets as widgets
from markupsafe import Markup

_PICTURE = Markup(
    "<svg viewBox='5 3 54 42' width='54' height='42' aria-hidden='true' focusable='false'>"
    "<rect x='6' y='4' width='52' height='40' rx='6'/><path d='M6 16h52M16 26h18M16 34h28'/></svg>"
)


class EmptyState(widgets.VBox):
    """A title, a sentence and the buttons of a way out, such as a template or sample data."""

    def __init__(self, title: str, sentence: str, *buttons: widgets.Widget):
        self.title, self.sentence = title, sentence
        words = Markup("<div class='coach-empty-words'>{}<h2>{}</h2><p>{}</p></div>").format(_PICTURE, title, sentence)
        self.buttons = widgets.HBox(list(buttons))
        self.buttons.add_class("coach-row")
        super().__init__([widgets.HTML(words), *([self.buttons] if buttons else [])])
        self.add_class("coach-card")
        self.add_class("coach-empty")
