"""How far the evidence on a person rests on one rater, whose one impression may colour everything (halo)."""

from collections.abc import Collection

import pandas as pd

from toolkit.vocabulary import Evidence, check


def rater_shares(evidence: pd.DataFrame, competencies: Collection[str]) -> pd.DataFrame:
    """Return by person_id how many raters stand behind the Evidence on `competencies`.

    Columns: `raters`, different people other than the person; tests, figures and certificates, which
    nobody rates, count as one more each kind; `largest_rater_share` (0-1), the weight (1 / standard
    error squared) of the rater who weighs most in the weight of all evidence that is not the person's
    own. 0 raters and a share of 1 mean that there are only the person's own ratings. Halo: Thorndike
    (1920), A constant error in psychological ratings.
    """
    pieces = check(evidence, Evidence)
    pieces = pieces[pieces["competency_id"].isin(list(competencies))]
    own = (pieces["source"] == "self") | (pieces["rater_id"] == pieces["person_id"])
    others = pieces[~own]
    # Where a rater is not named, the kind of source stands for him: several unnamed peers count as one.
    rater = others["rater_id"].where(others["rater_id"].notna(), "source " + others["source"])
    weight = 1 / others["standard_error"] ** 2
    by_rater = weight.groupby([others["person_id"], rater]).sum()
    total = by_rater.groupby(level=0)
    shares = pd.DataFrame({"raters": total.size(), "largest_rater_share": total.max() / total.sum()})
    only_own = pd.Index(pieces["person_id"].unique()).difference(shares.index)
    alone = pd.DataFrame({"raters": 0, "largest_rater_share": 1.0}, index=only_own)
    return pd.concat([shares, alone]).rename_axis("person_id").sort_index()
