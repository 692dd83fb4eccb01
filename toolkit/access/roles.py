"""Roles, viewers and pages, and the one rule of who may open which page."""

from dataclasses import dataclass
from enum import StrEnum

from toolkit.language import Code
from toolkit.wording import Text, text


class Role(StrEnum):
    """What somebody is to this toolkit; one per account."""

    TRAINER = "trainer"
    MANAGER = "manager"
    HR = "hr"
    REP = "rep"
    ADMINISTRATOR = "administrator"


ROLE_NAMES: dict[Role, Text] = {
    Role.TRAINER: text("Trainer"),
    Role.MANAGER: text("Sales manager"),
    Role.HR: text("Human resources"),
    Role.REP: text("Sales representative"),
    Role.ADMINISTRATOR: text("Administrator"),
}

ROLE_DUTIES: dict[Role, Text] = {
    Role.TRAINER: text("Runs role-play workshops and sees the skills of everybody trained."),
    Role.MANAGER: text("Rates role plays, sees the gaps of their own team and agrees development plans."),
    Role.HR: text("Reviews attrition risk and holds the conversations that follow from it."),
    Role.REP: text("Sees their own skills and development plan."),
    Role.ADMINISTRATOR: text("Looks after accounts and brings in data."),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person a page is shown to. Every query that returns data about people takes one."""

    user_id: str
    name: str
    role: Role
    person_id: str | None
    language: Code


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the product: `id` is its address, `notebook` its file, empty for the home page."""

    id: str
    notebook: str
    title: Text
    purpose: Text
    roles: frozenset[Role]
    needs_hr: bool = False


_EVERYBODY = frozenset(Role)
HOME = "home"

PAGES: dict[str, Page] = {
    page.id: page
    for page in (
        Page(HOME, "", text("Home"), text("The pages you may open."), _EVERYBODY),
        Page(
            "roleplay",
            "roleplay.ipynb",
            text("Role-play workshop"),
            text("Make a workshop, rate each role-play and read the scores."),
            frozenset({Role.TRAINER, Role.MANAGER}),
        ),
        Page(
            "skill-gaps",
            "skill-gaps.ipynb",
            text("Skill gaps"),
            text("See what was observed, how sure it is, and where it falls short of the role."),
            _EVERYBODY,
        ),
        Page(
            "plans",
            "plans.ipynb",
            text("Development plan"),
            text("Turn the gaps that matter into a plan that fits the time and the budget."),
            frozenset({Role.TRAINER, Role.MANAGER, Role.REP}),
        ),
        Page(
            "attrition",
            "attrition.ipynb",
            text("Attrition risk"),
            text("Decide with whom to talk about staying, and see how far the estimate can be trusted."),
            frozenset({Role.HR}),
            needs_hr=True,
        ),
        Page(
            "data",
            "data.ipynb",
            text("Data"),
            text("Bring in people, ratings and activities from Excel and see what is wrong with them."),
            frozenset({Role.TRAINER, Role.MANAGER, Role.HR, Role.ADMINISTRATOR}),
        ),
    )
}


def may_open(viewer: Viewer | None, page: str) -> bool:
    """Say whether `viewer` may open the page with this id; unknown pages and strangers never may."""
    return viewer is not None and page in PAGES and viewer.role in PAGES[page].roles


def open_pages(viewer: Viewer) -> list[Page]:
    """Return the pages `viewer` may open, in the order of the navigation."""
    return [page for page in PAGES.values() if may_open(viewer, page.id)]
