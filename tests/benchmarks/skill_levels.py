"""Levels against simpler figures and a known truth, as Markdown tables.

``python tests/benchmarks/skill_levels.py [--rounds 6] [--condition "360 only"] [--seed 1]``

First the sample organisation (360 ratings alone, then with the sheets of its workshops) with its declared truth, then
simulated organisations (`skill_organisations.py`), `rounds` each. "ratio" is the RMSE of our level over that of
the best of: the source with the latest evidence, the manager's mean alone and the plain mean of all pieces, each taken over the levels it
can give. "best" is the same ratio for one who knows all biases and variances the organisation was drawn from. "holds"
is the share of 90 % intervals with the true level inside. The second table is the same by mix of sources, with what chance
alone may move that share ("give or take", 95 %, from the spread between people: the levels of one person hang together);
levels that no role asks for, which no page shows, stand by themselves as "not asked". The third sorts probabilities of being
below target (targets spread about the true means) into ten classes.

``--priors`` shows on the sample organisation how far the figures rest on the documented biases of sources, which its
ratings alone cannot correct: as documented (self .32, others 0); everybody else lenient by .1, too; all 0 with a
standard deviation of .25; and self with the wrong sign.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1])]

from skill_organisations import AS_OF, CONDITIONS, Condition, draw  # noqa: E402

from toolkit.organisation.content import read_packs  # noqa: E402
from toolkit.organisation.expectations import expectations_of  # noqa: E402
from toolkit.roleplay import Rubric, role_play_evidence  # noqa: E402
from toolkit.settings import shipped  # noqa: E402
from toolkit.skillgap import (  # noqa: E402  # noqa: E402
    estimate_levels,
    find_gaps,
    level_model,
    shared_effects,
    source_priors,
    withhold_small_groups,
)
from toolkit.skillgap.evidence import STANDARD_ERROR  # noqa: E402
from toolkit.skillgap.person_posterior import Variances  # noqa: E402

KEYS = ["person_id", "competency_id"]


def sample(sheets: bool) -> pd.DataFrame:
    """Return the sample organisation's evidence, with or without the sheets of its workshops."""
    folder = shipped("datasets", "organisation")
    rated = pd.read_csv(folder / "feedback.csv", parse_dates=["observed_on"])
    rated = rated.rename(columns={"relation": "source", "rating": "level"}).astype({"level": float})
    rated = rated.assign(standard_error=rated["source"].map(STANDARD_ERROR)).drop(columns="round")
    if not sheets:
        return rated
    packs = read_packs()
    rubrics = {body["id"]: Rubric.from_content(body) for body in packs["rubrics"]["rubrics"]}
    rubric_of = {body["id"]: body["rubric"] for body in packs["scenarios"]["scenarios"]}
    seen = pd.read_csv(folder / "ratings.csv").merge(
        pd.read_csv(folder / "workshop_sheets.csv", parse_dates=["rated_at"]), on="sheet_id"
    )
    seen = seen.assign(
        rubric_id=seen["scenario_id"].map(rubric_of),
        rated_on=seen["rated_at"].dt.tz_localize(None).dt.normalize(),
        scenario_id=seen["workshop_id"] + "/" + seen["scenario_id"],
    )
    return pd.concat([rated, role_play_evidence(seen, rubrics)], ignore_index=True)


def sample_targets() -> pd.DataFrame:
    """Return what the roles of the sample organisation ask."""
    people = pd.read_csv(shipped("datasets", "organisation", "people.csv"), parse_dates=["hired_on", "left_on"])
    return expectations_of(people, read_packs()["roles"])


def spread_targets(truth: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a target for every person and competency, spread about the competency's true mean."""
    mean = truth.groupby("competency_id")["skill"].transform("mean")
    target = (mean + rng.normal(0, 0.7, len(truth))).clip(1, 5)
    return truth[KEYS].assign(target=target, weight=3.0)


def judged(evidence: pd.DataFrame, truth: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Return one row per level with the truth, the simpler figures, the mix of sources and the probability below target."""
    used, _ = withhold_small_groups(evidence)
    levels = estimate_levels(used, as_of=AS_OF)
    ordered = used.sort_values("observed_on", kind="stable")
    last = ordered.groupby(KEYS)["source"].transform("last")
    found = levels.merge(truth, on=KEYS).set_index(KEYS)
    found["plain"] = used.groupby(KEYS)["level"].mean()
    found["latest"] = ordered[ordered["source"] == last].groupby(KEYS)["level"].mean()
    found["manager"] = used[used["source"] == "manager"].groupby(KEYS)["level"].mean()
    kinds = used.drop_duplicates([*KEYS, "source"]).sort_values("source")
    found["mix"] = kinds.groupby(KEYS)["source"].agg("+".join)
    found["holds"] = (found["low"] <= found["skill"]) & (found["skill"] <= found["high"])
    gaps = find_gaps(levels, targets).set_index(KEYS)[["probability_below", "target"]]
    return found.join(gaps).reset_index()


def give_or_take(found: pd.DataFrame) -> float:
    """Return 1.96 standard errors of the share of intervals that hold, people drawn as they are, with all their levels."""
    by_person = (found["holds"] - found["holds"].mean()).groupby(found["drawn"] + found["person_id"]).sum()
    return float(1.96 * np.sqrt((by_person**2).sum()) / len(found))


def off(found: pd.DataFrame, name: str) -> float:
    """Return the root mean square error of a column over the rows that have it."""
    return float(np.sqrt(((found[name] - found["skill"]) ** 2).mean()))


def informed(condition: Condition, bias: dict[str, float]) -> list[mock._patch]:
    """Return what makes the model know the biases and variances of a condition."""

    def known(cells: object) -> Variances:
        names = np.array(cells.sources)  # type: ignore[attr-defined]
        alone, paper = names == "self", np.isin(names, source_priors.IMPERSONAL)
        size = len(cells.competencies)  # type: ignore[attr-defined]
        people = condition.correlation * np.ones((size, size)) + (1 - condition.correlation) * np.eye(size)
        return Variances(
            chance=(condition.noise**2 + 1 / 12) / cells.error**2,  # type: ignore[attr-defined]
            severity=np.where(alone | paper, 0.0, condition.severity**2),
            halo=condition.halo**2 + alone * condition.severity**2,
            view=np.full(len(names), condition.view**2),
            people=condition.sd**2 * people,
        )

    biases = {name: (value, 0.01) for name, value in bias.items()}
    return [
        mock.patch.object(level_model, "prior_variances", known),
        mock.patch.object(level_model, "_renewed", lambda raw, cells, left, now: now.variances),
        mock.patch.dict(source_priors.BIAS, biases),
        mock.patch.object(shared_effects, "LENIENCY_SD", 1e-6),
    ]


def organisations(chosen: argparse.Namespace) -> Iterator[tuple[str, pd.DataFrame, float]]:
    """Give name, judged levels and the best possible RMSE (nan where it is not known)."""
    truth = pd.read_csv(shipped("datasets", "truth", "skills.csv"))
    if not chosen.condition:
        for name, sheets in (("sample, 360", False), ("sample, 360 and sheets", True)):
            yield name, judged(sample(sheets), truth, sample_targets()).assign(drawn=""), float("nan")
    for name in chosen.condition or CONDITIONS:
        ours, best = [], []
        for number in range(chosen.rounds):
            rng = np.random.default_rng([chosen.seed, number, *name.encode()])
            one = draw(rng, CONDITIONS[name])
            targets = spread_targets(one.truth, rng)
            ours.append(judged(one.evidence, one.truth, targets).assign(drawn=f"{name}/{number}/"))
            patches = informed(CONDITIONS[name], one.bias)
            for patch in patches:
                patch.start()
            best.append(judged(one.evidence, one.truth, targets))
            for patch in patches:
                patch.stop()
        yield name, pd.concat(ours), off(pd.concat(best), "level")


def priors() -> None:
    """Print what the sample organisation's figures become with other prior biases."""
    truth = pd.read_csv(shipped("datasets", "truth", "skills.csv"))
    known = dict(source_priors.BIAS)
    choices = {
        "as documented": known,
        "others lenient by .1": {name: (pair[0] or 0.1, pair[1]) for name, pair in known.items()},
        "all 0, sd .25": dict.fromkeys(known, (0.0, 0.25)),
        "wrong sign of self": {name: (-pair[0], pair[1]) for name, pair in known.items()},
    }
    print("| prior biases | evidence | ours | ratio to plain | bias | holds |\n| --- | --- | --- | --- | --- | --- |")
    for name, biases in choices.items():
        for kind, sheets in (("360", False), ("360 and sheets", True)):
            with mock.patch.dict(source_priors.BIAS, biases):
                found = judged(sample(sheets), truth, sample_targets())
            ours, bias = off(found, "level"), (found["level"] - found["skill"]).mean()
            print(
                f"| {name} | {kind} | {ours:.3f} | {ours / off(found, 'plain'):.2f} | {bias:+.2f} "
                f"| {found['holds'].mean():.3f} |"
            )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seed", type=int, default=20260901)
    parser.add_argument("--condition", choices=CONDITIONS, action="append")
    parser.add_argument("--priors", action="store_true")
    chosen = parser.parse_args()
    if chosen.priors:
        priors()
        return
    print("| organisation | levels | ours | plain | latest source | manager | ratio | best | bias | holds | mean sd |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    parts = []
    for name, found, best in organisations(chosen):
        simple = {one: off(found, one) for one in ("plain", "latest", "manager")}
        least = min(simple.values())
        print(
            f"| {name} | {len(found):,} | {off(found, 'level'):.3f} | {simple['plain']:.3f} | {simple['latest']:.3f} "
            f"| {simple['manager']:.3f} | {off(found, 'level') / least:.2f} | {best / least:.2f} "
            f"| {(found['level'] - found['skill']).mean():+.2f} | {found['holds'].mean():.3f} | {found['sd'].mean():.2f} |",
            flush=True,
        )
        kind = name if name.startswith(("sample", "biases")) else "simulated"
        asked = found["target"].notna()
        parts.append(found.assign(kind=np.where(asked, kind, f"{kind}, not asked")))
    together = pd.concat(parts)
    print("\n| organisation | mix of sources | levels | people | ours | plain | holds | give or take |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for (kind, mix), found in together.groupby(["kind", "mix"]):
        if len(found) >= (15 if kind.startswith("sample") else 200):
            people = (found["drawn"] + found["person_id"]).nunique()
            print(
                f"| {kind} | {mix} | {len(found):,} | {people:,} | {off(found, 'level'):.3f} | {off(found, 'plain'):.3f} "
                f"| {found['holds'].mean():.3f} | {give_or_take(found):.3f} |"
            )
    print("\n| organisation | probability below | levels | mean said | really below |\n| --- | --- | --- | --- | --- |")
    together = together.dropna(subset=["probability_below"])
    together["class"] = np.minimum((together["probability_below"] * 10).astype(int), 9)
    for (kind, one), found in together.groupby(["kind", "class"]):
        below = (found["skill"] < found["target"]).mean()
        print(
            f"| {kind} | {one / 10:.1f}-{(one + 1) / 10:.1f} | {len(found):,} | {found['probability_below'].mean():.3f} | {below:.3f} |"
        )


if __name__ == "__main__":
    main()
