"""The ratings that a check of groups rests on."""

from collections.abc import Callable

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import NotAllowed
from toolkit.organisation.storage import PERSON, frame_of
from toolkit.skillgap.storage import EVIDENCE, joined
from toolkit.vocabulary import Evidence
from toolkit.wording import text


def check_evidence(
    connection: sa.Connection, viewer: Viewer, role_plays: Callable[[], pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all Evidence, and person_id and language of everybody, for the comparison of groups.

    Only trainers, HR and administrators; what is shown of it are groups of five people and more. Administrators, who
    may see no person, get no role-plays and nobody's rater_id but a number in its place.
    """
    if viewer.role not in (Role.TRAINER, Role.HR, Role.ADMINISTRATOR):
        raise NotAllowed(text("The group check is for trainers, HR and administrators."))
    columns = [EVIDENCE.c[name] for name in Evidence.columns]
    evidence = frame_of(connection, sa.select(*columns), ("observed_on",))
    people = frame_of(connection, sa.select(PERSON.c.person_id, PERSON.c.language))
    if viewer.role == Role.ADMINISTRATOR:
        codes = pd.Series(pd.factorize(evidence["rater_id"])[0], index=evidence.index)
        hidden = codes.astype(str).where(evidence["rater_id"].notna(), None)
        return evidence.assign(rater_id=hidden), people
    return joined(evidence, role_plays()), people
