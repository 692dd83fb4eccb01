"""Who may open what."""

import pytest

from toolkit.access.roles import PAGES, Role, Viewer, may_open, open_pages


def _viewer(role: Role) -> Viewer:
    return Viewer("u", "Somebody", role, None, "en")


@pytest.mark.parametrize("page", [*PAGES, "nothing", "", "../home"])
def test_a_stranger_may_open_nothing(page: str) -> None:
    assert not may_open(None, page)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_may_open_a_page_that_is_not_registered(role: Role) -> None:
    assert not may_open(_viewer(role), "nothing")


def test_attrition_is_for_hr_alone_and_the_only_page_with_hr_data() -> None:
    assert [role for role in Role if may_open(_viewer(role), "attrition")] == [Role.HR]
    assert [page.id for page in PAGES.values() if page.needs_hr] == ["attrition"]


def test_the_navigation_holds_what_may_be_opened() -> None:
    assert [page.id for page in open_pages(_viewer(Role.REP))] == ["home", "skill-gaps", "plans"]
    assert [page.id for page in open_pages(_viewer(Role.ADMINISTRATOR))] == ["home", "skill-gaps", "data"]
