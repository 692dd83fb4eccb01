"""Readiness of one person for the ranks of both ladders, from plain tables. No layout, no store."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import traitlets

from toolkit.documents.plain_state import PlainState, StateForm, by_id, known, words
from toolkit.errors import InputError
from toolkit.organisation.findings import require_sound
from toolkit.organisation.framework_checks import check_roles
from toolkit.skillgap.ladders.ranks import MONTHS, Content, asks_for_something, months_in_rank, next_rank, steps_between
from toolkit.skillgap.rank_readiness import Readiness, readiness
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, Evidence, SkillLevels, check
from toolkit.wording import text

FIGURES = ["person_id", "figure_id", "value", "standard_error", "as_of"]
RANKS = ["person_id", "rank_id", "since"]
_HALF = 1.6448536269514722
_FORM = StateForm("ReadinessState", 1, {"person_id": words, "ranks": by_id(words)})


class ReadinessState(PlainState, traitlets.HasTraits):
    """`person_id` chooses who is shown, `ranks` which rank of each ladder (by ladder id; empty: the next one).

    `people` has person_id and name; `levels` and `evidence` are the tables of the vocabulary; `roles` and `framework`
    are content packs. `figures` has person_id, figure_id, value and, where known, standard_error and as_of; `present` has
    person_id, rank_id and since (or no day), from which the months in the rank are counted up to `as_of`.

    Raises `InputError` for ladders that go in a circle, ask for levels off the scale or cannot be measured, and for
    tables not in this form. Its dictionary holds the person and the ranks; nothing that is judged about anybody.
    """

    person_id = traitlets.Unicode()
    ranks = traitlets.Dict()

    def __init__(
        self,
        people: pd.DataFrame,
        levels: pd.DataFrame,
        evidence: pd.DataFrame,
        roles: Mapping[str, Any],
        framework: Mapping[str, Any],
        *,
        as_of: dt.date,
        figures: pd.DataFrame | None = None,
        present: pd.DataFrame | None = None,
    ):
        super().__init__()
        self.people, self.roles, self.framework, self.as_of = people, roles, framework, as_of
        self.ladders = sound_ladders(roles, framework)
        self.levels, self.evidence = check(levels, SkillLevels), check(evidence, Evidence)
        self.present = _with_columns(present, RANKS, "present")
        self.figures = self._all_figures(_with_columns(figures, FIGURES, "figures"))
        self._present = dict(zip(self.present["person_id"], self.present["rank_id"], strict=True))

    def present_rank(self, person_id: str) -> str | None:
        """Return the id of the rank somebody holds, or None where it is not known."""
        return self._present.get(person_id)

    def next_ranks(self, person_id: str) -> dict[str, Mapping[str, Any] | None]:
        """Return by ladder id the rank that comes next for somebody, None where there is none above."""
        present = self.present_rank(person_id)
        return {ladder["id"]: next_rank(self.ladders, ladder, present) for ladder in self.ladders}

    def rank_shown(self, ladder_id: str) -> Mapping[str, Any] | None:
        """Return the rank of a ladder that is chosen, else the next one of the person shown."""
        chosen = self.ranks.get(ladder_id)
        for ladder in self.ladders:
            for rank in ladder["ranks"]:
                if ladder["id"] == ladder_id and rank["id"] == chosen:
                    return dict(rank)
        return self.next_ranks(self.person_id)[ladder_id]

    def detour(self, rank: Mapping[str, Any]) -> list[str]:
        """Return the ids of ranks that come between the person shown and `rank`."""
        return steps_between(self.present_rank(self.person_id), rank)

    def readiness_for(self, rank: Mapping[str, Any]) -> Readiness:
        """Return how probably the person shown meets `rank`; one row of `overall`.

        The requirements have five more columns: low and high (of `found`, with 90 %), pieces, raters and as_of.
        """
        own = {
            name: frame[frame["person_id"] == self.person_id]
            for name, frame in (("levels", self.levels), ("figures", self.figures), ("evidence", self.evidence))
        }
        found = readiness(own["levels"], own["figures"], rank, evidence=own["evidence"], people=[self.person_id])
        table = found.requirements
        counts = own["evidence"].groupby("competency_id").size()
        others = own["evidence"][own["evidence"]["source"] != "self"]
        raters = others.groupby("competency_id")["rater_id"].nunique()
        days = dict(zip(own["figures"]["figure_id"], own["figures"]["as_of"], strict=True))
        half = _HALF * table["sd"]
        within = own["levels"].set_index("competency_id")[["low", "high"]].clip(SCALE_LOW, SCALE_HIGH)
        # A level's interval ends where the scale does, as on every other page.
        ends = {
            name: table["requirement_id"]
            .map(within[name])
            .where(table["kind"] == "competency", table["found"] + side * half)
            for name, side in (("low", -1), ("high", 1))
        }
        table = table.assign(
            **ends,
            pieces=table["requirement_id"].map(counts).where(table["kind"] == "competency"),
            raters=table["requirement_id"].map(raters).where(table["kind"] == "competency"),
            as_of=pd.to_datetime(pd.Series([days.get(one) for one in table["requirement_id"]], dtype=object)),
        )
        return Readiness(table, found.overall)

    def to_dict(self) -> dict[str, Any]:
        """Return who is shown and which ranks."""
        return _FORM.write(person_id=self.person_id, ranks=dict(self.ranks))

    def restore(self, body: object) -> None:
        """Show the person, who must be known here, for the ranks, which the ladders must have."""
        found = _FORM.read(body)
        known(found["person_id"], ["", *self.people["person_id"]], "person_id")
        offered = {ladder["id"]: [rank["id"] for rank in ladder["ranks"]] for ladder in self.ladders}
        known(list(found["ranks"]), offered, "ranks")
        for ladder, rank in found["ranks"].items():
            known(rank, offered[ladder], f"ranks.{ladder}")
        with self.hold_trait_notifications():
            self.person_id, self.ranks = found["person_id"], found["ranks"]

    def _all_figures(self, given: pd.DataFrame) -> pd.DataFrame:
        given = given.assign(as_of=pd.to_datetime(given["as_of"]))
        counted = months_in_rank(self.present.assign(since=pd.to_datetime(self.present["since"])), self.as_of)
        known_months = set(given.loc[given["figure_id"] == MONTHS, "person_id"])
        counted = counted[~counted["person_id"].isin(known_months)].assign(standard_error=np.nan)
        parts = [part for part in (given, counted[FIGURES]) if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else given


def sound_ladders(roles: Content, framework: Content) -> list[Content]:
    """Return the ladders of a roles pack, management before expert where it has both.

    Raises `InputError` for ranks that follow each other in a circle or follow none there is, levels off
    the scale, requirements that cannot be measured, and where there is no ladder at all.
    """
    require_sound(check_roles({"ladders": roles.get("ladders", []), "figures": roles.get("figures", [])}, framework))
    ladders = sorted(roles.get("ladders", []), key=lambda one: one["id"] != "management")
    if not any(asks_for_something(rank) for ladder in ladders for rank in ladder["ranks"]):
        raise InputError(
            text("The framework has no ladder that asks for anything."),
            remedy=text("Give its ranks competencies or figures."),
        )
    return ladders


def _with_columns(frame: pd.DataFrame | None, columns: list[str], name: str) -> pd.DataFrame:
    """Return a frame with `columns`; those after the second or third may be missing."""
    if frame is None:
        return pd.DataFrame(columns=columns)
    needed = columns[:3] if name == "figures" else columns[:2]
    for column in needed:
        if column not in frame:
            raise InputError(
                text("The table {table} needs a column “{column}”.", table=name, column=column),
                remedy=text("Add the column or map another column to it."),
            )
    return frame.reindex(columns=columns)
