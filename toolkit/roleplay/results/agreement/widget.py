"""The part that says how far the raters agree."""

from collections.abc import Mapping, Sequence

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.data_table import Column, DataTable
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.language import Language
from toolkit.roleplay.results.agreement.summary import FORM_WORDS, Finding, form_that_fits
from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.report import figure_words
from toolkit.wording import text

KIND_WORDS = {
    "alpha": text("Krippendorff's alpha"),
    "gwet_ac": text("Gwet's AC2"),
    "weighted_kappa": text("Weighted kappa"),
}


class AgreementPanel(Panel):
    """Agreement on whole sheets, on each criterion, and on demand all six intraclass correlations."""

    def __init__(self, language: Language):
        say = self.language = language
        self.sheets = card()
        self.criteria = DataTable(language=say, caption=say("Agreement on each criterion"))
        self.forms = DataTable(
            [
                Column("form", say("Form")),
                Column("words", say("What it is about"), width=22),
                Column("figure", say("Agreement"), "number"),
                Column("meaning", say("What it means here"), width=30),
            ],
            language=say,
            caption=say("All six intraclass correlations (Shrout and Fleiss)"),
        )
        self.forms.layout.display = "none"
        self.unfold = button(say("Show all six intraclass correlations"), self._toggle)
        super().__init__([self.sheets, self.criteria, row(self.unfold), self.forms], styled=False)

    def show(
        self,
        wide: pd.DataFrame,
        sheets: Sequence[Finding],
        forms: Sequence[Finding],
        criteria: Mapping[str, Sequence[Finding]],
        names: Names,
    ) -> None:
        """Show what `agreement_summary` found, `wide` being the table of the sheets' composites."""
        self.sheets.children = self._summary(wide, sheets)
        self._show_criteria(criteria, names)
        say = self.language
        rows = [
            {
                "form": f"ICC({one.kind})",
                "words": say.say(FORM_WORDS[one.kind]),
                "figure": _figure(one),
                "meaning": self._meaning(one),
            }
            for one in forms
        ]
        self.forms.show(pd.DataFrame(rows), ids=[one.kind for one in forms])

    def _summary(self, wide: pd.DataFrame, sheets: Sequence[Finding]) -> list[widgets.HTML]:
        say, form = self.language, form_that_fits(wide)
        fits = (
            say("Every rater rated every performance, so the form “2,1” fits.")
            if form == "2,1"
            else say("Not every rater rated every performance, so the form “1,1” fits: any rater for any performance.")
        )
        titles = [
            say(
                "Do two raters give the same performance the same score? Intraclass correlation, form {form}", form=form
            ),
            say("The same by Krippendorff's alpha, which allows for missing ratings"),
        ]
        parts = [
            Markup("<h3>{}</h3><p class='coach-prose'><strong>{}</strong> {}</p>").format(
                title, _figure(one).replace("\n", " "), self._meaning(one)
            )
            for title, one in zip(titles, sheets, strict=True)
        ]
        return [heading(say("Agreement on whole sheets"), fits), *map(widgets.HTML, parts)]

    def _show_criteria(self, criteria: Mapping[str, Sequence[Finding]], names: Names) -> None:
        say = self.language
        kinds = [kind for kind in KIND_WORDS if any(one.kind == kind for found in criteria.values() for one in found)]
        rows: list[dict[str, object]] = []
        sort: dict[str, list[float]] = {kind: [] for kind in kinds}
        for criterion_id, found in criteria.items():
            by_kind = {str(one.kind): one for one in found}
            line: dict[str, object] = {"name": names.criterion(criterion_id)}
            for kind in kinds:
                line[kind] = _figure(by_kind[kind]) if kind in by_kind else "–"
                sort[kind].append(by_kind[kind].agreement.estimate if kind in by_kind else float("nan"))
            line["pairs"] = found[0].agreement.pairable
            line["meaning"] = self._meaning(found[0], about=False)
            rows.append(line)
        columns = [
            Column("name", say("Criterion")),
            *(Column(kind, say.say(KIND_WORDS[kind]), help=self._help(kind)) for kind in kinds),
            Column("pairs", say("Ratings compared"), "number"),
            Column("meaning", say("What alpha means here")),
        ]
        frame = pd.DataFrame(rows, columns=[column.name for column in columns])
        self.criteria.show(frame, ids=list(criteria), columns=columns, sort=sort)

    def _help(self, kind: str) -> str:
        say = self.language
        return {
            "alpha": say(
                "How much less raters disagree than chance would make them; 1 is full agreement, "
                "0 chance. It is strict where nearly everybody gets the same level."
            ),
            "gwet_ac": say(
                "The same question with another idea of chance; it stays fair where nearly everybody gets the "
                "same level. Where it is high and alpha low, reps hardly differ on this criterion."
            ),
            "weighted_kappa": say(
                "Agreement of the two raters beyond chance; being two levels apart counts four times as much as one."
            ),
        }[kind]

    def _meaning(self, found: Finding, *, about: bool = True) -> str:
        meaning = self.language.say(found.meaning)
        if not about or found.about is None:
            return meaning
        return self.language("{finding} {about}", finding=meaning, about=found.about)

    def _toggle(self) -> None:
        hidden = self.forms.layout.display == "none"
        self.forms.layout.display = None if hidden else "none"
        say = self.language
        self.unfold.label = (
            say("Hide the six intraclass correlations") if hidden else say("Show all six intraclass correlations")
        )


def _figure(found: Finding) -> str:
    one = found.agreement
    return figure_words(one.estimate, one.low, one.high)
