"""What the sections of the skill-gap page share: who looks, the stores, and what is known of whom."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.access.roles import Viewer
from toolkit.controls.place import Place
from toolkit.controls.sectioned_page import Section as RoomSection
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.organisation.content import competency_names
from toolkit.organisation.expectations import expectations_of
from toolkit.skillgap import storage
from toolkit.store import Store
from toolkit.vocabulary import rows_of

if TYPE_CHECKING:
    from toolkit.skillgap.state import GapState


@dataclass
class Room:
    """What a section works on.

    `role_plays` returns the Evidence of role-plays and `activities` the Activities of the catalogue with
    name_en and name_zh; both belong to other slices and are handed over by the page.
    """

    store: Store
    viewer: Viewer
    language: Language
    today: dt.date
    place: Place
    status: StatusLine
    role_plays: Callable[[], pd.DataFrame]
    activities: Callable[[], pd.DataFrame]
    zone: dt.tzinfo = dt.UTC

    @cached_property
    def roles(self) -> dict[str, Any]:
        """The pack of roles with what each asks for."""
        return self._content("roles")

    @cached_property
    def framework(self) -> dict[str, Any]:
        """The competency framework."""
        return self._content("framework")

    @cached_property
    def competencies(self) -> dict[str, dict[str, str]]:
        """Bilingual names of the competencies by id, in the framework's order."""
        return competency_names(self.framework)

    @cached_property
    def people(self) -> pd.DataFrame:
        """The people with a role of the framework whom the viewer may see, the viewer last."""
        with self.store.read() as connection:
            found = organisation.with_about(connection, organisation.people(connection, self.viewer), self.language)
        found = found[found["role_id"].isin({role["id"] for role in self.roles["roles"]})]
        own = found["person_id"] == self.viewer.person_id
        return pd.concat([found[~own], found[own]], ignore_index=True)

    @cached_property
    def state(self) -> "GapState":
        """Levels and gaps of all whom the viewer may see, estimated when first asked for."""
        from toolkit.skillgap.state import GapState

        return GapState(self.people, self.evidence(), expectations_of(self.people, self.roles), as_of=self.today)

    @cached_property
    def seen_in_role_plays(self) -> pd.DataFrame:
        """The Evidence of role-plays, read once: each section starts from what stood when the page was opened."""
        return self.role_plays()

    def evidence(self) -> pd.DataFrame:
        """Return all Evidence, role-plays too, with a column seen; what is not seen enters pooled figures only."""
        with self.store.read() as connection:
            stored = storage.pooled_evidence(connection, self.viewer)
        return storage.joined(stored, self.seen_in_role_plays)

    def teams(self) -> dict[str, tuple[dict[str, str], str]]:
        """Return the bilingual name and the type of the teams that `people` belong to, by team_id."""
        with self.store.read() as connection:
            found = organisation.teams(connection)
        mine = found[found["team_id"].isin(self.people["team_id"])]
        return {row.team_id: ({"en": row.name_en, "zh": row.name_zh}, row.team_type) for row in rows_of(mine)}

    def _content(self, kind: str) -> dict[str, Any]:
        with self.store.read() as connection:
            return organisation.content(connection, kind, "default")


Section = RoomSection[Room]
