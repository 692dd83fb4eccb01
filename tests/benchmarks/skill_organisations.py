"""Organisations with known skills and evidence of every kind, drawn from a seed: what levels are measured against."""

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.skillgap import source_priors
from toolkit.skillgap.evidence import STANDARD_ERROR

AS_OF = dt.date(2026, 9, 1)


@dataclass(frozen=True)
class Condition:
    """What an organisation is drawn from; standard deviations in levels. Defaults differ from all documented priors."""

    people: int = 120
    competencies: int = 10
    team: int = 10
    mean: float = 3.0
    competency_sd: float = 0.25
    sd: float = 0.75
    correlation: float = 0.5
    bias: dict[str, float] | None = field(  # None: drawn from the documented priors

        default_factory=lambda: {
            "role_play": -0.1, "joint_visit": 0.1, "self": 0.5, "manager": -0.05, "peer": 0.2, "customer": 0.3,
            "test": -0.15, "figures": 0.1, "certificate": 0.3,
        }
    )  # fmt: skip
    sources: dict[str, int] = field(
        default_factory=lambda: {"self": 1, "manager": 1, "peer": 3, "role_play": 2, "test": 1}
    )
    severity: float = 0.3
    halo: float = 0.35
    noise: float = 0.65
    view: float = 0.2
    missing: float = 0.3  # share of people a source says nothing about, drawn by person and source
    item_missing: float = 0.2
    rounds: int = 2
    yearly_drift: float = 0.15
    whole: bool = True  # ratings are whole numbers


CONDITIONS = {
    "as drawn": Condition(),
    "biases as assumed": Condition(bias=None, people=60),
    "small": Condition(people=15, team=8),
    "large": Condition(people=400),
    "360 only": Condition(sources={"self": 1, "manager": 1, "peer": 4, "customer": 4}),
    "severe raters": Condition(severity=0.6, halo=0.2),
    "halo": Condition(severity=0.2, halo=0.6, noise=0.45),
    "lenient": Condition(bias=dict.fromkeys(STANDARD_ERROR, 0.3)),
    "flattering self": Condition(bias={**dict.fromkeys(STANDARD_ERROR, 0.0), "self": 1.0}),
    "unrelated skills": Condition(correlation=0.1),
    "one skill": Condition(correlation=0.85, competencies=6),
    "alike": Condition(sd=0.4),
    "high": Condition(mean=4.0),
    "own views": Condition(view=0.45, noise=0.5),
    "noisy": Condition(noise=1.0),
    "sparse": Condition(missing=0.6, rounds=1),
    "changing": Condition(yearly_drift=0.4, rounds=4),
}


@dataclass(frozen=True)
class Organisation:
    """`evidence`, the truth (person_id, competency_id, skill, on `AS_OF`) and the bias of each source."""

    evidence: pd.DataFrame
    truth: pd.DataFrame
    bias: dict[str, float]


def drawn_biases(rng: np.random.Generator) -> dict[str, float]:
    """Return biases that are what the documented priors say they are."""
    lenient = rng.normal(0, source_priors.LENIENCY_SD)
    return {
        name: float(rng.normal(mean, sd) + lenient * (name not in source_priors.IMPERSONAL))
        for name, (mean, sd) in source_priors.BIAS.items()
    }


def draw(rng: np.random.Generator, condition: Condition) -> Organisation:
    """Return one organisation."""
    people, size = condition.people, condition.competencies
    shared = rng.normal(size=(people, 1))
    skill = np.sqrt(condition.correlation) * shared + np.sqrt(1 - condition.correlation) * rng.normal(
        size=(people, size)
    )
    skill = condition.mean + rng.normal(0, condition.competency_sd, size) + condition.sd * skill
    skill = np.clip(skill, 1, 5)
    bias = condition.bias or drawn_biases(rng)
    trainers = [f"t{number}" for number in range(5)]
    severity = {}
    frames = []
    for source, count in condition.sources.items():
        view = rng.normal(0, condition.view / np.sqrt(2), (people, 1)) + rng.normal(
            0, condition.view / np.sqrt(2), (people, size)
        )
        taking = rng.random(people) >= condition.missing
        halos = {}
        for round_ in range(condition.rounds):
            days = 20 + 120 * round_
            then = skill - rng.normal(0, condition.yearly_drift * np.sqrt(days / 365), (people, size))
            for person in np.flatnonzero(taking):
                for rater in _raters(rng, source, person, count, condition, trainers):
                    own = 0.0
                    if rater is not None:
                        own = severity.setdefault((source, rater), rng.normal(0, condition.severity))
                        own += halos.setdefault((person, rater), rng.normal(0, condition.halo))
                    level = then[person] + view[person] + bias[source] + own
                    level = level + rng.normal(0, condition.noise, size)
                    kept = rng.random(size) >= condition.item_missing
                    frames.append(
                        pd.DataFrame(
                            {
                                "person_id": f"p{person:04d}",
                                "competency_id": [f"c{number:02d}" for number in np.flatnonzero(kept)],
                                "source": source,
                                "level": level[kept],
                                "observed_on": pd.Timestamp(AS_OF) - pd.Timedelta(days=days),
                                "rater_id": rater,
                            }
                        )
                    )
    evidence = pd.concat(frames, ignore_index=True)
    evidence["level"] = (evidence["level"].round() if condition.whole else evidence["level"]).clip(1, 5)
    evidence["standard_error"] = evidence["source"].map(STANDARD_ERROR)
    truth = pd.DataFrame(skill, [f"p{n:04d}" for n in range(people)], [f"c{n:02d}" for n in range(size)])
    truth = truth.rename_axis("person_id").melt(var_name="competency_id", value_name="skill", ignore_index=False)
    return Organisation(evidence, truth.reset_index(), bias)


def _raters(rng, source, person, count, condition, trainers):
    if source in ("test", "figures", "certificate"):
        return [None] * count
    if source == "self":
        return [f"p{person:04d}"]
    team = person // condition.team
    if source == "manager":
        return [f"m{team}"]
    if source in ("role_play", "joint_visit"):
        return list(rng.choice(trainers, count, replace=False))
    if source == "customer":
        return [f"k{(person * 3 + step) % max(condition.people, 10)}" for step in range(count)]
    first = team * condition.team
    mates = [one for one in range(first, min(first + condition.team, condition.people)) if one != person]
    return [f"p{one:04d}" for one in rng.choice(mates, min(count, len(mates)), replace=False)] if mates else []
