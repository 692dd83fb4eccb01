"""The risk model: it predicts, says how sure that is, and why.

On monthly rows it is a discrete-time hazard (Singer & Willett 1993): a logistic regression of
leaving in the next month, so people who have not left yet count rightly. The probability within h
months is 1 - (1 - hazard)^h, the present features held.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import expit

from toolkit.attrition.background import Background
from toolkit.attrition.boosting import Setting
from toolkit.attrition.challenger import Boosted, Challenge
from toolkit.attrition.design import Design, words
from toolkit.attrition.features import FEATURES, panel_features
from toolkit.attrition.guard import ColumnFinding
from toolkit.attrition.months import Floats, exits, month_numbers
from toolkit.attrition.peers import PeerMeans
from toolkit.attrition.version import fingerprint
from toolkit.errors import InputError
from toolkit.vocabulary import Risks, check
from toolkit.wording import Text, text

if TYPE_CHECKING:
    from toolkit.attrition.card import ModelCard

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
    `boosted` is the challenger where it won (`challenge` says by how much): then risks, intervals and
    contributions are its own. `background` is what the training data looked like.
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
    boosted: Boosted | None = None
    challenge: Challenge | None = None
    background: Background | None = None

    @property
    def version(self) -> str:
        """Return 16 hexadecimal digits: the same data and settings give the same version."""
        told = (self.intercept, self.coefficients, self.boosted, self.design, self.horizon_months)
        return fingerprint(*told, self.background.data_hash if self.background else "")

    def predict(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return Risks, one row per person: probability of leaving and its 90 % interval.

        A panel model takes RepMonths and speaks of those employed at the end of the last month in
        it (their latest row, at most 3 months old); a snapshot model takes one row per person with
        the columns it was fitted on. The interval covers the uncertainty of the coefficients (where the
        challenger is used: of fits to people drawn anew).
        """
        rows, person = self._rows(frame)
        risks = self.score(rows).reset_index(drop=True)
        risks.insert(0, "person_id", person)
        return check(risks, Risks)

    def score(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return probability, low and high (0-1) for rows of features, under their index."""
        log_odds, error = self._log_odds(rows)
        shifts = {"probability": 0.0, "low": -NINETY, "high": NINETY}
        return pd.DataFrame(
            {name: self._within(log_odds + shift * error if shift else log_odds) for name, shift in shifts.items()},
            index=rows.index,
        )

    def reasons(self, frame: pd.DataFrame, top: int = 3) -> pd.DataFrame:
        """Return the `top` columns that move each person's risk most away from the average.

        Takes what `predict` takes. Columns: person_id, rank (1 = strongest), column, driver (key of
        DRIVERS, None for a snapshot), direction ("raises" or "lowers"), contribution (log-odds:
        coefficient x (value - mean), summed over the terms of the column, exact; where the challenger
        is used its exact Shapley values) and value. They describe the model and claim no cause.
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
        """Return log-odds by row and column of the design; with `base` they sum to the log-odds."""
        if self.boosted is not None:
            found = self.boosted.contributions(self.design, rows)
            return pd.DataFrame(found, index=rows.index, columns=list(self.design.names))
        parts = self.design.matrix(rows) * self.coefficients
        starts = np.flatnonzero(np.r_[True, np.diff(self.design.owner) > 0])
        return pd.DataFrame(np.add.reduceat(parts, starts, axis=1), index=rows.index, columns=list(self.design.names))

    @property
    def base(self) -> float:
        """Return the log-odds to which the contributions are added."""
        return self.intercept if self.boosted is None else self.boosted.intercept

    @property
    def setting(self) -> Setting | None:
        """Return the setting of the challenger where it is used, for a back-test of the same kind."""
        return self.boosted.setting if self.boosted is not None else None

    def card(self, **known: Any) -> "ModelCard":
        """Return the model card; `known` are the optional arguments of `card_of`: test, audit, drift, contact."""
        from toolkit.attrition.card import card_of

        return card_of(self, **known)

    def rows_of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of features that `predict` judges, with person_id."""
        rows, person = self._rows(frame)
        return rows.assign(person_id=person) if "person_id" not in self.design.names else rows

    def _log_odds(self, rows: pd.DataFrame) -> tuple[Floats, Floats]:
        if self.boosted is not None:
            return self.boosted.log_odds(self.design, rows)
        terms = self.design.matrix(rows)
        with_one = np.column_stack([np.ones(len(terms)), terms])
        error = np.sqrt(np.maximum(np.einsum("ij,ij->i", with_one @ self.covariance, with_one), 0.0))
        return self.intercept + terms @ self.coefficients, error

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
    left_on = exits(rep_months).loc[features.index]
    gone = left_on.notna().to_numpy() & (month_numbers(left_on.fillna(features["month"])) <= last)
    fresh = features[(month > last - STALE_MONTHS) & ~gone]
    return fresh.drop_duplicates("person_id", keep="last")
