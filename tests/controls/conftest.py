"""A bench for controls, one page each test."""

from collections.abc import Callable, Iterator

import pytest
from control_bench import Bench, serve
from playwright.sync_api import Browser


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
