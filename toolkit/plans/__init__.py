"""Development plans: the best use of the hours there are, by exact optimisation with its proof.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.plans.activity_gains import activity_verdicts as activity_verdicts
    from toolkit.plans.activity_gains import expected_gains as expected_gains
    from toolkit.plans.activity_gains import observed_gains as observed_gains
    from toolkit.plans.activity_gains import update_gains as update_gains
    from toolkit.plans.activity_gains import with_updated_gains as with_updated_gains
    from toolkit.plans.advice import Rejected as Rejected
    from toolkit.plans.advice import Step as Step
    from toolkit.plans.advice import assess_first as assess_first
    from toolkit.plans.advice import firmness as firmness
    from toolkit.plans.advice import nearest_rejected as nearest_rejected
    from toolkit.plans.advice import next_steps as next_steps
    from toolkit.plans.builder.widget import PlanBuilder as PlanBuilder
    from toolkit.plans.career import career_path as career_path
    from toolkit.plans.careers.widget import CareerView as CareerView
    from toolkit.plans.catalogue.widget import CatalogueView as CatalogueView
    from toolkit.plans.goals import Goal as Goal
    from toolkit.plans.goals import goals_of_plan as goals_of_plan
    from toolkit.plans.kirkpatrick import kirkpatrick_reach as kirkpatrick_reach
    from toolkit.plans.limits import Limits as Limits
    from toolkit.plans.mentor_matching import MentorRules as MentorRules
    from toolkit.plans.mentor_matching import match_mentors as match_mentors
    from toolkit.plans.mentoring.widget import MentorMatching as MentorMatching
    from toolkit.plans.outcome.widget import OutcomeView as OutcomeView
    from toolkit.plans.plan import Plan as Plan
    from toolkit.plans.plan import PlanItem as PlanItem
    from toolkit.plans.plan_comparison import compare_plans as compare_plans
    from toolkit.plans.planner import PersonPlanner as PersonPlanner
    from toolkit.plans.planner import plan_person as plan_person
    from toolkit.plans.progress import ItemProgress as ItemProgress
    from toolkit.plans.progress import gaps_after as gaps_after
    from toolkit.plans.progress import rest_of as rest_of
    from toolkit.plans.review.book import PlanBook as PlanBook
    from toolkit.plans.review.book import PlanRecord as PlanRecord
    from toolkit.plans.review.widget import PlanReview as PlanReview
    from toolkit.plans.start_order import staggered_start as staggered_start
    from toolkit.plans.starts.widget import StartOrder as StartOrder
    from toolkit.plans.state import PlanState as PlanState
    from toolkit.plans.team.widget import TeamPlanner as TeamPlanner
    from toolkit.plans.team_certificate import Certificate as Certificate
    from toolkit.plans.team_certificate import check_bound as check_bound
    from toolkit.plans.team_limits import TeamLimits as TeamLimits
    from toolkit.plans.team_plan import Progress as Progress
    from toolkit.plans.team_plan import TeamPlan as TeamPlan
    from toolkit.plans.team_plan import plan_team as plan_team
    from toolkit.plans.uplift import Comparison as Comparison
    from toolkit.plans.uplift import measure_uplift as measure_uplift
    from toolkit.plans.uplift_result import Uplift as Uplift
    from toolkit.plans.widget import PlanView as PlanView
else:
    from toolkit.lazy import names_from

    __all__, __getattr__, __dir__ = names_from(
        __name__,
        activity_gains=["activity_verdicts", "expected_gains", "observed_gains", "update_gains", "with_updated_gains"],
        advice=["Rejected", "Step", "assess_first", "firmness", "nearest_rejected", "next_steps"],
        career=["career_path"],
        goals=["Goal", "goals_of_plan"],
        kirkpatrick=["kirkpatrick_reach"],
        limits=["Limits"],
        mentor_matching=["MentorRules", "match_mentors"],
        plan=["Plan", "PlanItem"],
        plan_comparison=["compare_plans"],
        planner=["PersonPlanner", "plan_person"],
        progress=["ItemProgress", "gaps_after", "rest_of"],
        start_order=["staggered_start"],
        state=["PlanState"],
        team_certificate=["Certificate", "check_bound"],
        team_limits=["TeamLimits"],
        team_plan=["Progress", "TeamPlan", "plan_team"],
        uplift=["Comparison", "measure_uplift"],
        uplift_result=["Uplift"],
        widget=["PlanView"],
        **{
            "builder.widget": ["PlanBuilder"],
            "careers.widget": ["CareerView"],
            "catalogue.widget": ["CatalogueView"],
            "mentoring.widget": ["MentorMatching"],
            "outcome.widget": ["OutcomeView"],
            "review.book": ["PlanBook", "PlanRecord"],
            "review.widget": ["PlanReview"],
            "starts.widget": ["StartOrder"],
            "team.widget": ["TeamPlanner"],
        },
    )
