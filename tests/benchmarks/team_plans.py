"""Value, proven gap, seconds and memory of `plan_team`, beside greedy and one model for everybody in the same run.

``python tests/benchmarks/team_plans.py [--people 300] [--activities 200] [--seconds 120] [--processes 1]``

`--people 5000 --without-monolith` is the full size. The company is made up (`team_instances.py`): shared seats, trainers'
and mentors' hours per region and four weeks, a budget for each team of ten and one for the company, all of them scarce.
"""

import argparse
import datetime as dt
import resource
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parents[1])]

from team_instances import START, WEEKS, company  # noqa: E402
from team_peers import greedy, monolith  # noqa: E402

from toolkit.plans.limits import Limits  # noqa: E402
from toolkit.plans.team_certificate import check_bound  # noqa: E402
from toolkit.plans.team_limits import TeamLimits  # noqa: E402
from toolkit.plans.team_plan import Progress, plan_team  # noqa: E402


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--activities", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120.0, help="for the one model for everybody")
    parser.add_argument("--processes", type=int, default=None)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--without-monolith", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Print the table."""
    chosen = arguments()
    made = company(chosen.people, chosen.activities, seed=chosen.seed)
    each = Limits(START, START + dt.timedelta(weeks=WEEKS), 2.0, 5000.0)
    limits = TeamLimits(each, made["people"], made["company_budget"], made["team_budgets"], made["staff_hours"])
    tables = (made["gaps"], made["activities"], made["sessions"], limits)
    began, seen = time.perf_counter(), []

    def show(now: Progress) -> None:
        seen.append((time.perf_counter() - began, now.value, now.bound))
        if len(seen) % 10 == 1 or now.value:
            print(
                f"  {seen[-1][0]:6.1f} s  value {now.value:10.2f}  bound {now.bound:10.2f}  gap {now.gap:.4f}",
                flush=True,
            )

    plan = plan_team(*tables, progress=show, processes=chosen.processes)
    seconds = time.perf_counter() - began
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        f"plan_team: {chosen.people} people x {chosen.activities} activities, {len(plan.problem.shared)} shared things"
    )
    print(f"  value {plan.value:.2f}  bound {plan.bound:.2f}  proven gap {100 * plan.gap:.2f} %  {seconds:.1f} s")
    print(f"  processor {sum(one.ru_utime + one.ru_stime for one in times):.1f} s, "
          f"peak memory {times[0].ru_maxrss / 1024:.0f} MB + {times[1].ru_maxrss / 1024:.0f} MB")  # fmt: skip
    shared = plan.shared.assign(
        share=lambda t: t["used"] / t["capacity"], over=lambda t: t["used"] > t["capacity"] + 1e-6
    )
    print(shared.groupby("kind")[["share", "over"]].agg({"share": "mean", "over": "sum"}).round(3).to_string())
    print(f"  people without a plan {len(plan.without)}, items {len(plan.items)}")
    began = time.perf_counter()
    print(f"  check_bound: {check_bound(plan.certificate, *tables):.2f} in {time.perf_counter() - began:.1f} s, "
          f"arithmetic only {check_bound(plan.certificate, *tables, tight=False):.2f}")  # fmt: skip
    began = time.perf_counter()
    value = greedy(plan.problem)
    print(
        f"greedy: value {value:.2f}, {100 * (plan.bound - value) / value:.2f} % below the bound, "
        f"{time.perf_counter() - began:.1f} s"
    )
    if not chosen.without_monolith:
        began = time.perf_counter()
        value, bound = monolith(plan.problem, chosen.seconds)
        gap = f"{100 * (bound - value) / value:.2f} %" if value > 0 else "no plan"
        print(
            f"one model for everybody: value {value:.2f}  bound {bound:.2f}  gap {gap}  "
            f"{time.perf_counter() - began:.1f} s"
        )


if __name__ == "__main__":
    main()
