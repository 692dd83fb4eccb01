"""What is asked of every state of every page: axe finds nothing, nothing runs out sideways or is cut off."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
WIDE, NARROW = (1440, 1000), (320, 900)

# What is drawn in sight, wider than the window, and in no region of its own that scrolls.
_RUNNING_OUT = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const scrolls = (node) => node && node !== document.body &&
    (/auto|scroll|hidden|clip/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > room + 1 && !scrolls(node.parentElement))
    .map((node) => `${node.tagName.toLowerCase()}.${node.className.baseVal ?? node.className}`).slice(0, 5)
    .concat(`page ${document.documentElement.scrollWidth} px`);
}"""
# Words that a box hides because it is too small for them. What only screen readers read may be.
_CUT_OFF = """() => [...document.querySelectorAll("main *, header *")].filter((node) => {
  const look = getComputedStyle(node);
  if (!node.childNodes.length || !node.offsetParent || look.clipPath !== "none" || node.closest("svg")) return false;
  const hides = (overflow) => overflow === "hidden" || overflow === "clip";
  if (look.textOverflow === "ellipsis") return false;
  return (hides(look.overflowX) && node.scrollWidth > node.clientWidth + 1) ||
    (hides(look.overflowY) && node.scrollHeight > node.clientHeight + 1);
}).map((node) => `${node.tagName.toLowerCase()}.${node.className}: ${node.innerText.slice(0, 60)}`).slice(0, 8)"""
# The distances of WCAG 1.4.12.
_SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
  p { margin-bottom: 2em !important; }"""


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_findings(page: Page, rules: list[str] | None = None) -> list[str]:
    """Return what axe finds on the page as it is: rule, place and element, one line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    # Elsewhere the bar that stays at the top may lie across half a button, which one scrolls out from under it.
    page.evaluate("scrollTo(0, 0)")
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found: list[dict[str, Any]] = page.evaluate(
        "(only) => axe.run(document, {runOnly: only, resultTypes: ['violations']}).then((result) => result.violations)",
        only,
    )
    return [
        f"{rule['id']}: {node['target']} {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in found
        for node in rule["nodes"][:6]
    ]


def narrow_findings(page: Page) -> list[str]:
    """Return what axe finds, and what runs out sideways, on a window of 320 px and of 640 px (200 % zoom)."""
    found = []
    for width, height in ((640, 500), NARROW):
        page.set_viewport_size({"width": width, "height": height})
        _settle(page)
        found += [f"at {width} px: {what}" for what in page.evaluate(_RUNNING_OUT)]
    found += [f"at 320 px, dark: {what}" for what in axe_findings(page)]
    page.evaluate(
        "(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }",
        _SPACED,
    )
    found += [f"with wide spacing: {what}" for what in page.evaluate(_RUNNING_OUT) + page.evaluate(_CUT_OFF)]
    page.evaluate("document.adoptedStyleSheets = []")
    return found


def findings(page: Page) -> list[str]:
    """Return all that is wrong with the page as it is; afterwards it is as it was."""
    size = page.viewport_size
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = [f"light: {what}" for what in axe_findings(page)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found += [f"dark: {what}" for what in axe_findings(page, COLOURS)]
    found += narrow_findings(page)
    page.set_viewport_size(size or {"width": WIDE[0], "height": WIDE[1]})
    _settle(page)
    return found


def _settle(page: Page) -> None:
    # Charts are laid out anew by the kernel for another width, where it can still be reached.
    page.wait_for_timeout(60)
    page.wait_for_selector("main:not([data-busy]), #connection:not([hidden])")
