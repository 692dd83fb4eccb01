"""What `plan_team` is measured against: first come first served, and one model for everybody."""

import numpy as np

from toolkit.plans.limits import PEAK, WINDOW_WEEKS
from toolkit.plans.person_search import Quote, Search, Stock
from toolkit.plans.pricing import gained, gains_of
from toolkit.plans.team_problem import TeamProblem

_SEGMENTS = 8


def greedy(problem: TeamProblem) -> float:
    """Return the worth when each person in turn takes, step by step, what gives most per hour of what is left."""
    offer, crowd = problem.offer, problem.crowd
    gains, stock = gains_of(offer, crowd), Stock(offer, offer.capacity)
    order = [[int(one) for one in options] for options in offer.of_activity]
    total = 0.0
    for row in range(len(crowd.ids)):
        search = Search(offer, crowd, row, gains[row], stock)
        quote = Quote(np.zeros(len(offer.ids)), order)
        blocked: set[int] = set()
        while True:
            worth = gained(search.total + search.gains, search.d, search.sd, search.w).sum(1) - search.closed()
            rate = worth / offer.hours
            rate[[*search.chosen, *blocked]] = -1.0
            best = int(rate.argmax())
            if rate[best] <= 1e-6:
                break
            if not search._put_all(search._missing(best), quote):
                blocked.add(best)
        total += search.value()
    return total


def monolith(problem: TeamProblem, seconds: float) -> tuple[float, float]:
    """Return value and bound of one mixed-integer model of everybody, solved by HiGHS for a time."""
    import highspy

    offer, crowd = problem.offer, problem.crowd
    gains = gains_of(offer, crowd)
    cost, upper, rows = [], [], []
    shared: list[tuple[list[int], list[float]]] = [([], []) for _ in offer.capacity]
    binaries: list[int] = []
    error = 0.0
    for row in range(len(crowd.ids)):
        options = [o for o in range(len(offer.options)) if crowd.eligible[row, offer.activity[o]]]
        first = len(cost)
        column = {o: first + at for at, o in enumerate(options)}
        binaries += column.values()
        cost += [-float(offer.price[o]) for o in options]
        upper += [1.0] * len(options)
        of = {a: [column[o] for o in offer.of_activity[a]] for a in np.flatnonzero(crowd.eligible[row])}
        rows += [(mine, [1.0] * len(mine), 1.0) for mine in of.values()]
        activity = offer.activity[options]
        rows.append((list(column.values()), list(offer.hours[activity]), float(crowd.hours[row])))
        rows.append((list(column.values()), list(offer.cost[activity]), float(crowd.budget[row])))
        for block in range(offer.hours_in.shape[1]):
            used = [o for o in options if offer.hours_in[o, block] > 0]
            room = PEAK * WINDOW_WEEKS * float(crowd.weekly[row])
            rows.append(([column[o] for o in used], [float(offer.hours_in[o, block]) for o in used], room))
        for day in {day for o in options for day in offer.days[o]}:
            meeting = [column[o] for o in options if day in offer.days[o]]
            if len(meeting) > 1:
                rows.append((meeting, [1.0] * len(meeting), 1.0))
        for after, before in offer.needs:
            if crowd.eligible[row, after]:
                for start in sorted({int(offer.first_day[o]) for o in offer.of_activity[after]}):
                    late = [column[o] for o in offer.of_activity[after] if offer.first_day[o] <= start]
                    early = [
                        column[o] for o in offer.of_activity[before] if offer.last_day[o] + offer.pause[after] < start
                    ]
                    rows.append((late + early, [1.0] * len(late) + [-1.0] * len(early), 0.0))
        for o in options:
            for place, size in offer.uses[crowd.region[row]][o]:
                shared[place][0].append(column[o])
                shared[place][1].append(size)
            for place in (int(crowd.team_row[row]), offer.company_row):
                if place >= 0 and offer.cost[offer.activity[o]] > 0:
                    shared[place][0].append(column[o])
                    shared[place][1].append(float(offer.cost[offer.activity[o]]))
        for c in range(gains.shape[2]):
            d, sd, w = (float(table[row, c]) for table in (crowd.shortfall, crowd.sd, crowd.weight))
            top = min(float(gains[row, :, c].sum()), max(d, 0.0) + 3 * sd)
            if top <= 0 or w <= 0:
                continue
            points = np.linspace(0.0, top, _SEGMENTS + 1)
            values = gained(points, np.array(d), np.array(sd), np.array(w))
            width = top / _SEGMENTS
            error += w * min(width**2 / (8 * sd * np.sqrt(2 * np.pi)), width / 4)
            start = len(cost)
            cost += list(np.diff(values) / width)
            upper += [width] * _SEGMENTS
            use = [(column[o], -float(gains[row, offer.activity[o], c])) for o in options]
            use = [(at, gain) for at, gain in use if gain]
            segments = list(range(start, start + _SEGMENTS))
            rows.append((segments + [at for at, _ in use], [1.0] * _SEGMENTS + [g for _, g in use], 0.0))
    rows += [(at, size, float(c)) for (at, size), c in zip(shared, offer.capacity, strict=True)]
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_, lp.sense_ = len(cost), len(rows), highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.array(cost), np.zeros(len(cost)), np.array(upper)
    lp.row_lower_, lp.row_upper_ = np.full(len(rows), -np.inf), np.array([row[2] for row in rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0] + [len(row[0]) for row in rows])
    lp.a_matrix_.index_ = np.concatenate([np.array(row[0], dtype=np.int32) for row in rows])
    lp.a_matrix_.value_ = np.concatenate([np.array(row[1], dtype=float) for row in rows])
    kinds = np.array([highspy.HighsVarType.kContinuous] * len(cost))
    kinds[binaries] = highspy.HighsVarType.kInteger
    lp.integrality_ = list(kinds)
    solver = highspy.Highs()
    for name, value in (("output_flag", False), ("threads", 1), ("time_limit", seconds), ("random_seed", 0)):
        solver.setOptionValue(name, value)
    solver.passModel(lp)
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    # The segments lie below the curve, by `error` at most.
    return (info.objective_function_value if found else 0.0), info.mip_dual_bound + error
