"""The section in which a rater scores."""

import datetime as dt

from toolkit.controls.empty_state import EmptyState
from toolkit.roleplay import storage
from toolkit.roleplay.feedback.storage import lesson_words
from toolkit.roleplay.room import Section
from toolkit.roleplay.widget import RolePlayScorer


class ScoringSection(Section):
    """The rater's own sheets of the chosen workshop."""

    def show(self) -> None:
        """Show the sheets."""
        say, viewer, store = self.room.language, self.room.viewer, self.room.store
        workshop_id = self.room.workshop_id
        if workshop_id is None:
            self.children = [EmptyState(say("No workshop yet"), say("Make one under “New workshop”."))]
            return
        with store.read() as connection:
            raters = set(storage.members_of(connection, workshop_id, "rater")["person_id"])
            reps = storage.members_of(connection, workshop_id, "rep")
            forms = self.room.forms(connection)
            lessons = lesson_words(connection, viewer, list(forms))
        if viewer.person_id not in raters:
            words = say("You are not a rater of this workshop; its results are open to you as far as your role allows.")
            self.children = [EmptyState(say("Nothing to score here"), words)]
            return
        reps = reps[reps["person_id"] != viewer.person_id]

        def key(rep_id: str, scenario_id: str) -> storage.SheetKey:
            return storage.SheetKey(workshop_id, scenario_id, rep_id, viewer.person_id or "")

        def fetch(rep_id: str, scenario_id: str) -> dict[str, float | None]:
            with store.read() as connection:
                return storage.own_ratings(connection, key(rep_id, scenario_id))

        def keep(rep_id: str, scenario_id: str, criterion_id: str, rating: float | None) -> dt.datetime:
            return storage.save_rating(
                store, viewer, key(rep_id, scenario_id), criterion_id, rating, on=self.room.today
            )

        scorer = RolePlayScorer(
            forms,
            reps,
            rater_id=viewer.person_id or "",
            language=say.code,
            fetch=fetch,
            keep=keep,
            local_time=lambda moment: moment.astimezone(self.room.zone),
            lessons=lessons,
        )
        self.room.place.follow("scenario", scorer.scenario)
        self.room.place.follow("rep", scorer.rep)
        self.children = [scorer]
