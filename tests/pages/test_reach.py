"""Nobody is shut out: every state of every page, in both languages and themes, wide, narrow and with wide spacing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_server import DemoServer
from playwright.sync_api import Browser, Page, expect
from reach import NARROW, findings
from tours import TOURS

from toolkit.language import Language

ENTRY = ("reach-tester", "Correct-horse-7-battery")


@pytest.mark.tours
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("tour", TOURS)
def test_nothing_is_found_anywhere(visit: Callable[..., Page], tour: str, language: str, tmp_path: Path) -> None:
    found = []
    for stop, page in TOURS[tour](visit, Language(language), tmp_path):
        found += [f"[{stop}] {what}" for what in findings(page)]
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def small_server(new_server: Callable[..., DemoServer]) -> DemoServer:
    """A server for people with passwords, where each may have one page open."""
    return new_server(command="serve", kernels_each=1, accounts={ENTRY[0]: ENTRY[1]})


@pytest.fixture
def newcomer(browser: Browser, small_server: DemoServer) -> Iterator[Page]:
    """A page of somebody who has not signed in yet."""
    context = browser.new_context(base_url=small_server.url, viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.goto("/sign-in")
    yield page
    page.goto("/")  # leaving the page frees the one place there is
    context.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_found_on_the_way_in(newcomer: Page, small_server: DemoServer, language: str) -> None:
    say, page = Language(language), newcomer
    page.get_by_role("button", name={"en": "English", "zh": "中文"}[language], exact=True).click()
    found = [f"[sign-in] {what}" for what in findings(page)]
    page.get_by_label(say("Sign-in name")).fill(ENTRY[0])
    page.get_by_label(say("Password")).fill("wrong")
    page.get_by_label(say("Password")).press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    found += [f"[refused] {what}" for what in findings(page)]
    page.get_by_label(say("Password")).fill(ENTRY[1])
    page.get_by_label(say("Password")).press("Enter")
    page.wait_for_url(f"{small_server.url}/")
    page.goto("/data")
    page.wait_for_selector(".coach-panel")
    other = page.context.new_page()
    other.goto("/data")
    expect(other.get_by_role("heading")).to_have_text(say("You have too many pages open"))
    found += [f"[too many pages] {what}" for what in findings(other)]
    assert not found, "\n".join(found)


@pytest.fixture
def contrasting(browser: Browser, demo_server: DemoServer) -> Iterator[Page]:
    """A page of somebody who has the system's own few colours, and a low window."""
    context = browser.new_context(
        base_url=demo_server.url, forced_colors="active", viewport={"width": NARROW[0], "height": 400}
    )
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def test_what_is_chosen_shows_in_the_systems_own_colours(contrasting: Page) -> None:
    page = contrasting
    page.goto("/sign-in")
    page.locator("button[value=trainer]").click()
    page.goto("/roleplay")
    level = page.locator(".coach-level").first
    level.click()
    expect(level).to_have_attribute("aria-checked", "true")
    look = "(node) => getComputedStyle(node).backgroundColor"
    assert level.evaluate(look) != page.locator(".coach-level").nth(1).evaluate(look)
    tabs = page.get_by_role("tab")
    assert tabs.nth(0).evaluate(look) != tabs.nth(1).evaluate(look)


def test_the_menu_of_a_low_window_can_be_reached_to_its_end(contrasting: Page) -> None:
    page = contrasting
    page.goto("/sign-in")
    page.locator("button[value=trainer]").click()
    page.locator(".menu-button").click()
    page.locator(".account button").focus()
    box = page.locator(".account button").bounding_box()
    assert box is not None and box["y"] + box["height"] <= 400
    page.keyboard.press("Escape")
    expect(page.locator(".menu-button")).to_be_focused()


def test_sticky_parts_never_cover_what_has_the_focus(visit: Callable[..., Page]) -> None:
    for role, path in (("trainer", "roleplay"), ("manager", "skill-gaps")):
        page = visit(role, path, width=1000)
        page.set_viewport_size({"width": 1000, "height": 600})
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        covered = []
        for _ in range(30):
            page.keyboard.press("Shift+Tab")
            covered += page.evaluate("""() => {
              const node = document.activeElement, box = node.getBoundingClientRect();
              if (node === document.body || node.closest(".bar") || box.height > 400) return [];
              const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
              return top && (node.contains(top) || top.contains(node)) ? [] : [node.outerHTML.slice(0, 120)];
            }""")
        assert not covered, path


def test_the_focus_stays_with_whoever_changes_the_language(visit: Callable[..., Page]) -> None:
    page = visit("administrator")
    page.get_by_role("button", name="中文", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_title("首页 · 销售教练工具箱")
    expect(page.get_by_role("button", name="中文", exact=True)).to_be_focused()
    page.get_by_role("button", name="English", exact=True).press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_chinese_names_on_an_english_page_are_said_to_be_chinese(visit: Callable[..., Page]) -> None:
    page = visit("manager", "skill-gaps")
    expect(page.locator(".who-name")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("combobox", name="Person").click()
    expect(page.locator(".coach-option-name:lang(zh)").first).to_be_visible()


@pytest.mark.parametrize(("role", "path"), [("trainer", "roleplay"), ("manager", "skill-gaps")])
def test_main_controls_are_as_large_as_a_finger(
    browser: Browser, demo_server: DemoServer, role: str, path: str
) -> None:
    context = browser.new_context(
        base_url=demo_server.url, has_touch=True, is_mobile=True, viewport={"width": 820, "height": 1180}
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.locator(f"button[value={role}]").click()
    page.goto(f"/{path}")
    page.wait_for_selector(".coach-panel")
    page.wait_for_timeout(300)
    small = page.evaluate("""() => [...document.querySelectorAll("main :is(button, select, input, summary, [role=radio])")]
      .filter((node) => node.checkVisibility() && !node.closest("[aria-hidden=true]"))
      .map((node) => [node, (node.closest("label") ?? node).getBoundingClientRect()])
      .filter(([node, box]) => box.height > 1 && (box.height < 43.5 || box.width < 24))
      .map(([node, box]) => `${Math.round(box.width)} x ${Math.round(box.height)} ${node.outerHTML.slice(0, 90)}`)""")
    context.close()
    assert not small, "\n".join(small)


@pytest.mark.parametrize(("role", "path"), [("trainer", "roleplay"), ("manager", "skill-gaps"), ("manager", "plans")])
def test_paper_shows_what_is_read_and_nothing_to_press(visit: Callable[..., Page], role: str, path: str) -> None:
    page = visit(role, path)
    if path == "plans":
        page.get_by_role("button", name="Make the plan").click()
        expect(page.locator(".coach-entry:visible").first).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 680, "height": 1000})
    for gone in (
        ".bar",
        "main button:not(.coach-data-sort)",
        ".coach-file",
        ".coach-tabs button",
        ".coach-figure-foot",
        ".coach-walk",
    ):
        expect(page.locator(f"{gone}:visible")).to_have_count(0)
    expect(page.locator("h1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    cut = page.evaluate("""() => [...document.querySelectorAll(".coach-table, .coach-data-region, .coach-figure-stage")]
      .filter((node) => node.checkVisibility() && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1))
      .map((node) => node.className)""")
    assert not cut
    ink = page.locator("h1").evaluate("(node) => getComputedStyle(node).color")
    assert max(int(part) for part in ink.removeprefix("rgb(").removesuffix(")").split(",")) < 80
