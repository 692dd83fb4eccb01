"""The section in which rubrics are written, imported, published and compared with their earlier versions."""

from typing import Any

import ipywidgets as widgets
import pandas as pd

from toolkit.access.roles import Role
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.data_table import Column, DataTable, Mark
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.page import button, card, choice, heading, prose, row
from toolkit.controls.tabs import Tabs
from toolkit.controls.upload import Mapped, Upload
from toolkit.documents.template_file import write_table
from toolkit.organisation import storage as organisation
from toolkit.organisation.content import competency_names
from toolkit.roleplay import storage as roleplay
from toolkit.roleplay.room import Room, Section
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.rubric_editor import storage
from toolkit.roleplay.rubric_editor.bridging import bridge_versions
from toolkit.roleplay.rubric_editor.draft.widget import DraftBar
from toolkit.roleplay.rubric_editor.form import criteria_from, rows_from, rubric_form
from toolkit.roleplay.rubric_editor.report import bridge_words
from toolkit.roleplay.rubric_editor.widget import RubricEditor
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, counted, text


class RubricSection(Section):
    """For trainers: the editor on a draft that is kept until published, Excel in and out, and the versions."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        self.editor: RubricEditor | None = None
        self._editors: dict[str, RubricEditor] = {}  # of the rubrics looked at so far
        self._followed = False
        self._names: dict[str, dict[str, str]] = {}
        self.rubric = choice(say("Rubric"), [], guarded(room.status, lambda _value: self._open()))
        self.copy = button(say("Copy as a rubric of its own"), guarded(room.status, self._copy_it))
        self.export = Download(say("Excel"), self._excel, room.status)
        self.draft = DraftBar(say, guarded(room.status, self._discard), guarded(room.status, self._go_on))
        self.edit, self.file, self.versions = widgets.VBox(), widgets.VBox(), widgets.VBox()
        for part in (self.edit, self.file, self.versions):
            part.add_class("coach-panel")
        self.tabs = Tabs(
            {say("Edit"): self.edit, say("Import"): self.file, say("Versions"): self.versions},
            label=say("Rubrics"),
            on_open=guarded(room.status, self._tab_opened),
        )
        purpose = say("You work on a copy. What was scored with an earlier version keeps that version.")
        self.top = card(heading(say("Rubrics"), purpose), row(self.rubric), row(self.copy, self.export), self.draft)
        self.children = [self.top, self.tabs]

    def show(self) -> None:
        """Show the rubrics, each with the viewer's draft where there is one."""
        say = self.room.language
        if self.room.viewer.role != Role.TRAINER:
            words = say("Rubrics are written and published by trainers. You see the current one while you score.")
            self.children = [EmptyState(say("Rubrics are for trainers"), words)]
            return
        if self.editor is None:
            self._offer(None)
            if self.editor is not None and not self._followed:
                self._followed = True
                self.room.place.follow("rubric", self.rubric)
        else:
            self._show_draft()

    def _offer(self, chosen: str | None) -> None:
        with self.room.store.read() as connection:
            found = storage.rubrics(connection)
            drafts = storage.own_drafts(connection, self.room.viewer)
            self._names = competency_names(organisation.content(connection, "framework", "default"))
        say = self.room.language
        if not found:
            self.children = [EmptyState(say("No rubric yet"), say("Load the content that ships with the toolkit."))]
            return
        options = [(say.pick(body["name"]), one) for one, body in found.items()]
        options += [
            (say("{name} (not published)", name=say.pick(draft.body["name"])), one)
            for one, draft in drafts.items()
            if one not in found
        ]
        self.rubric.offer(options, chosen)
        self._open()

    def _open(self) -> None:
        """Open the chosen rubric: the viewer's draft of it, or what is published."""
        chosen = self.rubric.value
        if chosen is None:
            return
        if chosen not in self._editors:
            with self.room.store.read() as connection:
                draft = storage.own_drafts(connection, self.room.viewer).get(chosen)
                body = draft.body if draft else organisation.content(connection, storage.KIND, chosen)
            self._editors[chosen] = self._made(body)
        self.editor = self._editors[chosen]
        self.edit.children = [self.editor]
        self._show_draft()
        self._tab_opened(self.tabs.opened)

    def _made(self, body: dict[str, Any]) -> RubricEditor:
        with self.room.store.read() as connection:
            taken = storage.taken_ids(connection)
        say = self.room.language
        editor = RubricEditor(body, self._names, on_publish=self._publish, taken=taken, language=say.code)
        editor.draft.observe(lambda _change: self._keep(editor), names="body")
        return editor

    def _keep(self, editor: RubricEditor) -> None:
        with shown_on(editor.status):
            storage.keep_draft(self.room.store, self.room.viewer, editor.body)
            self._show_draft()

    def _show_draft(self) -> None:
        """Say whether there is a draft, whether a newer version was published meanwhile, and who else writes one."""
        rubric_id, room = self.rubric.value, self.room
        if rubric_id is None:
            return
        with room.store.read() as connection:
            own = storage.own_drafts(connection, room.viewer).get(rubric_id)
            others = storage.others_drafting(connection, room.viewer, rubric_id)
            current = organisation.current_versions(connection, storage.KIND).get(rubric_id)
        newer = current if own is not None and own.based_on != current else None
        kept = own.updated_at.astimezone(room.zone) if own else None
        self.draft.show(kept, newer, [(name, moment.astimezone(room.zone)) for name, moment in others])

    def _discard(self) -> None:
        """Throw the draft away, which can be taken back once more."""
        editor, store, viewer = self.editor, self.room.store, self.room.viewer
        if editor is None:
            return
        before = editor.body
        storage.discard_draft(store, viewer, before["id"])
        del self._editors[before["id"]]
        self._offer(before["id"])

        def bring_back() -> None:
            storage.keep_draft(store, viewer, before)
            self._editors.pop(before["id"], None)
            self._offer(before["id"])

        if self.editor is not None:
            self.editor.undo.offer(self.room.language("The draft was discarded."), bring_back)

    def _go_on(self) -> None:
        if self.editor is not None:
            storage.go_on_with_draft(self.room.store, self.room.viewer, self.editor.body["id"])
            self._show_draft()
            self.room.status.say(text("Your draft stays. Publishing it replaces the newer version."), "info")

    def _copy_it(self) -> None:
        """Go on with what stands in the editor as a rubric of its own."""
        if self.editor is None:
            return
        with self.room.store.read() as connection:
            known = set(organisation.current_versions(connection, storage.KIND)) | storage.drafted_ids(connection)
        made = next(one for number in range(1, len(known) + 2) if (one := f"rubric_{number}") not in known)
        storage.keep_draft(self.room.store, self.room.viewer, {**self.editor.body, "id": made})
        self._offer(made)
        self.room.status.say(
            text("This is now a rubric of its own: give it a name, change it, and publish it."), "info"
        )
        self.tabs.show_section(self.room.language("Edit"))

    def _publish(self, body: dict[str, Any]) -> Text:
        store, viewer = self.room.store, self.room.viewer
        with store.read() as connection:
            before = organisation.current_versions(connection, storage.KIND).get(body["id"])
        version = storage.publish(store, viewer, body, set(self._names))
        self._show_draft()
        if version == before:
            return text("Nothing has changed since version {version}, so there is no new one.", version=version)
        if before is None:
            self._offer(body["id"])
        return text(
            "Published as version {version}. New workshops use it; earlier scores keep their version.", version=version
        )

    def _tab_opened(self, title: str) -> None:
        say = self.room.language
        if self.editor is None:
            return
        if title == say("Import"):
            form = rubric_form(self._names)
            self.file.children = [Upload(form, language=say, on_confirm=self._import)]
        elif title == say("Versions"):
            self.versions.children = self._versions()

    def _import(self, frame: pd.DataFrame, _signature: str, _mapping: Mapped) -> Text:
        if self.editor is not None:
            self.editor.take_over(criteria_from(frame))
        return counted(
            "{count} criterion stands in the draft. Open “Edit” to check and publish it.",
            "{count} criteria stand in the draft. Open “Edit” to check and publish them.",
            len(frame),
        )

    def _excel(self) -> tuple[str, bytes] | None:
        if self.editor is None:
            return None
        body = self.editor.body
        rows = rows_from(body)
        columns = [column for column in rubric_form(self._names).columns if column.name in rows.columns]
        title = self.room.language.pick(body["name"]) or self.room.language("Rubric")
        return f"{title}.xlsx", write_table(rows, columns, self.room.language, title)

    def _versions(self) -> list[widgets.Widget]:
        say, rubric_id = self.room.language, self.editor.body["id"] if self.editor else ""
        with self.room.store.read() as connection:
            found = storage.versions(connection, rubric_id)
            if found.empty:
                return [EmptyState(say("Not published yet"), say("This rubric has no version until it is published."))]
            bodies = {one: organisation.content(connection, storage.KIND, rubric_id, one) for one in found["version"]}
            ratings = roleplay.ratings(connection, self.room.viewer)
        table = DataTable(
            [
                Column("version", say("Version")),
                Column("published", say("Published"), "date"),
                Column("criteria", say("Criteria"), "number"),
                Column("workshops", say("Workshops that use it"), "number"),
                Column("state", say("State"), "mark", marks=_marks(say)),
            ],
            language=say,
            caption=say("Versions, newest first"),
        )
        rows = pd.DataFrame(
            {
                "published": [moment.astimezone(self.room.zone).date() for moment in found["created_at"]],
                "version": found["version"],
                "criteria": [len(bodies[one]["criteria"]) for one in found["version"]],
                "workshops": found["workshops"],
                "state": ["current" if current else "earlier" for current in found["current"]],
            }
        )
        table.show(rows, ids=found["version"])
        return [
            table,
            card(heading(say("Scores of different versions on one scale")), *self._bridges(found, bodies, ratings)),
        ]

    def _bridges(
        self, found: pd.DataFrame, bodies: dict[str, dict[str, Any]], ratings: pd.DataFrame
    ) -> list[widgets.Widget]:
        """Return one sentence for each earlier version."""
        say = self.room.language
        current = next(row.version for row in rows_of(found) if row.current)
        earlier = [row.version for row in rows_of(found) if not row.current]
        if not earlier:
            return [prose(say("There is one version only, so all its scores are on one scale."), quiet=True)]
        used = ratings[ratings["rubric_id"] == bodies[current]["id"]]
        # A rep may play the same scenario before the same rater in two workshops: those are two sheets.
        used = used.assign(scenario_id=used["workshop_id"] + "/" + used["scenario_id"])
        sides = {version: used[used["rubric_version"] == version] for version in (current, *earlier)}
        new = Rubric.from_content(bodies[current])
        sentences = []
        for version in earlier:
            tables = {"old": sides[version], "new": sides[current]}
            words = bridge_words(bridge_versions(Rubric.from_content(bodies[version]), new, tables), say)
            sentences.append(prose(say("Version {version}: {words}", version=version, words=words)))
        source = say(
            "The scores are linked through the criteria whose words did not change (Kolen and Brennan 2014). The interval says "
            "how sure the link is; the score's own interval comes on top."
        )
        return [*sentences, prose(source, quiet=True)]


def _marks(say: Any) -> dict[str, Mark]:
    return {"current": Mark(say("current"), "good"), "earlier": Mark(say("earlier"), "quiet")}
