"""360 ratings of two quarters: self, manager, peers and customers rate what they can see."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from toolkit.sample.content import Content, expectations

BIASES = {"self": 0.45, "manager": 0.0, "peer": 0.15, "customer": 0.1}  # levels
RATER_SD, HALO_SD, NOISE_SD = 0.35, 0.30, 0.70  # levels
RESPONSE = {"self": 0.88, "manager": 0.92, "peer": 0.80, "customer": 0.65}  # share who answer
ASKED = {"self": 1, "manager": 1, "peer": 4, "customer": 4}
MISSING = 0.05  # share of single items left empty
TAKING_PART = 0.85  # share of people rated in a round
CUSTOMER_VIEW = (
    "communication",
    "ethics",
    "needs_analysis",
    "solution_proposal",
    "negotiation",
    "product_knowledge",
    "customer_relationship",
)
CUSTOMERS = 160


def customer_ids() -> list[str]:
    """Return the ids of the customers who rate."""
    return [f"customer-{number:03d}" for number in range(1, CUSTOMERS + 1)]


def rounds_before(today: pd.Timestamp, count: int = 2) -> list[pd.Period]:
    """Return the last `count` full quarters before `today`."""
    return [today.to_period("Q") - back for back in range(count, 0, -1)]


def draw_feedback(
    rng: np.random.Generator,
    content: Content,
    people: pd.DataFrame,
    skills: pd.DataFrame,
    severity: pd.Series,
    today: pd.Timestamp,
) -> pd.DataFrame:
    """Return round, person_id, rater_id, relation, competency_id, rating (whole 1-5) and observed_on.

    A rating is skill + bias of the relation + severity of the rater + halo of the rater for this person
    (the same in both rounds) + noise, rounded and cut to 1-5.
    """
    pairs = pd.concat([_pairs(rng, people, quarter) for quarter in rounds_before(today)], ignore_index=True)
    seen = pairs[["person_id", "rater_id"]].drop_duplicates()
    seen = seen.assign(halo=rng.normal(0.0, HALO_SD, len(seen)))
    pairs = pairs.merge(seen, on=["person_id", "rater_id"], how="left")
    wanted = expectations(content)
    wanted = wanted.loc[wanted["asked"], ["role_id", "tier_id", "competency_id"]]
    rows = pairs.merge(wanted, on=["role_id", "tier_id"], how="left")
    rows = rows[rows["relation"].ne("customer") | rows["competency_id"].isin(CUSTOMER_VIEW)]
    rows = rows[rng.random(len(rows)) >= MISSING].reset_index(drop=True)
    level = skills.to_numpy()[
        skills.index.get_indexer(pd.Index(rows["person_id"])),
        skills.columns.get_indexer(pd.Index(rows["competency_id"])),
    ]
    level = level + rows["relation"].map(BIASES).to_numpy() + rows["rater_id"].map(severity).to_numpy()
    level = level + rows["halo"].to_numpy() + rng.normal(0.0, NOISE_SD, len(rows))
    rows["rating"] = np.clip(np.rint(level), 1, 5).astype(int)
    return rows[["round", "person_id", "rater_id", "relation", "competency_id", "rating", "observed_on"]]


def _pairs(rng: np.random.Generator, people: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return who answers about whom in one round; people with less than three months there are left out."""
    end = quarter.end_time.normalize()
    there = people["hired_on"].le(end - pd.DateOffset(months=3)) & ~people["left_on"].lt(end)
    there &= people["team_id"].notna()
    present = people[there]
    rows: list[dict[str, Any]] = []
    for one in present.to_dict("records"):
        if rng.random() > TAKING_PART:
            continue
        for relation, rater in _raters(rng, present, one):
            if rng.random() < RESPONSE[relation]:
                day = np.busday_offset(np.datetime64(end, "D"), -int(rng.integers(1, 15)), roll="backward")
                about = {name: one[name] for name in ("person_id", "role_id", "tier_id")}
                rows.append({"rater_id": rater, "relation": relation, "observed_on": pd.Timestamp(day), **about})
    return pd.DataFrame(rows).assign(round=str(quarter))


def _raters(rng: np.random.Generator, present: pd.DataFrame, one: Mapping[Hashable, Any]) -> list[tuple[str, str]]:
    """Return who is asked about one person, as pairs of relation and rater; managers are each other's peers."""
    leads = present["role_id"].eq("area_manager")
    same = leads if one["role_id"] == "area_manager" else present["team_id"].eq(one["team_id"]) & ~leads
    peers = present.loc[same & present["person_id"].ne(one["person_id"]), "person_id"]
    chosen = [("self", str(one["person_id"]))]
    if pd.notna(one["manager_id"]):
        chosen.append(("manager", str(one["manager_id"])))
    chosen += [("peer", str(rater)) for rater in rng.permutation(peers.to_numpy(dtype=str))[: ASKED["peer"]]]
    # A rep keeps the same customers in both rounds; neighbours in the list share some.
    first = int(str(one["employee_number"])[1:]) * 3
    listed = customer_ids()
    return chosen + [("customer", listed[(first + step) % CUSTOMERS]) for step in range(ASKED["customer"])]
