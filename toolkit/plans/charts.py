"""A plan as pictures."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from toolkit.controls.charts import BeforeAfter, Figure, Strip, before_after_bars, gantt
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


def gap_closing(plan: Plan, names: Mapping[str, Mapping[str, str]], language: Language) -> Figure:
    """Return the expected gap before and after the plan, by competency, the largest first."""
    seen = sorted((c for c, size in plan.before.items() if size >= 0.005), key=lambda c: -plan.before[c])
    rows = [BeforeAfter(language.pick(names.get(c, {"en": c})), plan.before[c], max(plan.after[c], 0.0)) for c in seen]
    before, after = (sum(sizes.values()) for sizes in (plan.before, plan.after))
    return before_after_bars(
        rows,
        title=language("Expected gap before and after"),
        summary=language(
            "All competencies together: {before} levels before, {after} after.",
            before=language.number(before, 1),
            after=language.number(after, 1),
        ),
        axis=language("Expected gap (levels)"),
        name=language("Competency"),
        words=(language("Before the plan"), language("After the plan")),
        language=language,
    )
