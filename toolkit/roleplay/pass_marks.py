"""Pass marks for workshops that certify: Angoff, borderline regression, and who truly passes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtrit

from toolkit.errors import InputError
from toolkit.roleplay.rating_table import NO_SPREAD, Numbers, RatingTable, check_interval, read_numbers
from toolkit.wording import Text, text

LEAST_SHEETS, LEAST_REPS = 10, 5


@dataclass(frozen=True)
class PassMark:
    """A score that is just enough, on the scale of the scores it was set from.

    `standard_error`, `low` and `high` say how far it would move with other judges or reps;
    `interval` is the level asked for. Figures are nan where they are not supported; `note` then
    says why, or otherwise what to be careful about.
    """

    cut: float
    standard_error: float
    low: float
    high: float
    interval: float
    note: Text | None


@dataclass(frozen=True)
class AngoffMark(PassMark):
    """A pass mark set by judges.

    `judges` has one row a judge, named as in the table: judge_id, cut (that judge's own pass mark),
    deviation (from the mean of all). `spread` is the standard deviation between judges' cuts.
    """

    judges: pd.DataFrame
    spread: float


@dataclass(frozen=True)
class BorderlineMark(PassMark):
    """A pass mark read off a line through sheets.

    `slope` is the rise in score per step of the overall rating, `explained` the share of the
    scores' variance that the line explains, `sheets` and `reps` what it was drawn from.
    """

    slope: float
    explained: float
    sheets: int
    reps: int


def angoff(estimates: RatingTable, *, weights: Numbers | None = None, interval: float = 0.90) -> AngoffMark:
    """Return the pass mark that judges' estimates of a just acceptable rep give (Angoff 1971).

    `estimates` has judges in rows and items (criteria or questions) in columns: what a rep who is
    just good enough would get on each, a level or a share, all on one scale. `weights` has one positive
    number an item (default: equal). The mark is the mean over judges of their weighted means; its
    standard error, for other judges and the same items, is the spread between judges over the root
    of their number, with a t interval (Brennan and Lockwood 1980). Both are nan, with a note,
    for a single judge or judges who agree exactly. Raises `InputError` for an empty cell: a judge
    who leaves out a hard item would lower the mark unnoticed.
    """
    check_interval(interval)
    values = read_numbers(estimates)
    if not values.size:
        raise InputError(text("There are no estimates: give one row for each judge and one column for each item."))
    names = list(estimates.index) if isinstance(estimates, pd.DataFrame) else list(range(1, len(values) + 1))
    if np.isnan(values).any():
        row, column = (int(place) for place in np.argwhere(np.isnan(values))[0])
        raise InputError(
            text("The judge “{judge}” has not estimated every item.", judge=str(names[row])),
            where=text("Row {row}, column {column}", row=row + 1, column=column + 1),
            remedy=text("Fill in the estimate, or leave this item or this judge out."),
        )
    cuts = values @ _shares(weights, values.shape[1])
    judges, cut = len(cuts), float(cuts.mean())
    table = pd.DataFrame({"judge_id": names, "cut": cuts, "deviation": cuts - cut})
    spread, note = np.nan, None
    if judges < 2:
        note = text("No interval: a single judge does not show how far judges differ.")
    else:
        spread = float(cuts.std(ddof=1))
        if spread <= NO_SPREAD * max(1.0, abs(cut)):
            spread, note = (
                0.0,
                text("No interval: the judges agree exactly, so how far others might differ is unknown."),
            )
    error = spread / np.sqrt(judges) if note is None else np.nan
    half = float(stdtrit(max(judges - 1, 1), 0.5 + interval / 2)) * error
    return AngoffMark(cut, error, cut - half, cut + half, interval, note, table, spread)


def borderline_regression(sheets: pd.DataFrame, *, borderline: float, interval: float = 0.90) -> BorderlineMark:
    """Return the score at which the line of scores over overall ratings meets "borderline".

    `sheets` has rep_id, composite (the sheet's score) and overall (the rater's overall rating of
    the same performance as a number, such as 1 fail, 2 borderline, 3 pass); rows without one of
    the two do not count. `borderline` is the overall rating that means just good enough. Least squares
    (Wood and others 2006), with a standard error that leaves out one rep after the other (jackknife:
    sheets of one rep are not independent) and a t interval on reps less one.

    The mark is nan, with a note, with fewer than 10 sheets or 5 reps, where overall ratings do not
    differ or scores do not rise with them. The note also warns where the rise is not sure or all
    overall ratings lie on one side of borderline. Raises `InputError` for missing columns or cells that are not
    numbers.
    """
    check_interval(interval)
    lacking = [name for name in ("rep_id", "composite", "overall") if name not in sheets]
    if lacking:
        raise InputError(text("The table of sheets needs a column “{column}”.", column=lacking[0]))
    if not np.isfinite(borderline):
        raise InputError(text("Say which overall rating means borderline, as a number."))
    figures = read_numbers(sheets[["composite", "overall"]])
    kept = ~np.isnan(figures).any(axis=1) & sheets["rep_id"].notna().to_numpy()
    scores, overall = figures[kept].T
    rep, names = pd.factorize(sheets["rep_id"].to_numpy()[kept])
    reps = len(names)
    note = _why_no_line(scores, overall, reps)
    slope = np.nan if note else _line(scores, overall, borderline)[0]
    if note is None and slope <= 0:
        note = text("No pass mark: scores do not rise with the overall rating, so the two do not measure the same.")
    if note:
        nan = np.nan
        return BorderlineMark(nan, nan, nan, nan, interval, note, slope, nan, int(kept.sum()), reps)
    cut = _line(scores, overall, borderline)[1]
    without = np.array([_line(scores[rep != one], overall[rep != one], borderline) for one in range(reps)])
    slope_error, error = _jackknife(without)
    quantile = float(stdtrit(reps - 1, 0.5 + interval / 2))
    if np.isnan(error):
        note = text("No interval: the line hangs on a single rep whose overall rating differs.")
    elif error <= NO_SPREAD * max(1.0, abs(cut)):
        error, note = np.nan, text("No interval: all sheets lie exactly on one line.")
    elif not overall.min() <= borderline <= overall.max():
        note = text(
            "Take care: all overall ratings lie on one side of borderline, so the line is drawn beyond what was seen."
        )
    elif slope <= quantile * slope_error:
        note = text("Take care: it is not sure that scores rise with the overall rating at all.")
    half = quantile * error
    explained = float(np.corrcoef(scores, overall)[0, 1] ** 2)
    return BorderlineMark(cut, error, cut - half, cut + half, interval, note, slope, explained, len(scores), reps)


def pass_probability(scores: pd.DataFrame, cut: float, cut_error: float = 0.0, *, level: float = 0.90) -> pd.DataFrame:
    """Return rep_id, fair, sd, probability, decision: who truly passes, as far as scores can tell.

    `scores` has rep_id, fair (the fair score) and sd (its standard deviation); `cut` and `cut_error`
    are a pass mark and its standard error on the same scale. `probability` is that of the true score
    reaching the true mark, both taken as normal and independent. The error of the mark is
    shared by all reps, so probabilities are not to be multiplied. `decision` is "passes" from
    probability `level` up, "fails" from 1 - `level` down, otherwise "too_close"; "no_score", with
    probability nan, where fair or sd is missing. `decision_words` puts it into words.

    Raises `InputError` for missing columns, a mark that is not there, negative errors or a `level`
    that is not above .5 and below 1.
    """
    lacking = [name for name in ("rep_id", "fair", "sd") if name not in scores]
    if lacking:
        raise InputError(text("The table of scores needs a column “{column}”.", column=lacking[0]))
    if not 0.5 < level < 1:
        raise InputError(text("Being sure must be a share above 0.5 and below 1, not {value}.", value=level))
    if not np.isfinite(cut):
        raise InputError(text("There is no pass mark to compare with: set one first."))
    if not (np.isfinite(cut_error) and cut_error >= 0):
        raise InputError(
            text("The pass mark's standard error must be known and not negative."),
            remedy=text("Take 0 for a pass mark that was simply laid down."),
        )
    fair, spread = read_numbers(scores[["fair", "sd"]]).T
    if (spread < 0).any():
        rep = scores["rep_id"].iloc[int(np.argmax(spread < 0))]
        raise InputError(text("The standard deviation of “{rep}” is negative.", rep=str(rep)))
    both = np.hypot(spread, cut_error)
    above = np.where(both > 0, (fair - cut) / np.where(both > 0, both, 1.0), np.where(fair >= cut, np.inf, -np.inf))
    probability = np.where(np.isnan(fair) | np.isnan(spread), np.nan, ndtr(above))
    # 1 - level is not exact in binary: .1 must count as .1.
    chosen = [probability >= level - 1e-12, probability <= 1 - level + 1e-12, np.isnan(probability)]
    decision = np.select(chosen, ["passes", "fails", "no_score"], "too_close")
    return pd.DataFrame(
        {
            "rep_id": scores["rep_id"].to_numpy(),
            "fair": fair,
            "sd": spread,
            "probability": probability,
            "decision": decision,
        }
    )


def decision_words(decision: str) -> Text:
    """Return a decision of `pass_probability` in words."""
    words = {
        "passes": text("Passes"),
        "fails": text("Does not pass"),
        "too_close": text("Too close to call"),
        "no_score": text("No score yet"),
    }
    if decision not in words:
        raise InputError(text("There is no decision “{decision}”.", decision=decision))
    return words[decision]


def _shares(weights: Numbers | None, items: int) -> Numbers:
    if weights is None:
        return np.full(items, 1 / items)
    given = np.asarray(read_numbers(np.array([list(weights)], dtype=object))[0])
    if len(given) != items or not (given > 0).all():
        raise InputError(text("Give one positive weight for each of the {items} items.", items=items))
    return np.asarray(given / given.sum(), dtype=float)


def _why_no_line(scores: Numbers, overall: Numbers, reps: int) -> Text | None:
    if len(scores) < LEAST_SHEETS or reps < LEAST_REPS:
        return text(
            "No pass mark: it takes at least {sheets} sheets on {reps} reps, and there are {found} on {people}.",
            sheets=LEAST_SHEETS,
            reps=LEAST_REPS,
            found=len(scores),
            people=reps,
        )
    if np.ptp(overall) == 0:
        return text("No pass mark: all overall ratings are the same, so they do not show where borderline lies.")
    if np.ptp(scores) <= NO_SPREAD:
        return text("No pass mark: all scores are the same, so they do not show where borderline lies.")
    return None


def _line(scores: Numbers, overall: Numbers, borderline: float) -> tuple[float, float]:
    """Return the slope and the height at `borderline` of the least-squares line; nan without a direction."""
    centre, middle = overall.mean(), scores.mean()
    across = float(((overall - centre) ** 2).sum())
    slope = float(((overall - centre) * (scores - middle)).sum() / across) if across > 0 else np.nan
    return slope, float(middle + slope * (borderline - centre))


def _jackknife(without: Numbers) -> Numbers:
    """Return standard errors from the figures with one rep left out at a time."""
    left = len(without)
    return np.asarray(np.sqrt((left - 1) / left * ((without - without.mean(axis=0)) ** 2).sum(axis=0)), dtype=float)
