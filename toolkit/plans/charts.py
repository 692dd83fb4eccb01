"""A plan as pictures."""

import datetime as dt

import pandas as pd

from toolkit.controls.charts import Figure, Strip, gantt
from toolkit.language import Language
from toolkit.plans.plan import Plan
from toolkit.plans.report import Catalogue, item_facts


def plan_strip(
    plan: Plan, activities: pd.DataFrame, language: Language, *, currency: str, today: dt.date | None = None
) -> Figure:
    """Return the plan's items over time, with a line for `today` if it is given."""
    catalogue = Catalogue(activities, language)
    strips = [
        Strip(
            catalogue.name(item.activity_id),
            item.starts_on,
            item.ends_on,
            item_facts(item, language, currency),
        )
        for item in plan.items
    ]
    return gantt(
        strips,
        plan.limits.start,
        plan.limits.deadline,
        title=language("The plan over time"),
        summary=language.join([language("{name}: {words}", name=strip.label, words=strip.words) for strip in strips]),
        name=language("Activity"),
        language=language,
        today=today,
    )
