"""Shows a back-test; usable in any notebook on the result of `back_test` or `back_test_snapshot`."""

import ipywidgets as widgets

from toolkit.attrition.back_testing.charts import band_curve
from toolkit.attrition.back_testing.report import back_test_view, bands_view, challenge_view, years_view
from toolkit.attrition.state import Trained
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card
from toolkit.language import Language


class BackTest(Panel):
    """How risks told in advance turned out, and which model is used.

    First what a list would have been worth beside the one-column rule, then predicted against actual by
    risk band with what chance alone gives, each past year, and the challenger's comparison.
    """

    def __init__(self, trained: Trained | None = None, *, language: str = "en", styled: bool = True):
        say = self.language = Language(language)
        self.test, self.bands, self.years, self.challenge = (widgets.HTML() for _ in range(4))
        self.curve = FigureView(language=say)
        self._last = card(self.years, self.challenge)
        super().__init__([card(self.test), card(self.bands, self.curve), self._last], styled=styled)
        if trained is not None:
            self.show(trained)

    def show(self, trained: Trained) -> None:
        """Show the back-test of what was trained."""
        say, test = self.language, trained.test
        self.test.value = back_test_view(trained, say)
        self.bands.value = bands_view(test, say)
        self.curve.show(band_curve(test, say))
        self.years.value = years_view(test, say)
        self.challenge.value = challenge_view(trained.model.challenge, say)
        for part in (self.years, self.challenge):
            part.layout.display = None if part.value else "none"
        self._last.layout.display = None if self.years.value or self.challenge.value else "none"
