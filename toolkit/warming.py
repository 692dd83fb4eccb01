"""Rehearsing the pages once in the process that page kernels are forked from.

What a first page loads and computes (modules, catalogues, schemas, number formats) is then there
for all of them, in memory they share. The rehearsal plays in a temporary folder with a made-up
team, so that nobody's data come near it.
"""

import datetime as dt
import tempfile
from importlib import import_module
from pathlib import Path

import ipywidgets

from toolkit.access.roles import Role, Viewer
from toolkit.apps import PAGES
from toolkit.attrition.page import RiskPage
from toolkit.demo import load_content
from toolkit.desk import Desk
from toolkit.language import CODES, Language
from toolkit.organisation import storage as organisation
from toolkit.plans.page import PlanPage
from toolkit.roleplay import storage as roleplay
from toolkit.roleplay.page import RolePlayPage
from toolkit.settings import Settings
from toolkit.skillgap.page import SECTIONS, SkillGapPage
from toolkit.store import Change, Store
from toolkit.store.migration import migrate

_LOADED_LATE = ("python_calamine", "xlsxwriter", "docx", "highspy", "sklearn.linear_model")
_VISITS = (
    ("roleplay", Role.TRAINER),
    ("skill-gaps", Role.MANAGER),
    ("plans", Role.MANAGER),
    ("attrition", Role.HR),
    ("data", Role.ADMINISTRATOR),
)
_ACTOR = "rehearsal"
_DAY = dt.date(2026, 1, 5)
_TEAM, _MANAGER, _TRAINER, _WORKSHOP = "team", "manager", "trainer", "workshop"
_REPS = {"rep 1": "王小明", "rep 2": "欧阳兰", "rep 3": "单雪", "rep 4": "Ann Lee", "rep 5": "曾乐", "rep 6": "仇重"}


def warm_up() -> None:
    """Open every page once, in both languages, and close it again; leaves no file, thread or connection."""
    sections = [f"toolkit.skillgap.{file}" for _, file, _, _ in SECTIONS]
    for name in (*_LOADED_LATE, *sections):
        import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        # A file .env may hold a password, which every kernel would inherit.
        settings = Settings(home=Path(folder), _env_file=None)  # type: ignore[call-arg]
        coaching, hr = Store(settings.coaching_store, "coaching"), Store(settings.hr_store, "hr")
        for store in (coaching, hr):
            migrate(store)
        load_content(coaching)
        with coaching.write(_ACTOR) as change:
            _make_team(change)
        for page, role in _VISITS:
            for code in CODES:
                viewer = Viewer(_ACTOR, "", role, _MANAGER if role is Role.MANAGER else _TRAINER, code)
                opened = PAGES[page](Desk(viewer, Language(code), settings, coaching))
                if isinstance(opened, (RolePlayPage, SkillGapPage, PlanPage, RiskPage)):
                    for title in opened.tabs.sections:
                        opened.section(title).show()
                ipywidgets.Widget.get_manager_state()
                ipywidgets.Widget.close_all()
        for store in (coaching, hr):
            store.close()


def _make_team(change: Change) -> None:
    team = {"team_id": _TEAM, "name_en": "Team", "name_zh": "团队", "team_type": "complementary"}
    change.connection.execute(organisation.TEAM.insert(), [team | {"manager_id": _MANAGER}])
    roles = {_MANAGER: "area_manager", _TRAINER: "trainer"} | dict.fromkeys(_REPS, "client_manager")
    person = {"language": "en", "tier_id": "middle", "team_id": _TEAM, "manager_id": _MANAGER, "hired_on": _DAY}
    people = [
        person | {"person_id": id, "employee_number": id, "name": _REPS.get(id, id), "role_id": roles[id]}
        for id in roles
    ]
    change.connection.execute(organisation.PERSON.insert(), people)
    scenarios = organisation.current_versions(change.connection, "scenario")
    bodies = [organisation.content(change.connection, "scenario", scenario) for scenario in scenarios]
    roleplay.create_workshop(
        change,
        name={"en": "Workshop", "zh": "工作坊"},
        held_on=_DAY,
        scenarios={body["id"]: body["rubric"] for body in bodies if body.get("kind", "workshop") == "workshop"},
        reps=list(_REPS),
        raters=[_TRAINER],
        workshop_id=_WORKSHOP,
    )
