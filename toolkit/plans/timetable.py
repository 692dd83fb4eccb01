"""When the activities of a plan take place: within each block of hours, one after the other, spaced."""

from collections.abc import Iterable, Sequence

import numpy as np

from toolkit.plans.optimiser import ChoiceModel, Solver
from toolkit.plans.problem import Problem

_SLACK = 1e-9


class Timetable:
    """Finds times for a set of activities."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self._known: dict[frozenset[str], list[int] | None] = {}

    def times(self, activities: Iterable[str]) -> list[int] | None:
        """Return one option for each activity, together the earliest there are, or None if there are no such times."""
        wanted = frozenset(activities)
        if wanted not in self._known:
            self._known[wanted] = self._find(sorted(wanted))
        return self._known[wanted]

    def clash(self, activities: Iterable[str]) -> list[str]:
        """Return a smallest part of `activities` (which have no times together) that has no times either."""
        left = sorted(activities)
        for one in list(left):
            rest = [activity for activity in left if activity != one]
            if self.times(rest) is None:
                left = rest
        return left

    def _find(self, activities: list[str]) -> list[int] | None:
        problem = self.problem
        options = [problem.by_activity.get(activity, []) for activity in activities]
        if not all(options):
            return None
        earliest = [min(some, key=lambda i: problem.prices[i]) for some in options]
        return earliest if self.keeps(earliest) else self._solve(activities)

    def keeps(self, chosen: Sequence[int]) -> bool:
        """Say whether options keep the hours of each block, the order and the spacing."""
        problem = self.problem
        hours = sum((problem.options[i].hours_in for i in chosen), np.zeros(problem.limits.windows))
        if (hours > np.array(problem.limits.window_hours) + _SLACK).any():
            return False
        taken = {problem.options[i].activity_id: i for i in chosen}
        for activity, index in taken.items():
            begins = problem.options[index].starts_on
            for needed in problem.prerequisites.get(activity, ()):
                if needed in taken and problem.ready_on(taken[needed], activity) >= begins:
                    return False
        return not self._too_close(taken)

    def _too_close(self, taken: dict[str, int]) -> bool:
        starts: dict[str, list[int]] = {}
        for activity, index in taken.items():
            competency = self.problem.practised(activity)
            if competency is not None:
                starts.setdefault(competency, []).append(self.problem.options[index].start)
        least = self.problem.limits.spacing_weeks
        return any((np.diff(sorted(weeks)) < least).any() for weeks in starts.values())

    def _solve(self, activities: list[str]) -> list[int] | None:
        problem, model = self.problem, ChoiceModel()
        numbers = [i for activity in activities for i in problem.by_activity[activity]]
        column = {i: model.option(-problem.prices[i]) for i in numbers}
        for activity in activities:
            model.one_of([column[i] for i in problem.by_activity[activity]], at_least=1.0)
        for window, most in enumerate(problem.limits.window_hours):
            used = {column[i]: float(problem.options[i].hours_in[window]) for i in numbers}
            used = {number: hours for number, hours in used.items() if hours > 0}
            if used:
                model.row(used, high=most + _SLACK)
        self._add_order(model, activities, column)
        self._add_spacing(model, activities, column)
        choice = Solver(model).solve()
        back = {number: i for i, number in column.items()}
        return [back[number] for number in choice.chosen] if choice.feasible else None

    def _add_order(self, model: ChoiceModel, activities: list[str], column: dict[int, int]) -> None:
        # For each start s of an activity: begun up to s only if its prerequisite is over before s.
        # By the day, not the week: a session may begin on any day of one.
        problem = self.problem
        for activity in activities:
            for needed in problem.prerequisites.get(activity, ()):
                if needed not in activities:
                    continue
                for start in sorted({problem.options[i].starts_on for i in problem.by_activity[activity]}):
                    own = [i for i in problem.by_activity[activity] if problem.options[i].starts_on <= start]
                    over = [i for i in problem.by_activity[needed] if problem.ready_on(i, activity) < start]
                    model.row({column[i]: 1.0 for i in own} | {column[i]: -1.0 for i in over}, high=0.0)

    def _add_spacing(self, model: ChoiceModel, activities: list[str], column: dict[int, int]) -> None:
        problem, least = self.problem, self.problem.limits.spacing_weeks
        groups: dict[str, list[int]] = {}
        for activity in activities if least else ():
            competency = problem.practised(activity)
            if competency is not None:
                groups.setdefault(competency, []).extend(problem.by_activity[activity])
        for numbers in groups.values():
            for start in sorted({problem.options[i].start for i in numbers}):
                near = [column[i] for i in numbers if start <= problem.options[i].start < start + least]
                model.row(dict.fromkeys(near, 1.0), high=1.0)
