"""The sections in which a workshop is made, and in which it gets its timetable."""

import datetime as dt
from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import button, card, heading, row
from toolkit.controls.person_picker import Entry, people_entries
from toolkit.controls.print_button import PrintButton
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.organisation import storage as organisation
from toolkit.roleplay import storage
from toolkit.roleplay.planning import report
from toolkit.roleplay.planning import storage as planning
from toolkit.roleplay.planning.design import design_of, kept_rotation, with_returned
from toolkit.roleplay.planning.state import TimetableState, first_open_slot, held_sheets
from toolkit.roleplay.planning.variances import earlier_variances, sheet_count
from toolkit.roleplay.planning.widget import FallOutForm, TimetableForm, TimetableView, changes_table
from toolkit.roleplay.room import Room, Section
from toolkit.roleplay.rotation_result import Rotation
from toolkit.roleplay.timetable_gain import Gain, buys
from toolkit.roleplay.widget import WorkshopForm
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text


class TimetableSection(Section):
    """The chosen workshop's timetable: made, looked at, kept, taken along, and planned anew when somebody falls out."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        self.state = TimetableState()
        self.status = StatusLine(say)
        self.view = TimetableView(self._gain, language=say.code)
        self.changes = changes_table(say)
        self.keep = button(say("Keep this timetable"), guarded(self.status, self._keep), primary=True)
        self.leave = button(say("Do not keep it"), guarded(self.status, self._leave))
        self.head = widgets.HTML()
        self.tools = row(
            self.keep,
            self.leave,
            Download(say("Excel"), lambda: self._file("xlsx"), self.status),
            Download(say("Word"), lambda: self._file("docx"), self.status),
            PrintButton(say("Print")),
        )
        self.result = card(self.head, self.changes, self.view, self.tools)
        self.result.add_class("coach-panel")
        self.fall_out = FallOutForm(self._without, self._join, status=self.status, language=say.code)
        self.anew = button(say("Make another timetable"), lambda: self._toggle("form"))
        self.ways = row(
            self.anew,
            button(say("Somebody falls out or joins"), lambda: self._toggle("fall_out")),
        )
        for part in (self.ways, self.fall_out, self.tools, self.status):
            part.add_class("coach-screen-only")
        self._opened: str | None = None
        self._plan: planning.Plan | None = None
        self._names: dict[str, Any] = {}
        self._variances: dict[str, dict[str, float] | None] = {}

    def show(self) -> None:
        """Show the workshop's timetable, unless one that nobody has kept yet stands there."""
        say, workshop_id = self.room.language, self.room.workshop_id
        if workshop_id is None:
            self.children = [EmptyState(say("No workshop yet"), say("Make one under “New workshop”."))]
            return
        if workshop_id == self._opened and self.state.draft is not None:
            return
        with self.room.store.read() as connection:
            allowed = planning.may_open(connection, self.room.viewer, workshop_id)
        if not allowed:
            words = say(
                "Trainers and the raters of a workshop see its timetable; joint visits and proposals have none. Choose another above."
            )
            self._opened, self.children = None, [EmptyState(say("No timetable here"), words)]
            return
        if workshop_id != self._opened:
            self.status.clear()
        self._read(workshop_id)

    def _read(self, workshop_id: str) -> None:
        """Read the workshop anew, drop any draft, and lay the section out."""
        say = self.room.language
        with self.room.store.read() as connection:
            plan = planning.read_plan(connection, self.room.viewer, workshop_id)
            forms = self.room.forms(connection)
            possible = organisation.with_about(connection, storage.possible_raters(connection), say)
        self._plan = plan
        self._names = {row.person_id: row.name for row in rows_of(plan.members)}
        self._names |= {one: dict(scenario.name) for one, (scenario, _) in forms.items()}
        minutes = max(sum(length for _, length in scenario.stages) for scenario, _ in forms.values())
        if self._opened != workshop_id:
            self.form = TimetableForm(
                self._make,
                day=pd.Timestamp(plan.held_on).date(),
                reps=len(plan.people("rep")),
                raters=len(plan.people("rater")),
                minutes=minutes,
                status=self.status,
                language=say.code,
            )
            self.form.add_class("coach-screen-only")
            if plan.design is not None:
                self.form.put(plan.design)
            self._opened = workshop_id
        kept = None if plan.design is None else kept_rotation(plan.design, plan.slots, plan.reports_to)
        self.state.take_up(kept)
        self._draw(possible)
        self._fold(None if kept else self.form)
        self.anew.layout.display = None if kept else "none"
        self.children = [self.ways, self.form, self.fall_out, self.status, self.result]

    def _fold(self, but: widgets.Widget | None = None) -> None:
        """Fold the form and who falls out, all `but` one."""
        for one in (self.form, self.fall_out):
            needed = one is self.form and self.state.kept is None
            one.layout.display = None if one is but or needed else "none"

    def _toggle(self, name: str) -> None:
        one = getattr(self, name)
        self._fold(one if one.layout.display == "none" else None)

    def _draw(self, possible: pd.DataFrame | None = None) -> None:
        """Show what the state holds; `possible` are all who may be raters, where they are to be offered anew."""
        say, shown = self.room.language, self.state.shown
        draft = self.state.draft is not None
        self.result.layout.display = None if shown is not None else "none"
        self.keep.layout.display = self.leave.layout.display = None if draft else "none"
        changed = draft and self.state.kept is not None and bool(len(shown.changes)) if shown is not None else False
        self.changes.layout.display = None if changed else "none"
        if shown is not None:
            self.head.value = heading(*report.title(self.state, self._names, say)).value
            if changed:
                self.changes.show(report.change_rows(shown, self._names, say))
            self.view.show(shown, self._names)
        if possible is not None and self._plan is not None:
            self._offer(possible, self._plan)

    def _offer(self, possible: pd.DataFrame, plan: planning.Plan) -> None:
        say, kept = self.room.language, self.state.kept
        raters, reps = plan.people("rater"), plan.people("rep")
        entries = [Entry(one, self._names[one], "", say("Rater")) for one in raters]
        entries += [Entry(one, self._names[one], "", say("Rep")) for one in reps if one not in raters]
        first = first_open_slot(kept.slots, self._now()) if kept is not None else 1
        free = people_entries(possible[~possible["person_id"].isin(raters)])
        self.fall_out.offer(entries, report.slot_options(kept, say), first, free)

    def _now(self) -> dt.datetime:
        return self.room.now().replace(tzinfo=None)

    def _known(self) -> planning.Plan:
        if self._plan is None:
            raise InputError(text("Choose a workshop first."))
        return self._plan

    def _make(self, asked: dict[str, Any]) -> None:
        plan = self._known()
        self.status.clear()
        with self.room.store.read() as connection:
            begun = planning.begun_sheets(connection, plan.workshop_id)
        left = [one for one in plan.people("rater", absent=True) if one not in plan.people("rater")]
        with report.named(self._names, self.room.language):
            found = self.state.make(
                plan.people("rep"), plan.people("rater"), plan.scenarios, plan.reports_to, begun, left=left, **asked
            )
        self._draw()
        self.status.say(
            text("Made, with {sheets} sheets in {slots} slots. Look at it, then keep it.", sheets=len(found.sheets),
                 slots=found.slots["slot"].nunique()), "good"
        )  # fmt: skip

    def _without(self, gone: list[str], from_slot: int) -> None:
        plan = self._known()
        self.status.clear()
        with self.room.store.read() as connection:
            fresh = planning.read_plan(connection, self.room.viewer, plan.workshop_id)
        base = None
        if fresh.design is not None:
            there = fresh.people("rater")
            base = kept_rotation(with_returned(fresh.design, there), fresh.slots, fresh.reports_to, more_raters=there)
        done = held_sheets(base, fresh.begun, from_slot, gone) if base is not None else fresh.begun
        with report.named(self._names, self.room.language):
            self.state.fall_out(base, gone, from_slot, done)
        self._plan = fresh
        self._draw()
        self.status.say(text("This is how it could go on. Nothing is changed before you keep it."), "info")

    def _keep(self) -> None:
        draft, plan = self.state.draft, self._known()
        if draft is None:
            return
        planning.keep_timetable(
            self.room.store,
            self.room.viewer,
            plan.workshop_id,
            draft.slots,
            design_of(draft),
            opened=plan.design,
            gone=self.state.gone,
        )
        self._read(plan.workshop_id)
        self.status.say(text("The timetable is kept. The board shows its sheets."), "good")

    def _leave(self) -> None:
        self._read(self._known().workshop_id)
        self.status.say(text("The draft is dropped; everything is as it was."), "info")

    def _join(self, person_id: str | None) -> None:
        if person_id is None:
            raise InputError(text("Nobody else could be a rater of this workshop."))
        plan = self._known()
        planning.add_rater(self.room.store, self.room.viewer, plan.workshop_id, person_id)
        self._read(plan.workshop_id)
        name = self._names[person_id]
        words = text("{name} is now a rater of this workshop. “Show what changes” finds them a place.", name=name)
        self._fold(self.fall_out)
        if self.state.kept is None:
            words = text("{name} is now a rater of this workshop.", name=name)
        self.status.say(words, "good")

    def _gain(self, rotation: Rotation) -> tuple[Gain, Text]:
        """Return what more would buy, from this organisation's own earlier sheets where there are enough."""
        plan = self._known()
        with self.room.store.read() as connection:
            ratings = storage.ratings(connection, self.room.viewer)
        earlier = ratings[(ratings["workshop_id"] != plan.workshop_id) & (ratings["source"] == "role_play")]
        if plan.workshop_id not in self._variances:
            self._variances[plan.workshop_id] = earlier_variances(earlier)
        variances = self._variances[plan.workshop_id]
        gain = buys(rotation, variances)
        if variances is None:
            return gain, gain.note
        return gain, text(
            "Estimated from {sheets} sheets of your own earlier workshops ({workshops}).",
            sheets=sheet_count(earlier),
            workshops=earlier["workshop_id"].nunique(),
        )

    def _file(self, kind: str) -> tuple[str, bytes] | None:
        shown, say = self.state.shown, self.room.language
        if shown is None:
            return None
        return report.file(shown, self._names, say, kind, self.room.today)


class PlanningSection(Section):
    """The form for a new workshop."""

    _rubrics: dict[str, str] | None = None
    _made: WorkshopForm | None = None

    def show(self) -> None:
        """Show the form, unless it stands there already, perhaps half filled in."""
        if self._rubrics is None:
            self.children = [self._form()]

    def _form(self) -> WorkshopForm:
        say, viewer = self.room.language, self.room.viewer
        with self.room.store.read() as connection:
            people = organisation.with_about(connection, organisation.people(connection, viewer), say)
            raters = organisation.with_about(connection, storage.possible_raters(connection), say)
            found = organisation.current_versions(connection, "scenario")
            bodies = [organisation.content(connection, "scenario", scenario_id) for scenario_id in found]
        # Joint visits and proposals are begun where they are scored.
        scenarios = [body for body in bodies if body.get("kind", "workshop") == "workshop"]
        self._rubrics = {body["id"]: body["rubric"] for body in scenarios}
        self._made = WorkshopForm(
            [(say.pick(body["name"]), body["id"]) for body in scenarios],
            people_entries(people[people["person_id"] != viewer.person_id]),
            people_entries(raters),
            self._create,
            today=self.room.today,
            language=say.code,
        )
        return self._made

    def _create(self, name: str, day: dt.date | None, scenarios: list[str], reps: list[str], raters: list[str]) -> None:
        if not name or day is None:
            raise InputError(
                text("A workshop needs a name, a day, at least one scenario, one rep and one rater."),
                remedy=text("Fill in what is missing and press the button again."),
            )
        with self.room.store.write(self.room.viewer.user_id) as change:
            workshop_id = storage.create_workshop(
                change,
                name={"en": name, "zh": name},
                held_on=day,
                scenarios={scenario: (self._rubrics or {})[scenario] for scenario in scenarios},
                reps=reps,
                raters=raters,
                certifies=self._made.certifies.value if self._made is not None else False,
            )
        self.room.offer(workshop_id)
