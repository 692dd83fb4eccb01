"""Matching mentors as a widget on plain tables."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.choices import CheckGroup, Choice
from toolkit.controls.data_table import Action, Column, DataTable
from toolkit.controls.fields import NumberField, refuse_problems
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError, NotEnoughData
from toolkit.language import Language
from toolkit.organisation.form import TIER_WORDS
from toolkit.plans.mentor_matching import MentorRules, match_mentors
from toolkit.plans.mentoring import report
from toolkit.vocabulary import TIERS, rows_of
from toolkit.wording import counted, text

Names = Mapping[str, Mapping[str, str]]


class MentorMatching(Panel):
    """Propose a mentor for everybody, change pairs by hand, and record them with the agreed reward.

    `people`: person_id, name, tier_id and manager_id; `levels` a SkillLevels and `gaps` a Gaps table of them; `names`:
    bilingual competency names; `agreed`: pairs recorded so far (mentee_id, mentor_id, growth_share, promotion_bonus).
    `on_save(pairs)` records them and returns how many changed. `pairs` are those shown, as of `match_mentors`.
    """

    def __init__(
        self,
        people: pd.DataFrame,
        levels: pd.DataFrame,
        gaps: pd.DataFrame,
        names: Names,
        *,
        language: str = "en",
        currency: str = "CNY",
        agreed: pd.DataFrame | None = None,
        on_save: Callable[[pd.DataFrame], int] | None = None,
    ):
        self.people, self.levels, self.names = people, levels, names
        self.gaps = gaps[gaps["level"].notna() & gaps["person_id"].isin(people["person_id"])]
        self._called = dict(zip(people["person_id"], people["name"], strict=True))
        self._on_save = on_save
        self.pairs = pd.DataFrame()
        say = self.language = Language(language)
        self.status = StatusLine(say)
        whole: dict[str, Any] = {"language": say, "required": True, "whole": True}
        self.most = NumberField(say("Mentees a mentor takes at most"), 2, least=1, most=10, **whole)
        self.above = NumberField(say("Tiers a mentor stands above at least"), 1, least=0, most=2, **whole)
        share = say("Mentor's share of the mentee's sales growth (%)")
        self.share = NumberField(share, least=0, most=100, step=1, language=say, hint=say("Empty: nothing agreed"))
        bonus = say("Bonus when the mentee is promoted ({currency})", currency=currency)
        self.bonus = NumberField(bonus, least=0, step=500, language=say, hint=say("Empty: nothing agreed"))
        self.propose = button(say("Propose mentors"), guarded(self.status, self._propose), primary=True)
        self.keep = button(say("Record these pairs"), guarded(self.status, self._save))
        tiers = [(say.say(TIER_WORDS[one]), one) for one in TIERS]
        self.tiers = CheckGroup(say("Who is to have a mentor"), tiers, TIERS[:1])
        rules = say(
            "Nobody mentors a person they report to or who reports to them: who judges is not the one to confide in."
        )
        self.inputs = card(
            heading(say("Mentors"), rules),
            row(self.most, self.above, self.share, self.bonus),
            row(self.tiers),
            row(self.propose),
        )
        self._make_tables()
        super().__init__([self.inputs, self.status, self.results])
        if agreed is not None and len(agreed):
            self._show_agreed(agreed)

    def _make_tables(self) -> None:
        say = self.language
        kinds: dict[str, Any] = {"fit": "number", "growth_share": "number", "promotion_bonus": "number"}
        columns = [
            Column(name, say.say(label), kinds.get(name, "text"), digits=2 if name == "fit" else 0)
            for name, label in report.PAIR_LABELS.items()
        ]
        self.table = DataTable(columns, language=say, caption=say("Who accompanies whom"), on_action=self._edit)
        columns = [
            Column(name, say.say(label), "number" if name == "mentees" else "text")
            for name, label in report.LOAD_LABELS.items()
        ]
        self.load = DataTable(columns, language=say, caption=say("Mentors and how many they have"))
        self._mentee = ""
        self.other = Choice(say("Mentor"), [])
        self.take = button(say("Take this mentor"), guarded(self.status, self._take))
        self.whose = heading("", level=3)
        self.editor = card(self.whose, row(self.other, self.take))
        self.editor.layout.display = "none"
        self.keep.layout.display = None if self._on_save else "none"
        self.results = Panel([self.table, self.editor, row(self.keep), self.load], styled=False)
        self.results.layout.display = "none"

    def rules(self) -> MentorRules:
        """Return the rules that stand in the fields."""
        refuse_problems(self.most, self.above, self.share, self.bonus)
        share = None if self.share.value is None else float(self.share.value) / 100
        bonus = None if self.bonus.value is None else float(self.bonus.value)
        return MentorRules(int(self.most.value), int(self.above.value), share, bonus)

    def _propose(self) -> None:
        if self.gaps.empty:
            raise NotEnoughData(
                text("Nothing has been seen of these people yet, so no gap can be planned for."),
                remedy=text("Score a role-play or a joint visit, or import 360 ratings first."),
            )
        self.status.clear()
        chosen = self.people.loc[self.people["tier_id"].isin(self.tiers.value), "person_id"]
        mentees = self.gaps[self.gaps["person_id"].isin(chosen)]
        if mentees.empty:
            raise InputError(
                text("Nobody of these tiers has been seen yet."),
                remedy=text("Choose other tiers, or observe them first."),
            )
        self.show(match_mentors(self.people, self.levels, mentees, self.rules()))

    def _show_agreed(self, agreed: pd.DataFrame) -> None:
        rows = agreed[agreed["mentee_id"].isin(self._called)]
        empty = {"fit": np.nan, "competency_id": None, "second_competency_id": None}
        note = text("Recorded earlier.")
        self.show(rows.assign(**empty, note=pd.Series([note] * len(rows), index=rows.index, dtype=object)))

    def show(self, pairs: pd.DataFrame) -> None:
        """Show pairs; columns as of `match_mentors`."""
        self.pairs = pairs.reset_index(drop=True)
        say = self.language
        table = report.pair_table(self.pairs, self._called, self.names, say)
        self.table.show(table, ids=table["mentee_id"], actions=[Action("change", say("Change"))])
        self.load.show(report.load_table(self.pairs, self._called, say))
        self.editor.layout.display = "none"
        self.results.layout.display = None

    def _edit(self, mentee_id: str, _action: str) -> None:
        self._mentee = mentee_id
        say = self.language
        now = self.pairs.set_index("mentee_id")["mentor_id"].get(mentee_id)
        seen = set(self.levels["person_id"])
        others = [
            (row.name, row.person_id)
            for row in rows_of(self.people)
            if row.person_id in seen and row.person_id != mentee_id
        ]
        self.whose.value = heading(say("Mentor of {name}", name=self._called[mentee_id]), level=3).value
        self.other.offer([(say("None"), ""), *others], now if isinstance(now, str) else "")
        self.editor.layout.display = None

    def _take(self) -> None:
        mentor, rules = str(self.other.value or ""), self.rules()
        fields: dict[str, Any] = {"mentor_id": None, "fit": np.nan, "competency_id": None, "second_competency_id": None}
        fields |= {"growth_share": np.nan, "promotion_bonus": np.nan, "note": text("Chosen by hand.")}
        if mentor:
            load = int((self.pairs["mentor_id"] == mentor).sum())
            load -= int(self.pairs.set_index("mentee_id")["mentor_id"].get(self._mentee) == mentor)
            if load >= rules.most:
                raise InputError(
                    text("{name} already has as many mentees as allowed.", name=self._called[mentor]),
                    remedy=text("Take somebody else, or allow more mentees a mentor."),
                )
            alone = self.people.assign(mentor=self.people["person_id"] == mentor)
            mine = self.gaps[self.gaps["person_id"] == self._mentee]
            fields |= self._pair(alone, mine, mentor, rules)
        for name, value in fields.items():
            self.pairs[name] = self.pairs[name].astype(object)
            self.pairs.loc[self.pairs["mentee_id"] == self._mentee, name] = value
        self.show(self.pairs)
        self.status.say(text("Changed. Record the pairs to keep it."), "good")

    def _pair(self, alone: pd.DataFrame, mine: pd.DataFrame, mentor: str, rules: MentorRules) -> dict[str, Any]:
        """Return what a pair chosen by hand is worth, or refuse one that must not be."""
        found = match_mentors(alone, self.levels, mine, MentorRules(1, 0)) if len(mine) else pd.DataFrame()
        reward = {"growth_share": rules.growth_share, "promotion_bonus": rules.promotion_bonus}
        if len(found) and found["mentor_id"].iloc[0] == mentor:
            best = found.iloc[0]
            return {
                name: best[name] for name in ("mentor_id", "fit", "competency_id", "second_competency_id", "note")
            } | reward
        if self._reports(self._mentee, mentor) or self._reports(mentor, self._mentee):
            raise InputError(
                text("One of the two reports to the other, directly or further up."),
                remedy=text("Take somebody outside the reporting line."),
            )
        return {"mentor_id": mentor, "fit": 0.0} | reward

    def _reports(self, one: str, superior: str) -> bool:
        above, seen = self.people.set_index("person_id")["manager_id"], set()
        at = above.get(one)
        while isinstance(at, str) and at and at not in seen:
            if at == superior:
                return True
            seen.add(at)
            at = above.get(at)
        return False

    def _save(self) -> None:
        if self._on_save is None or self.pairs.empty:
            raise InputError(text("There are no pairs yet."), remedy=text("Propose mentors first."))
        changed = self._on_save(self.pairs[["mentee_id", "mentor_id", "growth_share", "promotion_bonus"]])
        self.status.say(counted("{count} pair was recorded.", "{count} pairs were recorded.", changed), "good")
