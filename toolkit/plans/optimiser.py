"""A general choice model, solved exactly by HiGHS: options taken or not, amounts, rows over both.

It knows nothing of people or activities. A model is written once; a `Solver` then holds it in one
HiGHS instance, in which bounds, values and rows change between solves, so that a pin costs no rebuilding.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from toolkit.errors import ToolkitError
from toolkit.plans.objective import Floats
from toolkit.wording import text

INFINITY = float("inf")
# As near as the arithmetic of a plan's worth is meant; HiGHS's own default.
GAP, TIME_LIMIT = 1e-4, 20.0


@dataclass(frozen=True)
class Choice:
    """What a solve gave.

    `feasible` is False only where it is proven that nothing keeps all rows. `chosen` are the options taken,
    `amounts` the values of all columns, `objective` their worth, `bound` the worth nothing can exceed
    (both include an offset of none). `optimal` is False where the time ran out before the gap was closed.
    """

    feasible: bool
    chosen: tuple[int, ...] = ()
    amounts: Floats = field(default_factory=lambda: np.zeros(0))
    objective: float = 0.0
    bound: float = -INFINITY
    optimal: bool = True


@dataclass
class ChoiceModel:
    """Columns and rows in the making; what is added gets the number that is returned."""

    values: list[float] = field(default_factory=list)
    lows: list[float] = field(default_factory=list)
    highs: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, list[int], list[float], float]] = field(default_factory=list)

    def option(self, value: float = 0.0, *, low: float = 0.0, high: float = 1.0) -> int:
        """Add something that is taken or not, worth `value`; bounds 1, 1 fix it, 0, 0 forbid it."""
        return self._column(value, low, high, whole=True)

    def amount(self, value: float = 0.0, *, low: float = 0.0, high: float = INFINITY) -> int:
        """Add a quantity, each unit of it worth `value`."""
        return self._column(value, low, high, whole=False)

    def row(self, entries: Mapping[int, float], *, low: float = -INFINITY, high: float = INFINITY) -> int:
        """Add low <= sum of entries <= high; `entries` maps columns to their weights."""
        self.rows.append((low, list(entries), list(entries.values()), high))
        return len(self.rows) - 1

    def one_of(self, options: Iterable[int], *, at_least: float = 0.0) -> int:
        """Add a class: at most one of `options` is taken, or with `at_least` 1 exactly one."""
        return self.row(dict.fromkeys(options, 1.0), low=at_least, high=1.0)

    def largest(self, loads: Iterable[Mapping[int, float]], value: float) -> int:
        """Add an amount at least as large as each of `loads`, worth `value` a unit (below 0 to keep loads even)."""
        top = self.amount(value)
        for load in loads:
            self.row({**load, top: -1.0}, high=0.0)
        return top

    def _column(self, value: float, low: float, high: float, *, whole: bool) -> int:
        self.values.append(float(value))
        self.lows.append(float(low))
        self.highs.append(float(high))
        self.whole.append(whole)
        return len(self.values) - 1


class Solver:
    """A `ChoiceModel` inside HiGHS, maximised; changed in place and solved again.

    `gap` is the relative gap at which a solve may stop, `time_limit` the seconds after which it must.
    `small` leaves out presolving and restarts, which take longer than they save on some hundred columns.
    `nodes` ends a search by its own count, so that it ends alike on every machine.
    """

    def __init__(
        self,
        model: ChoiceModel,
        *,
        gap: float = GAP,
        time_limit: float = TIME_LIMIT,
        small: bool = False,
        nodes: int | None = None,
    ):
        import highspy

        self.whole = np.flatnonzero(model.whole)
        self._api: Any = highspy
        self._highs = highspy.Highs()
        # The number of threads may not change within a process, so it is the same everywhere.
        options: dict[str, Any] = {"output_flag": False, "threads": 1, "random_seed": 0}
        if small:
            options |= {"presolve": "off", "mip_allow_restart": False}
        if nodes is not None:
            options["mip_max_nodes"] = nodes
        for name, value in (options | {"mip_rel_gap": gap, "time_limit": time_limit}).items():
            self._highs.setOptionValue(name, value)
        self._time_limit = time_limit
        self._highs.passModel(self._problem(model))
        self._watch: Callable[[], bool] | None = None
        self._highs.cbMipInterrupt.subscribe(self._look)

    def bounds(self, column: int, low: float, high: float) -> None:
        """Give a column other bounds; 1, 1 takes an option, 0, 0 leaves it out."""
        self._highs.changeColBounds(column, low, high)

    def value(self, column: int, value: float) -> None:
        """Give a column another worth."""
        self._highs.changeColCost(column, value)

    def limit(self, row: int, high: float) -> None:
        """Give a row another upper limit."""
        low = self._highs.getRow(row)[1]
        self._highs.changeRowBounds(row, low, high)

    def add_row(self, entries: Mapping[int, float], *, low: float = -INFINITY, high: float = INFINITY) -> None:
        """Add low <= sum of entries <= high."""
        columns, weights = np.array(list(entries), dtype=np.int32), np.array(list(entries.values()), dtype=float)
        self._highs.addRow(low, high, len(columns), columns, weights)

    def solve(
        self, begin: Sequence[float] | Floats | None = None, *, watch: Callable[[], bool] | None = None
    ) -> Choice:
        """Return the best choice; `begin` may give the values of all columns in a choice known to be allowed.

        `watch()` is asked now and then whether to go on; False ends the search with what it has.

        Raises `ToolkitError` when the time ran out before any choice was found.
        """
        highs, api = self._highs, self._api
        # What an earlier solve left behind would be taken up as a basis for a model that has changed.
        highs.clearSolver()
        if begin is not None:
            solution = api.HighsSolution()
            solution.col_value = [float(one) for one in begin]
            highs.setSolution(solution)
        self._watch = watch
        highs.run()
        status, info = highs.getModelStatus(), highs.getInfo()
        if status in (api.HighsModelStatus.kInfeasible, api.HighsModelStatus.kUnboundedOrInfeasible):
            return Choice(feasible=False)
        found = info.primal_solution_status == api.SolutionStatus.kSolutionStatusFeasible
        ended = api.HighsModelStatus.kTimeLimit, api.HighsModelStatus.kSolutionLimit, api.HighsModelStatus.kInterrupt
        if status not in (api.HighsModelStatus.kOptimal, *ended) or not found:
            raise ToolkitError(
                text("The solver found no plan in {seconds} seconds.", seconds=int(self._time_limit)),
                remedy=text("Shorten the time until the deadline, or exclude some activities."),
            )
        amounts: Floats = np.asarray(highs.getSolution().col_value)
        chosen = tuple(int(i) for i in self.whole if amounts[i] > 0.5)
        objective = float(info.objective_function_value)
        bound = float(info.mip_dual_bound) if len(self.whole) else objective
        return Choice(True, chosen, amounts, objective, max(bound, objective), status == api.HighsModelStatus.kOptimal)

    def _look(self, event: Any) -> None:
        if self._watch is not None and not self._watch():
            event.interrupt()

    def _problem(self, model: ChoiceModel) -> Any:
        api = self._api
        problem = api.HighsLp()
        problem.num_col_, problem.num_row_ = len(model.values), len(model.rows)
        problem.sense_ = api.ObjSense.kMaximize
        problem.col_cost_ = np.array(model.values)
        problem.col_lower_, problem.col_upper_ = np.array(model.lows), np.array(model.highs)
        problem.row_lower_ = np.array([row[0] for row in model.rows])
        problem.row_upper_ = np.array([row[3] for row in model.rows])
        matrix = problem.a_matrix_
        matrix.format_ = api.MatrixFormat.kRowwise
        matrix.start_ = np.cumsum([0] + [len(row[1]) for row in model.rows])
        matrix.index_ = np.array([column for row in model.rows for column in row[1]], dtype=np.int32)
        matrix.value_ = np.array([weight for row in model.rows for weight in row[2]], dtype=float)
        kinds = (api.HighsVarType.kContinuous, api.HighsVarType.kInteger)
        problem.integrality_ = [kinds[whole] for whole in model.whole]
        return problem
