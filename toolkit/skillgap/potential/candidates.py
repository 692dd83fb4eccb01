"""Who stands out in 360 ratings and results: a list to talk about, guarded against one rater's impression."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr

from toolkit.skillgap.halo import rater_shares
from toolkit.skillgap.ladders.ranks import MONTHS
from toolkit.skillgap.levels import estimate_levels
from toolkit.skillgap.rank_readiness import ONE_RATER, READY, readiness
from toolkit.vocabulary import Evidence, Expectations, SkillLevels, check

FEEDBACK = ("manager", "peer", "customer")
VERDICTS = ("candidate", "one_rater", "results_missing", "results_open", "not_now", "unseen")
COLUMNS = (
    "person_id",
    "surplus",
    "low",
    "high",
    "above",
    "competencies",
    "pieces",
    "raters",
    "largest_rater_share",
    "figures_asked",
    "figures_seen",
    "results",
    "verdict",
)
_Z = 1.6448536269514722


def high_potential(
    evidence: pd.DataFrame,
    expectations: pd.DataFrame,
    figures: pd.DataFrame,
    ranks: Mapping[str, list[Mapping[str, Any]]],
    *,
    as_of: dt.date,
) -> pd.DataFrame:
    """Return for everybody with expectations whether 360 ratings and results put them above what their role asks.

    `evidence` is Evidence, `expectations` Expectations of the present role and tier, `figures` as for
    `readiness`, `ranks` the ranks that come next for each person_id. Only ratings of 360 rounds by others (manager, peer, customer)
    count, levels estimated from them alone by `estimate_levels`.

    Columns: surplus (levels above the role's targets, weighted mean over the competencies seen), low,
    high (90 %), above (probability that it is above 0), competencies and pieces behind it, raters and
    largest_rater_share (`rater_shares` of these ratings), figures_asked and figures_seen (of the next
    ranks, time in rank left out), results (highest probability over these ranks that all figures asked
    are reached; empty where one is missing), verdict. The errors of one person's competencies are taken to
    go up and down together entirely, as one impression would move them (Thorndike 1920): the widest interval there is.

    `verdict`: ``candidate`` from .8 in both; ``one_rater`` where that 360 picture rests for .8 or more
    of its weight on one rater; ``results_missing`` and ``results_open`` where only the results are not
    known or not reached; ``not_now``; ``unseen`` without such ratings. Candidates come first by `above`;
    nobody who rests on one rater stands above one who does not. Raises `InputError` for tables not in this form.
    """
    pieces = check(evidence, Evidence)
    pieces = pieces[pieces["source"].isin(FEEDBACK) & (pieces["rater_id"] != pieces["person_id"])]
    asked = check(expectations, Expectations)
    levels = estimate_levels(pieces, as_of=as_of) if len(pieces) else pd.DataFrame(columns=list(SkillLevels.columns))
    found = asked[asked["weight"] > 0].merge(levels, on=["person_id", "competency_id"])
    shares = rater_shares(pieces, set(asked["competency_id"])) if len(pieces) else pd.DataFrame()
    by_person = dict(list(found.groupby("person_id")))
    rows = []
    for person in asked["person_id"].unique():
        row = {
            "person_id": person,
            **_feedback(by_person.get(person)),
            **_results(person, figures, ranks.get(person, [])),
        }
        if person in shares.index and person in by_person:
            row |= shares.loc[person].to_dict()
        rows.append(row | {"verdict": _verdict(row)})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = table["verdict"].map({name: at for at, name in enumerate(VERDICTS)})
    return (
        table.assign(order=order)
        .sort_values(["order", "above"], ascending=[True, False], kind="stable")[list(COLUMNS)]
        .reset_index(drop=True)
    )


def _feedback(found: pd.DataFrame | None) -> dict[str, Any]:
    if found is None:
        empty = dict.fromkeys(("surplus", "low", "high", "above", "largest_rater_share"), np.nan)
        return {**empty, "competencies": 0, "pieces": 0, "raters": 0}
    share = (found["weight"] / found["weight"].sum()).to_numpy()
    surplus = float(share @ (found["level"] - found["target"]).to_numpy(dtype=float))
    sd = float(share @ found["sd"].to_numpy(dtype=float))
    return {
        "surplus": surplus,
        "low": surplus - _Z * sd,
        "high": surplus + _Z * sd,
        "above": float(ndtr(surplus / sd)) if sd > 0 else float(surplus > 0),
        "competencies": len(found),
        "pieces": int(found["evidence_count"].sum()),
    }


def _results(person: str, figures: pd.DataFrame, ranks: list[Mapping[str, Any]]) -> dict[str, Any]:
    own = figures[figures["person_id"] == person]
    asked, seen, best = set[str](), set[str](), np.nan
    for rank in ranks:
        wanted = {name: limit for name, limit in rank.get("figures", {}).items() if name != MONTHS}
        if not wanted:
            continue
        table = readiness(
            pd.DataFrame(columns=list(SkillLevels.columns)), own, {"id": rank["id"], "figures": wanted}, people=[person]
        ).requirements
        asked |= set(table["requirement_id"])
        seen |= set(table.loc[table["probability"].notna(), "requirement_id"])
        if table["probability"].notna().all():
            best = float(np.nanmax([best, table["probability"].min()]))
    return {"figures_asked": len(asked), "figures_seen": len(seen), "results": best}


def _verdict(row: Mapping[str, Any]) -> str:
    if not row["competencies"]:
        return "unseen"
    if not row["above"] >= READY:
        return "not_now"
    if row["largest_rater_share"] >= ONE_RATER:
        return "one_rater"
    if np.isnan(row["results"]):
        return "results_missing"
    return "candidate" if row["results"] >= READY else "results_open"
