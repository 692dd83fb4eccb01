"""What to observe next: the one assessment that would change most decisions about who is below target."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy.special import ndtr

from toolkit.errors import InputError
from toolkit.skillgap.evidence import STANDARD_ERROR
from toolkit.skillgap.evidence_cells import Array, Index
from toolkit.skillgap.level_model import Fit
from toolkit.skillgap.levels import WeighedEvidence, levels_of, shared_covariance
from toolkit.skillgap.person_posterior import kept_of_level, seen_covariance
from toolkit.skillgap.source_priors import BIAS, CHANCE, HALO, SEVERITY, VIEW_SD
from toolkit.vocabulary import SOURCES, Expectations, check
from toolkit.wording import text

SAME_RATER = ("self", "manager")  # whoever would rate next is who has rated
DEFAULT_SOURCES = ("role_play", "joint_visit", "manager", "peer")
COLUMNS = ("person_id", "competency_id", "source", "value", "value_per_hour", "changes", "sd_now", "sd_after")


def what_to_observe_next(
    weighed: WeighedEvidence,
    expectations: pd.DataFrame,
    *,
    sources: Iterable[str] = DEFAULT_SOURCES,
    hours: Mapping[str, float] | None = None,
    per_person: int = 3,
) -> pd.DataFrame:
    """Return the assessments worth most, each one more piece by one source on one competency of one person.

    `weighed` comes from `weigh_evidence`, `expectations` is an Expectations table, `sources` those that could be asked,
    `hours` what one piece takes (default 1 for all). Whom nothing is known about is taken as one of the people here.

    Preposterior analysis (Raiffa & Schlaifer 1961, Applied Statistical Decision Theory, ch. 5): each expectation stands
    for the decision to develop this competency or not; deciding wrongly costs weight x distance from target. A new
    piece moves the level by a normal amount with deviation t before it is seen, on related competencies too, and is worth
    sum weight x t x L(|level - target| / t), L the unit normal loss. `value` is that sum (weighted levels), `changes` the
    expected number of decisions it turns round, `sd_now` and `sd_after` the level's deviation on the competency itself
    (levels). Each competency with its best source, at most `per_person` rows a person, most valuable per hour first; pieces that would change less than
    .001 of a weighted level are left out. Raises `InputError` for an unknown source or hours not above 0.
    """
    wanted, chosen = check(expectations, Expectations), list(dict.fromkeys(sources))
    hours = hours or {}
    _refuse(chosen, hours)
    fitted = weighed.fit
    if fitted is None or wanted.empty or not chosen:
        return _table([])
    known = fitted.cells.competencies
    wanted = wanted[wanted["competency_id"].isin(known)]
    names = pd.Index(wanted["person_id"].unique())
    row = fitted.cells.persons.get_indexer(names)  # -1: nothing known
    column = known.get_indexer(pd.Index(wanted["competency_id"]))
    place = names.get_indexer(pd.Index(wanted["person_id"]))
    target, weight = np.zeros((len(names), len(known))), np.zeros((len(names), len(known)))
    target[place, column], weight[place, column] = wanted["target"], wanted["weight"]
    asked = np.zeros(target.shape, dtype=bool)
    asked[place, column] = True
    size = len(known)
    nobody = np.zeros((1, size))
    level = np.vstack([fitted.means.level, nobody])[row] + fitted.shared.mean
    covariance = np.concatenate([fitted.factors.covariance, fitted.variances.people[None]])[row]
    # What is not known of all sources together stays, whatever one piece says.
    stays = np.diagonal(shared_covariance(fitted))[:size]
    fresh = np.sqrt(np.diagonal(fitted.variances.people) + stays)
    now = np.vstack([levels_of(fitted)[1], fresh])[row]
    rows = []
    for source in chosen:
        moved, variance = _piece(fitted, source, row, covariance)
        shift = moved / np.sqrt(variance)[:, None, :]  # person x decision x competency observed
        value, changes = _worth(level - target, np.abs(shift), weight)
        after = np.sqrt(np.maximum(now**2 - np.diagonal(shift, axis1=1, axis2=2) ** 2, 0.0))
        person, seen = np.nonzero(asked & (value > 1e-3))
        rows.append(
            pd.DataFrame(
                {
                    "person_id": names[person],
                    "competency_id": known[seen],
                    "source": source,
                    "value": value[person, seen],
                    "value_per_hour": value[person, seen] / hours.get(source, 1.0),
                    "changes": changes[person, seen],
                    "sd_now": now[person, seen],
                    "sd_after": after[person, seen],
                }
            )
        )
    return _table(rows, per_person)


def _worth(ahead: Array, shift: Array, weight: Array) -> tuple[Array, Array]:
    """Return value and expected changes by person and competency observed, summed over the decisions."""
    safe = np.maximum(shift, 1e-12)
    z = np.abs(ahead)[:, :, None] / safe
    loss = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi) - z * ndtr(-z)
    value = (weight[:, :, None] * safe * loss).sum(axis=1)
    changes = ((weight > 0)[:, :, None] * ndtr(-z)).sum(axis=1)
    return value, changes


def _piece(fitted: Fit, source: str, row: Index, covariance: Array) -> tuple[Array, Array]:
    """Return Cov(levels, a new piece) and the piece's variance, by person (x level) x competency observed."""
    size, cells = covariance.shape[1], fitted.cells
    error, chance, rater, view, bias = _errors(fitted, source)
    own = np.diagonal(covariance, axis1=1, axis2=2)
    moved, variance = covariance.copy(), own + view + rater + bias + chance * error**2
    if source not in cells.sources:
        return moved, variance
    number = list(cells.sources).index(source)
    blocks = np.flatnonzero(cells.source == number)
    place = np.full(len(cells.persons) + 1, -1, dtype=np.int64)
    place[cells.person[blocks]] = blocks
    block = place[row]  # row -1 reads the last, which is empty
    there = block >= 0
    block = block[there]
    factors = fitted.factors
    seen = seen_covariance(cells, factors)
    moved[there] = factors.covariance[cells.person[block]] @ kept_of_level(factors)[block].transpose(0, 2, 1)
    variance[there] = np.diagonal(seen[block], axis1=1, axis2=2) + rater + chance * error**2
    pairs = np.bincount(cells.block, cells.judged, len(cells.person)).astype(int)
    single = pairs[block] == 1
    if source in SAME_RATER and single.any():
        pair = np.full(len(cells.person), -1, dtype=np.int64)
        pair[cells.block[cells.judged]] = np.flatnonzero(cells.judged)
        pair, block, there = pair[block[single]], block[single], np.flatnonzero(there)[single]
        dense = np.zeros((len(cells.block), size))
        dense[cells.pair, cells.competency] = factors.q
        pull = dense[pair] * factors.shrink[pair, None]
        crossed = np.einsum("ijk,ik->ij", seen[block], pull)  # minus Cov(level + view, effect of the pair)
        unsure = factors.shrink[pair] + (pull * crossed).sum(axis=1)
        variance[there] += unsure[:, None] - rater - 2 * crossed
        through = kept_of_level(factors)[block] @ factors.covariance[cells.person[block]]
        moved[there] -= np.einsum("ijk,ij->ik", through, pull)[:, :, None]
    return moved, variance


def _errors(fitted: Fit, source: str) -> tuple[float, float, float, float, float]:
    """Return standard error, chance, rater's variance, view's variance and bias' variance of one new piece."""
    cells, variances = fitted.cells, fitted.variances
    impersonal = source in ("test", "figures", "certificate")
    if source in cells.sources:
        number = list(cells.sources).index(source)
        rater = 0.0 if impersonal else float(variances.halo[number] + variances.severity[number])
        return float(cells.error[number]), float(variances.chance[number]), rater, float(variances.view[number]), 0.0
    error = STANDARD_ERROR[source]
    rater = 0.0 if impersonal else (HALO + SEVERITY) * error**2
    return error, 1.0 if impersonal else CHANCE, rater, VIEW_SD[source] ** 2, BIAS[source][1] ** 2


def _refuse(sources: list[str], hours: Mapping[str, float]) -> None:
    for source in [*sources, *hours]:
        if source not in SOURCES:
            raise InputError(
                text("There is no source called “{source}”.", source=source),
                remedy=text("Allowed is one of: {values}.", values=", ".join(SOURCES)),
            )
    for source, value in hours.items():
        if not (np.isfinite(value) and value > 0):
            raise InputError(
                text("The hours for “{source}” must be above 0, not {value}.", source=source, value=value),
                remedy=text("Give the hours that one observation takes, such as 0.5."),
            )


def _table(rows: list[pd.DataFrame], per_person: int = 0) -> pd.DataFrame:
    if not rows:
        words = dict.fromkeys(COLUMNS[:3], str)
        return pd.DataFrame({name: pd.Series(dtype=words.get(name, float)) for name in COLUMNS})
    found = pd.concat(rows, ignore_index=True)
    order = ["value_per_hour", "person_id", "competency_id", "source"]
    found = found.sort_values(order, ascending=[False, True, True, True], kind="stable")
    best = found.drop_duplicates(["person_id", "competency_id"])
    kept = best.groupby("person_id", sort=False).head(per_person)
    return kept.reset_index(drop=True)[list(COLUMNS)]
