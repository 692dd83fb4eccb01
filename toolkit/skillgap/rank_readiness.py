"""Readiness for a rank: how probably each requirement is met, and all of them together."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from toolkit.errors import InputError
from toolkit.skillgap.halo import rater_shares
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, SkillLevels, check
from toolkit.wording import Text, counted, text

READY, NOT_YET = 0.8, 0.2
ONE_RATER = 0.8
"""Share of the weight of all evidence from which one rater is said to decide alone."""
VERDICTS = ("ready", "one_rater", "open", "not_yet", "unseen")
_REQUIREMENTS = ["person_id", "kind", "requirement_id", "wanted", "direction", "found", "sd", "probability", "note"]
_OVERALL = ["person_id", "rank_id", "requirements", "seen", "expected_met", "product", "at_least", "at_most"]
_HALO = ["raters", "largest_rater_share", "verdict", "note"]


class Readiness(NamedTuple):
    """The two tables of `readiness`: one row per person and requirement, one row per person."""

    requirements: pd.DataFrame
    overall: pd.DataFrame


def readiness(
    levels: pd.DataFrame,
    figures: pd.DataFrame,
    rank: Mapping[str, Any],
    *,
    evidence: pd.DataFrame | None = None,
    people: Iterable[str] | None = None,
) -> Readiness:
    """Return how probably people meet what a rank of a ladder asks for.

    `levels` is a SkillLevels table. `figures` has person_id, figure_id, value and, where a figure is
    itself uncertain (a rate of few cases), standard_error; empty means counted exactly. `rank` is one
    of the ranks in the pack `roles`: id, `competencies` (level 1-5 by competency_id) and `figures`
    (``{"at_least": x}`` or ``{"at_most": x}`` by figure_id). `evidence`, the Evidence behind the
    levels, lets the result say when one rater decides alone. `people` are whom to answer for, by
    default everybody in `levels` or `figures`.

    `requirements`: person_id, kind (competency, figure), requirement_id, wanted, direction, found,
    sd, probability (empty where nothing was seen) and note (a `Text` or None).

    `overall`: requirements and seen (counts), expected_met (sum of the probabilities of what was
    seen), product, at_least, at_most (probabilities that all are met), raters, largest_rater_share,
    verdict and note. With n requirements met with probability p each, ``at_most`` = min p and
    ``at_least`` = max(0, sum p - n + 1) hold however they hang together (Fréchet 1935). ``product`` is
    exact only if they are unrelated; where errors go up and down together, as one person's usually
    do, the truth lies between product and at_most (Slepian 1962). Requirements nobody has seen leave
    the product empty and at_least 0. `verdict`: ``ready`` from a product of .8, ``one_rater`` where
    that rests for .8 or more of its weight on one rater or only on the person's own rating,
    ``not_yet`` where at_most is .2 or less, ``unseen`` where something was not seen, else ``open``.

    Raises `InputError` for a rank or figures not in this form.
    """
    asked = _asked(rank)
    known = check(levels, SkillLevels)
    counted = _checked(figures)
    chosen = list(dict.fromkeys(people)) if people is not None else sorted({*known["person_id"], *counted["person_id"]})
    table = _requirements(known, counted, asked, chosen)
    competencies = set(asked.loc[asked["kind"] == "competency", "requirement_id"])
    shares = None if evidence is None else rater_shares(evidence, competencies)
    rows = [
        _overall(person, group, str(rank["id"]), shares) for person, group in table.groupby("person_id", sort=False)
    ]
    return Readiness(table, pd.DataFrame(rows, columns=_OVERALL + _HALO))


def _asked(rank: Mapping[str, Any]) -> pd.DataFrame:
    """Return kind, requirement_id, wanted and direction of everything a rank asks for."""
    rows = []
    for competency, level in rank.get("competencies", {}).items():
        if not _is_number(level) or not SCALE_LOW <= level <= SCALE_HIGH:
            raise InputError(
                text("The rank “{rank}” asks for level {level} of “{competency}”.", **_named(rank, level, competency)),
                remedy=text("Levels lie between {low} and {high}.", low=SCALE_LOW, high=SCALE_HIGH),
            )
        rows.append(("competency", competency, float(level), "at_least"))
    for figure, limit in rank.get("figures", {}).items():
        sound = isinstance(limit, Mapping) and len(limit) == 1 and set(limit) <= {"at_least", "at_most"}
        if not sound or not _is_number(next(iter(limit.values()))):
            raise InputError(
                text(
                    "The rank “{rank}” does not say what it asks of the figure “{figure}”.",
                    rank=rank["id"],
                    figure=figure,
                ),
                remedy=text("State a number as at_least or at_most."),
            )
        ((direction, wanted),) = limit.items()
        rows.append(("figure", figure, float(wanted), direction))
    if not rows:
        raise InputError(
            text("The rank “{rank}” asks for nothing that can be measured.", rank=rank.get("id", "–")),
            remedy=text("Give it competencies or figures."),
        )
    return pd.DataFrame(rows, columns=["kind", "requirement_id", "wanted", "direction"])


def _named(rank: Mapping[str, Any], level: object, competency: str) -> dict[str, object]:
    return {"rank": rank.get("id", "–"), "level": level, "competency": competency}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _checked(figures: pd.DataFrame) -> pd.DataFrame:
    """Return person_id, requirement_id, found and sd of the figures, or refuse them."""
    for column in ("person_id", "figure_id", "value"):
        if column not in figures:
            raise InputError(
                text("The table {table} needs a column “{column}”.", table="figures", column=column),
                remedy=text("Add the column or map another column to it."),
            )
    numbers = {
        name: pd.to_numeric(figures[name], errors="coerce").astype(float)
        for name in ("value", "standard_error")
        if name in figures
    }
    error = numbers.get("standard_error", pd.Series(np.nan, index=figures.index))
    values, errors = numbers["value"].to_numpy(), error.to_numpy()
    wrong = ~np.isfinite(values) | (errors < 0) | np.isinf(errors)
    if "standard_error" in figures:
        wrong = wrong | (np.isnan(errors) & figures["standard_error"].notna().to_numpy())
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise InputError(
            text("The figure “{figure}” has no usable value.", figure=figures["figure_id"].iloc[at]),
            where=text("Row {row}", row=at + 1),
            remedy=text("Enter a number, with a standard error of 0 or more or none, or leave the row out."),
        )
    if figures.duplicated(["person_id", "figure_id"]).any():
        at = int(np.flatnonzero(figures.duplicated(["person_id", "figure_id"]).to_numpy())[0])
        raise InputError(
            text(
                "The table {table} holds the same {keys} more than once.", table="figures", keys="person_id, figure_id"
            ),
            where=text("Row {row}", row=at + 1),
            remedy=text("Keep one row of each."),
        )
    columns = {"person_id": figures["person_id"], "requirement_id": figures["figure_id"], "found": numbers["value"]}
    return pd.DataFrame(columns | {"sd": error.fillna(0.0)}).assign(kind="figure")


def _requirements(levels: pd.DataFrame, figures: pd.DataFrame, asked: pd.DataFrame, people: list[str]) -> pd.DataFrame:
    seen = levels[["person_id", "competency_id", "level", "sd"]].set_axis(
        ["person_id", "requirement_id", "found", "sd"], axis=1
    )
    found = pd.concat([seen.assign(kind="competency"), figures], ignore_index=True)
    wanted = pd.DataFrame({"person_id": pd.Series(people, dtype=object)}).merge(asked, how="cross")
    table = wanted.merge(found, on=["person_id", "kind", "requirement_id"], how="left")
    above = np.where(table["direction"] == "at_least", 1.0, -1.0) * (table["found"] - table["wanted"]).to_numpy()
    sd = table["sd"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        probability = np.where(sd > 0, ndtr(above / sd), (above >= 0).astype(float))
    table["probability"] = np.where(table["found"].isna(), np.nan, probability)
    notes = {
        "competency": text("Not yet seen: observe it before deciding."),
        "figure": text("The figure is missing: enter it before deciding."),
    }
    table["note"] = pd.Series(
        [None if pd.notna(p) else notes[kind] for p, kind in zip(table["probability"], table["kind"], strict=True)],
        index=table.index,
        dtype=object,
    )
    return table[_REQUIREMENTS]


def _overall(person: Any, group: pd.DataFrame, rank_id: str, shares: pd.DataFrame | None) -> dict[str, Any]:
    probabilities = group["probability"].to_numpy(dtype=float)
    known = probabilities[np.isfinite(probabilities)]
    complete = len(known) == len(probabilities)
    product = float(np.prod(known)) if complete else float("nan")
    at_most = float(known.min()) if len(known) else 1.0
    row = {
        "person_id": person,
        "rank_id": rank_id,
        "requirements": len(probabilities),
        "seen": len(known),
        "expected_met": float(known.sum()),
        "product": product,
        "at_least": max(0.0, float(known.sum()) - len(known) + 1) if complete else 0.0,
        "at_most": at_most,
    }
    resting = {} if shares is None else shares.loc[shares.index == person].to_dict("index").get(person, {})
    raters, share = resting.get("raters"), float(resting.get("largest_rater_share", "nan"))
    rated = bool((group["kind"] == "competency").any())
    alone = raters is not None and (raters == 0 or share >= ONE_RATER)
    verdict = (
        "not_yet"
        if at_most <= NOT_YET
        else "unseen"
        if not complete
        else ("one_rater" if alone else "ready")
        if product >= READY
        else "open"
    )
    row |= {"raters": pd.NA if raters is None else int(raters), "largest_rater_share": share, "verdict": verdict}
    return row | {"note": _note(rated, raters, share, len(probabilities) - len(known))}


def _note(rated: bool, raters: float | None, share: float, missing: int) -> Text | None:
    """Say what the overall probability leaves open, the weightiest first."""
    if rated and raters == 0:
        return text("All ratings are the person's own: nobody else has seen these competencies.")
    if rated and raters == 1:
        return text(
            "All evidence comes from one rater. One good or bad impression may colour every competency: "
            "have a second person observe before deciding."
        )
    if rated and raters is not None and share >= ONE_RATER:
        return text(
            "Nearly all evidence comes from one rater ({percent} % of its weight). One good or bad impression may "
            "colour every competency: have a second person observe before deciding.",
            percent=math.floor(100 * share),
        )
    if missing:
        return counted(
            "{count} requirement was not seen: no probability for all of them.",
            "{count} requirements were not seen: no probability for all of them.",
            missing,
        )
    if rated and raters is None:
        return text("Whether one rater decides alone cannot be said without the evidence.")
    return None
