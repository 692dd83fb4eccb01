"""Differential functioning: does a criterion or a rater come out differently for a group at equal level."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from toolkit.errors import InputError
from toolkit.skillgap.evidence_cells import Array
from toolkit.vocabulary import Evidence, check
from toolkit.wording import Text, text

MATTERS = 0.3
POWER = 0.8
SMALLEST = 5
VERDICTS = ("differs", "no difference that matters", "cannot tell at this size")
OF = {"competency_id": "rater_id", "rater_id": "competency_id"}
COLUMNS = (
    "of",
    "group",
    "reference",
    "people",
    "reference_people",
    "difference",
    "low",
    "high",
    "p",
    "detectable",
    "verdict",
    "note",
)
TOO_FEW = text("Fewer than {count} people in one of the groups: no figure is given.", count=SMALLEST)
CONSTANT = text("All people of both groups differ by the same amount, so chance cannot be judged.")


def find_group_differences(
    evidence: pd.DataFrame,
    groups: Mapping[str, str],
    *,
    of: str = "competency_id",
    interval: float = 0.90,
    matters: float = MATTERS,
) -> pd.DataFrame:
    """Return for each criterion (or rater) how much higher a group comes out at equal level, with its interval.

    `evidence` is an Evidence table; for criteria of a rubric put criterion_id in competency_id. `groups` gives each
    person's group (language, gender, …); people without one are left out. `of` is ``competency_id`` or ``rater_id``.
    Every group is compared with the largest one. Columns: of (the id), group, reference, people and reference_people (who
    were rated), difference (levels; above 0: the group comes out higher), low, high, p (0-1, Benjamini & Hochberg 1995
    adjusted over all rows), detectable (the smallest true difference that data like these would find eight times in ten, on its own,
    before the adjustment), verdict (one of `VERDICTS`), note (why a figure is empty, a Text).

    Method: a criterion is set against the other criteria that the same rater gave the same person from the same source on the
    same day; a rater against the other raters of the same person and competency. One difference a person, then group
    against group by Welch's t interval (1947, Biometrika 34, 28-35): whether a group is better on the whole does not
    enter, and ratings of one person are not counted as if they were several people. This is uniform differential functioning (Holland
    & Wainer 1993, ch. 3): a group that is treated differently by all raters on all criteria cannot be found without a
    measure from outside. ``differs``: p below 1 - interval; ``no difference that matters``: the interval lies within
    `matters` levels of 0; otherwise ``cannot tell at this size``. Fewer than five people in a group: no figure.
    Raises `InputError` for another `of`, an interval outside 0-1 or fewer than two groups.
    """
    if of not in OF:
        raise InputError(
            text("Differences can be looked for by competency_id or rater_id, not by “{name}”.", name=of),
            remedy=text("Allowed is one of: {values}.", values=", ".join(OF)),
        )
    if not 0 < interval < 1:
        raise InputError(text("The interval must lie between 0 and 1, not {value}.", value=interval))
    pieces = check(evidence, Evidence).dropna(subset=["rater_id"])
    pieces = pieces[pieces["source"] != "self"]
    pieces = pieces.assign(group=pieces["person_id"].map(dict(groups))).dropna(subset=["group"])
    gaps = _gaps(pieces, of)
    people = pieces.groupby("group")["person_id"].nunique().sort_index()
    if len(people) < 2:
        raise InputError(
            text("A comparison needs rated people of at least two groups."),
            remedy=text("Give a group for more people, or choose another grouping."),
        )
    reference = str(people.index[int(np.argmax(people.to_numpy()))])
    sides = dict(zip(*_sides(gaps), strict=True))
    nobody = np.empty(0)
    rows = [
        _compare(
            [name, str(group), reference],
            sides.get((name, group), nobody),
            sides.get((name, reference), nobody),
            interval,
        )
        for name in dict.fromkeys(name for name, _ in sides)
        for group in people.index
        if group != reference
    ]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    found["p"] = _benjamini_hochberg(found["p"].to_numpy(dtype=float))
    within = (found["low"] > -matters) & (found["high"] < matters)
    found["verdict"] = np.select([found["p"] < 1 - interval, within], VERDICTS[:2], VERDICTS[2])
    return found


def _gaps(pieces: pd.DataFrame, of: str) -> pd.DataFrame:
    """Return of, person_id, group and gap: one mean difference from the rest per id and person."""
    if of == "competency_id":
        beside = ["person_id", "rater_id", "source", "observed_on"]
        one = pieces.groupby([*beside, of, "group"], sort=True)["level"].mean().reset_index()
    else:
        # A rater's several ratings of one person on one competency are one voice.
        beside = ["person_id", "competency_id"]
        one = pieces.groupby([*beside, of, "group"], sort=True)["level"].mean().reset_index()
    grouped = one.groupby(beside)["level"]
    total, count = grouped.transform("sum"), grouped.transform("size")
    one = one[count > 1].assign(gap=one["level"] - (total - one["level"]) / (count - 1).where(count > 1))
    return one.rename(columns={of: "of"}).groupby(["of", "person_id", "group"], sort=True)["gap"].mean().reset_index()


def _sides(gaps: pd.DataFrame) -> tuple[list[tuple[object, object]], list[Array]]:
    """Return each id with each group that has gaps in it, in order, and those gaps."""
    ordered = gaps.sort_values(["of", "group"], kind="stable")
    firsts = np.flatnonzero(~ordered.duplicated(["of", "group"]).to_numpy())
    keys = zip(ordered["of"].to_numpy()[firsts], ordered["group"].to_numpy()[firsts], strict=True)
    return list(keys), np.split(ordered["gap"].to_numpy(dtype=float), firsts[1:])


def _compare(names: list[object], first: Array, other: Array, interval: float) -> list[object]:
    head: list[object] = [*names, len(first), len(other)]
    nothing: list[object] = [np.nan] * 5
    if min(len(first), len(other)) < SMALLEST:
        return [*head, *nothing, "", TOO_FEW]
    parts = [part.var(ddof=1) / len(part) for part in (first, other)]
    error = float(np.sqrt(sum(parts)))
    if error < 1e-12:
        return [*head, *nothing, "", CONSTANT]
    freedom = error**4 / sum(part**2 / (len(side) - 1) for part, side in zip(parts, (first, other), strict=True))
    difference = float(first.mean() - other.mean())
    half = float(stdtrit(freedom, 0.5 + interval / 2)) * error
    p = 2 * float(stdtr(freedom, -abs(difference) / error))
    note: Text | None = None
    detectable = half + float(stdtrit(freedom, POWER)) * error
    return [*head, difference, difference - half, difference + half, p, detectable, "", note]


def _benjamini_hochberg(p: Array) -> Array:
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    ranks = np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum.accumulate((p[order] * len(order) / ranks)[::-1])[::-1]
    return np.asarray(np.minimum(adjusted, 1.0))
