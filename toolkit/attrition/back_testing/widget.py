"""Shows a back-test; usable in any notebook on the result of `back_test` or `back_test_snapshot`."""

import ipywidgets as widgets

from toolkit.attrition.back_testing.charts import band_curve
from toolkit.attrition.back_testing.report import back_test_view
from toolkit.attrition.state import Trained
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card
from toolkit.language import Language


class BackTest(Panel):
    """How risks told in advance turned out: figures, bands, past years and the rule beside the model."""

    def __init__(self, trained: Trained | None = None, *, language: str = "en", styled: bool = True):
        say = self.language = Language(language)
        self.test, self.curve = widgets.HTML(), FigureView(language=say)
        super().__init__([card(self.test), card(self.curve)], styled=styled)
        if trained is not None:
            self.show(trained)

    def show(self, trained: Trained) -> None:
        """Show the back-test of what was trained."""
        self.test.value = back_test_view(trained, self.language)
        self.curve.show(band_curve(trained.test, self.language))
