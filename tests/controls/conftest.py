"""Browser pages for controls without a kernel: one for tables, and a bench for all others."""

from collections.abc import Callable, Iterator

import pytest
from control_bench import Bench, serve
from playwright.sync_api import Browser
from table_page import served


@pytest.fixture(scope="module")
def address():
    with served() as url:
        yield url


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page.set_default_timeout(10_000)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    page.close()
    assert not wrong


@pytest.fixture(scope="session")
def static_files() -> Iterator[str]:
    server, url = serve()
    yield url
    server.shutdown()
    server.server_close()


@pytest.fixture
def make_bench(browser: Browser, static_files: str) -> Iterator[Callable[..., Bench]]:
    """Give a function that opens a bench of some width; fails at the end for any error on the page."""
    contexts, errors = [], []

    def make(width: int = 1440, scheme: str = "light", **options: object) -> Bench:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        return Bench(page, static_files)

    yield make
    for context in contexts:
        context.close()
    assert not [error for error in errors if "404" not in error]


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()
