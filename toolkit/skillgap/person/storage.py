"""Where a person sees a level differently: a note kept with the record, and who may know what of it."""

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import InputError, NotAllowed
from toolkit.organisation.content import competency_names
from toolkit.organisation.storage import PERSON, content, frame_of, may_see, person
from toolkit.skillgap.evidence import ANONYMOUS_SOURCES
from toolkit.skillgap.storage import OWN_VIEW
from toolkit.store import Store
from toolkit.wording import text

LONGEST_NOTE = 2000

NOTE_COLUMNS = ("person_id", "competency_id", "words", "level_shown", "written_at")


def own_views(connection: sa.Connection, viewer: Viewer) -> pd.DataFrame:
    """Return the notes of the people `viewer` may see: person_id, competency_id, words, level_shown, written_at (UTC)."""
    query = sa.select(OWN_VIEW).join(PERSON, PERSON.c.person_id == OWN_VIEW.c.person_id)
    query = query.where(may_see(viewer), OWN_VIEW.c.words != "").order_by(
        OWN_VIEW.c.written_at, OWN_VIEW.c.competency_id
    )
    return frame_of(connection, query)[list(NOTE_COLUMNS)]


def save_own_view(store: Store, viewer: Viewer, competency_id: str, words: str, *, level_shown: float | None) -> None:
    """Keep how the viewer sees the own level on a competency; empty `words` take the note back.

    `level_shown` is the level the viewer read when writing. What stood there before stays in the audit.
    Raises `NotAllowed` for somebody who is nobody on the roster, `InputError` for an unknown competency, a note
    that is too long, or one to take back that is not there.
    """
    if viewer.person_id is None:
        raise NotAllowed(text("Only the person a record is about can say so."))
    words = words.strip()
    if len(words) > LONGEST_NOTE:
        raise InputError(text("The note is longer than {count} characters.", count=LONGEST_NOTE))
    key = {"person_id": viewer.person_id, "competency_id": competency_id}
    with store.write(viewer.user_id) as change:
        person(change.connection, viewer, viewer.person_id)
        own = sa.and_(*(OWN_VIEW.c[name] == value for name, value in key.items()))
        kept = change.connection.execute(sa.select(OWN_VIEW.c.words).where(own)).scalar_one_or_none()
        if competency_id not in competency_names(content(change.connection, "framework", "default")):
            raise InputError(text("There is no competency called “{competency}”.", competency=competency_id))
        if not words and not kept:
            raise InputError(
                text("The note is empty."), remedy=text("Write in a sentence what you see differently and why.")
            )
        if words == kept:
            return
        values = {"words": words, "level_shown": level_shown, "written_at": change.at}
        change.put(OWN_VIEW, key, values, person_id=viewer.person_id)


def may_name_rater(viewer: Viewer | None, source: str, rater_id: str | None) -> bool:
    """Say whether a viewer of a record may know who gave a piece of it.

    Self and superior are known by what they are. Who rated a role-play, a visit or a proposal is for trainers and
    the rater; peers and customers are named to nobody.
    """
    if rater_id is None or source in ANONYMOUS_SOURCES:
        return False
    if source in ("self", "manager"):
        return True
    return viewer is not None and (viewer.role == Role.TRAINER or viewer.person_id == rater_id)
