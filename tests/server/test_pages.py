"""The pages in a browser: they work, keep to this computer, and end with their tab."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from visitors import SECRETS

ALLOWED_VARIABLES = {
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONUTF8",
    "PYTHONDONTWRITEBYTECODE", "COACH_CONTROLS", "QUERY_STRING", "COACH_VIEWER", "COACH_LANGUAGE", "COACH_PAGE", "COACH_HOME",
    "COACH_CURRENCY", "COACH_ORGANISATION_TIME_ZONE", "COACH_UPLOAD_LIMIT_MB", "COACH_STORE_URL", "COACH_HR_STORE_URL",
    "JPY_PARENT_PID", "VOILA_KERNEL_ID",
}  # fmt: skip


@pytest.fixture
def enter(chromium: Browser, demo: str) -> Iterator[Callable[..., Page]]:
    """Open a browser, sign in as a sample user and go to a page."""
    contexts = []

    def enter_as(role: str, path: str = "/", *, width: int = 1440) -> Page:
        contexts.append(chromium.new_context(viewport={"width": width, "height": 900}, base_url=demo))
        page = contexts[-1].new_page()
        page.goto("/sign-in")
        page.click(f"button[value={role}]")
        page.wait_for_url(demo)
        if path != "/":
            page.goto(path)
        return page

    yield enter_as
    for context in contexts:
        context.close()


def _environment(page: Page) -> dict[str, str]:
    return json.loads(page.locator("#env").text_content(timeout=20000) or "{}")


def _kernel(page: Page) -> str:
    return page.locator("#coach-kernel").get_attribute("data-id") or ""


def test_controls_answer_and_nothing_leaves_this_computer(enter: Callable[..., Page], demo: str) -> None:
    page = enter("trainer")
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/roleplay")
    page.get_by_role("button", name="Count").click(timeout=20000)
    expect(page.locator("#count")).to_have_text("1")
    page.locator(".any").click()
    expect(page.locator("#fed")).to_have_text("python saw 1")
    expect(page.locator("#skeleton")).to_have_count(0)
    assert page.locator("#main").get_attribute("aria-busy") is None
    assert page.locator("main").count() == page.locator("#main").count() == 1
    assert faults == []
    assert [url for url in asked if not url.startswith((demo, "blob:", "data:"))] == []
    expect(page.locator("#hidden")).to_be_hidden()
    expect(page.get_by_text("This control cannot be shown on this page.")).to_be_visible()


def test_a_control_with_a_fault_leaves_the_others_at_work(enter: Callable[..., Page]) -> None:
    page = enter("trainer")
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.goto("/skill-gaps")
    page.get_by_role("button", name="Count").click(timeout=20000)
    expect(page.locator("#count")).to_have_text("1")
    expect(page.get_by_text("This control cannot be shown on this page.")).to_be_visible()
    assert any("nowhere" in fault for fault in faults)


def test_widgets_made_later_appear(enter: Callable[..., Page]) -> None:
    page = enter("trainer", "/skill-gaps")
    for number in range(2):
        page.get_by_role("button", name="Add").click()
        expect(page.locator(".late")).to_have_count(number + 1)
    expect(page.locator(".late").nth(1)).to_have_text("late 1")


def test_a_dropped_connection_loses_no_press_and_doubles_none(enter: Callable[..., Page]) -> None:
    page = enter("trainer", "/skill-gaps")
    press = page.get_by_role("button", name="Count")
    press.click()
    expect(page.locator("#count")).to_have_text("1")
    page.get_by_role("button", name="Slow").click()
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_be_visible(timeout=20000)
    for _ in range(3):
        press.click()
    expect(page.locator("#main[data-busy]")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator("#count")).to_have_text("5", timeout=30000)
    expect(page.locator("#connection")).to_be_hidden()
    press.click()
    expect(page.locator("#count")).to_have_text("6")
    expect(page.locator("#main[data-busy]")).to_have_count(0)


def test_what_the_kernel_said_while_the_line_was_down_is_taken_up(enter: Callable[..., Page]) -> None:
    page = enter("trainer", "/skill-gaps")
    page.locator(".any").click()
    expect(page.locator("#fed")).to_have_text("python saw 1")
    page.get_by_role("button", name="Slow").click()
    page.wait_for_timeout(300)
    page.context.set_offline(True)
    page.wait_for_timeout(4000)
    page.context.set_offline(False)
    expect(page.locator("#count")).to_have_text("1", timeout=30000)


@pytest.mark.parametrize(
    ("role", "path", "sees_hr"),
    [("trainer", "/roleplay", False), ("hr", "/skill-gaps", False), ("hr", "/attrition", True)],
)
def test_a_page_knows_nothing_of_the_server(enter: Callable[..., Page], role: str, path: str, sees_hr: bool) -> None:
    known = _environment(enter(role, path + "?person=7"))
    assert set(known) <= ALLOWED_VARIABLES
    assert SECRETS["DATABASE_PASSWORD"] not in known.values()
    assert (known["COACH_HR_STORE_URL"] == SECRETS["COACH_HR_STORE_URL"]) is sees_hr
    assert known["COACH_PAGE"] == path.strip("/") and known["QUERY_STRING"] == "person=7"


def test_a_fault_stays_in_the_log(enter: Callable[..., Page]) -> None:
    page = enter("trainer")
    received: list[str] = []

    def listen(line: Any) -> None:
        line.on(
            "framereceived",
            lambda frame: received.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace")),
        )

    page.on("websocket", listen)
    page.goto("/roleplay")
    page.get_by_role("button", name="Fail").click(timeout=20000)
    page.get_by_role("button", name="Count").click()
    expect(page.locator("#count")).to_have_text("1")
    told = "".join(received)
    assert "secret-in-traceback" not in told and "secret-on-stderr" not in told
    assert '"msg_type":"error"' not in told.replace(" ", "") and "execute_input" not in told


def test_a_page_that_fails_says_so_and_no_more(enter: Callable[..., Page]) -> None:
    page = enter("trainer")
    page.goto("/plans")
    expect(page.locator("#failure")).to_be_visible(timeout=20000)
    assert "secret-in-cell" not in page.content()


def test_the_language_is_chosen_before_signing_in_and_remembered(chromium: Browser, demo: str) -> None:
    context = chromium.new_context(base_url=demo)
    page = context.new_page()
    page.goto("/sign-in")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.click("button[value=administrator]")
    expect(page.locator("nav [aria-current=page]")).to_have_text("首页")
    context.close()
    again = chromium.new_context(base_url=demo)
    page = again.new_page()
    page.goto("/sign-in")
    page.click("button[value=administrator]")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/data")
    assert page.locator("html").get_attribute("lang") == "en"
    again.close()


def test_closing_the_tab_ends_its_kernel(start: Callable[..., Any], chromium: Browser) -> None:
    url, _, _ = start(demo=True, settings={"rest_seconds": 0})
    context = chromium.new_context(base_url=url)
    page = context.new_page()
    page.goto("/sign-in")
    page.click("button[value=trainer]")
    page.goto("/skill-gaps")
    page.get_by_role("button", name="Count").wait_for(timeout=20000)
    first, pid = _kernel(page), int(page.locator("#pid").inner_text())
    page.reload()
    page.get_by_role("button", name="Count").wait_for(timeout=20000)
    second = _kernel(page)
    assert second != first
    other = context.new_page()
    other.goto("/")
    page.close()
    deadline = time.monotonic() + 10
    while other.request.get(f"/api/kernels/{second}").status != 404 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert other.request.get(f"/api/kernels/{first}").status == 404
    assert other.request.get(f"/api/kernels/{second}").status == 404
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    context.close()


def test_a_dead_kernel_is_told_with_a_way_on(enter: Callable[..., Page]) -> None:
    page = enter("trainer", "/skill-gaps")
    page.get_by_role("button", name="Count").wait_for(timeout=20000)
    os.kill(int(page.locator("#pid").inner_text()), signal.SIGKILL)
    expect(page.locator("#connection")).to_be_visible(timeout=25000)
    page.locator("#reload").click()
    page.get_by_role("button", name="Count").click(timeout=20000)
    expect(page.locator("#count")).to_have_text("1")


def test_a_refusal_is_worded_for_people(enter: Callable[..., Page]) -> None:
    page = enter("trainer")
    assert page.goto("/attrition").status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("This is not open to you")
    assert page.goto("/nothing").status == 404


@pytest.mark.parametrize("width", [320, 820, 1024, 1440])
def test_pages_fit_the_screen_and_work_by_keyboard(enter: Callable[..., Page], width: int) -> None:
    page = enter("trainer", width=width)
    for path in ("/", "/roleplay"):
        page.goto(path)
        if path == "/roleplay":
            page.get_by_role("button", name="Count").wait_for(timeout=20000)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    if width <= 820:
        expect(page.locator("nav")).to_be_hidden()
        page.locator(".menu-button").click()
    expect(page.locator("nav")).to_be_visible()
