"""Planning for one person: from gaps, catalogue and limits to the best plan and its reasons."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
from scipy.special import ndtr

from toolkit.errors import InputError, NotEnoughData
from toolkit.plans.conflicts import clash
from toolkit.plans.limits import Limits
from toolkit.plans.objective import closed_gap
from toolkit.plans.options import Option, options_of, remaining
from toolkit.plans.plan import Plan, PlanItem
from toolkit.plans.prerequisites import require_no_circle
from toolkit.plans.problem import Problem
from toolkit.plans.reasons import closes_of, reasons_left_out, why_nothing
from toolkit.plans.set_choice import ActivityChooser, SetChoice
from toolkit.vocabulary import TIERS, Activities, Gaps, Sessions, check, records_of
from toolkit.wording import Text, text

_PROBABLE = 0.1
Done = Mapping[str, dt.date] | Sequence[str]


def plan_person(
    gaps: pd.DataFrame,
    activities: pd.DataFrame,
    limits: Limits,
    *,
    sessions: pd.DataFrame | None = None,
    tier: str | None = None,
    language: str | None = None,
    pinned: Sequence[str] = (),
    excluded: Sequence[str] = (),
    done: Done = (),
    under_way: Sequence[PlanItem] = (),
    interests: Mapping[str, float] | None = None,
) -> Plan:
    """Return the plan that is expected to close most of one person's gaps within `limits`.

    The tables and what else is known of the person go to `PersonPlanner`, which says what they are; it is
    quicker where the same person's plan is made again with other pins or exclusions.
    """
    planner = PersonPlanner(
        gaps,
        activities,
        limits,
        sessions=sessions,
        tier=tier,
        language=language,
        done=done,
        under_way=under_way,
        interests=interests,
    )
    return planner.plan(pinned=pinned, excluded=excluded)


class PersonPlanner:
    """Plans for one person within one set of limits, as often as pins and exclusions change.

    `gaps` is the Gaps table of one person, `activities` an Activities table, `sessions` a
    Sessions table for the dated ones. `tier` (junior, middle, senior) keeps activities at most
    one tier away; `language` (zh, en) keeps those held in it; a pin overrules both. `done` are activities
    already done, best with the day: they are not planned again unless the catalogue gives ``repeat_after_weeks`` and
    that time has passed. `under_way` are items of an earlier plan that have begun: they are kept, with the
    hours still to come. `interests` maps competencies, kinds or content areas to 0-1: a competency
    counts up to a quarter more, an hour of a kind or area a little if it is worth its time anyway.

    Raises `NotEnoughData` when nothing was ever seen of the person, and `InputError` for tables that cannot be
    used and circular prerequisites.
    """

    def __init__(
        self,
        gaps: pd.DataFrame,
        activities: pd.DataFrame,
        limits: Limits,
        *,
        sessions: pd.DataFrame | None = None,
        tier: str | None = None,
        language: str | None = None,
        done: Done = (),
        under_way: Sequence[PlanItem] = (),
        interests: Mapping[str, float] | None = None,
    ):
        self.gaps, self.limits = check(gaps, Gaps), limits
        self.activities = check(activities, Activities)
        self.sessions = None if sessions is None else check(sessions, Sessions)
        if self.gaps["level"].notna().sum() == 0:
            raise NotEnoughData(
                text("Nothing has been seen of this person yet, so no gap can be planned for."),
                remedy=text("Score a role-play or a joint visit, or import 360 ratings first."),
            )
        require_no_circle(self.activities)
        known = set(self.activities["activity_id"])
        self.under_way = {item.activity_id: item for item in under_way if item.activity_id in known}
        self.done, self.interests = done, dict(interests or {})
        self.barred = _barred(self.activities, tier, language) | self._done_for_good()
        self.options, self.missing = self.options_within(limits, self.activities)
        self.problem = self.problem_of(self.options, self.activities, self.gaps, limits)
        self.chooser = ActivityChooser(self.problem)

    def plan(self, *, pinned: Sequence[str] = (), excluded: Sequence[str] = ()) -> Plan:
        """Return the best plan with all of `pinned` and, unless pinned, none of `excluded`.

        `Plan.bound` is proven. Raises `InputError` for pins that cannot be kept, naming those that clash and
        the smallest changes of the limits that let them be kept.
        """
        pinned = tuple(dict.fromkeys(pinned))
        left_out = self.left_out(pinned, excluded)
        _require_possible(pinned, self.activities, left_out)
        if not pinned and not self.under_way and self._has_no_gap():
            return self._celebration(left_out)
        choice = self.chooser.best(pinned, left_out.keys() - self.under_way.keys())
        if not choice.feasible:
            raise clash(self, pinned)
        return self._plan(choice, pinned, left_out)

    def left_out(self, pinned: Sequence[str], excluded: Sequence[str]) -> dict[str, Text]:
        """Return why activities cannot be in any plan with these pins and exclusions."""
        known = set(self.activities["activity_id"])
        reasons = self.barred | dict.fromkeys([a for a in excluded if a in known], text("You excluded it."))
        kept = {a: reason for a, reason in reasons.items() if a not in pinned}
        return {a: why for a, why in (kept | self.missing).items() if a not in self.under_way}

    def options_within(self, limits: Limits, activities: pd.DataFrame) -> tuple[list[Option], dict[str, Text]]:
        """Return the options of some activities within limits, those under way as they stand; and why some have none."""
        begun = activities["activity_id"].isin(self.under_way)
        options, missing = options_of(activities[~begun], self.sessions, limits, not_before=self._not_before())
        for activity in records_of(activities[begun]):
            item = self.under_way[activity["activity_id"]]
            hours = remaining(item.starts_on, item.ends_on, limits) * float(activity["hours"])
            week = limits.week_of(item.starts_on)
            options.append(Option(item.activity_id, item.session_id, week, item.starts_on, item.ends_on, hours))
        return options, missing

    def problem_of(
        self, options: Sequence[Option], activities: pd.DataFrame, gaps: pd.DataFrame, limits: Limits
    ) -> Problem:
        """Return the problem over some options with what is known of the person."""
        kept = [a for a in activities["activity_id"] if a in self.under_way]
        # Mentoring that is behind the person, not to be done again, is the mentoring that is asked for.
        had = activities.loc[activities["activity_id"].isin(self._done_for_good()), "kind"].eq("mentoring").any()
        limits = replace(limits, mentor=limits.mentor and not had)
        return Problem(activities, options, gaps, limits, done=list(self.done), kept=kept, interests=self.interests)

    def _not_before(self) -> dict[str, dt.date]:
        if not isinstance(self.done, Mapping) or "repeat_after_weeks" not in self.activities:
            return {}
        weeks = self.activities.set_index("activity_id")["repeat_after_weeks"].dropna()
        return {a: day + dt.timedelta(weeks=int(weeks[a])) for a, day in self.done.items() if a in weeks.index}

    def _done_for_good(self) -> dict[str, Text]:
        again = self._not_before()
        over = [a for a in self.done if a not in again or again[a] > self.limits.deadline]
        return dict.fromkeys(over, text("It is already done."))

    def _has_no_gap(self) -> bool:
        """Say whether no competency that was seen is below its target with a probability worth a plan."""
        seen = self.gaps.dropna(subset=["level"])
        return bool((ndtr(seen["gap"] / seen["sd"].clip(lower=1e-3)) < _PROBABLE).all())

    def _strengths(self) -> tuple[str, ...]:
        above = self.gaps[self.gaps["gap"] < 0].sort_values(["gap", "competency_id"])
        sure = ndtr(above["gap"] / above["sd"].clip(lower=1e-3)) < _PROBABLE
        return tuple(above.loc[sure, "competency_id"])

    def _celebration(self, left_out: dict[str, Text]) -> Plan:
        before = self._before()
        bound = sum(curve.weight * before[curve.competency_id] for curve in self.problem.curves)
        others = {a: text("It closes no gap that was seen.") for a in self.activities["activity_id"]}
        reason = text(
            "No gap: everything that was seen meets what the role asks. Celebrate it, and offer to pass strengths on: "
            "as a mentor, in a sharing session or on joint visits."
        )
        person = str(self.gaps["person_id"].iloc[0])
        return Plan(
            person,
            self.limits,
            (),
            0.0,
            bound,
            before,
            before,
            others | left_out,
            reason,
            self._strengths(),
            interests=self.interests,
        )

    def _before(self) -> dict[str, float]:
        return {c.competency_id: float(closed_gap(1e6, c.shortfall, c.sd)) for c in self.problem.curves}

    def _plan(self, choice: SetChoice, pinned: Sequence[str], left_out: dict[str, Text]) -> Plan:
        problem = self.problem
        chosen = _without_idle(problem, choice.chosen, pinned)
        value = problem.value(chosen)
        ids = [problem.options[i].activity_id for i in chosen]
        before = self._before()
        closed = {
            c.competency_id: float(closed_gap(problem.gain_in(c.competency_id, ids), c.shortfall, c.sd))
            for c in problem.curves
        }
        items = [
            self._item(index, chosen, value, pinned)
            for index in sorted(chosen, key=lambda i: (problem.options[i].starts_on, problem.options[i].activity_id))
        ]
        reasons = left_out | reasons_left_out(problem, ids, left_out)
        after = {name: size - closed[name] for name, size in before.items()}
        return Plan(
            str(self.gaps["person_id"].iloc[0]),
            self.limits,
            tuple(items),
            value,
            max(choice.bound, value),
            before,
            after,
            reasons,
            None if items else self._why_empty(left_out),
            self._strengths(),
            self._notes(),
            self.interests,
        )

    def _why_empty(self, left_out: Mapping[str, Text]) -> Text:
        if self.activities.empty:
            return text("The catalogue of activities is empty.")
        return why_nothing(self.problem, left_out)

    def _notes(self) -> tuple[Text, ...]:
        if not self.limits.mix:
            return ()
        return (
            text(
                "The mix of 70 % on the job, 20 % with others and 10 % courses is a rule of thumb; no study shows it works better."
            ),
        )

    def _item(self, index: int, chosen: Sequence[int], value: float, pinned: Sequence[str]) -> PlanItem:
        problem, option = self.problem, self.problem.options[index]
        ids = [problem.options[i].activity_id for i in chosen]
        return PlanItem(
            option.activity_id,
            option.session_id,
            option.starts_on,
            option.ends_on,
            problem.hours[option.activity_id],
            problem.costs[option.activity_id],
            value - problem.value([i for i in chosen if i != index]),
            closes_of(problem, ids, option.activity_id),
            option.activity_id in pinned,
            option.activity_id in self.under_way,
            next((a for a in sorted(ids) if option.activity_id in problem.prerequisites.get(a, ())), None),
        )


def _barred(activities: pd.DataFrame, tier: str | None, language: str | None) -> dict[str, Text]:
    ids = activities["activity_id"]
    barred: dict[str, Text] = {}
    if tier in TIERS:
        rank = activities["tier"].map({name: number for number, name in enumerate(TIERS)})
        far = (rank - TIERS.index(tier)).abs() > 1
        barred |= dict.fromkeys(ids[far], text("It is made for another tier."))
    if language:
        other = ~activities["language"].isin([language, "both"])
        barred |= dict.fromkeys(ids[other], text("It is not held in this person's language."))
    return barred


def _require_possible(pinned: Sequence[str], activities: pd.DataFrame, left_out: Mapping[str, Text]) -> None:
    known = set(activities["activity_id"])
    for activity in pinned:
        if activity not in known or activity in left_out:
            raise InputError(
                text("The pinned activity “{activity}” cannot be planned.", activity=activity),
                where=left_out.get(activity, text("It is not in the catalogue.")),
                remedy=text("Take the pin away."),
            )


def _without_idle(problem: Problem, chosen: Sequence[int], pinned: Sequence[str]) -> list[int]:
    """Drop what the solver's tolerance let in though the plan is no worse without it."""
    kept = list(chosen)
    for index in list(chosen):
        activity = problem.options[index].activity_id
        rest = [i for i in kept if i != index]
        others = [problem.options[i].activity_id for i in rest]
        needed = any(activity in problem.prerequisites.get(other, ()) for other in others)
        mentor = problem.limits.mentor and not any(problem.kinds[other] == "mentoring" for other in others)
        bound = activity in pinned or activity in problem.kept or needed or mentor
        if not bound and problem.value(rest) >= problem.value(kept):
            kept = rest
    return kept
