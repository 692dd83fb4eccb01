"""Small catalogues, random instances, and an enumeration of all plans that shares no code with the planner."""

import datetime as dt
import itertools
import math

import numpy as np
import pandas as pd

from toolkit.plans import Limits

START = dt.date(2026, 1, 5)  # a Monday
TIERS = ("junior", "middle", "senior")
NAMES = {"listening": {"en": "Listening", "zh": "倾听"}, "closing": {"en": "Closing", "zh": "成交"}}


def activity(name, hours=4.0, cost=100.0, weeks=2, mode="on_demand", tier="any", language="both", needs=None, **gains):
    """Return one row of Activities with names; `gains` by competency."""
    return {
        "activity_id": name,
        "kind": "course",
        "content_area": "sales_skills",
        "tier": tier,
        "language": language,
        "mode": mode,
        "hours": hours,
        "cost": cost,
        "weeks": weeks,
        "prerequisites": needs,
        "name_en": f"Course {name}",
        "name_zh": f"课程{name}",
        "summary_en": f"About {name}",
        "summary_zh": f"关于{name}",
        **{f"gain_{competency}": gain for competency, gain in gains.items()},
    }


def catalogue(*rows):
    return pd.DataFrame(rows)


def session(name, activity_id, day, seats=10, taken=0):
    return {"session_id": name, "activity_id": activity_id, "starts_on": pd.Timestamp(day), "seats": seats,
            "seats_taken": taken}  # fmt: skip


def gaps(**competencies):
    """Return the Gaps table of one person from competency=(level, sd, target, weight)."""
    rows = [
        {"person_id": "p", "competency_id": name, "level": level, "sd": sd, "target": target, "gap": target - level,
         "probability_below": 0.5, "weight": weight, "priority": 1.0}
        for name, (level, sd, target, weight) in competencies.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def limits(weeks=12, hours=2.0, budget=1000.0, days=0):
    return Limits(START, START + dt.timedelta(weeks=weeks, days=days), hours, budget)


def phi(gain, shortfall, sd):
    """Return E[min(gain, max(gap, 0))] for gap ~ N(shortfall, sd), by its own integral of P(gap > y)."""

    def psi(u):
        z = u / sd
        return u * 0.5 * math.erfc(-z / math.sqrt(2)) + sd * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    return psi(shortfall) - psi(shortfall - gain)


def ways(row, sessions, limit):
    """Return (first day, last day, week, session) of each time at which an activity can be done."""
    length = dt.timedelta(weeks=int(row["weeks"]))
    if row["mode"] == "on_demand":
        starts = range(0, limit.weeks - int(row["weeks"]) + 1, 4)
        days = [(START + dt.timedelta(weeks=week), None) for week in starts]
    else:
        days = [
            (one["starts_on"].date(), one["session_id"])
            for one in sessions
            if one["activity_id"] == row["activity_id"] and one["seats_taken"] < one["seats"] and one["starts_on"].date() >= START
        ]  # fmt: skip
    found = []
    for day, name in days:
        last = day + length - dt.timedelta(days=3 if day.weekday() == 0 else 1)
        if last <= limit.deadline:
            found.append((day, last, (day - START).days // 7, name))
    return found


def best_plan(person, rows, sessions, limit, *, pinned=(), excluded=(), tier=None, language=None):
    """Return (value, {activity: first day}) of the best plan by trying all, or None if no plan keeps the pins."""
    levels = person.set_index("competency_id")
    usable = []
    for row in rows:
        far = tier and row["tier"] != "any" and abs(TIERS.index(row["tier"]) - TIERS.index(tier)) > 1
        other = language and row["language"] not in (language, "both")
        if row["activity_id"] in pinned or not (far or other or row["activity_id"] in excluded):
            usable.append(row)
    blocks = -(-limit.weeks // 4)
    best = None
    for choice in itertools.product(*[[None, *ways(row, sessions, limit)] for row in usable]):
        taken = {row["activity_id"]: (row, when) for row, when in zip(usable, choice, strict=True) if when}
        if set(pinned) - set(taken):
            continue
        if sum(row["hours"] for row, _ in taken.values()) > limit.hours_per_week * limit.weeks + 1e-9:
            continue
        if sum(row["cost"] for row, _ in taken.values()) > limit.budget + 1e-9:
            continue
        used = np.zeros(blocks)
        for row, (_, _, week, _) in taken.values():
            for step in range(int(row["weeks"])):
                used[min((week + step) // 4, blocks - 1)] += row["hours"] / row["weeks"]
        if (used > 2 * 4 * limit.hours_per_week + 1e-9).any():
            continue
        needs = [(a, n) for a, (row, _) in taken.items() for n in (row["prerequisites"] or "").split(";") if n]
        if any(n not in taken or taken[n][1][1] >= taken[a][1][0] for a, n in needs):
            continue
        value = -sum(1e-6 * row["cost"] + 1e-5 * row["hours"] * when[2] for row, when in taken.values())
        for competency, known in levels.iterrows():
            gain = sum(
                row.get(f"gain_{competency}", 0.0) * fit(row["tier"], known["level"]) for row, _ in taken.values()
            )
            value += known["weight"] * phi(gain, known["gap"], known["sd"])
        if best is None or value > best[0]:
            best = (value, {a: when[0] for a, (_, when) in taken.items()})
    return best


def fit(tier, level):
    """Return the share of its gain an activity gives: 1 up to .75 levels from its tier, .3 from 2 on."""
    if tier == "any":
        return 1.0
    distance = abs(level - {"junior": 2.0, "middle": 3.0, "senior": 4.0}[tier])
    return 1.0 - 0.7 * min(max((distance - 0.75) / 1.25, 0.0), 1.0)


def random_instance(seed):
    """Return (gaps, rows, sessions, limits, options) of a small random instance."""
    rng = np.random.default_rng(seed)
    rows, sessions = [], []
    for number in range(6):
        dated = rng.random() < 0.5
        needs = [f"a{earlier}" for earlier in range(number) if rng.random() < 0.2]
        gains = {name: float(np.round(rng.uniform(0.1, 1.0), 2)) for name in ("x", "y", "z") if rng.random() < 0.6}
        rows.append(
            activity(
                f"a{number}",
                hours=float(rng.integers(2, 13)),
                cost=float(rng.integers(0, 7) * 100),
                weeks=int(rng.integers(1, 5)),
                mode="dated" if dated else "on_demand",
                tier=str(rng.choice(["any", *TIERS])),
                language=str(rng.choice(["both", "both", "zh", "en"])),
                needs=";".join(needs) or None,
                **(dict.fromkeys(("x", "y", "z"), 0.0) | gains),
            )
        )
        for turn in range(3 if dated else 0):
            day = START + dt.timedelta(days=int(rng.integers(-14, 75)))
            taken = 5 if rng.random() < 0.2 else 2
            sessions.append(session(f"s{number}{turn}", f"a{number}", day, seats=5, taken=taken))
    person = gaps(
        **{
            name: (rng.uniform(1.5, 4), rng.uniform(0.15, 0.9), rng.integers(4, 9) / 2, float(rng.integers(1, 6)))
            for name in ("x", "y", "z")
        }
    )
    limit = limits(int(rng.integers(8, 12)), float(rng.choice([1, 2, 3, 4])), float(rng.choice([300, 900, 1500, 5000])),
                   int(rng.integers(0, 7)))  # fmt: skip
    names = [f"a{number}" for number in range(6)]
    options = {
        "pinned": tuple(rng.choice(names, size=rng.integers(0, 3), replace=False)) if rng.random() < 0.3 else (),
        "excluded": tuple(rng.choice(names, size=1)) if rng.random() < 0.5 else (),
        "tier": rng.choice([None, None, None, *TIERS]),
        "language": rng.choice([None, None, "zh", "en"]),
    }
    return person, rows, sessions, limit, options
