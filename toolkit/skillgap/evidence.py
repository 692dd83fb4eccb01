"""Evidence: what each kind of observation is worth, and when it must stay anonymous."""

import pandas as pd

from toolkit.vocabulary import Evidence, check

# Standard error in levels of one rating by one rater, before anything is known of this
# organisation. Judgements: the level model scales them to what its own overlapping ratings show.
STANDARD_ERROR = {
    "role_play": 0.75,
    "joint_visit": 0.75,
    "proposal": 0.75,
    "manager": 0.8,
    "peer": 0.9,
    "customer": 0.9,
    "self": 1.1,
    "test": 0.6,
    "figures": 0.9,
    "certificate": 0.8,
}
ANONYMOUS_SOURCES = ("peer", "customer")
SMALLEST_GROUP = 3


def withhold_small_groups(evidence: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Split Evidence into what may be used and what must be withheld.

    Ratings by peers and customers are anonymous: where fewer than three different people of
    such a group rated a person on a competency, their ratings are withheld and do not enter
    the level either, so that nothing can be worked out by difference.
    """
    evidence = check(evidence, Evidence)
    group = ["person_id", "competency_id", "source"]
    raters = evidence.groupby(group)["rater_id"].transform("nunique")
    small = evidence["source"].isin(ANONYMOUS_SOURCES) & (raters < SMALLEST_GROUP)
    return evidence[~small].reset_index(drop=True), evidence[small].reset_index(drop=True)
