"""Two versions of a plan side by side."""

from collections.abc import Mapping

import pandas as pd

from toolkit.errors import InputError
from toolkit.plans.plan import Plan, PlanItem
from toolkit.wording import Text, counted, text

COLUMNS = ["activity_id", "change", "old_starts_on", "new_starts_on", "hours", "cost", "why"]
CHANGES = ("added", "dropped", "moved", "changed", "same")


def compare_plans(
    old: Plan, new: Plan, names: Mapping[str, object] | None = None, *, all_items: bool = False
) -> pd.DataFrame:
    """Return what is different in `new`: added, dropped, moved (other dates) or changed (session, hours, cost, pin).

    Columns: activity_id, change, old_starts_on, new_starts_on (None where it is not in that plan), hours and cost
    (change of the plan's hours and cost by this activity), why (`Text`; a plan read from the store has kept no reasons
    for what it leaves out). `names` are bilingual names of competencies. With `all_items` also those that are the same.
    Raises `InputError` for plans of two people.
    """
    if old.person_id != new.person_id:
        raise InputError(
            text("These are plans of two different people."), remedy=text("Compare two versions of one person's plan.")
        )
    before = {item.activity_id: item for item in old.items}
    after = {item.activity_id: item for item in new.items}
    rows = [_row(a, before.get(a), after.get(a), new, names) for a in [*after, *(a for a in before if a not in after)]]
    kept = [row for row in rows if all_items or row[1] != "same"]
    kept.sort(key=lambda row: (CHANGES.index(row[1]), row[3] or row[2], row[0]))
    return pd.DataFrame(kept, columns=COLUMNS)


def _row(
    activity: str, old: PlanItem | None, new: PlanItem | None, plan: Plan, names: Mapping[str, object] | None
) -> tuple:  # type: ignore[type-arg]
    hours = (new.hours if new else 0.0) - (old.hours if old else 0.0)
    cost = (new.cost if new else 0.0) - (old.cost if old else 0.0)
    starts = (old.starts_on if old else None, new.starts_on if new else None)
    change, why = _change(activity, old, new, plan, names)
    return activity, change, *starts, hours, cost, why


def _change(
    activity: str, old: PlanItem | None, new: PlanItem | None, plan: Plan, names: Mapping[str, object] | None
) -> tuple[str, Text]:
    if new is None:
        return "dropped", plan.left_out.get(activity, text("The newer plan is made without it."))
    if old is None:
        return "added", plan.why(activity, names)
    days = (new.starts_on - old.starts_on).days
    if days > 0:
        return "moved", counted("It starts {count} day later.", "It starts {count} days later.", days)
    if days < 0:
        return "moved", counted("It starts {count} day earlier.", "It starts {count} days earlier.", -days)
    if new.ends_on != old.ends_on:
        return "moved", text("It ends on {new} in place of {old}.", new=new.ends_on, old=old.ends_on)
    if new.session_id != old.session_id:
        return "changed", text("It is another session on the same day.")
    if (new.hours, new.cost) != (old.hours, old.cost):
        return "changed", text("Its hours or its cost have changed in the catalogue.")
    if new.pinned != old.pinned:
        return "changed", text("It was pinned.") if new.pinned else text("Its pin was taken away.")
    return "same", text("It is as it was.")
