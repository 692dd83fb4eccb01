"""One function per measurement. Times come from the page's own clock, see page_clock.js."""

import asyncio
import base64
import json
import sqlite3
from collections.abc import Awaitable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import headless
from contenders import Contender
from playwright.async_api import Browser, BrowserContext, Error, Page, async_playwright
from server_process import Server

PATIENCE = 120
SETTLE = 2.0
FLAGS = (
    *headless.FLAGS,
    "--no-proxy-server",
    # Nothing but this computer can be reached: pages that ask for more behave as without the internet.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
_SCRIPT = (Path(__file__).parent / "page_clock.js").read_text(encoding="utf-8")
Figures = dict[str, Any]


@asynccontextmanager
async def chromium():
    """Give a browser."""
    found = headless.installed()
    if found is None:
        raise SystemExit("There is no Chromium on this computer; `make machine` says how to install one.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        await browser.close()


class Visitors:
    """New browser profiles for one running server; for ours signed in as the sample trainer beforehand."""

    def __init__(self, browser: Browser, contender: Contender, server: Server):
        self.browser, self.contender, self.server = browser, contender, server

    async def sign_in(self, user: int = 0) -> Any:
        """Sign in as a sample user and return the cookies for a new profile; each gets a sign-in of its own."""
        if not self.contender.ours:
            return None
        context = await self.browser.new_context()
        page = await context.new_page()
        await page.goto(f"{self.server.url}/sign-in")
        await page.locator("main form button").nth(user).click()
        await page.wait_for_url(f"{self.server.url}/")
        cookies = await context.storage_state()
        await context.close()
        return cookies

    async def profile(self, *, control: str | None = None, user: int = 0, step: int = 5) -> BrowserContext:
        """Return an empty profile that times its pages; `control` times its appearance instead of a tap."""
        context = await self.browser.new_context(
            viewport={"width": 1440, "height": 1000}, storage_state=await self.sign_in(user)
        )
        contender = self.contender
        selectors = {"scale": contender.scale, "option": contender.option, "stamp": contender.stamp}
        if control:
            selectors = {"scale": control, "option": "", "stamp": ""}
        script = _SCRIPT.replace("__SELECTORS__", json.dumps(selectors)).replace("__STEP__", str(step))
        await context.add_init_script(script)
        return context

    async def open(self, page: Page, path: str | None = None) -> Figures:
        """Open the page and return paint, control and working in ms, and the taps it took; or why it failed."""
        return await _or_reason(self._open(page, path or self.contender.path))

    async def _open(self, page: Page, path: str) -> Figures:
        await page.goto(f"{self.server.url}{path}", wait_until="commit", timeout=1000 * PATIENCE)
        return dict(await page.evaluate("() => window.benchmark.opened"))


async def _or_reason(figures: Awaitable[Figures]) -> Figures:
    try:
        return await asyncio.wait_for(figures, PATIENCE)
    except TimeoutError:
        return {"failed": f"nothing confirmed within {PATIENCE} s"}
    except Error as error:
        return {"failed": error.message.splitlines()[0]}


async def leave(page: Page) -> None:
    """Go to an empty page; one that failed to open may still be busy failing."""
    with suppress(Error):
        await page.goto("about:blank")


async def visits(visitors: Visitors) -> dict[str, Figures]:
    """Return a cold browser's visit to a warm server, the same browser's second visit, and taps in that page."""
    context = await visitors.profile()
    page = await context.new_page()
    first = await visitors.open(page)
    await leave(page)
    await asyncio.sleep(SETTLE)
    second = await visitors.open(page)
    taps = await _or_reason(tapping(page)) if "failed" not in second else second
    await context.close()
    return {"first": first, "second": second, "taps": taps}


async def tapping(page: Page, count: int = 20, cards: int = 6) -> Figures:
    """Return the milliseconds from each tap to its confirmation, and how many taps were lost."""
    return dict(await page.evaluate("([count, cards]) => window.benchmark.taps(count, cards)", [count, cards]))


async def weight(visitors: Visitors, path: str | None = None, **profile: Any) -> dict[str, Figures]:
    """Return bytes and requests of a cold browser's visit and of its second one."""
    context = await visitors.profile(**profile)
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    traffic = _Traffic()
    await session.send("Network.enable")
    for name in traffic.heard:
        session.on(f"Network.{name}", getattr(traffic, name))
    found = {}
    for visit in ("first", "second"):
        traffic.forget()
        opened = await visitors.open(page, path)
        await asyncio.sleep(SETTLE)
        found[visit] = opened if "failed" in opened else traffic.figures()
        await leave(page)
    await context.close()
    return found


class _Traffic:
    """Counts what the network brings to a page."""

    heard = (
        "requestWillBeSent",
        "requestServedFromCache",
        "responseReceived",
        "loadingFinished",
        "webSocketFrameReceived",
    )

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.asked: dict[str, str] = {}
        self.cached: set[str] = set()
        self.outside: list[str] = []
        self.bytes = self.socket_bytes = 0

    def requestWillBeSent(self, event: Figures) -> None:
        address = urlsplit(event["request"]["url"])
        if address.scheme not in ("http", "https"):
            return
        if address.hostname == "127.0.0.1":
            self.asked[event["requestId"]] = address.path
        else:
            self.outside.append(str(address.hostname))

    def requestServedFromCache(self, event: Figures) -> None:
        self.cached.add(event["requestId"])

    def responseReceived(self, event: Figures) -> None:
        if event["response"].get("fromDiskCache"):
            self.cached.add(event["requestId"])

    def loadingFinished(self, event: Figures) -> None:
        if event["requestId"] in self.asked:
            self.bytes += event["encodedDataLength"]

    def webSocketFrameReceived(self, event: Figures) -> None:
        frame = event["response"]
        data = frame["payloadData"]
        self.socket_bytes += len(base64.b64decode(data)) if frame["opcode"] == 2 else len(data.encode())

    def figures(self) -> Figures:
        """Return what was counted."""
        return {
            "bytes": self.bytes,
            "socket_bytes": self.socket_bytes,
            "requests": len(self.asked.keys() - self.cached),
            "outside": self.outside,
        }


async def memory(visitors: Visitors, before: int = 3, further: int = 10) -> Figures:
    """Return the server's memory with `before` and with `further` more open pages, and MB per further visitor."""
    contexts: list[BrowserContext] = []
    sizes = []
    for count in (before, further):
        for _ in range(count):
            contexts.append(await visitors.profile(step=50))
            opened = await visitors.open(await contexts[-1].new_page())
            if "failed" in opened:
                await _close(contexts)
                return opened
        await asyncio.sleep(2 * SETTLE)
        sizes.append(visitors.server.memory())
    await _close(contexts)
    if None in sizes:
        return {"failed": "memory is read from /proc, which only Linux has"}
    return {"before": sizes[0], "after": sizes[1], "per_visitor": (sizes[1] - sizes[0]) / further}


async def crowd(visitors: Visitors, size: int = 30) -> Figures:
    """Open the page in `size` profiles at the same moment and return each one's figures."""
    contexts = [await visitors.profile(step=50) for _ in range(size)]
    pages = [await context.new_page() for context in contexts]
    openings = await asyncio.gather(*(visitors.open(page) for page in pages))
    peak = visitors.server.memory()
    await _close(contexts)
    return {"openings": list(openings), "memory": peak}


async def _close(contexts: list[BrowserContext]) -> None:
    for context in contexts:
        await context.close()


def stored_ratings(contender: Contender, work: Path) -> list[tuple[Any, ...]]:
    """Return the stored ratings: what was confirmed on a page must be found here."""
    if contender.ours:
        file, query = work / "coach-home" / "coaching.sqlite", "SELECT sheet_id, criterion_id, rating FROM rating"
    else:
        file, query = work / contender.name / "ratings.sqlite", "SELECT criterion, value FROM rating"
    connection = sqlite3.connect(file, timeout=30)
    try:
        return sorted(connection.execute(query), key=str)
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()
