"""The role-play page on the store: score, read the results, make a workshop."""

import datetime as dt
import zoneinfo

import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import Panel, card, choice, row
from toolkit.controls.person_picker import people_entries
from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.documents.template_file import write_table
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.roleplay import storage
from toolkit.roleplay.report import LABELS, score_rows
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.scenario import Scenario
from toolkit.roleplay.scoring import RawScores, raw_scores, split_unfinished
from toolkit.roleplay.widget import RolePlayScorer, ScoreTable, WorkshopForm
from toolkit.store import Store
from toolkit.vocabulary import Ratings, rows_of
from toolkit.wording import text


class RolePlayPage(Panel):
    """Everything a trainer or manager does around one workshop."""

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        language: Language,
        *,
        today: dt.date,
        zone: zoneinfo.ZoneInfo,
        place: Place | None = None,
    ):
        self.store, self.viewer, self.language, self.today, self._zone = store, viewer, language, today, zone
        self.place = place or Place()
        say = language
        self.status = StatusLine(say)
        self.workshop = choice(say("Workshop"), [], guarded(self.status, lambda _value: self._open()))
        self.scoring = Panel(styled=False)
        self.table = ScoreTable(language=say.code)
        self.excel = Download(say("Excel"), self._excel, self.status)
        results = Panel([self.table, row(self.excel)], styled=False)
        self.form = Panel(styled=False)
        self.tabs = Tabs(
            {say("Score"): self.scoring, say("Results"): results, say("New workshop"): self.form},
            label=say("Role-play workshop"),
            on_open=self._open_section,
        )
        super().__init__([card(row(self.workshop)), self.status, self.tabs, self.place])
        self._offer_workshops(self.place.at.get("workshop"))
        self.place.follow("workshop", self.workshop)
        self.place.follow_tabs("tab", self.tabs)
        if self.workshop.value is None:
            self._open()

    def _open_section(self, title: str) -> None:
        if title == self.language("Results"):
            self._show_results()
        elif title == self.language("New workshop") and not self.form.children:
            with shown_on(self.status):
                self.form.children = [self._workshop_form()]

    def _offer_workshops(self, chosen: str | None = None) -> None:
        with self.store.read() as connection:
            found = storage.workshops(connection)
        options = [
            (
                self.language(
                    "{name} ({day})",
                    name=self.language.pick({"en": row.name_en, "zh": row.name_zh}),
                    day=row.held_on.date(),
                ),
                row.workshop_id,
            )
            for row in rows_of(found)
        ]
        self.workshop.offer(options, chosen)

    def _open(self) -> None:
        with shown_on(self.status):
            self.status.clear()
            workshop_id = self.workshop.value
            if workshop_id is None:
                empty = EmptyState(self.language("No workshop yet"), self.language("Make one under “New workshop”."))
                self.scoring.children = [empty]
                return
            self.scoring.children = [self._scorer(workshop_id)]
            if self.tabs.opened == self.language("Results"):
                self._show_results()

    def _scorer(self, workshop_id: str) -> Panel:
        say, viewer = self.language, self.viewer
        with self.store.read() as connection:
            raters = set(storage.members_of(connection, workshop_id, "rater")["person_id"])
            reps = storage.members_of(connection, workshop_id, "rep")
            forms = self._forms(connection, workshop_id)
        if viewer.person_id not in raters:
            words = say("You are not a rater of this workshop; its results are open to you as far as your role allows.")
            return Panel([EmptyState(say("Nothing to score here"), words)], styled=False)
        reps = reps[reps["person_id"] != viewer.person_id]

        def key(rep_id: str, scenario_id: str) -> storage.SheetKey:
            return storage.SheetKey(workshop_id, scenario_id, rep_id, viewer.person_id or "")

        def fetch(rep_id: str, scenario_id: str) -> dict[str, float | None]:
            with self.store.read() as connection:
                return storage.own_ratings(connection, key(rep_id, scenario_id))

        def keep(rep_id: str, scenario_id: str, criterion_id: str, rating: float | None) -> dt.datetime:
            return storage.save_rating(
                self.store, viewer, key(rep_id, scenario_id), criterion_id, rating, on=self.today
            )

        scorer = RolePlayScorer(
            forms,
            reps,
            rater_id=viewer.person_id or "",
            language=say.code,
            fetch=fetch,
            keep=keep,
            local_time=lambda moment: moment.astimezone(self._zone),
        )
        self.place.follow("scenario", scorer.scenario)
        self.place.follow("rep", scorer.rep)
        return scorer

    def _forms(self, connection: sa.Connection, workshop_id: str) -> dict[str, tuple[Scenario, Rubric]]:
        forms = {}
        for row_ in rows_of(storage.scenarios_of(connection, workshop_id)):
            scenario = organisation.content(connection, "scenario", row_.scenario_id, row_.scenario_version)
            rubric = organisation.content(connection, "rubric", row_.rubric_id, row_.rubric_version)
            forms[row_.scenario_id] = (Scenario.from_content(scenario), Rubric.from_content(rubric))
        return forms

    def _scores(self) -> tuple[RawScores, dict[str, str], int]:
        """Return scores of whom the viewer may see, names, and how many sheets are unfinished."""
        with self.store.read() as connection:
            ratings = storage.ratings(connection, self.viewer, self.workshop.value)
            names = organisation.names(connection)
            forms = self._forms(connection, self.workshop.value)
        mandatory = {
            scenario_id: {criterion.id for criterion in rubric.criteria if criterion.mandatory}
            for scenario_id, (_, rubric) in forms.items()
        }
        finished, unfinished = split_unfinished(ratings, mandatory)
        weights = {c: w for _, rubric in forms.values() for c, w in rubric.weights.items()}
        scores = raw_scores(finished[list(Ratings.columns)], weights=weights)
        shown = scores.reps[scores.reps["rep_id"].isin(finished.loc[finished["seen"], "rep_id"])]
        return RawScores(shown, scores.note), names, unfinished

    def _show_results(self) -> None:
        if self.workshop.value is not None:
            with shown_on(self.status):
                self.table.show(*self._scores())

    def _excel(self) -> tuple[str, bytes]:
        if self.workshop.value is None:
            raise InputError(text("Choose a workshop first."))
        scores, names, _ = self._scores()
        rows = score_rows(scores, names, self.language)
        title = self.language("Raw scores")
        return f"{title}.xlsx", write_table(rows, LABELS, self.language, title)

    def _workshop_form(self) -> WorkshopForm:
        say = self.language
        with self.store.read() as connection:
            people = organisation.with_about(connection, organisation.people(connection, self.viewer), say)
            raters = organisation.with_about(connection, storage.possible_raters(connection), say)
            found = organisation.current_versions(connection, "scenario")
            scenarios = [organisation.content(connection, "scenario", scenario_id) for scenario_id in found]
        self._rubrics = {body["id"]: body["rubric"] for body in scenarios}
        return WorkshopForm(
            [(say.pick(body["name"]), body["id"]) for body in scenarios],
            people_entries(people[people["person_id"] != self.viewer.person_id]),
            people_entries(raters),
            self._create,
            today=self.today,
            language=say.code,
        )

    def _create(self, name: str, day: dt.date | None, scenarios: list[str], reps: list[str], raters: list[str]) -> None:
        if not name or day is None:
            raise InputError(
                text("A workshop needs a name, a day, at least one scenario, one rep and one rater."),
                remedy=text("Fill in what is missing and press the button again."),
            )
        with self.store.write(self.viewer.user_id) as change:
            workshop_id = storage.create_workshop(
                change,
                name={"en": name, "zh": name},
                held_on=day,
                scenarios={scenario: self._rubrics[scenario] for scenario in scenarios},
                reps=reps,
                raters=raters,
            )
        self._offer_workshops(workshop_id)
