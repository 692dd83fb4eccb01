"""The part with the pass mark of a workshop that certifies, and who truly passes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Column, DataTable, Mark
from toolkit.controls.fields import NumberField, refuse_problems
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.roleplay.pass_marks import PassMark, decision_words, pass_probability
from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.pass_mark.report import mark_words, withheld_words
from toolkit.roleplay.results.pass_mark.standard import criterion_spread, judges_mark, overall_mark
from toolkit.roleplay.results.report import best_first
from toolkit.roleplay.results.state import ResultsState
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, rows_of
from toolkit.wording import counted, text

JUDGES, OVERALL = "judges", "overall"
DECISIONS = ("passes", "too_close", "fails", "no_score")


@dataclass(frozen=True)
class Standard:
    """What the panel needs beside the ratings: all estimates (with `seen`), weights, and who judges as whom.

    `workshop_id` tells workshops apart, so that what is entered for one is never saved for another. While
    `withheld`, `estimates` holds the viewer's own alone; `judges_done` says how many judges have given all theirs,
    `may_lead` whether the viewer may see them now and give up judging.
    """

    workshop_id: str
    estimates: pd.DataFrame
    weights: Mapping[str, float]
    judge_id: str | None
    may_judge: bool
    withheld: bool = False
    judges_done: int = 0
    may_lead: bool = False


class PassMarkPanel(Panel):
    """Judges' estimates, the mark with its error, and for each rep the probability of truly passing.

    `on_save` gets the viewer's estimates by criterion_id, `on_lead` is called when the viewer gives up judging.
    """

    def __init__(
        self,
        language: Language,
        on_save: Callable[[dict[str, float]], None],
        on_lead: Callable[[], None] = lambda: None,
    ):
        say = self.language = language
        self.status = StatusLine(say)
        self._on_save = on_save
        self.fields: dict[str, NumberField] = {}
        self.grid = row()
        self.save = button(say("Save my estimates"), guarded(self.status, self._save), primary=True)
        self.lead = button(say("Lead instead of judging"), guarded(self.status, on_lead))
        lead_words = say("Whoever leads sees all estimates at once, and gives up judging in this workshop for good.")
        self.lead_hint = prose(lead_words, quiet=True)
        self.alone = widgets.HTML()
        self.judging = card(
            heading(
                say("Your estimates"), say("Think of a rep who is only just good enough. Which level would they get?")
            ),
            self.alone,
            self.grid,
            row(self.save, self.lead),
            self.lead_hint,
            self.status,
        )
        self.judges = DataTable(
            [
                Column("name", say("Judge")),
                Column("cut", say("Own pass mark"), "number", digits=2),
                Column("deviation", say("From the mean"), "number", digits=2),
            ],
            language=say,
            caption=say("The judges"),
        )
        self.spread = DataTable(
            [
                Column("name", say("Criterion")),
                Column("mean", say("Mean"), "number", digits=2),
                Column("range", say("Lowest to highest"), "number"),
                Column("own", say("Yours"), "number", digits=1),
            ],
            language=say,
            caption=say("Where judges differ: talk about the first ones"),
        )
        self.source = choice(
            say("The mark comes from"),
            [
                (say("Judges' estimates (Angoff)"), JUDGES),
                (say("Overall ratings on the sheets (borderline regression)"), OVERALL),
            ],
            lambda _value: self._show_mark(),
        )
        self.mark_words = widgets.HTML()
        self.reps = DataTable(
            [
                Column("name", say("Rep")),
                Column("decision", say("Decision"), "mark", marks=decision_marks(say)),
                Column(
                    "probability",
                    say("Truly passes"),
                    "percent",
                    help=say(
                        "How probable it is that the rep's true score reaches the true mark. Sure enough is "
                        "from 90% up, and for not passing from 10% down; in between, have the rep scored again."
                    ),
                ),
                Column("fair", say("Fair score (1–5)"), "number"),
                Column("interval", say("90% interval"), "number"),
            ],
            language=say,
            caption=say("Who passes"),
        )
        super().__init__(
            [self.judging, card(row(self.source), self.mark_words, self.judges, self.spread), self.reps], styled=False
        )

    def show(self, state: ResultsState | None, standard: Standard, names: Names) -> None:
        """Show the estimates and the mark; `state` is None while no sheet is finished."""
        before = getattr(self, "_standard", None)
        first = before is None or before.workshop_id != standard.workshop_id
        self._state, self._standard, self._names = state, standard, names
        self.judging.layout.display = None if standard.may_judge else "none"
        self._show_fields(first)
        self._show_alone()
        self._angoff, self._open = judges_mark(standard.estimates, standard.weights)
        self._borderline = None if state is None else overall_mark(state.sheets, state.overall)
        if (
            first
            and not standard.withheld
            and self._angoff is None
            and self._borderline is not None
            and self._borderline.cut == self._borderline.cut
        ):
            self.source.value = OVERALL
        self._show_mark()

    def _show_fields(self, first: bool) -> None:
        say, standard = self.language, self._standard
        own = standard.estimates[standard.estimates["judge_id"] == standard.judge_id]
        known = dict(zip(own["criterion_id"], own["rating"], strict=True))
        if first:
            self.status.clear()
            self.fields = {
                criterion_id: NumberField(
                    self._names.criterion(criterion_id), language=say, least=SCALE_LOW, most=SCALE_HIGH, step=0.5
                )
                for criterion_id in standard.weights
            }
            self.grid.children = list(self.fields.values())
            for criterion_id, control in self.fields.items():
                control.put(known.get(criterion_id))

    def _show_alone(self) -> None:
        say, standard = self.language, self._standard
        for control in (self.lead, self.lead_hint):
            control.layout.display = None if standard.may_lead else "none"
        if standard.withheld:
            words = say(
                "Each judge estimates alone: the others' estimates and their pass mark are shown once yours are complete."
            )
        else:
            words = say(
                "You see the other judges' estimates now. You may still change yours after talking about them; the first "
                "ones stay in the record."
            )
        done = say.count(
            "{count} judge has given all estimates so far.",
            "{count} judges have given all estimates so far.",
            standard.judges_done,
        )
        self.alone.value = Markup("<p class='coach-quiet' role='status'>{} {}</p>").format(words, done)

    def _save(self) -> None:
        refuse_problems(*self.fields.values())
        entered = {key: float(control.value) for key, control in self.fields.items() if control.value is not None}
        self._on_save(entered)
        left = len(self.fields) - len(entered)
        if left:
            self.status.say(
                counted(
                    "Saved. {count} criterion is still without an estimate; yours count once all have one.",
                    "Saved. {count} criteria are still without an estimate; yours count once all have one.",
                    left,
                )
            )
        else:
            self.status.say(text("Saved. Your estimates count for the pass mark."), "good")

    def _show_mark(self) -> None:
        if getattr(self, "_standard", None) is None:
            return
        judges = self.source.value == JUDGES
        mark: PassMark | None = self._angoff if judges else self._borderline
        self._show_judges(judges)
        if judges and self._standard.withheld:
            self.mark_words.value = withheld_words(self.language)
        else:
            open_judges = self._open if judges else None
            self.mark_words.value = mark_words(mark, self.language, open_judges=open_judges)
        self._show_reps(mark)

    def _show_judges(self, judges: bool) -> None:
        standard = self._standard
        shown = pd.DataFrame(columns=["judge_id", "cut", "deviation"])
        if judges and self._angoff is not None:
            seen = set(standard.estimates.loc[standard.estimates["seen"], "judge_id"])
            shown = self._angoff.judges[self._angoff.judges["judge_id"].isin(seen)]
        self.judges.layout.display = None if len(shown) else "none"
        names = [self._names.person(one) for one in shown["judge_id"]]
        self.judges.show(shown.assign(name=names), ids=shown["judge_id"])
        several = judges and self._angoff is not None and len(self._angoff.judges) > 1
        self.spread.layout.display = None if several else "none"
        if several:
            self._show_spread()

    def _show_spread(self) -> None:
        say, standard = self.language, self._standard
        found = criterion_spread(standard.estimates, standard.weights, standard.judge_id)
        rows = found.assign(
            name=[self._names.criterion(one) for one in found["criterion_id"]],
            range=[say.interval(low, high, 1) for low, high in zip(found["low"], found["high"], strict=True)],
        )
        self.spread.show(rows, ids=found["criterion_id"], sort={"range": found["high"] - found["low"]})

    def _show_reps(self, mark: PassMark | None) -> None:
        say = self.language
        if self._state is None or mark is None or mark.cut != mark.cut:
            self.reps.layout.display = "none"
            return
        self.reps.layout.display = None
        reps = best_first(self._state.fair, self._state.seen)
        error = mark.standard_error if mark.standard_error == mark.standard_error else 0.0
        found = pass_probability(reps, mark.cut, error)
        rows = [
            {
                "name": self._names.person(row.rep_id),
                "decision": row.decision,
                "probability": row.probability,
                "fair": say.number(row.fair, 2),
                "interval": say.interval(low, high, 2),
            }
            for row, low, high in zip(rows_of(found), reps["low"], reps["high"], strict=True)
        ]
        frame = pd.DataFrame(rows, columns=["name", "decision", "probability", "fair", "interval"])
        self.reps.show(frame, ids=reps["rep_id"], sort={"fair": reps["fair"], "interval": reps["low"]})


def decision_marks(say: Language) -> dict[str, Mark]:
    """Return the decisions as marks; whoever is too close to call is to be scored again."""
    tones = {"passes": "good", "fails": "bad", "no_score": "quiet"}
    marks = {key: Mark(say.say(decision_words(key)), tones.get(key, "quiet")) for key in DECISIONS}  # type: ignore[arg-type]
    marks["too_close"] = Mark(say("Too close to call: score again"), "warn")
    return marks
