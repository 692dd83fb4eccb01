"""Levels and gaps of a group of people, computed once and read by person or team. No layout, no store."""

import datetime as dt

import pandas as pd
import traitlets

from toolkit.skillgap.evidence import withhold_small_groups
from toolkit.skillgap.gaps import find_gaps, standing
from toolkit.skillgap.levels import estimate_levels
from toolkit.vocabulary import Evidence, check

SMALLEST_TEAM = 5


class GapState(traitlets.HasTraits):
    """`person_id` and `team_id` choose what is shown; the tables are plain DataFrames.

    `people` has person_id, name and team_id; `evidence` and `expectations` are the tables of
    the vocabulary. `levels`, `gaps` (with a column standing) and `withheld` are the results.
    """

    person_id = traitlets.Unicode()
    team_id = traitlets.Unicode()

    def __init__(self, people: pd.DataFrame, evidence: pd.DataFrame, expectations: pd.DataFrame, *, as_of: dt.date):
        super().__init__()
        self.people = people
        evidence = check(evidence, Evidence)
        # What was seen later counts neither for the levels nor as what they rest on.
        self.evidence, self.withheld = withhold_small_groups(evidence[evidence["observed_on"] <= pd.Timestamp(as_of)])
        self.levels = estimate_levels(self.evidence, as_of=as_of)
        gaps = find_gaps(self.levels, expectations)
        self.gaps = gaps.assign(standing=standing(gaps))

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

    def withheld_of(self, person_id: str) -> int:
        """Return how many of one person's ratings are withheld to keep raters anonymous."""
        return int((self.withheld["person_id"] == person_id).sum())

    def team_of(self, team_id: str) -> pd.DataFrame:
        """Return the gaps of a team's members with their names."""
        members = self.people[self.people["team_id"] == team_id][["person_id", "name"]]
        return members.merge(self.gaps, on="person_id")
