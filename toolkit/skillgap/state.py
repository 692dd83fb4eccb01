"""Levels and gaps of a group of people, computed once and read by person or team. No layout, no store."""

import datetime as dt
from functools import cached_property
from typing import Any

import pandas as pd
import traitlets

from toolkit.documents.plain_state import PlainState, StateForm, known, words
from toolkit.skillgap.counts import SMALLEST_GROUP, shared_errors
from toolkit.skillgap.disagreement import compare_views
from toolkit.skillgap.evidence import withhold_small_groups
from toolkit.skillgap.gaps import find_gaps, standing
from toolkit.skillgap.levels import weigh_evidence
from toolkit.skillgap.observation_value import what_to_observe_next
from toolkit.vocabulary import Evidence, check

SMALLEST_TEAM = SMALLEST_GROUP
_PER_PERSON = 5
_FORM = StateForm("GapState", 1, {"person_id": words, "team_id": words})


class GapState(PlainState, traitlets.HasTraits):
    """`person_id` and `team_id` choose what is shown; the tables are plain DataFrames.

    `people` has person_id, name and team_id; `evidence` and `expectations` are the tables of
    the vocabulary; evidence on others than `people` helps to judge sources and raters and is shown to
    nobody. `weighed`, `levels`, `gaps` (with a column standing) and `withheld` are the results, all but
    `weighed` about `people` only.

    **As a dictionary** (`to_dict`, `from_dict`): the two ids only. Levels and gaps are judgements about
    people that hold for these tables on this day; they are computed again and never lie in a file.
    """

    person_id = traitlets.Unicode()
    team_id = traitlets.Unicode()

    def __init__(self, people: pd.DataFrame, evidence: pd.DataFrame, expectations: pd.DataFrame, *, as_of: dt.date):
        super().__init__()
        self.people, self.as_of = people, as_of
        self.expectations = expectations
        evidence = check(evidence, Evidence)
        # What was seen later counts neither for the levels nor as what they rest on.
        used, withheld = withhold_small_groups(evidence[evidence["observed_on"] <= pd.Timestamp(as_of)])
        self.weighed = weigh_evidence(used, as_of=as_of)
        self.evidence, self.withheld, self.levels, self.basis = (
            self._about(table) for table in (used, withheld, self.weighed.levels, self.weighed.basis)
        )
        gaps = find_gaps(self.levels, expectations)
        self.gaps = gaps.assign(standing=standing(gaps))

    def _about(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of a table that are about `people`."""
        return table[table["person_id"].isin(self.people["person_id"])].reset_index(drop=True)

    @cached_property
    def views(self) -> pd.DataFrame:
        """What self and others say, from `compare_views`, about `people`."""
        return self._about(compare_views(self.weighed))

    @cached_property
    def next(self) -> pd.DataFrame:
        """The assessments worth most, from `what_to_observe_next`, at most five for each of `people`."""
        return what_to_observe_next(self.weighed, self.expectations, per_person=_PER_PERSON)

    @cached_property
    def shared_errors(self) -> pd.Series:
        """By competency_id what is not known of all levels together, as a standard deviation in levels."""
        return shared_errors(self.weighed)

    def to_dict(self) -> dict[str, Any]:
        """Return who and which team is shown."""
        return _FORM.write(person_id=self.person_id, team_id=self.team_id)

    def restore(self, body: object) -> None:
        """Show the person, who must be known here, and the team; a team nobody is in shows nobody."""
        found = _FORM.read(body)
        known(found["person_id"], ["", *self.people["person_id"]], "person_id")
        with self.hold_trait_notifications():
            self.person_id, self.team_id = found["person_id"], found["team_id"]

    def gaps_of(self, person_id: str) -> pd.DataFrame:
        """Return one person's gaps with low, high and evidence_count, most pressing first."""
        own = self.gaps[self.gaps["person_id"] == person_id]
        extra = self.levels[["person_id", "competency_id", "low", "high", "evidence_count"]]
        return own.merge(extra, on=["person_id", "competency_id"], how="left")

    def evidence_of(self, person_id: str) -> pd.DataFrame:
        """Return what one person's levels rest on: competency_id, source, pieces, mean, latest."""
        own = self.evidence[self.evidence["person_id"] == person_id]
        grouped = own.groupby(["competency_id", "source"], sort=True)
        return grouped.agg(
            pieces=("level", "size"), mean=("level", "mean"), latest=("observed_on", "max")
        ).reset_index()

    def pieces_of(self, person_id: str, competency_id: str | None = None) -> pd.DataFrame:
        """Return the Evidence used on one person, on one competency or on all."""
        own = self.evidence["person_id"] == person_id
        return self.evidence[own if competency_id is None else own & (self.evidence["competency_id"] == competency_id)]

    def basis_of(self, person_id: str) -> pd.DataFrame:
        """Return what each source says of one person and weighs, as in `WeighedEvidence.basis`."""
        return self.basis[self.basis["person_id"] == person_id]

    def next_of(self, person_ids: "pd.Series | list[str]") -> pd.DataFrame:
        """Return what to observe next about some people, the most valuable first."""
        return self.next[self.next["person_id"].isin(list(person_ids))]

    def withheld_of(self, person_id: str) -> int:
        """Return how many of one person's ratings are withheld to keep raters anonymous."""
        return int((self.withheld["person_id"] == person_id).sum())

    def team_of(self, team_id: str) -> pd.DataFrame:
        """Return the gaps of a team's members with their names."""
        members = self.people[self.people["team_id"] == team_id][["person_id", "name"]]
        return members.merge(self.gaps, on="person_id")
