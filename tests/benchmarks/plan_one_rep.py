"""Time to a proven plan for one rep and to the next after a pin, beside one plain call of the solver, as Markdown.

``python tests/benchmarks/plan_one_rep.py [--reps 8] [--activities 60] [--pins 3]``

The plain call is the whole model at once: a binary column for each activity and start, secants for the curves, HiGHS with
its own settings. Same rep, same limits, same process, taking turns; processor seconds inside HiGHS, so that other
load on the machine matters less. Both plans are worth the same within their proofs, which is checked.
"""

import argparse
import datetime as dt
import sys
import time
from pathlib import Path

import highspy
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from toolkit.errors import InputError
from toolkit.plans import Limits, PersonPlanner
from toolkit.plans.optimiser import ChoiceModel, Solver
from toolkit.plans.problem import Problem

START = dt.date(2026, 1, 5)
KINDS = ("course", "drill", "joint_visit", "mentoring", "shadowing", "e_learning", "sharing_session", "reading")


class Clock:
    """Adds up processor seconds inside HiGHS."""

    def __init__(self) -> None:
        self.seconds = 0.0
        clock, run = self, highspy.Highs.run

        def timed(highs: highspy.Highs) -> object:
            begun = time.process_time()
            try:
                return run(highs)
            finally:
                clock.seconds += time.process_time() - begun

        highspy.Highs.run = timed

    def take(self) -> float:
        """Return the seconds since the last call."""
        seconds, self.seconds = self.seconds, 0.0
        return seconds


def instance(seed: int, activities: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, Limits]:
    """Return gaps in 12 competencies, a catalogue, its sessions and limits of 26 weeks."""
    rng = np.random.default_rng(seed)
    names, rows, sessions, gaps = [f"c{i}" for i in range(12)], [], [], []
    for number in range(activities):
        dated, name = rng.random() < 0.33, f"a{number:02d}"
        row = {
            "activity_id": name,
            "kind": str(rng.choice(KINDS)),
            "content_area": "sales_skills",
            "tier": str(rng.choice(["any", "junior", "middle", "senior"])),
            "language": "both",
            "mode": "dated" if dated else "on_demand",
            "hours": float(rng.choice([2, 3, 4, 5, 6, 8, 10, 12, 16])),
            "cost": float(rng.choice([0, 0, 0, 150, 300, 600, 900, 1800, 3000])),
            "weeks": int(rng.choice([1, 1, 2, 3, 4, 6, 8])),
            "prerequisites": f"a{rng.integers(0, number):02d}" if number and rng.random() < 0.15 else None,
        } | {f"gain_{c}": 0.0 for c in names}
        for c in rng.choice(names, size=rng.integers(1, 4), replace=False):
            row[f"gain_{c}"] = float(np.round(rng.uniform(0.05, 0.5), 2))
        rows.append(row)
        for turn in range(int(rng.integers(3, 7)) if dated else 0):
            day = pd.Timestamp(START) + pd.Timedelta(days=int(rng.integers(7, 270)))
            taken = int(rng.integers(0, 16))
            sessions.append((f"s{number}-{turn}", name, day, 15, taken))
    for c in names:
        target, sd = float(rng.integers(5, 9) / 2), float(rng.uniform(0.2, 0.6))
        level, weight = float(np.clip(target - rng.normal(0.4, 0.6), 1.2, 4.8)), float(rng.integers(1, 6))
        gaps.append(("p", c, level, sd, target, target - level, 0.5, weight, 1.0))
    gap_names = [
        "person_id",
        "competency_id",
        "level",
        "sd",
        "target",
        "gap",
        "probability_below",
        "weight",
        "priority",
    ]
    session_names = ["session_id", "activity_id", "starts_on", "seats", "seats_taken"]
    limits = Limits(START, START + dt.timedelta(weeks=26), 2.0, 5000.0)
    return (
        pd.DataFrame(gaps, columns=gap_names),
        pd.DataFrame(rows),
        pd.DataFrame(sessions, columns=session_names),
        limits,
    )


def plain(problem: Problem) -> tuple[float, float]:
    """Return objective and bound of the whole model in one call."""
    model, limits = ChoiceModel(), problem.limits
    for price in problem.prices:
        model.option(-price)
    for numbers in problem.by_activity.values():
        model.one_of(numbers)
    options = list(enumerate(problem.options))
    model.row({i: problem.costs[o.activity_id] for i, o in options}, high=limits.budget)
    model.row({i: problem.hours[o.activity_id] for i, o in options}, high=limits.hours)
    for window, most in enumerate(limits.window_hours):
        model.row({i: float(o.hours_in[window]) for i, o in options if o.hours_in[window] > 0}, high=most)
    for activity, needs in problem.prerequisites.items():
        own = problem.by_activity.get(activity, [])
        for needed in needs:
            for start in sorted({problem.options[i].starts_on for i in own}):
                begun = {i: 1.0 for i in own if problem.options[i].starts_on <= start}
                before = problem.by_activity.get(needed, ())
                model.row(begun | {i: -1.0 for i in before if problem.options[i].ends_on < start}, high=0.0)
    for curve in problem.curves:
        steps = [model.amount(s, high=w) for s, w in zip(curve.slopes, curve.widths, strict=True)]
        gains = {i: -problem.gains.get((o.activity_id, curve.competency_id), 0.0) for i, o in options}
        model.row(dict.fromkeys(steps, 1.0) | {i: gain for i, gain in gains.items() if gain}, high=0.0)
    choice = Solver(model, gap=5e-4, time_limit=60).solve()
    return choice.objective, choice.bound + sum(curve.error for curve in problem.curves)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reps", type=int, default=8)
    parser.add_argument("--activities", type=int, default=60)
    parser.add_argument("--pins", type=int, default=3)
    chosen = parser.parse_args()
    clock, first, again, whole, proofs = Clock(), list[float](), list[float](), list[float](), list[float]()
    print("| rep | items | proven gap | first plan, ms | after a pin, ms | plain call, ms | its proven gap |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for seed in range(chosen.reps):
        gaps, activities, sessions, limits = instance(seed, chosen.activities)
        planner = PersonPlanner(gaps, activities, limits, sessions=sessions)
        clock.take()
        plan = planner.plan()
        first.append(clock.take())
        inside, pins = {item.activity_id for item in plan.items}, list[float]()
        outside = [a for a in sorted(planner.problem.by_activity) if a not in inside]
        for pin in outside:
            if len(pins) == chosen.pins:
                break
            clock.take()
            try:
                planner.plan(pinned=[pin])
                pins.append(clock.take())
            except InputError:
                pass
        clock.take()
        objective, bound = plain(planner.problem)
        whole.append(clock.take())
        again += pins
        proofs.append(plan.gap)
        if plan.value > bound * (1 + 1e-6) or plan.bound < objective * (1 - 1e-6):
            raise SystemExit(f"rep {seed}: the two proofs contradict each other")
        times = ", ".join(f"{1000 * one:.0f}" for one in pins)
        print(
            f"| {seed} | {len(plan.items)} | {plan.gap:.3%} | {1000 * first[-1]:.0f} | {times} "
            f"| {1000 * whole[-1]:.0f} | {bound / objective - 1:.3%} |",
            flush=True,
        )
    middle = [float(np.median(one)) for one in (first, again, whole)]
    print(
        f"\nMedian: first plan {1000 * middle[0]:.0f} ms ({middle[0] / middle[2]:.3f} of the plain call), after a pin "
        f"{1000 * middle[1]:.0f} ms ({middle[1] / middle[2]:.3f}; nine in ten within {1000 * np.quantile(again, 0.9):.0f} ms), "
        f"plain call {1000 * middle[2]:.0f} ms. Largest proven gap {max(proofs):.3%}."
    )


if __name__ == "__main__":
    main()
