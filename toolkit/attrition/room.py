"""What the sections of the attrition page share: who looks, the HR store, and what was trained last."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.access.roles import Viewer
from toolkit.attrition import storage
from toolkit.attrition.care_calls.storage import lessons
from toolkit.attrition.state import Source, Trained
from toolkit.attrition.versions.storage import setting
from toolkit.controls.place import Place
from toolkit.controls.sectioned_page import Section as RoomSection
from toolkit.controls.status_line import StatusLine
from toolkit.controls.upload import Mapped
from toolkit.language import Language
from toolkit.store import Store


@dataclass(frozen=True)
class Look:
    """What was trained last on this page: the data set of the store it was trained on, and its run."""

    data_set_id: str
    run_id: str
    source: Source
    trained: Trained


@dataclass
class Room:
    """What a section works on.

    `names` gives names by person_id, shown on demand and logged; `numbers` person_id by employee
    number, so that files and the roster speak of the same people. `drivers` is the content pack with
    the levers, `values` words ids of teams and roles. `look` is None until something was trained; `conversations` is how many HR can hold.
    """

    store: Store
    viewer: Viewer
    language: Language
    today: dt.date
    limit_mb: int
    names: Mapping[str, str]
    numbers: Mapping[str, str]
    remembered: Callable[[str], Mapped | None]
    remember: Callable[[str, Mapped], None]
    status: StatusLine
    place: Place
    drivers: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    look: Look | None = None
    conversations: int = 12
    zone: dt.tzinfo = dt.UTC

    def data_sets(self) -> list[storage.DataSet]:
        """Return the data sets, newest first, with the moment it was where the organisation is."""
        found = storage.data_sets(self.store, self.viewer)
        return [replace(one, created_at=one.created_at.astimezone(self.zone)) for one in found]

    def runs(self) -> list[storage.Run]:
        """Return the training runs, newest first, with the moment it was where the organisation is."""
        found = storage.runs(self.store, self.viewer)
        return [replace(one, created_at=one.created_at.astimezone(self.zone)) for one in found]


Section = RoomSection[Room]


def data_set_words(data_set: storage.DataSet | storage.Run, language: Language) -> str:
    """Return what a data set is called on the page."""
    return language("Sample organisation: HR months") if data_set.name == "sample" else data_set.name


def source_of(room: Room, data_set: storage.DataSet) -> Source:
    """Return a data set as a table to train on, with the conversations held and leavers nobody regrets."""
    frame = storage.table_of(room.store, room.viewer, data_set.data_set_id)
    held, not_regretted = lessons(room.store, room.viewer)
    if data_set.kind != "months":
        return Source(data_set.name, data_set.kind, frame, data_set.choices)
    return Source(
        data_set.name, data_set.kind, frame, data_set.choices, held if len(held) else None, tuple(not_regretted)
    )


def keep_trained(room: Room, data_set_id: str, source: Source, trained: Trained) -> None:
    """Store what training gave as a new version, with its card, and let the page's other sections see it."""
    figures = {name: vars(estimate) for name, estimate in trained.test.figures.items()}
    contact = setting(room.store, room.viewer).contact
    stability = trained.redrawn.stability(room.conversations) if trained.redrawn is not None else None
    card = trained.model.card(test=trained.test, stability=stability, contact=contact)
    run_id = storage.keep_run(
        room.store,
        room.viewer,
        data_set_id,
        figures,
        trained.risks,
        model=trained.model,
        card=card,
        reasons=trained.reasons,
    )
    room.look = Look(data_set_id, run_id, source, trained)
