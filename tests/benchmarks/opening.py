"""How long pages take to open and answer, and what a visitor costs in memory. Run by ``make bench``.

Starts `coach demo` on a data folder of its own and drives Chromium. Prints medians of several
rounds: on a busy or slow machine trust their ratios, not their seconds.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROUNDS = 5
PORT = 8877
URL = f"http://127.0.0.1:{PORT}"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Page, number of the sample user, and the control whose presence means that it can be used.
PAGES = (
    ("roleplay", 0, "[role=radio]"),
    ("skill-gaps", 1, "svg.coach-chart"),
    ("plans", 1, "button.mod-primary"),
    ("attrition", 2, "button.mod-primary"),
    ("data", 2, ".coach-file"),
)


def start_server(home: str) -> tuple[subprocess.Popen[bytes], float]:
    """Return the server's process and the seconds until it answered."""
    environment = os.environ | {"COACH_HOME": home, "COACH_PORT": str(PORT), "COACH_KERNELS_PER_USER": "99"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit.cli", "demo"], env=environment, stdout=subprocess.DEVNULL
    )
    while True:
        try:
            urllib.request.urlopen(f"{URL}/health", timeout=1)
            return process, time.perf_counter() - began
        except OSError:
            time.sleep(0.02)


def signed_in(browser: Browser, user: int) -> Page:
    """Return a page of a new, empty browser profile, signed in as a sample user."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(f"{URL}/sign-in")
    page.locator("main form button").nth(user).click()
    page.wait_for_url(f"{URL}/")
    return page


def open_page(page: Page, path: str, control: str) -> float:
    """Return the seconds from the request to the first usable control."""
    began = time.perf_counter()
    page.goto(f"{URL}/{path}", wait_until="commit")
    page.wait_for_selector(control)
    return time.perf_counter() - began


def kernel_memory(server: int) -> list[float]:
    """Return each kernel's proportional set size in MB (Linux)."""
    sizes = []
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes().decode()
            if f"PPid:\t{server}" in (folder / "status").read_text() and "kernel" in command:
                rollup = (folder / "smaps_rollup").read_text()
                sizes.append(int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE).group(1)) / 1024)
        except (OSError, AttributeError):
            continue
    return sizes


def main() -> None:
    """Measure and print."""
    home = tempfile.mkdtemp()
    process, cold = start_server(home)
    process.terminate()
    process.wait()
    process, warm = start_server(home)
    print(f"server ready: {cold:.1f} s with loading the sample, {warm:.1f} s after that")
    try:
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            for path, user, control in PAGES:
                first, second, weights = [], [], []
                for _ in range(ROUNDS):
                    page = signed_in(browser, user)
                    session = page.context.new_cdp_session(page)
                    session.send("Network.enable")
                    sizes: list[int] = []
                    session.on("Network.loadingFinished", lambda event, s=sizes: s.append(event["encodedDataLength"]))
                    first.append(open_page(page, path, control))
                    weights.append(sum(sizes) / 1e6)
                    second.append(open_page(page, path, control))
                    page.context.close()
                print(
                    f"{path:12} to a usable control: {statistics.median(first):.2f} s new browser, "
                    f"{statistics.median(second):.2f} s second visit; {statistics.median(weights):.2f} MB"
                )
            page = signed_in(browser, 0)
            open_page(page, "roleplay", "[role=radio]")
            taps = []
            for value in ("1", "2", "3", "4", "5", "4", "3", "2"):
                group = page.locator(".coach-criterion").first
                earlier = group.locator(".coach-stamp").inner_text()
                began = time.perf_counter()
                group.locator(f"[data-value='{value}']").click()
                page.wait_for_function(
                    "([group, earlier]) => { const words = group.querySelector('.coach-stamp').textContent;"
                    " return !group.classList.contains('is-saving') && words; }",
                    arg=[group.element_handle(), earlier],
                )
                taps.append(1000 * (time.perf_counter() - began))
            sizes = kernel_memory(process.pid)
            print(f"tap to stored and confirmed: {statistics.median(taps):.0f} ms (with Playwright's own share)")
            print(f"memory of a session: {statistics.median(sizes):.0f} MB proportional set size")
            browser.close()
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
