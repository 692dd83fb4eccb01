"""The development-plan page on the store: one section for each thing done with plans."""

import datetime as dt
import zoneinfo
from collections.abc import Callable

import pandas as pd

from toolkit.access.roles import Role, Viewer
from toolkit.controls.place import Place
from toolkit.controls.sectioned_page import SectionedPage
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.plans.room import Measured, Room
from toolkit.store import Store
from toolkit.wording import text

_ALL = (Role.TRAINER, Role.MANAGER, Role.REP)
_LEADING = (Role.TRAINER, Role.MANAGER)

# Title, file and class of each section, and who sees it; a file is loaded when its section is first opened.
SECTIONS = (
    (text("Plan"), "builder.page", "PlanSection", _LEADING),
    (text("Agreed plan"), "review.page", "ReviewSection", _ALL),
    (text("Team"), "team.page", "TeamSection", _LEADING),
    (text("Catalogue"), "catalogue.page", "CatalogueSection", _LEADING),
    (text("Did it work"), "outcome.page", "OutcomeSection", _LEADING),
)


class PlanPage(SectionedPage):
    """Plans of one person, made and lived with; reps see their own."""

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        language: Language,
        *,
        today: dt.date,
        zone: zoneinfo.ZoneInfo,
        people: pd.DataFrame,
        gaps: Callable[[], pd.DataFrame],
        evidence: Callable[[], pd.DataFrame],
        measured: Callable[[dt.date, dt.date | None], Measured],
        ranks: Callable[[], pd.DataFrame],
        currency: str,
        place: Place | None = None,
    ):
        say = language
        place = place or Place()
        self.room = Room(
            store,
            viewer,
            language,
            today,
            zone,
            place,
            StatusLine(say),
            currency,
            people,
            gaps,
            evidence,
            measured,
            ranks,
        )
        if place.at.get("person") in set(people["person_id"]):
            self.room.person_id = place.at["person"]
        sections = {
            say.say(title): (f"toolkit.plans.{file}", name) for title, file, name, who in SECTIONS if viewer.role in who
        }
        super().__init__(self.room, sections, label=say("Development plan"))
        self.begin()
