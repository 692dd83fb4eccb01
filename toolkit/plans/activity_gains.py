"""What activities brought against what was expected of them, and what the catalogue should say from now on."""

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from toolkit.errors import InputError
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, counted, text

KEYS = ["activity_id", "competency_id"]
PRIOR_SD = 0.2
PRIOR_WEIGHT = 4
FEWEST_PEOPLE = 8
VERDICTS = ("works", "drop", "cannot_tell", "not_observed")


def observed_gains(persons: pd.DataFrame, done: pd.DataFrame, expected: pd.DataFrame) -> pd.DataFrame:
    """Return what each activity brought in each competency it is meant for.

    `persons`: person_id, competency_id and gain in levels, such as `Uplift.persons`; take from it what people gained
    who did nothing, if that is known. `done`: person_id, activity_id. `expected`: activity_id, competency_id, gain.
    Of each person's gain goes what their other activities were expected to bring; what is left is the activity's, and
    the mean over people is `gain` with standard error `se`. Columns: activity_id, competency_id, gain, se, people. An
    activity done by fewer than two measured people is left out.
    """
    _require(persons, "persons", ["person_id", "competency_id", "gain"])
    _require(done, "done", ["person_id", "activity_id"])
    wanted = _checked_expected(expected)
    shares = done[["person_id", "activity_id"]].drop_duplicates().merge(wanted, on="activity_id")
    shares = shares.rename(columns={"gain": "share"})
    whole = shares.groupby(["person_id", "competency_id"])["share"].sum().rename("whole").reset_index()
    both = persons[["person_id", "competency_id", "gain"]].merge(shares, on=["person_id", "competency_id"])
    both = both.merge(whole, on=["person_id", "competency_id"])
    both["left"] = both["gain"] - (both["whole"] - both["share"])
    rows = []
    for key, part in both.groupby(KEYS):
        if len(part) >= 2:
            # A few people may agree by luck: the spread over all of a competency steadies theirs.
            pooled = float(both.loc[both["competency_id"] == key[1], "left"].var(ddof=1))
            weight = len(part) - 1
            variance = (weight * float(part["left"].var(ddof=1)) + PRIOR_WEIGHT * pooled) / (weight + PRIOR_WEIGHT)
            rows.append((*key, float(part["left"].mean()), float(np.sqrt(variance / len(part))), len(part)))
    return pd.DataFrame(rows, columns=[*KEYS, "gain", "se", "people"])


def update_gains(
    expected: pd.DataFrame, observed: pd.DataFrame, *, least: float = 0.05, sure: float = 0.9
) -> pd.DataFrame:
    """Return the catalogue's gains updated by what was observed, each drawn towards what was expected.

    `expected`: activity_id, competency_id, gain (levels). `observed`: the same with se and people. Empirical Bayes
    with normal distributions (Efron & Morris 1975, Journal of the American Statistical Association 70:311): a true gain
    lies around the expected one with variance t^2, the same for all, found from how far observed gains lie from expected
    ones beyond their errors (Paule & Mandel 1982) and itself held towards .2 levels by the weight of four observations.

    Columns: activity_id, competency_id, expected, observed, se, people (0 = not observed), weight (share of what was
    observed), updated, sd, probability (that the gain is at least `least`), verdict: works or drop when that is at
    least or at most so `sure` and eight people did it, cannot_tell, not_observed. `update_gains` never forgets the
    prior: keep `expected` as it is and call it with all observations each time.
    """
    prior = _checked_expected(expected).rename(columns={"gain": "expected"})
    seen = _checked_observed(observed, prior)
    table = prior.merge(seen, on=KEYS, how="left").sort_values(KEYS).reset_index(drop=True)
    there = table["observed"].notna()
    variance = _variance(
        (table.loc[there, "observed"] - table.loc[there, "expected"]).to_numpy(float),
        table.loc[there, "se"].to_numpy(float),
    )
    weight = (variance / (variance + table["se"] ** 2)).where(there, 0.0)
    table["people"] = table["people"].fillna(0).astype(int)
    table["weight"] = weight
    table["updated"] = table["expected"] + weight * (table["observed"] - table["expected"]).fillna(0.0)
    table["sd"] = np.sqrt(variance * (1 - weight))
    table["probability"] = ndtr((table["updated"] - least) / table["sd"])
    enough = table["people"] >= FEWEST_PEOPLE
    table["verdict"] = np.select(
        [~there, enough & (table["probability"] >= sure), enough & (table["probability"] <= 1 - sure)],
        ["not_observed", "works", "drop"],
        "cannot_tell",
    )
    return table


def activity_verdicts(updated: pd.DataFrame, *, least: float = 0.05, sure: float = 0.9) -> pd.DataFrame:
    """Return one row per activity: activity_id, people, expected, updated (sums), low, high, verdict, words.

    An activity works when it works in one competency; it is to be dropped when it does in none, and the sum over its
    competencies is surely less than `least` levels each. The interval is that of the sum, errors taken as independent.
    """
    rows = []
    for activity, part in updated.groupby("activity_id"):
        total, sd = float(part["updated"].sum()), float(np.sqrt((part["sd"] ** 2).sum()))
        half = float(ndtri(0.5 + sure / 2)) * sd
        seen = part[part["people"] > 0]
        people = int(part["people"].max())
        verdict = "cannot_tell"
        if seen.empty:
            verdict = "not_observed"
        elif (part["verdict"] == "works").any():
            verdict = "works"
        elif people >= FEWEST_PEOPLE and ndtr((total - least * len(part)) / sd) <= 1 - sure:
            verdict = "drop"
        words = _words(verdict, people, float(part["expected"].sum()), total)
        rows.append(
            (activity, people, float(part["expected"].sum()), total, total - half, total + half, verdict, words)
        )
    names = ["activity_id", "people", "expected", "updated", "low", "high", "verdict", "words"]
    return pd.DataFrame(rows, columns=names)


def with_updated_gains(activities: pd.DataFrame, updated: pd.DataFrame) -> pd.DataFrame:
    """Return an Activities table with the updated gains, those below 0 as 0; unknown activities are passed over."""
    table = activities.copy()
    place = {row.activity_id: index for index, row in zip(table.index, rows_of(table), strict=True)}
    for row in rows_of(updated):
        column = f"gain_{row.competency_id}"
        if row.activity_id in place and column in table:
            table.at[place[row.activity_id], column] = min(max(float(row.updated), 0.0), 4.0)
    return table


def expected_gains(activities: pd.DataFrame) -> pd.DataFrame:
    """Return the gains of an Activities table as activity_id, competency_id, gain; those of 0 are left out."""
    names = [column for column in activities if str(column).startswith("gain_")]
    long = activities.melt("activity_id", names, "competency_id", "gain").dropna(subset=["gain"])
    long["competency_id"] = long["competency_id"].astype(str).str.removeprefix("gain_")
    return long[long["gain"] > 0].sort_values(KEYS).reset_index(drop=True)


def _variance(off: np.ndarray, se: np.ndarray) -> float:
    """Return t^2 with sum off^2 / (t^2 + se^2) + w t0^2 / t^2 = n + w."""

    def excess(log_variance: float) -> float:
        variance = float(np.exp(log_variance))
        left = float((off**2 / (variance + se**2)).sum()) + PRIOR_WEIGHT * PRIOR_SD**2 / variance
        return left - len(off) - PRIOR_WEIGHT

    return float(np.exp(brentq(excess, np.log(1e-6), np.log(1e4))))


def _words(verdict: str, people: int, expected: float, updated: float) -> Text:
    said = {"expected": f"{expected:.2f}", "updated": f"{updated:.2f}"}
    if verdict == "not_observed":
        return text("Nobody who did it was measured before and after.")
    if verdict == "works":
        return counted(
            "Works: {updated} levels, expected {expected}, seen on {count} person.",
            "Works: {updated} levels, expected {expected}, seen on {count} people.",
            people,
            **said,
        )
    if verdict == "drop":
        return counted(
            "Does not work: {updated} levels, expected {expected}, seen on {count} person. Drop it or change it.",
            "Does not work: {updated} levels, expected {expected}, seen on {count} people. Drop it or change it.",
            people,
            **said,
        )
    return counted("Cannot tell yet from {count} person.", "Cannot tell yet from {count} people.", people)


def _require(frame: pd.DataFrame, name: str, columns: list[str]) -> None:
    for column in columns:
        if column not in frame:
            raise InputError(
                text("The table {table} needs a column “{column}”.", table=name, column=column),
                remedy=text("Add the column or map another column to it."),
            )


def _checked_expected(expected: pd.DataFrame) -> pd.DataFrame:
    _require(expected, "expected", [*KEYS, "gain"])
    _refuse_twice(expected, "expected")
    if not np.isfinite(expected["gain"].to_numpy(float)).all():
        raise InputError(text("An expected gain is missing."), remedy=text("Give it in levels."))
    return expected[[*KEYS, "gain"]]


def _checked_observed(observed: pd.DataFrame, prior: pd.DataFrame) -> pd.DataFrame:
    _require(observed, "observed", [*KEYS, "gain", "se", "people"])
    _refuse_twice(observed, "observed")
    if not (np.isfinite(observed["gain"].to_numpy(float)).all() and (observed["se"].to_numpy(float) > 0).all()):
        raise InputError(
            text("An observed gain needs a standard error above 0."), remedy=text("Leave out what was not measured.")
        )
    strange = set(zip(observed["activity_id"], observed["competency_id"], strict=True)) - set(
        zip(prior["activity_id"], prior["competency_id"], strict=True)
    )
    if strange:
        activity, competency = min(strange)
        raise InputError(
            text("Nothing was expected of “{activity}” in “{competency}”.", activity=activity, competency=competency),
            remedy=text("Add an expected gain to the catalogue, or leave the row out."),
        )
    seen = observed[[*KEYS, "gain", "se", "people"]].astype({"gain": float, "se": float, "people": float})
    return seen.rename(columns={"gain": "observed"})


def _refuse_twice(frame: pd.DataFrame, name: str) -> None:
    if frame.duplicated(KEYS).any():
        raise InputError(
            text("The table {table} holds the same {keys} more than once.", table=name, keys=", ".join(KEYS)),
            remedy=text("Keep one row of each."),
        )
