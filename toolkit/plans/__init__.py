"""Development plans: the best use of the hours there are, by exact optimisation with its proof."""

from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.planner import plan_person

__all__ = ["Limits", "Plan", "PlanItem", "plan_person"]
