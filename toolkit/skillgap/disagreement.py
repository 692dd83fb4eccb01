"""Where sources see a person differently: self against others, and others among each other."""

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtri

from toolkit.errors import InputError
from toolkit.skillgap.levels import KEYS, WeighedEvidence
from toolkit.wording import text

COLUMNS = (
    *KEYS, "self_rating", "others", "self_gap", "low", "high", "usual_gap", "view", "others_count", "spread", "chance",
)  # fmt: skip
VIEWS = ("higher", "lower", "as usual", "cannot tell")
MATTERS = 0.5


def compare_views(weighed: WeighedEvidence, *, interval: float = 0.90) -> pd.DataFrame:
    """Return per person and competency how self and others differ, from `weigh_evidence`; not averaged away.

    Rows stand where self and at least one other source, or at least two other sources, have spoken. Columns
    (levels unless said otherwise; empty where the sources it takes are not there):

    - self_rating, others: as rated (others: the mean of the sources' means); self_gap: self less others, both
      freed of what their sources and raters usually add, with low to high its `interval`;
    - usual_gap: how much higher than all others people here usually see themselves;
    - view: ``higher`` or ``lower`` than people usually see themselves, where the interval leaves 0 out; ``as usual`` where it
      lies within half a level of 0; otherwise ``cannot tell``; empty without a self rating;
    - others_count: other sources; spread: standard deviation between their adjusted means (from two on);
    - chance: probability (0-1) that sources which agree differ this much (chi-square test of homogeneity;
      Cochran 1954, Biometrics 10, 101-129). Small values: talk about it, do not average.

    Raises `InputError` for an `interval` outside 0-1.
    """
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    basis = weighed.basis
    if basis.empty:
        return pd.DataFrame({name: pd.Series(dtype=object if name in (*KEYS, "view") else float) for name in COLUMNS})
    own = basis[basis["source"] == "self"].set_index(KEYS)
    rest = basis[basis["source"] != "self"].copy()
    rest["precision"] = rest["adjusted_sd"] ** -2
    rest["pull"], rest["square"] = rest["precision"] * rest["adjusted"], rest["precision"] * rest["adjusted"] ** 2
    grouped = rest.groupby(KEYS, sort=True)
    found = grouped.agg(
        others=("mean", "mean"), precision=("precision", "sum"), pull=("pull", "sum"), square=("square", "sum"),
        others_count=("source", "size"), spread=("adjusted", "std"),
    )  # fmt: skip
    table = own[["mean", "adjusted", "adjusted_sd"]].join(found, how="outer")
    table["others_count"] = table["others_count"].fillna(0).astype(int)
    table = table[(table["others_count"] + table["mean"].notna()) >= 2].sort_index()
    center = table["pull"] / table["precision"]
    gap = table["adjusted"] - center
    half = float(ndtri(0.5 + interval / 2)) * (table["adjusted_sd"] ** 2 + 1 / table["precision"]) ** 0.5
    excess = np.maximum(table["square"] - table["pull"] * center, 0.0)
    freedom = table["others_count"] - 1
    table = table.assign(
        self_rating=table["mean"],
        self_gap=gap,
        low=gap - half,
        high=gap + half,
        usual_gap=_usual(weighed),
        view=_view(gap, half),
        chance=np.where(freedom > 0, chdtrc(np.maximum(freedom, 1), excess), np.nan),
    )
    table.loc[table["mean"].isna(), "usual_gap"] = np.nan
    return table.reset_index()[list(COLUMNS)]


def _usual(weighed: WeighedEvidence) -> float:
    sources = weighed.sources.set_index("source")
    if "self" not in sources.index or len(sources) < 2:
        return float("nan")
    others = sources.drop(index="self")
    return float(sources.loc["self", "bias"] - np.average(others["bias"], weights=others["pieces"]))


def _view(gap: pd.Series, half: pd.Series) -> pd.Series:
    words = np.select(
        [gap - half > 0, gap + half < 0, (gap - half > -MATTERS) & (gap + half < MATTERS)], VIEWS[:3], VIEWS[3]
    )
    return pd.Series(words, index=gap.index, dtype=object).where(gap.notna(), None)
