"""What a measure of agreement means here, in words for a trainer."""

import math
from collections.abc import Sequence
from typing import Literal, get_args

from toolkit.errors import InputError
from toolkit.roleplay.rating_table import Agreement
from toolkit.wording import Text, text

Kind = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k", "alpha", "weighted_kappa", "fleiss_kappa", "gwet_ac"]

_Bands = tuple[tuple[float, ...], Sequence[Text], Sequence[Text]]


def meaning(agreement: Agreement, kind: Kind) -> Text:
    """Return one or two sentences on what `agreement` says about these reps and raters.

    `kind` is the form of an intraclass correlation, "alpha", "weighted_kappa", "fleiss_kappa" or
    "gwet_ac". The first sentence gives the share with its interval, the second the band it falls
    into: of Koo and Li (2016, poor below .5, moderate to .75, good to .9, excellent) for
    intraclass correlations; of Krippendorff (2004, too low below .667, tentative to .8, reliable)
    for alpha; of Landis and Koch (1977, poor below 0, slight to .2, fair to .4, moderate to .6,
    substantial to .8, almost perfect) for the others. It names a band only where the whole interval
    lies in it and otherwise says that these ratings cannot tell. Without figure or interval it gives the
    reason. What a band advises is the toolkit's own wording. Raises `InputError` for an unknown kind.
    """
    if kind not in get_args(Kind):
        known = "; ".join(get_args(Kind))
        raise InputError(text("There are no words for “{kind}”. Known are: {known}.", kind=str(kind), known=known))
    if math.isnan(agreement.estimate):
        return agreement.note or text("There is no figure for these ratings.")
    if math.isnan(agreement.low):
        reason = agreement.note or text("How sure this is cannot be said.")
        return text("The value here is {value}. {reason}", value=f"{agreement.estimate:.2f}", reason=reason)
    return text("{finding} {verdict}", finding=_finding(agreement, kind), verdict=_verdict(agreement, kind))


def _finding(agreement: Agreement, kind: Kind) -> Text:
    """Return the share in words."""
    share, low, high = (_percent(value) for value in (agreement.estimate, agreement.low, agreement.high))
    if kind in ("1,1", "2,1"):
        return text(
            "About {share} % of the differences between scores come from the reps, the rest from who rated and from "
            "chance (it may be {low} % to {high} %).",
            share=share,
            low=low,
            high=high,
        )
    if kind == "3,1":
        return text(
            "Once strict and lenient raters are set right, about {share} % of the differences between scores come from "
            "the reps, the rest from chance (it may be {low} % to {high} %).",
            share=share,
            low=low,
            high=high,
        )
    if kind in ("1,k", "2,k"):
        return text(
            "When {raters} raters are averaged, about {share} % of the differences between the averages come from the "
            "reps, the rest from who rated and from chance (it may be {low} % to {high} %).",
            raters=agreement.raters,
            share=share,
            low=low,
            high=high,
        )
    if kind == "3,k":
        return text(
            "When all reps are rated by the same {raters} raters and averaged, about {share} % of the differences "
            "between the averages come from the reps, the rest from chance (it may be {low} % to {high} %).",
            raters=agreement.raters,
            share=share,
            low=low,
            high=high,
        )
    if agreement.estimate <= 0:
        return text(
            "The raters disagree as much as chance alone would make them, or more (at best {high} % less).", high=high
        )
    return text(
        "The raters disagree about {share} % less than chance alone would make them (it may be {low} % to {high} %).",
        share=share,
        low=low,
        high=high,
    )


def _percent(value: float) -> int:
    return round(100 * max(value, 0.0))


def _verdict(agreement: Agreement, kind: Kind) -> Text:
    """Return the band the whole interval lies in, or that there is none."""
    edges, names, verdicts = _bands(kind)
    worst, best = (sum(value >= edge for edge in edges) for value in (agreement.low, agreement.high))
    if worst == best:
        return verdicts[worst]
    return text(
        "These ratings cannot tell how good that is: agreement may be anything from “{worst}” to “{best}”. More reps "
        "seen by at least two raters would show it.",
        worst=names[worst],
        best=names[best],
    )


def _bands(kind: Kind) -> _Bands:
    if kind == "alpha":
        return (
            (0.667, 0.8),
            (text("too low"), text("tentative"), text("reliable")),
            (
                text("Agreement is too low to rely on: rate common examples together before comparing reps."),
                text("Agreement supports tentative conclusions only."),
                text("Agreement is high enough to rely on."),
            ),
        )
    if kind in ("weighted_kappa", "fleiss_kappa", "gwet_ac"):
        names = (
            text("poor"),
            text("slight"),
            text("fair"),
            text("moderate"),
            text("substantial"),
            text("almost perfect"),
        )
        return (0.0, 0.2, 0.4, 0.6, 0.8), names, [text("Such agreement is called “{band}”.", band=one) for one in names]
    return (
        (0.5, 0.75, 0.9),
        (text("poor"), text("moderate"), text("good"), text("excellent")),
        (
            text("Agreement is poor: other raters might well put the same reps in another order."),
            text("Agreement is moderate: good enough to talk about strengths, not to rank or certify."),
            text("Agreement is good: the scores show mostly the reps; close decisions deserve a second look."),
            text("Agreement is excellent: who rated hardly matters."),
        ),
    )
