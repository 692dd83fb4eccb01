"""Where self and others see a person differently."""

from collections.abc import Mapping

from toolkit.controls.data_table import DataTable, columns_of
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, prose
from toolkit.language import Language
from toolkit.skillgap.person.views.charts import self_gap_chart
from toolkit.skillgap.person.views.report import VIEW_LABELS, view_rows
from toolkit.skillgap.state import GapState

Names = Mapping[str, Mapping[str, str]]


class ViewsPart(Panel):
    """How the chosen person sees the own levels and how others do, side by side and not averaged away."""

    def __init__(self, state: GapState, names: Names, *, language: Language):
        self.state, self.names, self.language = state, names, language
        say = language
        self.chart = FigureView(language=say)
        self.body = card(self.chart)
        self.table = DataTable(
            columns_of(VIEW_LABELS, say, self_rating="number", others="number", gap="number"),
            language=say,
            caption=say("Self and others, by competency"),
            empty=say("This needs a self rating and one other source, or two other sources."),
        )
        hint = prose(
            say(
                "Nearly everybody sees the own skills a little higher than others do. That much is taken off the "
                "difference, together with what sources and raters usually add; the ratings themselves stand as they were given."
            ),
            quiet=True,
        )
        super().__init__([self.body, self.table, hint], styled=False)

    def show(self) -> None:
        """Show the chosen person."""
        own = self.state.views
        own = own[own["person_id"] == self.state.person_id]
        figure = self_gap_chart(own, self.names, self.language)
        self.chart.show(figure)
        self.body.layout.display = None if figure else "none"
        own = own.sort_values("self_gap", key=abs, ascending=False, kind="stable", na_position="last")
        sort = {"gap": own["self_gap"], "self_rating": own["self_rating"], "others": own["others"]}
        self.table.show(view_rows(own, self.names, self.language), sort=sort)
