"""The list of those who stand out, usable in any notebook on plain tables."""

from collections.abc import Mapping

import pandas as pd

from toolkit.controls.data_table import DataTable, Mark, Tone, columns_of
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import Panel, card, heading, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.documents.template_file import write_table
from toolkit.language import Language
from toolkit.skillgap.potential.candidates import VERDICTS
from toolkit.skillgap.potential.report import POTENTIAL_LABELS, POTENTIAL_WORDS, potential_rows
from toolkit.wording import counted, text

_TONES: dict[str, Tone] = {
    "candidate": "good",
    "one_rater": "warn",
    "results_missing": "quiet",
    "results_open": "accent",
    "not_now": "quiet",
    "unseen": "quiet",
}
_LISTED = VERDICTS[:4]


class PotentialList(Panel):
    """People whom 360 ratings put above what their role asks, with what that rests on.

    `found` is the table of `high_potential`; `people` gives names by person_id. Who is not above the
    targets is counted, never listed: this is no ranking of everybody.
    """

    def __init__(self, found: pd.DataFrame, people: Mapping[str, str], *, language: str = "en"):
        say = self.language = Language(language)
        self.found = found[found["verdict"].isin(_LISTED)].reset_index(drop=True)
        self.people, self.status = people, StatusLine(say)
        title = heading(
            say("Who stands out"),
            say(
                "Found by the 360 ratings of others and by results, as a beginning of a talk about rotation, a mentor or "
                "a larger task. Nothing follows from this list by itself."
            ),
        )
        marks = {key: Mark(say.say(POTENTIAL_WORDS[key]), _TONES[key]) for key in _LISTED}
        self.table = DataTable(
            columns_of(
                POTENTIAL_LABELS,
                say,
                marks={"verdict": marks},
                surplus="number",
                above="percent",
                pieces="number",
                raters="number",
                share="percent",
                results="percent",
                figures="number",
            ),
            language=say,
            caption=say("Who stands out, with the evidence"),
            empty=say("Nobody stands out so far."),
        )
        sort = {"surplus": self.found["surplus"], "above": self.found["above"], "results": self.found["results"]}
        self.table.show(potential_rows(self.found, people, say), ids=self.found["person_id"], sort=sort)
        rest = found["verdict"].value_counts()
        remarks = [
            counted(
                "{count} person is not probably above the targets so far.",
                "{count} people are not probably above the targets so far.",
                int(rest.get("not_now", 0)),
            ),
            counted(
                "{count} person has no 360 rating by others and cannot appear here.",
                "{count} people have no 360 ratings by others and cannot appear here.",
                int(rest.get("unseen", 0)),
            ),
            text(
                "“Rests on one rater” means that one person carries four fifths of the weight or more: one good impression "
                "may colour everything. Have a second person look; such people stand below the others whatever their figure."
            ),
        ]
        self.export = Download(say("Excel: this list"), self._excel, self.status)
        children = [card(title, *(prose(say.say(one), quiet=True) for one in remarks)), self.table, row(self.export)]
        if found.empty:
            words = say("As soon as there are people with a role of the framework, they are looked at here.")
            children = [EmptyState(say("Nobody to look at"), words)]
        super().__init__([*children, self.status])

    def _excel(self) -> tuple[str, bytes]:
        say = self.language
        rows = potential_rows(self.found, self.people, say)
        rows["verdict"] = [say.say(POTENTIAL_WORDS[key]) for key in rows["verdict"]]
        title = say("Who stands out")
        return f"{title}.xlsx", write_table(rows, POTENTIAL_LABELS, say, title)
