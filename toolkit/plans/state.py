"""A plan in the making: person, limits, pins and exclusions, and the plan they give. No layout, no store."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import traitlets

from toolkit.documents.plain_state import (
    PlainState,
    StateForm,
    by_id,
    day,
    known,
    list_of,
    number,
    optional,
    record,
    sentence,
    sentence_as_dict,
    whole,
    words,
    yes_or_no,
)
from toolkit.errors import InputError, NotFound
from toolkit.plans.limits import MOST_GAIN, Limits, limits_as_dict
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.planner import PersonPlanner
from toolkit.wording import text

_LEVELS = by_id(number())
_LIMITS = record(
    {
        "start": day,
        "deadline": day,
        "hours_per_week": number(),
        "budget": number(),
        "away": list_of(list_of(day)),
        "spacing_weeks": whole(0, 26),
        "mix": yes_or_no,
        "mentor": yes_or_no,
        "least_gain": number(0, MOST_GAIN),
    }
)
_ITEM = record(
    {
        "activity_id": words,
        "session_id": optional(words),
        "starts_on": day,
        "ends_on": day,
        "hours": number(0),
        "cost": number(0),
        "worth": number(),
        "closes": _LEVELS,
        "pinned": yes_or_no,
        "under_way": yes_or_no,
        "needed_for": optional(words),
    }
)
_PLAN = record(
    {
        "person_id": words,
        "limits": _LIMITS,
        "items": list_of(_ITEM),
        "value": number(),
        "bound": number(),
        "before": _LEVELS,
        "after": _LEVELS,
        "left_out": by_id(sentence),
        "reason": optional(sentence),
        "strengths": list_of(words),
        "notes": list_of(sentence),
        "interests": by_id(number(0, 1)),
    }
)
_FORM = StateForm(
    "PlanState",
    4,
    {
        "person_id": words,
        "pinned": list_of(words),
        "excluded": list_of(words),
        "interests": by_id(number(0, 1)),
        "plan": optional(_PLAN),
    },
)


class PlanState(PlainState, traitlets.HasTraits):
    """`people` has person_id, name, tier_id and language; `gaps_of(person_id)` gives a Gaps table.

    `known_of(person_id)` gives what else is known: ``done``, ``under_way`` and ``interests`` of `PersonPlanner`, and
    ``sessions`` in place of `sessions` where free seats depend on who takes them.
    `interests` (0-1 by competency, kind or content area) are added to these from the next `make` on.

    Changing the person forgets pins, exclusions, interests and the plan. `plan` is None until `make`.

    **As a dictionary** (`to_dict`, `from_dict`): the person's id, pins, exclusions, interests and the plan with its
    limits, dates, cost and the gap it closes by competency. Names, levels and the catalogue are not in
    it. A plan says what somebody is to learn, so keep the file as you would keep the plan.
    """

    person_id = traitlets.Unicode()
    plan = traitlets.Instance(Plan, allow_none=True)
    pinned = traitlets.Tuple()
    excluded = traitlets.Tuple()
    interests = traitlets.Dict()

    def __init__(
        self,
        people: pd.DataFrame,
        gaps_of: Callable[[str], pd.DataFrame],
        activities: pd.DataFrame,
        sessions: pd.DataFrame | None,
        known_of: Callable[[str], dict[str, Any]] = lambda _person: {},
    ):
        super().__init__()
        self.people = people
        self.activities = activities
        self.sessions = sessions
        self._gaps_of, self._known_of = gaps_of, known_of
        self._planner: PersonPlanner | None = None
        self._limits: Limits | None = None

    @property
    def limits(self) -> Limits | None:
        """The limits the next pin or exclusion is planned within."""
        return self._limits

    def make(self, limits: Limits) -> None:
        """Make the plan for the chosen person; `plan` stays as it was if that fails."""
        self._planner = None  # levels may have changed since
        plan = self._planned(limits, self.pinned, self.excluded)
        self._limits, self.plan = limits, plan

    def reopen(self, plan: Plan, excluded: tuple[str, ...], limits: Limits | None) -> None:
        """Take up a plan as it was saved, with its pins, exclusions and interests.

        `limits` are those to change it within, such as the plan's from today on; None as after `close`.
        """
        self.pinned = tuple(item.activity_id for item in plan.items if item.pinned)
        self.excluded, self.interests = tuple(excluded), dict(plan.interests)
        self._limits, self.plan = limits, plan

    def close(self) -> None:
        """Let pins and exclusions change nothing until limits are made: too little is left of those of the plan."""
        self._limits, self._planner = None, None

    def planner(self) -> PersonPlanner | None:
        """Return a planner of one's own for what is planned now, to work in a thread of its own; None without limits."""
        return None if self._limits is None else self._new_planner(self._limits)

    def toggle(self, mark: str, activity_id: str) -> None:
        """Pin or exclude an activity, or take that back, and plan again.

        `mark` is ``pinned`` or ``excluded``; if no such plan exists, everything stays as it was.
        """
        self.change(mark, activity_id, self._limits)

    def change(self, mark: str, activity_id: str, limits: Limits | None) -> None:
        """Do what `toggle` does, within `limits` from now on."""
        marks = {name: [a for a in getattr(self, name) if a != activity_id] for name in ("pinned", "excluded")}
        if activity_id not in getattr(self, mark):
            marks[mark].append(activity_id)
        pinned, excluded = tuple(marks["pinned"]), tuple(marks["excluded"])
        plan = self._planned(limits, pinned, excluded) if limits else None
        self.pinned, self.excluded, self._limits = pinned, excluded, limits
        if plan is not None:
            self.plan = plan

    def to_dict(self) -> dict[str, Any]:
        """Return person, pins, exclusions, interests and plan."""
        plan = None if self.plan is None else _plan_as_dict(self.plan)
        lists = {"pinned": list(self.pinned), "excluded": list(self.excluded), "interests": dict(self.interests)}
        return _FORM.write(person_id=self.person_id, **lists, plan=plan)

    def restore(self, body: object) -> None:
        """Take up person, pins, exclusions, interests and plan; the person must be known here, activities need not.

        A plan is taken as it was made, even where gaps or the catalogue have changed since.
        """
        found = self.checked(body)
        plan = found["plan"]
        self.person_id = found["person_id"]  # first, because it forgets the rest
        self._limits = plan.limits if plan else None
        self.pinned, self.excluded, self.interests = (
            tuple(found["pinned"]),
            tuple(found["excluded"]),
            found["interests"],
        )
        self.plan = plan

    def checked(self, body: object, where: str = "") -> dict[str, Any]:
        """Return what `restore` would take up, the plan as a `Plan`, or raise `InputError`."""
        found = _FORM.read(body, where)
        inside = f"{where}.plan".lstrip(".")
        known(found["person_id"], ["", *self.people["person_id"]], f"{where}.person_id".lstrip("."))
        if found["plan"] is not None:
            known(found["plan"]["person_id"], [found["person_id"]], f"{inside}.person_id")
            found["plan"] = _plan_of(found["plan"])
        return found

    def _planned(self, limits: Limits, pinned: tuple[str, ...], excluded: tuple[str, ...]) -> Plan:
        # The same person within the same limits is planned again in the solver that knows them.
        if self._planner is None or self._planner.limits != limits:
            self._planner = self._new_planner(limits)
        return self._planner.plan(pinned=pinned, excluded=excluded)

    def _new_planner(self, limits: Limits) -> PersonPlanner:
        rows = self.people[self.people["person_id"] == self.person_id]
        if rows.empty:
            raise NotFound(text("Choose a person first."))
        someone, about = rows.iloc[0], dict(self._known_of(self.person_id))
        sessions = about.pop("sessions", self.sessions)
        about["interests"] = {**(about.get("interests") or {}), **self.interests} or None
        return PersonPlanner(
            self._gaps_of(self.person_id),
            self.activities,
            limits,
            sessions=sessions,
            tier=someone["tier_id"],
            language=someone["language"],
            **about,
        )

    @traitlets.observe("person_id")
    def _forget(self, _change: object) -> None:
        self.pinned, self.excluded, self.interests = (), (), {}
        self.plan, self._limits, self._planner = None, None, None


def _plan_as_dict(plan: Plan) -> dict[str, Any]:
    def plain(value: Any) -> dict[str, Any]:
        return {name: one.isoformat() if isinstance(one, dt.date) else one for name, one in vars(value).items()}

    return {
        "person_id": plan.person_id,
        "limits": limits_as_dict(plan.limits),
        "items": [plain(item) | {"closes": dict(item.closes)} for item in plan.items],
        "value": plan.value,
        "bound": plan.bound,
        "before": dict(plan.before),
        "after": dict(plan.after),
        "left_out": {activity: sentence_as_dict(why) for activity, why in plan.left_out.items()},
        "reason": None if plan.reason is None else sentence_as_dict(plan.reason),
        "strengths": list(plan.strengths),
        "notes": [sentence_as_dict(note) for note in plan.notes],
        "interests": dict(plan.interests),
    }


def _plan_of(found: dict[str, Any]) -> Plan:
    """Return the plan of a checked dictionary; limits no plan can have raise `InputError`."""
    for days in found["limits"]["away"]:
        if len(days) != 2:
            raise InputError(text("A time away has a first and a last day."))
    limits = Limits(**found["limits"])
    items = tuple(PlanItem(**item) for item in found["items"])
    for item in items:
        if item.activity_id in found["left_out"]:
            raise InputError(text("“{activity}” is both in the plan and left out.", activity=item.activity_id))
    lists = {name: tuple(found[name]) for name in ("strengths", "notes")}
    return Plan(**found | lists | {"limits": limits, "items": items})
