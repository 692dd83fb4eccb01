"""The section in which the framework is read, edited, exchanged as files, and gone back to an earlier version."""

import datetime as dt
from typing import Any

import pandas as pd

from toolkit.controls.actions import guarded
from toolkit.controls.page import Panel
from toolkit.controls.tabs import Tabs
from toolkit.errors import NotAllowed
from toolkit.organisation import storage as organisation
from toolkit.organisation.framework_versions import Proposed
from toolkit.skillgap.framework import storage
from toolkit.skillgap.framework.editor.widget import FrameworkEditor
from toolkit.skillgap.framework.files.widget import FrameworkFiles
from toolkit.skillgap.framework.history.widget import FrameworkHistory
from toolkit.skillgap.framework.widget import FrameworkReader
from toolkit.skillgap.room import Room, Section
from toolkit.vocabulary import records_of
from toolkit.wording import Text, text


class FrameworkSection(Section):
    """For trainers, HR and administrators; parts are made when they are first opened."""

    def __init__(self, room: Room):
        super().__init__(room)
        if room.viewer.role not in storage.MAY_EDIT:
            raise NotAllowed(text("The framework is kept by trainers, HR and administrators."))
        say = room.language
        self._titles = {"read": say("Read"), "edit": say("Edit"), "files": say("Files"), "versions": say("Versions")}
        self.parts = {name: Panel(styled=False) for name in self._titles}
        self.editor: FrameworkEditor | None = None
        self.files: FrameworkFiles | None = None
        self.history: FrameworkHistory | None = None
        self._opened: dict[str, dict[str, str]] = {}
        self.tabs = Tabs(
            {title: self.parts[name] for name, title in self._titles.items()},
            label=say("Framework"),
            on_open=guarded(room.status, lambda _title: self._open()),
        )
        self.children = [self.tabs]

    def show(self) -> None:
        """Show the part that is open; a draft that is being written stays."""
        self._open()

    def _open(self) -> None:
        if not hasattr(self, "tabs"):
            return
        name = next(name for name, title in self._titles.items() if title == self.tabs.opened)
        if not self.parts[name].children:
            self.parts[name].children = [getattr(self, f"_{name}")()]

    def _read(self) -> FrameworkReader:
        return FrameworkReader(self.room.framework, self.room.roles, language=self.room.language.code)

    def _edit(self) -> FrameworkEditor:
        room = self.room
        self._begin("edit")
        self.editor = FrameworkEditor(
            room.framework, room.roles, on_publish=self._publish_edit, language=room.language.code
        )
        return self.editor

    def _files(self) -> FrameworkFiles:
        room = self.room
        self._begin("files")
        with room.store.read() as connection:
            changed_at = storage.history(connection)["at"].max()
            ids = sorted(organisation.current_versions(connection, "rubric"))
            rubrics = [organisation.content(connection, "rubric", one) for one in ids]
        self.files = FrameworkFiles(
            room.framework,
            room.roles,
            on_preview=self._preview,
            on_publish=lambda framework, roles: self._publish(framework, roles, self._opened["files"]),
            changed_at=room.store.clock() if pd.isna(changed_at) else _moment(changed_at),
            rubrics=rubrics,
            language=room.language.code,
        )
        return self.files

    def _versions(self) -> FrameworkHistory:
        room = self.room
        with room.store.read() as connection:
            found = storage.history(connection)
            bodies = {
                (row["kind"], row["version"]): storage.version(connection, row["kind"], row["version"])
                for row in records_of(found)
            }
        self.history = FrameworkHistory(found, bodies, on_return=self._return, language=room.language.code)
        return self.history

    def _activities(self) -> list[dict[str, Any]]:
        """Return which competencies the activities of the catalogue give gains in."""
        return [
            {
                "id": row["activity_id"],
                "gains": {
                    name.removeprefix("gain_"): value
                    for name, value in row.items()
                    if name.startswith("gain_") and pd.notna(value) and value
                },
            }
            for row in records_of(self.room.activities())
        ]

    def _preview(self, framework: dict[str, Any] | None, roles: dict[str, Any] | None) -> Proposed:
        room = self.room
        return storage.preview(room.store, room.viewer, framework=framework, roles=roles, activities=self._activities())

    def _publish_edit(self, framework: dict[str, Any], roles: dict[str, Any]) -> Text:
        return self._publish(framework, roles, self._opened["edit"], keep="edit")

    def _publish(
        self,
        framework: dict[str, Any] | None,
        roles: dict[str, Any] | None,
        opened: dict[str, str] | None = None,
        keep: str = "files",
    ) -> Text:
        room = self.room
        kept = storage.publish(
            room.store, room.viewer, framework=framework, roles=roles, activities=self._activities(), opened=opened
        )
        self._forget(keep)
        return text(
            "Published: competencies version {framework}, roles version {roles}. Other sections show it when the page is opened again.",
            framework=kept.framework,
            roles=kept.roles,
        )

    def _return(self, kind: str, version: str) -> Text:
        with self.room.store.read() as connection:
            body = storage.version(connection, kind, version)
        said = self._publish(body if kind == "framework" else None, body if kind == "roles" else None, keep="")
        self._open()
        self.room.status.say(said, "good")
        return said

    def _begin(self, part: str) -> None:
        """Let a part start from what is in the store now, which somebody else may have changed."""
        for name in ("framework", "roles", "competencies", "state", "people"):
            self.room.__dict__.pop(name, None)
        with self.room.store.read() as connection:
            self._opened[part] = storage.versions_now(connection)

    def _forget(self, keep: str) -> None:
        """Let everything be made anew from what is in the store now; the part with the sentence in it stays."""
        self._begin(keep)
        for name, part in self.parts.items():
            if name != keep:
                part.children = []
        if keep == "edit" and self.editor is not None:
            self.editor.begin(self.room.framework, self.room.roles)


def _moment(found: Any) -> dt.datetime:
    moment: dt.datetime = pd.Timestamp(found).to_pydatetime()
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
