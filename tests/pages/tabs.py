"""Opening the tabs of a page."""

from playwright.sync_api import Locator, Page, expect


def open_tab(page: Page, name: str) -> None:
    choose_tab(page, page.get_by_role("tab", name=name, exact=True))


def choose_tab(page: Page, tab: Locator) -> None:
    """Open a tab and wait until the kernel has shown its section; before that the last one takes what is done."""
    tab.click()
    expect(page.locator(f"[id='{tab.get_attribute('aria-controls')}']")).to_be_visible()
