"""Published instances with known optima, solved by the planner's own optimiser."""

import os
import re
from pathlib import Path

import numpy as np
import pytest

from toolkit.plans.optimiser import ChoiceModel, Solver

SHARED = Path(os.environ.get("COACH_SHARED", Path(__file__).parents[3] / "shared")) / "cases" / "plans"


def published(*parts):
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no published instances at {path}; set COACH_SHARED to the folder that holds cases/plans")
    return path.read_text()


def proven(model):
    """Return the choice of a model after checking that its bound proves it to be the best of whole numbers."""
    choice = Solver(model, gap=0.0, time_limit=120).solve()
    assert choice.feasible and choice.optimal
    assert abs(choice.bound - choice.objective) < 1 - 1e-6, "whole values differ by 1 at least"
    return choice


@pytest.mark.parametrize("name", ["mknap1-6", "mknap2-1", "mknap2-2"])
def test_multi_dimensional_knapsacks(name):
    """OR-Library: what is taken fills many capacities at once."""
    profit, capacity, use, optimum = read_knapsack(published("mknap", f"{name}.dzn"))
    model = ChoiceModel()
    taken = [model.option(value) for value in profit]
    for most, weights in zip(capacity, use, strict=True):
        model.row(dict(zip(taken, weights, strict=True)), high=most)
    choice = proven(model)
    chosen = list(choice.chosen)
    assert (use[:, chosen].sum(axis=1) <= capacity).all() and profit[chosen].sum() == optimum


@pytest.mark.parametrize(("number", "optimum"), list(enumerate([336, 327, 339, 341, 326])))
def test_generalised_assignment(number, optimum):
    """OR-Library gap1: each job goes to exactly one agent, whose time is limited."""
    figures = [int(one) for one in published("gap", "gap1.txt").split()]
    at = 1
    for _ in range(number + 1):
        agents, jobs = figures[at : at + 2]
        size = agents * jobs
        body = np.array(figures[at + 2 : at + 2 + 2 * size + agents])
        at += 2 + 2 * size + agents
    profit, use = body[: 2 * size].reshape(2, agents, jobs)
    capacity = body[2 * size :]
    model = ChoiceModel()
    given = [[model.option(profit[a, j]) for j in range(jobs)] for a in range(agents)]
    for j in range(jobs):
        model.one_of([given[a][j] for a in range(agents)], at_least=1.0)
    for a in range(agents):
        model.row({given[a][j]: float(use[a, j]) for j in range(jobs)}, high=capacity[a])
    choice = proven(model)
    agent, job = np.divmod(np.array(choice.chosen), jobs)
    assert sorted(job) == list(range(jobs)) and profit[agent, job].sum() == optimum
    assert (np.bincount(agent, use[agent, job], minlength=agents) <= capacity).all()


@pytest.mark.parametrize(("name", "optimum"), [("I01", 173), ("I02", 364), ("I03", 1602)])
def test_multiple_choice_knapsacks(name, optimum):
    """Khan: one option per class (a plan per rep) under shared capacities."""
    lines = [
        [float(one) for one in line.split()] for line in published("mmkp", name).split("Solutions")[0].splitlines()
    ]
    lines = [line for line in lines if line]
    classes, size, resources = (int(one) for one in lines[0])
    capacity, rows = np.array(lines[1]), np.array([line for line in lines[2:] if len(line) == resources + 1])
    assert len(rows) == classes * size
    model = ChoiceModel()
    taken = [model.option(value) for value in rows[:, 0]]
    for start in range(0, len(rows), size):
        model.one_of(taken[start : start + size], at_least=1.0)
    for resource, most in enumerate(capacity):
        model.row(dict(zip(taken, rows[:, resource + 1], strict=True)), high=most)
    chosen = list(proven(model).chosen)
    assert (rows[chosen, 1:].sum(axis=0) <= capacity).all() and rows[chosen, 0].sum() == optimum
    assert [number // size for number in chosen] == list(range(classes))


@pytest.mark.parametrize(("periods", "optimum"), [(8, 17), (10, 14)])
def test_balanced_curriculum(periods, optimum):
    """CSPLib 030: courses over periods after their prerequisites, the largest load as small as can be."""
    words = published("bacp", f"bacp{periods}.dat")
    number = {name: int(re.search(rf"^{name}\s*=\s*(\d+)", words, re.M).group(1)) for name in "pabcd"}
    courses = re.findall(r"\w+", re.search(r"courses\s*=\s*\{(.*?)\}", words, re.S).group(1))
    credit = [int(one) for one in re.findall(r"\d+", re.search(r"credit\s*=\s*\[(.*?)\]", words, re.S).group(1))]
    pairs = re.findall(r"<\s*(\w+)\s*,\s*(\w+)\s*>", words)
    assert number["p"] == periods and len(courses) == len(credit) and len(pairs) > 20
    model, order = ChoiceModel(), {course: at for at, course in enumerate(courses)}
    held = [[model.option() for _ in range(periods)] for _ in courses]
    for row in held:
        model.one_of(row, at_least=1.0)
    for later, earlier in pairs:
        for period in range(periods):
            own = dict.fromkeys(held[order[later]][: period + 1], 1.0)
            model.row(own | dict.fromkeys(held[order[earlier]][:period], -1.0), high=0.0)
    loads = [{row[period]: float(size) for row, size in zip(held, credit, strict=True)} for period in range(periods)]
    for period, load in enumerate(loads):
        model.row(load, low=number["a"], high=number["b"])
        model.row({row[period]: 1.0 for row in held}, low=number["c"], high=number["d"])
    top = model.largest(loads, -1.0)
    choice = proven(model)
    period = dict(divmod(column, periods) for column in choice.chosen)
    largest = max(np.bincount([period[c] for c in range(len(courses))], credit))
    assert largest == optimum == round(choice.amounts[top])
    assert all(period[order[earlier]] < period[order[later]] for later, earlier in pairs)


def test_what_cannot_be_is_proven_and_bounds_can_change():
    model = ChoiceModel()
    one, two = model.option(3.0), model.option(2.0)
    row = model.one_of([one, two])
    solver = Solver(model)
    assert solver.solve().chosen == (one,)
    solver.bounds(two, 1.0, 1.0)
    assert solver.solve().chosen == (two,) and solver.solve().objective == pytest.approx(2.0)
    solver.bounds(one, 1.0, 1.0)
    assert not solver.solve().feasible
    solver.limit(row, 2.0)
    assert solver.solve(begin=[1.0, 1.0]).chosen == (one, two)
    solver.value(one, -9.0)
    solver.bounds(one, 0.0, 1.0)
    assert solver.solve().chosen == (two,)
    solver.add_row({two: 1.0}, high=0.0)
    assert not solver.solve().feasible


def read_knapsack(words):
    number = {name: int(re.search(rf"^{name}\s*=\s*(\d+)", words, re.M).group(1)) for name in ("N", "M", "z")}
    lists = {name: re.search(rf"^{name}\s*=\s*\[(.*?)\]", words, re.M | re.S).group(1) for name in ("c", "b", "a")}
    c, b, a = (np.array([float(n) for n in re.findall(r"[\d.]+", lists[name])]) for name in ("c", "b", "a"))
    return c, b, a.reshape(number["M"], number["N"]), number["z"]
