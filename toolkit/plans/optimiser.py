"""The exact choice of options for one person: a mixed-integer model solved by HiGHS, with its bound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from toolkit.errors import ToolkitError
from toolkit.plans.limits import PEAK, WINDOW_WEEKS, Limits
from toolkit.plans.objective import Curve, Floats
from toolkit.plans.options import Option
from toolkit.wording import text

_TIME_LIMIT, _GAP = 20.0, 5e-4
_INFINITY = float("inf")


@dataclass(frozen=True)
class Choice:
    """Chosen options, the solver's objective and its upper bound; `feasible` False if no plan keeps all rows."""

    feasible: bool
    chosen: tuple[int, ...] = ()
    objective: float = 0.0
    bound: float = 0.0


@dataclass
class Model:
    """Rows and columns in the making: first one binary column per option, then the curves' segments."""

    cost: list[float]
    upper: list[float]
    rows: list[tuple[float, list[int], list[float], float]] = field(default_factory=list)

    def add(self, low: float, entries: Mapping[int, float], high: float) -> None:
        """Add the row low <= sum of entries <= high."""
        self.rows.append((low, list(entries), list(entries.values()), high))


def choose(
    options: Sequence[Option],
    prices: Sequence[float],
    curves: Sequence[Curve],
    gains: Mapping[tuple[str, str], float],
    costs: Mapping[str, float],
    hours: Mapping[str, float],
    prerequisites: Mapping[str, Sequence[str]],
    limits: Limits,
    pinned: Sequence[str] = (),
) -> Choice:
    """Return the best set of options.

    `prices` are subtracted per chosen option; `gains` maps (activity_id, competency_id) to
    levels; `prerequisites` names, per activity, those to be finished before it starts.
    """
    if not options:
        return Choice(feasible=not pinned)
    model = Model(cost=[-price for price in prices], upper=[1.0] * len(options))
    by_activity: dict[str, list[int]] = {}
    for index, option in enumerate(options):
        by_activity.setdefault(option.activity_id, []).append(index)
    for activity_id, indices in by_activity.items():
        model.add(1.0 if activity_id in pinned else 0.0, dict.fromkeys(indices, 1.0), 1.0)
    _add_limits(model, options, costs, hours, limits)
    _add_prerequisites(model, options, by_activity, prerequisites)
    _add_curves(model, by_activity, curves, gains)
    return _solve(model, len(options))


def _add_limits(
    model: Model,
    options: Sequence[Option],
    costs: Mapping[str, float],
    hours: Mapping[str, float],
    limits: Limits,
) -> None:
    model.add(-_INFINITY, {i: costs[o.activity_id] for i, o in enumerate(options)}, limits.budget)
    model.add(-_INFINITY, {i: hours[o.activity_id] for i, o in enumerate(options)}, limits.hours)
    for window in range(-(-limits.weeks // WINDOW_WEEKS)):
        used = {i: float(o.hours_in[window]) for i, o in enumerate(options) if o.hours_in[window] > 0}
        if used:
            model.add(-_INFINITY, used, PEAK * WINDOW_WEEKS * limits.hours_per_week)


def _add_prerequisites(
    model: Model,
    options: Sequence[Option],
    by_activity: Mapping[str, Sequence[int]],
    prerequisites: Mapping[str, Sequence[str]],
) -> None:
    # For each start s of an activity: chosen with a start up to s only if its prerequisite ends before s.
    # By the day, not the week: a session may begin on any day of one.
    for activity_id, before in prerequisites.items():
        for needed in before:
            for start in sorted({options[i].starts_on for i in by_activity.get(activity_id, ())}):
                entries = {i: 1.0 for i in by_activity[activity_id] if options[i].starts_on <= start}
                entries |= {i: -1.0 for i in by_activity.get(needed, ()) if options[i].ends_on < start}
                model.add(-_INFINITY, entries, 0.0)


def _add_curves(
    model: Model,
    by_activity: Mapping[str, Sequence[int]],
    curves: Sequence[Curve],
    gains: Mapping[tuple[str, str], float],
) -> None:
    for curve in curves:
        first = len(model.cost)
        model.cost += [float(slope) for slope in curve.slopes]
        model.upper += [float(width) for width in curve.widths]
        entries = {first + k: 1.0 for k in range(len(curve.slopes))}
        for (activity_id, competency_id), gain in gains.items():
            if competency_id == curve.competency_id:
                entries |= dict.fromkeys(by_activity.get(activity_id, ()), -gain)
        model.add(-_INFINITY, entries, 0.0)


def _solve(model: Model, binaries: int) -> Choice:
    import highspy

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(model.cost), len(model.rows)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.array(model.cost)
    lp.col_lower_ = np.zeros(len(model.cost))
    lp.col_upper_ = np.array(model.upper)
    lp.row_lower_ = np.array([row[0] for row in model.rows])
    lp.row_upper_ = np.array([row[3] for row in model.rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0] + [len(row[1]) for row in model.rows])
    lp.a_matrix_.index_ = np.array([index for row in model.rows for index in row[1]], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([value for row in model.rows for value in row[2]], dtype=float)
    kinds = [highspy.HighsVarType.kInteger] * binaries
    lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (len(model.cost) - binaries)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    # The number of threads may not change within a process, so it is the same everywhere.
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", _GAP)
    solver.setOptionValue("time_limit", _TIME_LIMIT)
    solver.setOptionValue("random_seed", 0)
    solver.passModel(lp)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Choice(feasible=False)
    info = solver.getInfo()
    solved = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit)
    if status not in solved or info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise ToolkitError(
            text("The solver found no plan in {seconds} seconds.", seconds=int(_TIME_LIMIT)),
            remedy=text("Shorten the time until the deadline, or exclude some activities."),
        )
    values: Floats = np.asarray(solver.getSolution().col_value)
    chosen = tuple(int(i) for i in np.flatnonzero(values[:binaries] > 0.5))
    return Choice(True, chosen, float(info.objective_function_value), float(info.mip_dual_bound))
