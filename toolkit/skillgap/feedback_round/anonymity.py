"""Which answers of a 360 round may be shown, so that no rater can be worked out, now or by looking again later.

Superiors and the people themselves are named sources. Everybody else is anonymous, under one rule that also holds
over time: **whatever is shown is made of whole batches; a batch holds at least three different raters on one person
and competency; batches neither overlap nor change.** Every total, difference or later figure is then a combination of
sums over whole batches, and no combination of those isolates fewer than three raters (disjoint batches: the sums'
row space has no vector with a smaller support).

What follows from it: a total never holds what is hidden; where one small group would be left over it is hidden
together with the next ones and shown only in one sum with them (complementary suppression; Cox 1980, Journal of the
American Statistical Association 75, 377-385); an answer that comes after a closing waits until it is one of three.

What no such rule can prevent: raters who tell each other what they gave, and a group that is unanimous at an end of
the scale (a mean of 5.0 means that all gave 5).
"""

import numpy as np
import pandas as pd

from toolkit.skillgap.evidence import SMALLEST_GROUP

NAMED = ("self", "manager")
TOGETHER = "together"
"""The relation under which leftovers of several small groups are shown in one sum."""
CELL = ["person_id", "competency_id"]


def next_batches(answers: pd.DataFrame) -> pd.Series:
    """Return under which relation each answer is now to be shown: its own, ``together``, or None for not yet.

    `answers` has person_id, competency_id, relation, rater (whatever tells raters apart), rating (NaN = not seen) and
    shown_as (None while an answer has not been shown). Answers already shown get None: they stay as they are.
    """
    found = pd.Series(None, index=answers.index, dtype=object)
    fresh = answers[answers["shown_as"].isna() & answers["rating"].notna()]
    if fresh.empty:
        return found
    named = fresh["relation"].isin(NAMED)
    found[fresh.index[named]] = fresh.loc[named, "relation"]
    rest = _first_of_each_rater(fresh[~named], answers)
    own = rest.groupby([*CELL, "relation"])["rater"].transform("nunique") >= SMALLEST_GROUP
    found[rest.index[own]] = rest.loc[own, "relation"]
    left = rest[~own]
    pooled = left.groupby(CELL)["rater"].transform("nunique") >= SMALLEST_GROUP
    found[left.index[pooled]] = TOGETHER
    return found


def _first_of_each_rater(fresh: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Leave out raters who are in an earlier batch of the same cell already: they would count twice."""
    shown = answers[answers["shown_as"].notna()]
    before = set(zip(shown["person_id"], shown["competency_id"], shown["rater"], strict=True))
    keys = zip(fresh["person_id"], fresh["competency_id"], fresh["rater"], strict=True)
    kept = fresh[np.array([key not in before for key in keys], dtype=bool)]
    return kept.drop_duplicates([*CELL, "rater"])
