"""The widget that checks for group differences, usable in any notebook on plain tables."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.charts import Dot, dot_intervals
from toolkit.controls.data_table import DataTable, Mark, Tone, columns_of
from toolkit.controls.download import Download
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, heading, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.documents.template_file import write_table
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.skillgap.group_check.report import LABELS, WORDS, difference_rows, summary
from toolkit.skillgap.group_differences import MATTERS, SMALLEST, find_group_differences
from toolkit.vocabulary import rows_of
from toolkit.wording import text

_TONES: dict[str, Tone] = {"differs": "bad", "unknown": "warn", "alike": "good", "hidden": "quiet"}


class GroupCheck(Panel):
    """Whether competencies (or criteria) and, with `raters`, raters come out differently for a group at equal level.

    `names` gives the words for each competency by id, `raters` names by rater_id; without it raters are not compared.
    `show(evidence, groups)` takes an Evidence table and each person's group. Groups of fewer than five are never shown.
    """

    def __init__(self, names: Mapping[str, str], *, raters: Mapping[str, str] | None = None, language: str = "en"):
        say = self.language = Language(language)
        self.names, self.raters = names, raters
        self.status = StatusLine(say)
        self.found: dict[str, pd.DataFrame] = {}
        self.words = widgets.HTML()
        self.charts = {of: FigureView(language=say) for of in self._parts()}
        self.tables = {of: self._table(title) for of, title in self._parts().items()}
        limit = say(
            "Each is compared with the other ratings of the same people, so a group that is better on the whole does not stand "
            "out, and one that is rated differently everywhere by everybody cannot be found. “Cannot tell” means that the data "
            "are too few, not that there is no difference."
        )
        self.export = Download(say("Excel: this check"), self._excel, self.status)
        parts = [child for of in self._parts() for child in (card(self.charts[of]), self.tables[of])]
        self.body = Panel(parts, styled=False)
        super().__init__([card(self.words, prose(limit, quiet=True)), self.body, row(self.export), self.status])
        self._hide()

    def show(self, evidence: pd.DataFrame, groups: Mapping[str, str]) -> None:
        """Compare the groups; what cannot be compared is said, never raised."""
        say = self.language
        self.found = {}
        try:
            self.found = {of: find_group_differences(evidence, groups, of=of) for of in self._parts()}
        except InputError as error:
            self._hide()
            self.status.fail(error)
            return
        self.status.clear()
        self.body.layout.display = self.export.layout.display = None
        said = []
        for of, title in self._parts().items():
            found, names = self.found[of], self._names(of)
            said.append(Markup("<p><strong>{}</strong> {}</p>").format(title, summary(found, names, say)))
            rows = difference_rows(found, names, say)
            self.tables[of].show(
                rows, ids=[f"{at}" for at in range(len(rows))], sort={"difference": found["difference"]}
            )
            self._draw(of, found)
        self.words.value = Markup("").join(said)

    def _parts(self) -> dict[str, str]:
        parts = {"competency_id": self.language("By competency")}
        return parts if self.raters is None else {**parts, "rater_id": self.language("By rater")}

    def _names(self, of: str) -> Mapping[str, str]:
        return self.names if of == "competency_id" else self.raters or {}

    def _draw(self, of: str, found: pd.DataFrame) -> None:
        say, names = self.language, self._names(of)
        shown = found[found["difference"].notna()]
        several = shown["group"].nunique() > 1
        dots = []
        for one in rows_of(shown):
            name = names.get(one.of, str(one.of))
            label = say("{what}: {group}", what=name, group=one.group) if several else name
            dots.append(Dot(label, one.difference, one.low, one.high))
        self.charts[of].layout.display = None if dots else "none"
        if not dots:
            self.charts[of].show(None)
            return
        group = say.join(list(dict.fromkeys(str(one) for one in shown["group"])))
        self.charts[of].show(
            dot_intervals(
                dots,
                title=say(
                    "How much higher {group} comes out than {reference} at equal level",
                    group=group,
                    reference=shown["reference"].iloc[0],
                ),
                summary=summary(found, names, say),
                axis=say("Difference in levels"),
                name=self._parts()[of],
                words=(say("Difference"), say("no difference")),
                language=say,
                aim=0.0,
            )
        )

    def _table(self, title: str) -> DataTable:
        say = self.language
        marks = {key: Mark(say.say(words), _TONES[key]) for key, words in WORDS.items()}
        kinds: dict[str, Any] = dict.fromkeys(("people", "difference", "interval", "detectable"), "number")
        return DataTable(columns_of(LABELS, say, marks={"verdict": marks}, **kinds), language=say, caption=title)

    def _hide(self) -> None:
        self.words.value = Markup("<p>{}</p>").format(
            self.language.say(
                text(
                    "At least {count} people of two groups must have been rated. A difference is said to matter from "
                    "{limit} levels.",
                    count=SMALLEST,
                    limit=MATTERS,
                )
            )
        )
        self.body.layout.display = self.export.layout.display = "none"

    def _excel(self) -> tuple[str, bytes] | None:
        say = self.language
        if not self.found:
            return None
        tables = []
        for of, title in self._parts().items():
            rows = difference_rows(self.found[of], self._names(of), say)
            rows["verdict"] = [say.say(WORDS[key]) for key in rows["verdict"]]
            tables.append(rows.assign(part=title))
        labels = {"part": text("Part"), **LABELS}
        title = say("Group check")
        return f"{title}.xlsx", write_table(pd.concat(tables, ignore_index=True), labels, say, title)


def check_heading(language: Language) -> widgets.HTML:
    """Return the heading of the section."""
    return heading(
        language("Group check"),
        language("Do competencies or raters come out differently by language or gender, for people of the same level?"),
    )
