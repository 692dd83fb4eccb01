"""The risk model: it predicts, says how sure that is, and why.

On monthly rows it is a discrete-time hazard (Singer & Willett 1993): a logistic regression of
leaving in the next month, so people who have not left yet count rightly. The probability within h
months is 1 - (1 - hazard)^h, the present features held.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from scipy.special import expit

from toolkit.attrition.design import Design, words
from toolkit.attrition.features import FEATURES, panel_features
from toolkit.attrition.guard import ColumnFinding
from toolkit.attrition.months import Floats, month_numbers
from toolkit.attrition.peers import PeerMeans
from toolkit.errors import InputError
from toolkit.vocabulary import Risks, check
from toolkit.wording import Text, text

STALE_MONTHS = 3
NINETY = 1.6448536269514722  # normal quantile of a two-sided 90 % interval


@dataclass(frozen=True)
class FitFigures:
    """What the fit rests on. Rates and out-of-fold figures are per row: a month on panels.

    `calibration_slope` (1 is right) and `calibration_in_the_large` (log-odds, 0 is right) come from
    people the model had not seen; `recalibrated` says whether a shrunken correction was needed.
    """

    rows: int
    people: int
    events: int
    base_rate: float
    terms: int
    penalty: float
    roc_auc: float
    log_loss: float
    brier: float
    calibration_in_the_large: float
    calibration_slope: float
    calibration_slope_error: float
    recalibrated: bool

    def keys(self) -> Iterator[str]:
        """Return the names of the figures, so that ``dict(figures)`` works."""
        return (each.name for each in fields(self))

    def __getitem__(self, name: str) -> float:
        """Return one figure by name."""
        if name not in set(self.keys()):
            raise KeyError(name)
        return float(getattr(self, name))


@dataclass(frozen=True)
class RiskModel:
    """A fitted model: plain arrays, so that it can be stored and compared.

    `horizon_months` is None for a snapshot, whose horizon is whatever its label covers. `covariance`
    has the intercept first. `findings` are the columns kept out and why, `notes` other remarks.
    """

    design: Design
    intercept: float
    coefficients: Floats
    covariance: Floats
    figures: FitFigures
    horizon_months: int | None = None
    person: str | None = None
    protected: tuple[str, ...] = ()
    findings: tuple[ColumnFinding, ...] = ()
    notes: tuple[Text, ...] = ()

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return Risks, one row per person: probability of leaving and its 90 % interval.

        A panel model takes RepMonths and speaks of those employed at the end of the last month in
        it (their latest row, at most 3 months old); a snapshot model takes one row per person with
        the columns it was fitted on. The interval covers the uncertainty of the coefficients.
        """
        rows, person = self._rows(frame)
        risks = self.score(rows).reset_index(drop=True)
        risks.insert(0, "person_id", person)
        return check(risks, Risks)

    def score(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return probability, low and high (0-1) for rows of features, under their index."""
        terms = self.design.matrix(rows)
        log_odds = self.intercept + terms @ self.coefficients
        with_one = np.column_stack([np.ones(len(terms)), terms])
        error = np.sqrt(np.maximum(np.einsum("ij,ij->i", with_one @ self.covariance, with_one), 0.0))
        shifts = {"probability": 0.0, "low": -NINETY, "high": NINETY}
        return pd.DataFrame(
            {name: self._within(log_odds + shift * error) for name, shift in shifts.items()}, index=rows.index
        )

    def reasons(self, frame: pd.DataFrame, top: int = 3) -> pd.DataFrame:
        """Return the `top` columns that move each person's risk most away from the average.

        Takes what `predict` takes. Columns: person_id, rank (1 = strongest), column, driver (key of
        DRIVERS, None for a snapshot), direction ("raises" or "lowers"), contribution (log-odds:
        coefficient x (value - mean), summed over the terms of the column, exact) and value. They
        describe the model and claim no cause.
        """
        if top < 1:
            raise InputError(text("At least one reason must be asked for."))
        rows, person = self._rows(frame)
        parts = self.contributions(rows).to_numpy(dtype=float)
        kept = min(top, parts.shape[1])
        strongest = np.argsort(-np.abs(parts), axis=1, kind="stable")[:, :kept]
        row = np.repeat(np.arange(len(rows)), kept)
        column = strongest.ravel()
        names = np.array(self.design.names, dtype=object)
        values = np.column_stack([rows[name].to_numpy(dtype=object) for name in names])
        contribution = parts[row, column]
        on_panel = self.horizon_months is not None
        return pd.DataFrame(
            {
                "person_id": np.asarray(person, dtype=object)[row],
                "rank": np.tile(np.arange(1, kept + 1), len(rows)),
                "column": names[column],
                "driver": pd.Series(
                    [FEATURES[name].driver if on_panel else None for name in names[column]], dtype=object
                ),
                "direction": np.where(contribution >= 0, "raises", "lowers"),
                "contribution": contribution,
                "value": values[row, column],
            }
        )

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return log-odds by row and column of the design; with the intercept they sum to the log-odds."""
        parts = self.design.matrix(rows) * self.coefficients
        starts = np.flatnonzero(np.r_[True, np.diff(self.design.owner) > 0])
        return pd.DataFrame(np.add.reduceat(parts, starts, axis=1), index=rows.index, columns=list(self.design.names))

    def _within(self, log_odds: Floats) -> Floats:
        share: Floats = expit(log_odds)
        if self.horizon_months is None:
            return share
        chained: Floats = -np.expm1(self.horizon_months * np.log1p(-share))
        return chained

    def _rows(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
        if self.horizon_months is not None:
            rows = latest_rows(frame)
            return rows, rows["person_id"].astype(str).tolist()
        frame = frame.rename(columns=str)
        if self.person is None:
            return frame, [str(number) for number in range(1, len(frame) + 1)]
        if self.person not in frame.columns:
            raise InputError(text("The table has no column “{column}”.", column=self.person))
        person = pd.Series(words(frame[self.person]))
        if person.duplicated().any():
            raise InputError(
                text("{person} stands in the table more than once.", person=str(person[person.duplicated()].iloc[0])),
                remedy=text("Keep one row of each person."),
            )
        return frame, person.tolist()


def latest_rows(rep_months: pd.DataFrame, *, last: int | None = None, peers: PeerMeans | None = None) -> pd.DataFrame:
    """Return features of those employed at the end of the last month, one row per person.

    For part of a table `last` is the month number of the whole table's last month, `peers` its means.
    """
    rep_months = rep_months.reset_index(drop=True)
    features = panel_features(rep_months, peers=peers)
    month = month_numbers(features["month"])
    if last is None:
        last = int(month_numbers(pd.to_datetime(rep_months["month"])).max())
    left_on = pd.to_datetime(rep_months["left_on"]).loc[features.index]
    gone = left_on.notna().to_numpy() & (month_numbers(left_on.fillna(features["month"])) <= last)
    fresh = features[(month > last - STALE_MONTHS) & ~gone]
    return fresh.drop_duplicates("person_id", keep="last")
