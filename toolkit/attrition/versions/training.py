"""From a data set of the store to a version of the model in it, with what must not teach left out."""

from toolkit.attrition import storage
from toolkit.attrition.care_calls.storage import lessons
from toolkit.attrition.room import Look, Room
from toolkit.attrition.state import Source, Trained
from toolkit.attrition.versions.storage import setting
from toolkit.language import Language


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
    storage.keep_run(
        room.store,
        room.viewer,
        data_set_id,
        figures,
        trained.risks,
        model=trained.model,
        card=card,
        reasons=trained.reasons,
    )
    room.look = Look(data_set_id, source, trained)
