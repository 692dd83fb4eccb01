"""Every visible word is in the reader's language: no English on Chinese pages, no Chinese on English ones but names."""

import re
import sqlite3
from collections.abc import Callable

import pytest
from demo_server import DemoServer
from playwright.sync_api import Page, expect

VISITS = [
    ("trainer", "roleplay"),
    ("manager", "skill-gaps"),
    ("manager", "plans"),
    ("hr", "attrition"),
    ("administrator", "data"),
    ("rep", "skill-gaps"),
    ("rep", "plans"),
]
# Names of things that are the same in every language.
COMMON = {"English", "CSV", "SVG", "Excel", "Word", "MB", "ROC", "AUC", "CN", "CNY", "ECE", "ID", "PDF", "Brier", "ics"}


def seen(page: Page) -> str:
    """Return every word on the page, with names of fields, titles of charts and what screen readers are told."""
    text = (
        "(n) => n.map((e) => [e.innerText, e.getAttribute('aria-label'), e.title, e.placeholder].join(' ')).join(' ')"
    )
    everything = page.locator("body *:not(noscript)").evaluate_all(text)
    return f"{page.locator('body').inner_text()} {everything} {page.title()}"


# The editor of rubrics shows both languages side by side.
BILINGUAL = {"Rubrics", "评分量表"}


def sections(page: Page) -> list[str]:
    """Return the words of the page with each of its outer sections opened in turn."""
    tabs = page.locator(".coach-tabs").first.get_by_role("tab")
    found = [seen(page)]
    for position in range(1, tabs.count() if page.locator(".coach-tabs").count() else 0):
        if tabs.nth(position).inner_text() in BILINGUAL:
            continue
        tabs.nth(position).click()
        expect(tabs.nth(position)).to_have_attribute("aria-selected", "true")
        page.wait_for_timeout(300)
        found.append(seen(page))
    return found


@pytest.fixture(scope="module")
def untouched(new_server: Callable[[], DemoServer]) -> DemoServer:
    """A server on which no other test has typed a name or brought a file."""
    return new_server()


@pytest.fixture(scope="module")
def names(untouched: DemoServer) -> set[str]:
    """Names stay as they are written."""
    with sqlite3.connect(untouched.home / "coaching.sqlite") as store:
        return {row[0] for row in store.execute("SELECT name FROM person UNION SELECT name FROM account")}


@pytest.mark.parametrize(("role", "path"), VISITS)
def test_a_chinese_page_has_no_english_words_but_names(
    visit: Callable[..., Page], untouched: DemoServer, names: set[str], role: str, path: str
) -> None:
    page = visit(role, path, language="zh", server=untouched)
    for words in sections(page):
        for name in names:
            words = words.replace(name, "")
        words = words.replace("ExcelWord", "")  # two buttons side by side
        assert set(re.findall(r"[A-Za-z]{2,}", words)) <= COMMON


@pytest.mark.parametrize(("role", "path"), VISITS)
def test_an_english_page_has_no_chinese_but_names(
    visit: Callable[..., Page], untouched: DemoServer, names: set[str], role: str, path: str
) -> None:
    page = visit(role, path, language="en", server=untouched)
    for words in sections(page):
        for name in sorted(names | {"中文"}, key=len, reverse=True):
            words = words.replace(name, "")
        assert not re.findall("[\u4e00-\u9fff]+", words)
