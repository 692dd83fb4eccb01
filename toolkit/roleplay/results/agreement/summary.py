"""How far the raters of a workshop agree: on whole sheets and on each criterion, with the form that fits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.roleplay.agreement import Agreement, Form, Kind, gwet_ac, icc, krippendorff_alpha, meaning, weighted_kappa
from toolkit.wording import Text, text

FORMS: tuple[Form, ...] = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
LEVELS = range(1, 6)
FORM_WORDS: Mapping[str, Text] = {
    "1,1": text("One rater, any rater: each performance was rated by different raters"),
    "2,1": text("One rater; being harder or more lenient counts as disagreement"),
    "3,1": text("One rater; being harder or more lenient is set aside"),
    "1,k": text("The mean of as many raters as there are; different raters each time"),
    "2,k": text("The mean of all raters; being harder or more lenient counts as disagreement"),
    "3,k": text("The mean of all raters; being harder or more lenient is set aside"),
}
OTHER_RATERS = text("The interval speaks for other raters and reps like these.")
THESE_RATERS = text(
    "The interval speaks for these raters and more reps like these; other raters may agree more or less."
)


@dataclass(frozen=True)
class Finding:
    """One measure of agreement with what it means and whom its interval speaks for."""

    kind: Kind
    agreement: Agreement
    meaning: Text
    about: Text | None


def form_that_fits(wide: pd.DataFrame) -> Form:
    """Return "2,1" where every rater rated every performance, otherwise "1,1"."""
    return "2,1" if bool(wide.notna().to_numpy().all()) and wide.size else "1,1"


def sheet_agreement(wide: pd.DataFrame) -> list[Finding]:
    """Return the intraclass correlation that fits and Krippendorff's alpha (interval) of the sheets' composites."""
    form = form_that_fits(wide)
    return [
        _finding(form, lambda: icc(wide, form), OTHER_RATERS),
        _finding("alpha", lambda: krippendorff_alpha(wide, "interval"), THESE_RATERS),
    ]


def all_forms(wide: pd.DataFrame) -> list[Finding]:
    """Return all six intraclass correlations of Shrout and Fleiss."""
    found = []
    for form in FORMS:
        about = THESE_RATERS if form[0] == "3" else OTHER_RATERS
        found.append(_finding(form, lambda form=form: icc(wide, form), about))  # type: ignore[misc]
    return found


def criterion_agreement(wide: pd.DataFrame) -> list[Finding]:
    """Return alpha (ordinal) and AC2 (ordinal weights) of one criterion, and weighted kappa where there are two raters.

    AC2 and kappa need the levels 1 to 5; where half levels were given they are left out.
    """
    found = [_finding("alpha", lambda: krippendorff_alpha(wide, "ordinal"), THESE_RATERS)]
    values = wide.to_numpy(dtype=float)
    if not np.isin(values[~np.isnan(values)], list(LEVELS)).all():
        return found
    found.append(_finding("gwet_ac", lambda: gwet_ac(wide, "ordinal", categories=LEVELS), THESE_RATERS))
    if wide.shape[1] == 2:
        one, other = wide.iloc[:, 0], wide.iloc[:, 1]
        found.append(
            _finding("weighted_kappa", lambda: weighted_kappa(one, other, "quadratic", categories=LEVELS), THESE_RATERS)
        )
    return found


def _finding(kind: Kind, made: Callable[[], Agreement], about: Text) -> Finding:
    try:
        agreement = made()
    except ToolkitError as error:
        nan = float("nan")
        agreement = Agreement(nan, nan, nan, 0.90, error.problem, 0, 0, 0)
    return Finding(kind, agreement, meaning(agreement, kind), None if np.isnan(agreement.low) else about)
