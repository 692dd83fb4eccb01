"""What a page works on: who looks, in which language, and the stores."""

import datetime as dt
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from toolkit.access.roles import Viewer
from toolkit.controls.place import Place
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.settings import PageSettings
from toolkit.store import Store, open_store


@dataclass
class Desk:
    """What a page needs: who looks, in which language, and the stores."""

    viewer: Viewer
    language: Language
    settings: PageSettings
    store: Store

    @cached_property
    def hr(self) -> Store:
        """The HR store, opened only where a page asks for it."""
        return open_store(self.settings.hr_store, "hr")

    @cached_property
    def place(self) -> Place:
        """What is open on the page, as the page's address tells and keeps it."""
        return Place()

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The organisation's time zone."""
        return zoneinfo.ZoneInfo(self.settings.organisation_time_zone)

    @property
    def today(self) -> dt.date:
        """Today where the organisation is."""
        return self.store.clock().astimezone(self.zone).date()

    def content(self, kind: str, content_id: str = "default", version: str | None = None) -> dict[str, Any]:
        """Return content from the store."""
        with self.store.read() as connection:
            return organisation.content(connection, kind, content_id, version)

    def people(self, *, reps_only: bool = False) -> pd.DataFrame:
        """Return the people the viewer may see, with about; with `reps_only` those with a role of the framework."""
        with self.store.read() as connection:
            people = organisation.people(connection, self.viewer)
            people = organisation.with_about(connection, people, self.language)
        if reps_only:
            known = {role["id"] for role in self.content("roles")["roles"]}
            people = people[people["role_id"].isin(known)]
        # A manager comes for the team; the own record stands last.
        own = people["person_id"] == self.viewer.person_id
        return pd.concat([people[~own], people[own]], ignore_index=True)

    def remembered(self, form: str) -> Callable[[str], dict[str, str | None] | None]:
        """Return a function that recalls how files with certain columns were mapped to `form`."""
        return lambda signature: organisation.remembered_mapping(self.store, form, signature)
