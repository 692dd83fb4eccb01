"""Planning many people: limits kept, a bound that holds, the same outcome however it is computed."""

import datetime as dt
import itertools
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import plan_makers as make
import pytest

from toolkit.errors import InputError, NotEnoughData
from toolkit.plans import Limits, TeamLimits, check_bound, plan_person, plan_team
from toolkit.plans.team_certificate import Certificate

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from team_instances import START, WEEKS, company

EACH = Limits(START, START + dt.timedelta(weeks=WEEKS), 2.0, 5000.0)


def limits_of(made, **others):
    chosen = {"company_budget": made["company_budget"], "team_budgets": made["team_budgets"],
              "staff_hours": made["staff_hours"]} | others  # fmt: skip
    return TeamLimits(EACH, made["people"], **chosen)


def tables(made):
    return made["gaps"], made["activities"], made["sessions"]


@pytest.fixture(scope="module")
def made():
    return company(40, 60, 6, seed=7)


@pytest.fixture(scope="module")
def plan(made):
    return plan_team(*tables(made), limits_of(made))


def test_the_plans_keep_every_limit(made, plan):
    items = plan.items.merge(made["people"], on="person_id")
    activities = made["activities"].set_index("activity_id")
    assert len(items) > 100
    assert items["cost"].sum() <= made["company_budget"] + 1e-6
    spent = items.groupby("team_id")["cost"].sum()
    assert (spent <= made["team_budgets"].set_index("team_id")["budget"].reindex(spent.index) + 1e-6).all()
    seats = made["sessions"].set_index("session_id")["seats"]
    taken = items["session_id"].dropna().value_counts()
    assert len(taken) and (taken <= seats.reindex(taken.index)).all()
    assert (items.groupby("person_id")["hours"].sum() <= EACH.hours + 1e-9).all()
    assert not items.duplicated(["person_id", "activity_id"]).any()
    tiers = ("junior", "middle", "senior")
    for row in items.itertuples():
        made_for = activities.loc[row.activity_id, "tier"]
        assert made_for == "any" or abs(tiers.index(made_for) - tiers.index(row.tier)) <= 1
    used = {}
    for row in items.itertuples():
        activity = activities.loc[row.activity_id]
        staff = {"joint_visit": "trainer", "mentoring": "mentor", "shadowing": "mentor"}.get(activity["kind"])
        for week in range(activity["weeks"] if staff else 0):
            block = min(((row.starts_on - START).days // 7 + week) // 4, 6) + 1
            key = (staff, row.region, block)
            used[key] = used.get(key, 0) + row.hours / activity["weeks"]
    capacity = made["staff_hours"].set_index(["staff", "region", "block"])["hours"]
    assert used and all(size <= capacity[key] + 1e-6 for key, size in used.items())


def test_prerequisites_come_first_and_sessions_do_not_clash(made, plan):
    needs = made["activities"].set_index("activity_id")["prerequisites"].dropna()
    followed = 0
    for _, items in plan.items.groupby("person_id"):
        ends = items.set_index("activity_id")["ends_on"]
        for row in items[items["activity_id"].isin(needs.index)].itertuples():
            followed += 1
            assert ends[needs[row.activity_id]] < row.starts_on
        days = [
            row.starts_on + dt.timedelta(days=day, weeks=week)
            for row in items[items["session_id"].notna()].itertuples()
            for weeks in [(row.ends_on - row.starts_on).days // 7 + 1]
            for week in range(weeks)
            for day in range(-(-int(row.hours / weeks) // 8))
        ]
        assert len(days) == len(set(days))
    assert followed


def test_value_and_items_agree_with_the_plans(plan):
    assert plan.value == pytest.approx(sum(one.value for one in plan.plans), rel=1e-9)
    assert plan.gap == pytest.approx((plan.bound - plan.value) / plan.value)
    assert [i.activity_id for i in plan.plans[0].items] == list(
        plan.items.loc[plan.items["person_id"] == plan.plans[0].person_id, "activity_id"]
    )
    assert 0 < plan.gap < 0.08
    assert not len(plan.without) and not len(plan.short)


def test_anybody_can_check_the_bound(made, plan):
    limits = limits_of(made)
    assert check_bound(plan.certificate, *tables(made), limits) == pytest.approx(plan.bound, rel=1e-9)
    assert check_bound(plan.certificate, *tables(made), limits, tight=False) >= plan.bound
    rng = np.random.default_rng(3)
    for _ in range(3):  # any prices and multipliers prove some bound
        worse = Certificate(
            plan.certificate.prices * rng.uniform(0, 2, len(plan.certificate.prices)),
            plan.certificate.multipliers * rng.uniform(0.5, 1.5, plan.certificate.multipliers.shape),
            plan.certificate.bounds, plan.certificate.alone,
        )  # fmt: skip
        assert check_bound(worse, *tables(made), limits) > plan.value
    with pytest.raises(InputError):
        check_bound(plan.certificate, *tables(made), limits_of(made, company_budget=None))


def test_the_same_input_gives_the_same_plans(made, plan):
    assert plan_team(*tables(made), limits_of(made)).items.equals(plan.items)


def small(seed, people=3, least_gain=0.0):
    """Return a company so small that all its plans can be tried."""
    rng = np.random.default_rng(seed)
    rows = [
        make.activity(f"a{n}", hours=float(rng.integers(4, 11)), cost=float(rng.integers(1, 5) * 100),
                      mode="dated" if n < 2 else "on_demand", weeks=1, x=float(rng.uniform(0.2, 0.9)), y=float(rng.uniform(0, 0.9)))
        for n in range(4)
    ]  # fmt: skip
    sessions = [make.session(f"s{n}", f"a{n}", make.START + dt.timedelta(days=7), seats=1) for n in range(2)]
    gaps = [
        make.gaps(x=(rng.uniform(2, 3), 0.4, 4.0, 3.0), y=(rng.uniform(2, 3), 0.4, 3.5, 2.0)).assign(person_id=f"p{n}")
        for n in range(people)
    ]
    each = replace(make.limits(weeks=8, hours=2.0, budget=700.0), least_gain=least_gain)
    limits = TeamLimits(each, company_budget=1300.0, everyone=False)
    return pd.concat(gaps), rows, sessions, limits


@pytest.mark.parametrize("least_gain", [0.0, 1.5])
@pytest.mark.parametrize("seed", range(6))
def test_no_plans_of_a_tiny_company_beat_the_bound(seed, least_gain):
    gaps, rows, sessions, limits = small(seed, least_gain=least_gain)
    found = plan_team(gaps, make.catalogue(*rows), pd.DataFrame(sessions), limits)
    best = -1.0
    sets = [set(one) for size in range(5) for one in itertools.combinations(range(4), size)]
    sets = [
        one for one in sets if sum(rows[n]["hours"] for n in one) <= 16 and sum(rows[n]["cost"] for n in one) <= 700
    ]
    # Both sessions meet on the same day, so nobody can take both.
    sets = [one for one in sets if not {0, 1} <= one]
    people = [person for _, person in gaps.groupby("person_id")]
    # Sessions are a week off, which costs a little; what is on demand can start at once.
    price = [sum(rows[n]["hours"] * (least_gain / 10 + 1e-5 * (n < 2)) for n in one) for one in sets]
    worth = [[worth_of(person, rows, one) - paid for one, paid in zip(sets, price, strict=True)] for person in people]
    for choice in itertools.product(range(len(sets)), repeat=len(people)):
        chosen = [sets[one] for one in choice]
        seats = max(sum(n in one for one in chosen) for n in range(2))
        if seats <= 1 and sum(rows[n]["cost"] for one in chosen for n in one) <= 1300:
            best = max(best, sum(worth[at][one] for at, one in enumerate(choice)))
    assert found.value - 1e-3 <= best <= found.bound + 1e-9
    assert found.value >= 0.93 * best


def worth_of(person, rows, one):
    known = person.set_index("competency_id")
    return sum(
        known.loc[c, "weight"]
        * make.phi(sum(rows[n][f"gain_{c}"] for n in one), known.loc[c, "gap"], known.loc[c, "sd"])
        for c in known.index
    ) - sum(1e-6 * rows[n]["cost"] for n in one)


def test_one_person_alone_gets_nearly_the_exact_plan():
    for seed in range(4):
        person, rows, sessions, limit, _ = make.random_instance(seed)
        exact = plan_person(person, make.catalogue(*rows), limit, sessions=pd.DataFrame(sessions) if sessions else None)
        found = plan_team(
            person, make.catalogue(*rows), pd.DataFrame(sessions) if sessions else None, TeamLimits(limit)
        )
        assert found.bound >= exact.value - 1e-6
        assert found.value <= exact.bound + 1e-6
        assert found.value >= 0.93 * exact.value


def test_everybody_gets_a_plan_or_the_budget_that_would_do_is_named():
    gaps, rows, _, _ = small(1)
    rows = [row | {"mode": "on_demand"} for row in rows]
    each = make.limits(weeks=8, hours=2.0, budget=700.0)
    least = 3 * min(row["cost"] for row in rows)
    found = plan_team(gaps, make.catalogue(*rows), None, TeamLimits(each, company_budget=least))
    assert not len(found.without) and found.items["cost"].sum() <= least
    with pytest.raises(InputError, match=f"Raise it to at least {least:,.0f}"):
        plan_team(gaps, make.catalogue(*rows), None, TeamLimits(each, company_budget=least - 1))
    some = plan_team(gaps, make.catalogue(*rows), None, TeamLimits(each, company_budget=least - 1, everyone=False))
    assert len(some.without) >= 1 and "Shared seats" in str(some.without["reason"].iloc[0])


def test_planning_can_be_watched_and_stopped(made, plan):
    seen = []
    plan_team(*tables(made), limits_of(made), progress=seen.append)
    bounds = [one.bound for one in seen]
    assert bounds == sorted(bounds, reverse=True) and seen[-1].gap == pytest.approx(plan.gap)
    stopped = plan_team(*tables(made), limits_of(made), progress=lambda now: False)
    assert stopped.stopped and stopped.value > 0.5 * plan.value and stopped.bound >= plan.bound - 1e-6
    assert (stopped.shared["used"] <= stopped.shared["capacity"] + 1e-6).all()


def test_reasons_speak_of_both_sides(plan):
    name, activity = plan.items.iloc[0][["person_id", "activity_id"]]
    assert "Closes" in str(plan.why(name, activity))
    taken = set(plan.items.loc[plan.items["person_id"] == name, "activity_id"])
    reasons = {str(plan.why(name, one)) for one in plan.problem.offer.ids if one not in taken}
    assert len(reasons) >= 2 and all(reasons)
    assert str(plan.why(name, "nothing")) == "It is not in the catalogue."


def test_bad_limits_are_named():
    people = pd.DataFrame({"person_id": ["p", "p"]})
    for wrong, words in (
        ({"people": people}, "more than once"),
        ({"company_budget": -1.0}, "cannot be negative"),
        ({"least_share": 2.0}, "least share"),
        ({"team_budgets": pd.DataFrame({"team_id": ["t"], "budget": [1.0]})}, "who is in which team"),
        ({"staff_hours": pd.DataFrame({"staff": ["coach"], "hours": [1.0]})}, "coach"),
        ({"staff_hours": pd.DataFrame({"staff": ["mentor"], "hours": [-1.0]})}, "-1.0"),
        ({"staff_hours": pd.DataFrame({"staff": ["mentor"], "hours": [1.0], "block": [99]})}, "numbered from 1 to 7"),
        ({"staff_hours": pd.DataFrame({"hours": [1.0]})}, "needs a column “staff”"),
    ):
        with pytest.raises(InputError, match=words):
            TeamLimits(EACH, **wrong)


def test_bad_tables_are_named():
    gaps, rows, _, limits = small(1)
    with pytest.raises(InputError, match="no activities"):
        plan_team(gaps, make.catalogue(*rows).iloc[:0], None, limits)
    rows[0]["prerequisites"], rows[1]["prerequisites"] = "a1", "a0"
    with pytest.raises(InputError, match="circle"):
        plan_team(gaps, make.catalogue(*rows), None, limits)
    with pytest.raises(NotEnoughData):
        plan_team(gaps.assign(level=np.nan), make.catalogue(*rows[2:]), None, limits)


def test_two_processes_give_the_same_as_one():
    made = company(404, 12, 3, seed=3)
    one = plan_team(*tables(made), limits_of(made), processes=1)
    two = plan_team(*tables(made), limits_of(made), processes=2)
    assert one.items.equals(two.items) and one.bound == two.bound


def test_no_process_is_left_behind():
    code = (
        "import sys; sys.path[:0] = sys.argv[1:];"
        "from toolkit.plans.team_parts import Parts; from toolkit.plans.team_problem import problem_of;"
        "from test_plans_team import company, limits_of, tables;"
        "m = company(402, 10, 3, seed=1); p = problem_of(*tables(m), limits_of(m));"
        "parts = Parts(p.offer, p.crowd, 2); child = parts.remote[0]; parts.__exit__(None, None, None);"
        "print(child.poll() is not None)"
    )
    folder = Path(__file__).parent
    run = [sys.executable, "-c", code, str(folder), str(folder.parent / "benchmarks"), str(folder.parents[1])]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip() == "True"
