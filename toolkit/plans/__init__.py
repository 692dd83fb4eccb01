"""Development plans: the best use of the hours there are, by exact optimisation with its proof.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.plans.limits import Limits
    from toolkit.plans.plan import Plan, PlanItem
    from toolkit.plans.planner import plan_person
    from toolkit.plans.state import PlanState
    from toolkit.plans.widget import PlanBuilder, PlanView

_HOMES = {
    "Limits": "limits",
    "Plan": "plan",
    "PlanBuilder": "widget",
    "PlanItem": "plan",
    "PlanState": "state",
    "PlanView": "widget",
    "plan_person": "planner",
}

__all__ = [
    "Limits",
    "Plan",
    "PlanBuilder",
    "PlanItem",
    "PlanState",
    "PlanView",
    "plan_person",
]


if not TYPE_CHECKING:  # a checker would take any misspelt name for one of these

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
