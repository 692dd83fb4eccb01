"""Who may open what, seen through the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

PAGES = ("roleplay", "skill-gaps", "plans", "attrition", "data")
MAY = {
    "trainer": {"roleplay", "skill-gaps", "plans", "data"},
    "manager": {"roleplay", "skill-gaps", "plans", "data"},
    "hr": {"skill-gaps", "attrition", "data"},
    "rep": {"skill-gaps", "plans"},
    "administrator": {"skill-gaps", "data"},
}


@pytest.mark.parametrize("role", sorted(MAY))
def test_each_role_sees_and_opens_its_own_pages_only(visit: Callable[..., Page], role: str) -> None:
    page = visit(role)
    links = {link.get_attribute("href").strip("/") for link in page.locator("nav a").all()}
    assert links == MAY[role] | {""}
    base = page.url.rstrip("/")
    for path in PAGES:
        # A page that may be opened starts a kernel: opening each is left to the other tests.
        if path not in MAY[role]:
            answer = page.request.get(f"{base}/{path}")
            assert answer.status == 403, path
            assert "Traceback" not in answer.text()


def test_trainers_and_managers_find_no_way_to_risks(visit: Callable[..., Page]) -> None:
    for role in ("trainer", "manager", "rep", "administrator"):
        page = visit(role)
        base = page.url.rstrip("/")
        for path in ("attrition", "voila/render/attrition.ipynb", "voila/files/attrition.ipynb", "attrition.ipynb"):
            assert page.request.get(f"{base}/{path}").status in (403, 404), path
        assert page.request.get(f"{base}/attrition").status == 403


def test_the_language_is_remembered_for_the_user(visit: Callable[..., Page]) -> None:
    page = visit("administrator", language="zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="English", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.reload()
    expect(page.locator("nav")).to_contain_text("数据")
    page.get_by_role("button", name="English", exact=True).click()
