"""What a closed 360 round says about a person: self against others, by group, and what stays hidden and why."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from toolkit.errors import InputError
from toolkit.skillgap.evidence import SMALLEST_GROUP, STANDARD_ERROR
from toolkit.skillgap.feedback_round.anonymity import CELL, TOGETHER
from toolkit.skillgap.feedback_round.invitation import RELATIONS
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, counted, text

SOURCE = {"self": "self", "manager": "manager", "peer": "peer", "report": "peer", "customer": "customer"}
"""The source of Evidence that each relation is."""
GROUP_COLUMNS = ["person_id", "competency_id", "relation", "mean", "raters", "hidden", "note"]
VIEWS = ("higher", "lower", "cannot tell")


def group_means(answers: pd.DataFrame) -> pd.DataFrame:
    """Return person_id, competency_id, relation, mean (1-5), raters, hidden and note, from shown answers alone.

    `answers` has person_id, competency_id, relation, rating (NaN = not seen) and shown_as. A row stands for each
    relation from which somebody answered, and for ``together``. `hidden` counts the ratings that are in no figure of
    this table; where a group has no mean, `note` says why.
    """
    rated = answers[answers["rating"].notna()]
    rows = []
    for (person, competency), cell in rated.groupby(CELL, sort=False):
        hidden = cell["shown_as"].isna()
        pooled = cell["shown_as"].eq(TOGETHER)
        for relation in [*RELATIONS, TOGETHER]:
            own = cell["relation"].eq(relation)
            shown = cell.loc[cell["shown_as"].eq(relation), "rating"]
            if not own.any() and shown.empty:
                continue
            waiting = int((own & hidden).sum())
            mean = float(shown.mean()) if len(shown) else np.nan
            note = None if len(shown) else _why(waiting, int((own & pooled).sum()))
            rows.append((person, competency, relation, mean, len(shown), waiting, note))
    return pd.DataFrame(rows, columns=GROUP_COLUMNS).astype({"mean": float, "raters": int, "hidden": int})


def self_and_others(groups: pd.DataFrame, *, interval: float = 0.90) -> pd.DataFrame:
    """Return per person and competency the self rating against everybody else who may be shown.

    Takes `group_means`. Columns: person_id, competency_id, self_rating, others (mean over the raters shown), low and
    high (its `interval`), raters, hidden, difference (self less others), difference_low, difference_high, view and
    apart. `view` is ``higher`` or ``lower`` where that interval leaves 0 out, otherwise ``cannot tell``;
    empty where one side is missing. `apart` is the distance between the
    highest and the lowest of the other groups, and `apart_clear` whether it is more than their errors explain.
    Errors are those of `STANDARD_ERROR` for single ratings.
    Raises `InputError` for an `interval` outside 0-1.
    """
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    half = float(ndtri(0.5 + interval / 2))
    rows = []
    for (person, competency), cell in groups.groupby(CELL, sort=False):
        own = cell.loc[cell["relation"].eq("self"), "mean"].dropna()
        others = cell[cell["relation"].ne("self")]
        rows.append((person, competency, *_compared(own, others, half)))
    names = [
        *CELL, "self_rating", "others", "low", "high", "raters", "hidden", "difference", "difference_low",
        "difference_high", "view", "apart", "apart_clear",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _compared(own: pd.Series, others: pd.DataFrame, half: float) -> tuple[object, ...]:
    shown = others[others["raters"] > 0]
    count, hidden = int(shown["raters"].sum()), int(others["hidden"].sum())
    self_rating = float(own.iloc[0]) if len(own) else np.nan
    if not count:
        return (self_rating, np.nan, np.nan, np.nan, 0, hidden, np.nan, np.nan, np.nan, None, np.nan, False)
    errors = np.array([_error(row.relation) for row in rows_of(shown)])
    raters = shown["raters"].to_numpy(dtype=float)
    mean = float((shown["mean"] * raters).sum() / count)
    error = float(np.sqrt((raters * errors**2).sum()) / count)
    reach = half * float(np.hypot(error, STANDARD_ERROR["self"]))
    gap = self_rating - mean
    apart, clear = _apart(shown["mean"].to_numpy(dtype=float), errors / np.sqrt(raters), half)
    return (
        self_rating, mean, mean - half * error, mean + half * error, count, hidden, gap, gap - reach, gap + reach,
        _view(gap, reach), apart, clear,
    )  # fmt: skip


def _apart(means: np.ndarray, errors: np.ndarray, half: float) -> tuple[float, bool]:
    if len(means) < 2:
        return np.nan, False
    top, bottom = int(means.argmax()), int(means.argmin())
    distance = float(means[top] - means[bottom])
    return distance, distance > half * float(np.hypot(errors[top], errors[bottom]))


def _view(gap: float, reach: float) -> str | None:
    if np.isnan(gap):
        return None
    if gap - reach > 0:
        return "higher"
    return "lower" if gap + reach < 0 else "cannot tell"


def _error(relation: str) -> float:
    return STANDARD_ERROR["peer" if relation == TOGETHER else SOURCE[relation]]


def _why(waiting: int, pooled: int) -> Text:
    if pooled and not waiting:
        return text(
            "Fewer than {least} answered in this group; it is shown only in one sum with other small groups.",
            least=SMALLEST_GROUP,
        )
    return counted(
        "Hidden: {count} answer. A figure takes at least {least} new ones, or it could give somebody away. It is in no total.",
        "Hidden: {count} answers. A figure takes at least {least} new ones, or it could give somebody away. They are in no "
        "total.",
        waiting,
        least=SMALLEST_GROUP,
    )
