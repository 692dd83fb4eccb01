"""The whole sample organisation from one seed, and beside it the truth it was drawn from."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.sample import feedback, hazard, market, people, reps, sessions, skills, workshops
from toolkit.sample.content import Content, competency_ids, scenario_difficulty
from toolkit.sample.months import month_starts, simulate_rep_months

SEED = 20260901
TODAY = date(2026, 9, 1)
MONTHS = 24
REPS = 146
# Each part draws from a stream of its own: a change in one pack leaves the other tables as they are.
STREAMS = ("staff", "teams", "reps", "residuals", "months", "names", "severity", "feedback", "workshops", "sessions")


@dataclass(frozen=True, slots=True)
class SampleOrganisation:
    """What the product may read, as tables; README.md of the data sets describes their columns."""

    teams: pd.DataFrame
    people: pd.DataFrame
    rep_months: pd.DataFrame
    feedback: pd.DataFrame
    workshops: pd.DataFrame
    workshop_sheets: pd.DataFrame
    ratings: pd.DataFrame
    sessions: pd.DataFrame

    def write(self, folder: Path) -> list[Path]:
        """Write one csv per table (UTF-8, line feeds) and return the paths."""
        return _write_tables(folder, _tables(self))


@dataclass(frozen=True, slots=True)
class Truth:
    """What the sample was drawn from. Tests compare the product's answers with it; the product never reads it."""

    skills: pd.DataFrame
    raters: pd.DataFrame
    scenarios: pd.DataFrame
    hazard: pd.DataFrame
    constants: dict[str, Any]

    def write(self, folder: Path) -> list[Path]:
        """Write one csv per table and the declared constants as truth.json, and return the paths."""
        paths = _write_tables(folder, _tables(self))
        constants = folder / "truth.json"
        constants.write_bytes((json.dumps(self.constants, indent=2, ensure_ascii=False) + "\n").encode())
        return [*paths, constants]


def generate(seed: int, content: Content, *, today: date) -> tuple[SampleOrganisation, Truth]:
    """Return the sample organisation as it stands on the morning of `today`, and its truth.

    `content` holds the packs by name, as `toolkit.organisation.content.read_packs` returns them. The
    figures cover the 24 full months before `today`.
    """
    streams = {name: np.random.default_rng([seed, place]) for place, name in enumerate(STREAMS)}
    now = pd.Timestamp(today)
    months = month_starts(now, MONTHS)
    staff = people.draw_staff(streams["staff"], now)
    teams = people.draw_team_table(streams["teams"], staff)
    known = reps.draw_reps(streams["reps"], REPS, months, teams)
    residuals = skills.draw_residuals(streams["residuals"], REPS + len(staff), len(competency_ids(content)))
    known["ability"] = skills.abilities(content, known["role_id"], residuals[:REPS])
    rep_months, risk = simulate_rep_months(streams["months"], known, months)
    persons = people.draw_people(streams["names"], staff, teams, known, rep_months)
    levels = _skills(content, persons, known, staff, residuals)
    severity = _severity(streams["severity"], persons)
    difficulty = pd.Series(scenario_difficulty(content))
    held = workshops.draw_workshops(streams["workshops"], content, persons, levels, severity, difficulty, now)
    organisation = SampleOrganisation(
        teams=teams,
        people=persons,
        rep_months=rep_months,
        feedback=feedback.draw_feedback(streams["feedback"], content, persons, levels, severity, now),
        workshops=held.workshops,
        workshop_sheets=held.sheets,
        ratings=held.ratings,
        sessions=sessions.draw_sessions(streams["sessions"], content, now),
    )
    used = severity.index.isin([*organisation.feedback["rater_id"], *held.sheets["rater_id"]])
    truth = Truth(
        skills=levels.reset_index().melt("person_id", var_name="competency_id", value_name="skill"),
        raters=pd.DataFrame({"rater_id": severity.index[used], "severity": severity.to_numpy()[used]}),
        scenarios=pd.DataFrame({"scenario_id": difficulty.index, "difficulty": difficulty.to_numpy()}),
        hazard=_hazard(rep_months, risk),
        constants=declared_constants(seed, today),
    )
    return organisation, truth


def _skills(
    content: Content, persons: pd.DataFrame, known: pd.DataFrame, staff: pd.DataFrame, residuals: np.ndarray
) -> pd.DataFrame:
    """Return the true skills of reps and managers; the office is not assessed."""
    row_of = {one: row for row, one in enumerate([*known["person_id"], *staff["person_id"]])}
    assessed = persons[persons["team_id"].notna()]
    return skills.true_skills(content, assessed, residuals[assessed["person_id"].map(row_of)])


def _severity(rng: np.random.Generator, persons: pd.DataFrame) -> pd.Series:
    """Return what each rater adds to every rating (levels), by rater_id; negative is severe."""
    ids = [*persons["person_id"], *feedback.customer_ids()]
    drawn = pd.Series(rng.normal(0.0, feedback.RATER_SD, len(ids)).round(3), index=ids)
    raters = workshops.pick_raters(persons)
    managers = raters.loc[raters["role_id"].eq("area_manager"), "person_id"]
    drawn[managers.iloc[0]] = workshops.SEVERE
    drawn[managers.iloc[1]] = workshops.LENIENT
    return drawn


def _hazard(rep_months: pd.DataFrame, risk: np.ndarray) -> pd.DataFrame:
    frame = rep_months[["person_id", "month"]].assign(hazard=risk.round(6))
    return frame[frame["hazard"].notna()].reset_index(drop=True)


def declared_constants(seed: int, today: date) -> dict[str, Any]:
    """Return the constants behind the draws; standard deviations, biases and effects in levels."""
    return {
        "seed": seed,
        "today": today.isoformat(),
        "hazard": {"link": "logit", "coefficients": hazard.HAZARD, "features": hazard.FEATURES},
        "skills": {
            "mean_minus_target": skills.MEAN_SHIFT,
            "sd": skills.SKILL_SD,
            "correlation_between_competencies": skills.SHARED,
        },
        "feedback": {
            "relation_bias": feedback.BIASES,
            "rater_sd": feedback.RATER_SD,
            "rater_by_person_sd": feedback.HALO_SD,
            "noise_sd": feedback.NOISE_SD,
        },
        "workshops": {
            "severe_rater": workshops.SEVERE,
            "lenient_rater": workshops.LENIENT,
            "other_raters_sd": feedback.RATER_SD,
            "sheet_halo_sd": workshops.HALO_SD,
            "rep_by_scenario_sd": workshops.REP_SCENARIO_SD,
            "criterion_sd": workshops.CRITERION_SD,
            "not_observed_share": workshops.NOT_OBSERVED,
        },
        "commission_steps": [{"from_share_of_target": at, "rate": rate} for at, rate in market.COMMISSION_STEPS],
    }


def _tables(parts: SampleOrganisation | Truth) -> Iterator[tuple[str, pd.DataFrame]]:
    for one in fields(parts):
        value = getattr(parts, one.name)
        if isinstance(value, pd.DataFrame):
            yield one.name, value


def _write_tables(folder: Path, tables: Iterator[tuple[str, pd.DataFrame]]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in tables:
        path = folder / f"{name}.csv"
        path.write_bytes(_plain(frame).to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode())
        paths.append(path)
    return paths


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Write whole numbers without a decimal point: shorter files, and figures as a spreadsheet shows them."""
    whole = [
        name
        for name in frame.columns
        if pd.api.types.is_float_dtype(frame[name]) and frame[name].dropna().mod(1).eq(0).all()
    ]
    return frame.astype(dict.fromkeys(whole, "Int64"))
