"""The skill-gap page on the store: one section for each way of looking."""

import datetime as dt
from collections.abc import Callable

import pandas as pd

from toolkit.access.roles import Role, Viewer
from toolkit.controls.place import Place
from toolkit.controls.sectioned_page import SectionedPage
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.skillgap.room import Room
from toolkit.store import Store
from toolkit.wording import text

_ALL = (Role.TRAINER, Role.MANAGER, Role.HR, Role.REP)
_LEADING = (Role.TRAINER, Role.MANAGER, Role.HR)
_COMPANY = (Role.TRAINER, Role.HR)
_JUDGING = (Role.TRAINER, Role.HR, Role.ADMINISTRATOR)

# Title, file and class of each section, and who sees it; a file is loaded when its section is first opened.
SECTIONS = (
    (text("Person"), "person.page", "PersonSection", _ALL),
    (text("Team"), "team.page", "TeamSection", _LEADING),
    (text("Company"), "company.page", "CompanySection", _COMPANY),
    (text("360 rounds"), "feedback_round.page", "FeedbackRounds", _ALL),
    (text("Readiness"), "ladders.page", "ReadinessSection", _ALL),
    (text("Group check"), "group_check.page", "GroupCheckSection", _JUDGING),
    (text("Framework"), "framework.page", "FrameworkSection", _JUDGING),
)


class SkillGapPage(SectionedPage):
    """What is known of people's skills: of one person, a team, the company."""

    def __init__(
        self,
        store: Store,
        viewer: Viewer,
        language: Language,
        *,
        today: dt.date,
        role_plays: Callable[[], pd.DataFrame],
        activities: Callable[[], pd.DataFrame],
        zone: dt.tzinfo = dt.UTC,
        place: Place | None = None,
    ):
        say = language
        place = place or Place()
        self.room = Room(store, viewer, language, today, place, StatusLine(say), role_plays, activities, zone)
        sections = {
            say.say(title): (f"toolkit.skillgap.{file}", name)
            for title, file, name, who in SECTIONS
            if viewer.role in who
        }
        super().__init__(self.room, sections, label=say("Skill gaps"))
        self.begin()
