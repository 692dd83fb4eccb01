"""True skills: what the product tries to find out and never gets to see."""

import numpy as np
import pandas as pd

from toolkit.sample.content import Content, competency_ids, expectations
from toolkit.sample.market import ROLE_FIGURES

MEAN_SHIFT = -0.2  # levels below the target of role and tier
SKILL_SD = 0.55  # levels
SHARED = 0.45  # correlation between two competencies of one person


def draw_residuals(rng: np.random.Generator, count: int, competencies: int) -> np.ndarray:
    """Return person x competency standard normals that correlate `SHARED` within a person."""
    common = rng.normal(size=(count, 1))
    own = rng.normal(size=(count, competencies))
    return np.asarray(np.sqrt(SHARED) * common + np.sqrt(1.0 - SHARED) * own)


def abilities(content: Content, roles: pd.Series, residuals: np.ndarray) -> np.ndarray:
    """Return per rep the residuals weighted as the role's middle tier weighs them, scaled to variance 1."""
    wanted = expectations(content)
    middle = wanted[wanted["tier_id"].eq("middle")].pivot(index="role_id", columns="competency_id", values="weight")
    weights = middle.loc[list(ROLE_FIGURES), competency_ids(content)].to_numpy()
    weights = weights / weights.sum(axis=1, keepdims=True)
    spread = np.sqrt(SHARED + (1.0 - SHARED) * (weights**2).sum(axis=1))
    place = roles.map({role: row for row, role in enumerate(ROLE_FIGURES)}).to_numpy()
    return np.asarray((residuals * weights[place]).sum(axis=1) / spread[place])


def true_skills(content: Content, people: pd.DataFrame, residuals: np.ndarray) -> pd.DataFrame:
    """Return person x competency true levels (1-5); rows of `people` and `residuals` belong together."""
    wanted = expectations(content).pivot(index=["role_id", "tier_id"], columns="competency_id", values="target")
    order = competency_ids(content)
    targets = wanted[order].reindex(pd.MultiIndex.from_frame(people[["role_id", "tier_id"]])).to_numpy()
    levels = np.clip(targets + MEAN_SHIFT + SKILL_SD * residuals, 1.0, 5.0)
    return pd.DataFrame(levels.round(3), index=pd.Index(people["person_id"], name="person_id"), columns=order)
