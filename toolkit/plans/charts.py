"""A plan as pictures."""

import datetime as dt

import pandas as pd
from markupsafe import Markup

from toolkit.controls.chart import Strip, gantt
from toolkit.language import Language
from toolkit.plans.plan import Plan
from toolkit.plans.report import Catalogue, item_facts


def plan_strip(plan: Plan, activities: pd.DataFrame, language: Language, *, currency: str) -> Markup:
    """Return the plan's items over time."""
    catalogue = Catalogue(activities, language)
    start = plan.limits.start

    def week(day: dt.date) -> float:
        return (day - start).days / 7

    strips = [
        Strip(
            _short(catalogue.name(item.activity_id), language),
            week(item.starts_on),
            week(item.ends_on + dt.timedelta(days=1)),
            item_facts(item, language, currency),
        )
        for item in plan.items
    ]
    months = []
    month = (start.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    while month <= plan.limits.deadline:
        label = f"{month.month}月" if language.code == "zh" else month.strftime("%b")
        months.append((week(month), label))
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return gantt(
        strips,
        months,
        plan.limits.weeks,
        title=language("The plan over time"),
        summary=language.join([f"{strip.label}: {strip.words}" for strip in strips]),
    )


def _short(name: str, language: Language) -> str:
    most = 18 if language.code == "zh" else 34
    return name if len(name) <= most else name[: most - 1] + "…"
