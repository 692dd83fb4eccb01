"""Development plans: the best use of the hours there are, by exact optimisation with its proof.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.plans.advice import Rejected as Rejected
    from toolkit.plans.advice import Step as Step
    from toolkit.plans.advice import assess_first as assess_first
    from toolkit.plans.advice import firmness as firmness
    from toolkit.plans.advice import nearest_rejected as nearest_rejected
    from toolkit.plans.advice import next_steps as next_steps
    from toolkit.plans.career import career_path as career_path
    from toolkit.plans.limits import Limits as Limits
    from toolkit.plans.mentor_matching import MentorRules as MentorRules
    from toolkit.plans.mentor_matching import match_mentors as match_mentors
    from toolkit.plans.plan import Plan as Plan
    from toolkit.plans.plan import PlanItem as PlanItem
    from toolkit.plans.planner import PersonPlanner as PersonPlanner
    from toolkit.plans.planner import plan_person as plan_person
    from toolkit.plans.state import PlanState as PlanState
    from toolkit.plans.team_certificate import Certificate as Certificate
    from toolkit.plans.team_certificate import check_bound as check_bound
    from toolkit.plans.team_limits import TeamLimits as TeamLimits
    from toolkit.plans.team_plan import Progress as Progress
    from toolkit.plans.team_plan import TeamPlan as TeamPlan
    from toolkit.plans.team_plan import plan_team as plan_team
    from toolkit.plans.widget import PlanBuilder as PlanBuilder
    from toolkit.plans.widget import PlanView as PlanView
else:
    from toolkit.lazy import names_from

    __all__, __getattr__, __dir__ = names_from(
        __name__,
        advice=["Rejected", "Step", "assess_first", "firmness", "nearest_rejected", "next_steps"],
        career=["career_path"],
        limits=["Limits"],
        mentor_matching=["MentorRules", "match_mentors"],
        plan=["Plan", "PlanItem"],
        planner=["PersonPlanner", "plan_person"],
        state=["PlanState"],
        team_certificate=["Certificate", "check_bound"],
        team_limits=["TeamLimits"],
        team_plan=["Progress", "TeamPlan", "plan_team"],
        widget=["PlanBuilder", "PlanView"],
    )
