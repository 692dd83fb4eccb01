"""What is due or overdue in a plan, and who is asked to do it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.plans.plan import Plan
from toolkit.plans.progress import OPEN_STATUSES, ItemProgress
from toolkit.wording import Text, counted, text

KINDS = ("sign", "start", "finish", "review")
_DUE = {
    "sign": text("The plan waits for a signature."),
    "start": text("This activity starts soon."),
    "finish": text("This activity is to be finished soon."),
    "review": text("A review is due soon."),
}
_TODAY = {
    "start": text("This activity starts today."),
    "finish": text("This activity is to be finished today."),
    "review": text("A review is due today."),
}


@dataclass(frozen=True)
class Reminder:
    """Something due: `days` until `due_on`, negative when overdue; `party` (rep, manager) is asked to act."""

    person_id: str
    kind: str
    activity_id: str | None
    due_on: dt.date
    days: int
    party: str

    @property
    def words(self) -> Text:
        """Say what is due."""
        if self.kind == "sign":
            return _DUE["sign"]
        if self.days < 0:
            return counted("Overdue by {count} day.", "Overdue by {count} days.", -self.days)
        return _TODAY[self.kind] if self.days == 0 else _DUE[self.kind]


def reminders_of(
    plan: Plan,
    status: str,
    progress: Mapping[str, ItemProgress],
    signed: Sequence[str],
    reviews: Sequence[dt.date],
    today: dt.date,
    *,
    saved_on: dt.date,
    horizon: int = 14,
) -> list[Reminder]:
    """Return what is due within `horizon` days or overdue in one person's plan, the longest overdue first.

    `status` and `progress` as in `plans.progress`, `signed` who has signed (rep, manager), `reviews` the days of
    reviews not held yet, `saved_on` the day on which this version was saved. A plan done or dropped reminds only of reviews.
    """
    found: list[tuple[str, str | None, dt.date, str]] = [("review", None, day, "manager") for day in reviews]
    if status == "draft":
        found += [("sign", None, saved_on, party) for party in ("rep", "manager") if party not in signed]
    if status in OPEN_STATUSES:
        for item in plan.items:
            now = progress.get(item.activity_id, ItemProgress()).status
            if now == "planned":
                # What has run out without having begun is asked about once, as something to finish.
                over = item.ends_on < today
                found.append(
                    ("finish", item.activity_id, item.ends_on, "rep")
                    if over
                    else ("start", item.activity_id, item.starts_on, "rep")
                )
            elif now == "under_way":
                found.append(("finish", item.activity_id, item.ends_on, "rep"))
    near = [
        Reminder(plan.person_id, kind, activity, day, (day - today).days, party)
        for kind, activity, day, party in found
        if (day - today).days <= horizon
    ]
    return sorted(near, key=lambda one: (one.days, KINDS.index(one.kind), one.activity_id or "", one.party))
