"""A plan's record in the coaching store: every change is written there and read again."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.plans import storage
from toolkit.plans.agenda import storage as agenda
from toolkit.plans.plan import Plan
from toolkit.plans.planner import PersonPlanner
from toolkit.plans.progress import ItemProgress, Rest, gaps_after
from toolkit.plans.review import storage as living
from toolkit.plans.review.book import ACTS, PlanBook, PlanRecord
from toolkit.plans.room import Room
from toolkit.vocabulary import records_of, rows_of

# What each role may do beside signing; the store checks it again.
_MAY = {"rep": frozenset({"sign", "progress"}), "manager": ACTS, "trainer": ACTS - {"sign"}}


class StoredPlanBook(PlanBook):
    """The newest plan of one person in the store, changed for the room's viewer."""

    def __init__(self, room: Room, person_id: str, record: PlanRecord):
        self.room, self.person_id = room, person_id
        viewer = room.viewer
        with room.store.read() as connection:
            leads = person_id in living.led_by(connection, viewer)
        own = viewer.person_id == person_id
        party = "rep" if own else "manager" if leads else None
        may = frozenset({"sign", "progress"}) if own else _MAY.get(viewer.role, frozenset())
        super().__init__(record, today=room.today, party=party, may=may, plan_rest=self._plan)

    @classmethod
    def of_person(cls, room: Room, person_id: str) -> "StoredPlanBook | None":
        """Return the book of a person's newest plan, or None where there is none."""
        record = read_record(room, person_id)
        return None if record is None else cls(room, person_id, record)

    def _again(self) -> None:
        found = read_record(self.room, self.person_id)
        if found is not None:
            self.record = found

    def sign(self) -> None:
        """Agree to the plan for oneself."""
        living.sign_plan(self.room.store, self.room.viewer, self.person_id, self.record.version)
        self._again()

    def set_progress(self, activity_id: str, progress: ItemProgress) -> None:
        """Say how far an item is."""
        who = self.room.store, self.room.viewer, self.person_id, self.record.version
        living.set_item_progress(*who, activity_id, progress, today=self.today)
        self._again()

    def keep_goals(self, goals: Sequence[Mapping[str, Any]]) -> None:
        """Put other goals in place of those there are."""
        living.keep_goals(self.room.store, self.room.viewer, self.person_id, self.record.version, goals)
        self._again()

    def set_reviews(self, days: Sequence[dt.date]) -> None:
        """Set the days of the reviews still to be held."""
        agenda.set_reviews(self.room.store, self.room.viewer, self.person_id, days)
        self._again()

    def hold_review(self, review_id: str, note: str) -> None:
        """Note that a review was held today."""
        agenda.hold_review(self.room.store, self.room.viewer, self.person_id, review_id, note, today=self.today)
        self._again()

    def set_track(self, high_potential: bool, why: str) -> None:
        """Put the person on the high-potential track, or take them off it."""
        agenda.set_high_potential(self.room.store, self.room.viewer, self.person_id, high_potential, why)
        self._again()

    def finish(self) -> None:
        """Close the plan as done."""
        living.finish_plan(self.room.store, self.room.viewer, self.person_id, self.record.version)
        self._again()

    def drop(self, why: str) -> None:
        """Drop the plan for a reason."""
        living.drop_plan(self.room.store, self.room.viewer, self.person_id, self.record.version, why)
        self._again()

    def adopt(self, plan: Plan) -> None:
        """Save a plan as the next version, with goals for what has none."""
        save_with_goals(self.room, plan, self.record.excluded, self.record.version)
        self._again()

    def _plan(self, rest: Rest) -> Plan:
        room = self.room
        someone = next(row for row in rows_of(room.people) if row.person_id == self.person_id)
        planner = PersonPlanner(
            self._gaps_now(),
            room.activities(),
            rest.limits,
            sessions=room.sessions([self.person_id]),
            tier=someone.tier_id,
            language=someone.language,
            done=rest.done,
            under_way=rest.under_way,
            interests=self.record.plan.interests,
        )
        return planner.plan(pinned=rest.pinned, excluded=rest.excluded)

    def _gaps_now(self) -> pd.DataFrame:
        """Return the gaps, with what was done since nothing was observed any more counted as expected."""
        room, evidence = self.room, self.room.evidence()
        seen = evidence[evidence["person_id"] == self.person_id]["observed_on"].max()
        since = dt.date.min if pd.isna(seen) else pd.Timestamp(seen).date()
        return gaps_after(room.gaps_of(self.person_id), self.record.done_since(since))


def read_record(room: Room, person_id: str) -> PlanRecord | None:
    """Return all that is kept of a person's newest plan, or None where there is none."""
    viewer = room.viewer
    with room.store.read() as connection:
        kept = storage.plans_of(connection, viewer, person_id)
        if not kept:
            return None
        saved, *older = kept
        versions = living.plan_versions(connection, viewer, person_id)
        tracks = agenda.tracks(connection, viewer)
        track = tracks[tracks["person_id"] == person_id]
        newest = versions.iloc[0]
        signed = {
            party: moment.astimezone(room.zone).date()
            for party in ("rep", "manager")
            if not pd.isna(moment := newest[f"{party}_signed_at"])
        }
        return PlanRecord(
            plan=saved.plan,
            version=saved.version,
            status=saved.status,
            saved_on=saved.saved_at.astimezone(room.zone).date(),
            excluded=saved.excluded,
            progress=living.progress_of(connection, viewer, person_id),
            goals=_days(records_of(living.goals_of(connection, viewer, person_id))),
            signed=signed,
            reviews=agenda.reviews_of(connection, viewer, person_id),
            cancelled_reviews=agenda.cancelled_reviews(connection, viewer, person_id),
            high_potential=None if track.empty else str(track["why"].iloc[0]),
            earlier={one.version: one.plan for one in older},
            reason=saved.reason,
            done=living.done_activities(connection, viewer, person_id),
        )


def save_with_goals(room: Room, plan: Plan, excluded: Sequence[str], opened: int) -> int:
    """Save a plan as the next version, with a goal for each item that has none yet, and return the version."""
    goals = room.goals_for([plan])[plan.person_id]
    return storage.save_plan(room.store, room.viewer, plan, excluded=excluded, opened=opened, goals=goals)


def _days(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row | {"due_on": pd.Timestamp(row["due_on"]).date()} for row in rows]
