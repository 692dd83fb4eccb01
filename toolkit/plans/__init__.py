"""Development plans: the best use of the hours there are, by exact optimisation with its proof.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.plans.limits import Limits as Limits
    from toolkit.plans.plan import Plan as Plan
    from toolkit.plans.plan import PlanItem as PlanItem
    from toolkit.plans.planner import plan_person as plan_person
    from toolkit.plans.state import PlanState as PlanState
    from toolkit.plans.uplift import Comparison as Comparison
    from toolkit.plans.uplift import Uplift as Uplift
    from toolkit.plans.uplift import measure_uplift as measure_uplift
    from toolkit.plans.widget import PlanBuilder as PlanBuilder
    from toolkit.plans.widget import PlanView as PlanView
else:
    from toolkit.lazy import names_from

    __all__, __getattr__, __dir__ = names_from(
        __name__,
        limits=["Limits"],
        plan=["Plan", "PlanItem"],
        planner=["plan_person"],
        state=["PlanState"],
        uplift=["Comparison", "Uplift", "measure_uplift"],
        widget=["PlanBuilder", "PlanView"],
    )
