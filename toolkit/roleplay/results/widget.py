"""The widgets for fair scores and raters, usable in any notebook on plain tables."""

from collections.abc import Callable, Collection, Mapping

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.choices import Choice
from toolkit.controls.data_table import DataTable
from toolkit.controls.fields import CheckField
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card
from toolkit.language import Language
from toolkit.roleplay.fair import FairScores
from toolkit.roleplay.results.charts import fair_chart, severity_chart
from toolkit.roleplay.results.columns.widget import HABITS, LEANINGS, columns_for, rater_columns, rep_columns
from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.report import (
    MEASURES,
    RATER_LABELS,
    best_first,
    figure_words,
    folded,
    rater_rows,
    reasons,
    remarks,
    rep_rows,
)
from toolkit.vocabulary import rows_of

FEWEST_OTHERS = 3
"""Of fewer other raters not even the spread is shown: it would show who they are."""
_SHEET = ["rep_id", "rater_id", "scenario_id"]


class FairScoreTable(Panel):
    """The reps' fair scores beside their raw means, as a chart and a table.

    `FairScoreTable(fair_scores(ratings))` is enough; `names` gives the words for ids, `ratings` (a Ratings table)
    adds what was corrected. It has no state of its own: it shows what it is given. Reps of groups that no sheet links are
    shown one group at a time; with `on_across` there is a box to tick, and the function is told whether to rank
    across groups all the same and shows the scores that follow.
    """

    def __init__(
        self,
        scores: FairScores | None = None,
        names: Mapping[str, str] | Names | None = None,
        *,
        ratings: pd.DataFrame | None = None,
        language: str = "en",
        on_across: Callable[[bool], None] | None = None,
    ):
        say = self.language = Language(language)
        self._on_across, self._told = on_across, False
        self.notes, self.further = widgets.HTML(), widgets.HTML()
        self.across = CheckField(
            say("Rank across groups all the same"),
            hint=say(
                "This assumes that the raters of all groups are equally strict on average and the reps equally good "
                "on average. No sheet can show whether that is so."
            ),
        )
        self.group = Choice(say("Reps who can be compared"))
        self.across.layout.display = self.group.layout.display = "none"
        self.chart = FigureView(language=say)
        self.table = DataTable(
            rep_columns(say),
            language=say,
            caption=say("Fair scores"),
            empty=say("No sheet has been finished in this workshop yet."),
        )  # fmt: skip
        self.picture = card(self.chart)
        super().__init__([self.notes, self.across, self.group, self.picture, self.table, self.further])
        self.across.on_change(self._rank_across)
        self.group.on_change(lambda _group: self._show_group())
        if scores is not None:
            self.show(scores, names, ratings=ratings)

    def show(
        self,
        scores: FairScores,
        names: Mapping[str, str] | Names | None = None,
        *,
        ratings: pd.DataFrame | None = None,
        seen: Collection[str] | None = None,
        across: bool = False,
    ) -> None:
        """Show `scores`, of the reps `seen` only where it is given; ranks and figures stay those among all.

        `across` says that they were made with `across_groups`, so that all groups may stand in one list.
        """
        self._scores, self._names, self._seen = scores, Names.of(names), seen
        self._sheets = None if ratings is None else ratings.dropna(subset=["rating"])[_SHEET].drop_duplicates()
        say, groups = self.language, scores.groups
        apart = len(groups) > 1
        self._told = True
        self.across.layout.display = None if apart and self._on_across is not None else "none"
        across = apart and across
        self.across.put(across)
        self.group.layout.display = None if apart and not across else "none"
        shown = best_first(scores, seen)
        options = [
            (self._group_words(row), int(row.group)) for row in rows_of(groups) if row.group in set(shown["group"])
        ]
        self.group.offer([] if across else options, self.group.value)
        self._told = False
        self._show_group()
        sentences = [self._names.say(note, say) for note in scores.notes]
        if apart:
            sentences += [self._names.say(note, say) for note in groups["note"] if note is not None]
        if scores.link is not None:
            sentences.append(self._names.say(scores.link.sentence, say))
        if seen is not None and len(shown) < len(scores.reps):
            sentences.append(
                say("You see your own people; figures and ranks are among all {count} reps.", count=len(scores.reps))
            )
        self.notes.value = remarks(sentences)
        self.further.value = self._reading()

    def _group_words(self, row: pd.Series) -> str:
        return self.language.count(
            "Group {group}: {count} rep, scored by {raters}",
            "Group {group}: {count} reps, scored by {raters}",
            int(row.reps),
            group=int(row.group),
            raters=self.language.join([self._names.person(one) for one in row.rater_ids]),
        )

    def _rank_across(self, across: bool) -> None:
        if self._on_across is not None and not self._told:
            self._on_across(across)

    def _show_group(self) -> None:
        if self._told:
            return
        say, names = self.language, self._names
        reps = best_first(self._scores, self._seen, self.group.value)
        self.picture.layout.display = "none" if reps.empty else None
        self.chart.show(None if reps.empty else fair_chart(reps, names, say))
        sort = {
            "rank": reps["rank_low"] + reps["rank_high"],
            "fair": reps["fair"],
            "played": reps["played"],
            "raw": reps["raw"],
            "basis": reps["sheets"],
        }
        hidden = {"why"} if self._sheets is None else set()
        hidden |= set() if reps["played"].notna().any() else {"played"}
        columns = [one for one in rep_columns(say) if one.name not in hidden]
        self.table.show(
            rep_rows(self._scores, reps, names, say, self._sheets), ids=reps["rep_id"], sort=sort, columns=columns
        )

    def _reading(self) -> Markup:
        say = self.language
        return folded(
            [
                say(
                    "The fair score is what the rep would get from the average rater in the average scenario. Hard and "
                    "lenient raters, harder and easier scenarios are taken out."
                ),
                say(
                    "The true score lies in the interval in 90 of 100 cases. Where two intervals overlap widely, do "
                    "not call one rep better."
                ),
                *self._one_scenario(),
                say("A rank such as 3–8 means: somewhere from third to eighth, with 90% certainty."),
                say("The raw mean is what raters ticked, averaged and not corrected."),
                *(
                    say("{name}: {reason}", name=self._names.person(row.rep_id), reason=self._names.say(row.note, say))
                    for row in rows_of(best_first(self._scores, self._seen))
                    if row.note is not None
                ),
            ],
            say("How to read this"),
        )

    def _one_scenario(self) -> list[str]:
        if not self._scores.reps["played"].notna().any():
            return []
        words = self.language(
            "Only one scenario was played. “In this scenario” speaks of that scenario alone and is therefore surer; the fair "
            "score speaks of the rep, who may do better or worse in others."
        )
        return [words]


class RaterReport(Panel):
    """How the raters rated: severity, consistency, halo, central tendency, range and drift.

    `RaterReport(fair_scores(ratings))` is enough; `names` gives the words for ids. It has no state of its own. With
    `own` given (a rater_id, or "" for somebody who is none of the raters) only that rater is named; of the others
    there is the spread, and not even that of fewer than three.
    """

    def __init__(
        self,
        scores: FairScores | None = None,
        names: Mapping[str, str] | Names | None = None,
        *,
        own: str | None = None,
        language: str = "en",
    ):
        say = self.language = Language(language)
        self.chart, self.notes = FigureView(language=say), widgets.HTML()
        self.picture = card(self.chart)
        self.table = DataTable(
            columns_for(rater_columns(say), LEANINGS),
            language=say,
            caption=say("Raters"),
            empty=say("No sheet has been finished in this workshop yet."),
        )
        # One table of all figures would be wider than a tablet.
        self.habits = DataTable(
            columns=columns_for(rater_columns(say), HABITS), language=say, caption=say("How they use the scale")
        )
        super().__init__([self.picture, self.table, self.habits, self.notes])
        self.picture.layout.display = "none"
        if scores is not None:
            self.show(scores, names, own=own)

    def show(
        self, scores: FairScores, names: Mapping[str, str] | Names | None = None, *, own: str | None = None
    ) -> None:
        """Show the raters of `scores`, or with `own` only that one and the spread of the others."""
        say, called = self.language, Names.of(names)
        raters = scores.raters.sort_values("severity", ascending=False, kind="stable", na_position="last")
        mine = raters if own is None else raters[raters["rater_id"] == own]
        rows, ids = rater_rows(mine, called), mine["rater_id"].to_list()
        others = raters[~raters["rater_id"].isin(ids)]
        withheld = ""
        if len(others) >= FEWEST_OTHERS:
            rows = pd.concat([rows, self._spread(others)], ignore_index=True) if len(rows) else self._spread(others)
            ids.append("others")
        elif len(others):
            withheld = say("There are fewer than three other raters, so nothing is shown of them.")
        none = "" if own is None or len(mine) else say("You have not rated in this workshop.")
        charted = mine[mine["severity"].notna()]
        self.picture.layout.display = "none" if charted.empty else None
        self.chart.show(None if charted.empty else severity_chart(charted, called, say))
        sort = None
        if own is None:
            sort = {measure: mine[measure] for measure in MEASURES}
        # A column of dashes says nothing; why it is missing stands below.
        columns = [
            one
            for one in rater_columns(say)
            if one.name not in MEASURES or len(mine) == 0 or raters[one.name].notna().any()
        ]
        for table, part in ((self.table, LEANINGS), (self.habits, HABITS)):
            held = columns_for(columns, part)
            known = None if sort is None else {one.name: sort[one.name] for one in held if one.name in sort}
            table.show(rows, ids=ids, sort=known, columns=held)
        self.habits.layout.display = None if len(rows) and len(columns_for(columns, HABITS)) > 1 else "none"
        why = reasons(mine, "rater_id", RATER_LABELS, MEASURES, called, say)
        self.notes.value = remarks([none, withheld]) + remarks(why, say("Why a figure is missing (–)") if why else "")

    def _spread(self, others: pd.DataFrame) -> pd.DataFrame:
        """Return one row with the lowest and the highest figure of the others, nameless."""
        cells: dict[str, object] = dict.fromkeys(RATER_LABELS, "")
        cells["name"] = self.language.count("The other {count} rater", "The other {count} raters", len(others))
        cells["verdict"] = None
        for measure in MEASURES:
            found = others[measure].dropna()
            if len(found) >= FEWEST_OTHERS:
                low, high = (figure_words(value, float("nan"), float("nan")) for value in (found.min(), found.max()))
                cells[measure] = self.language("from {low} to {high}", low=low, high=high)
            else:
                cells[measure] = "–"
        cells["sheets"] = int(others["sheets"].sum())
        return pd.DataFrame([cells])
