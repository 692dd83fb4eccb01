"""Reading a workshop's results: fair scores, raters, certainty, the second view, all of it as Excel, by role and language."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

WORKSHOP = "Autumn role-play workshop (19 Nov 2025)"


def open_results(page: Page, workshop: str = WORKSHOP) -> None:
    page.get_by_label("Workshop", exact=True).select_option(label=workshop)
    page.get_by_role("tab", name="Results").click()
    expect(page.locator("table", has_text="Fair scores")).to_be_visible()


def part(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def test_a_trainer_reads_a_workshop_from_scores_to_the_second_view(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay")
    open_results(page)
    table = page.locator("table", has_text="Fair scores")
    expect(table.locator("tbody tr")).to_have_count(30)
    cells = table.locator("tbody tr").first.inner_text().split("\t")
    fair, interval = cells[2].split()
    low, high = (float(end) for end in interval.strip("()").split("–"))
    assert low < float(fair) <= high and "–" in cells[1]
    expect(page.locator(".coach-figure svg").first).to_have_attribute(
        "aria-label", "Fair score (dot) with 90% interval, and the raw mean (ring)"
    )
    part(page, "Raters")
    raters = page.locator("table", has_text="Compared with the others")
    expect(raters).to_be_visible()
    expect(raters.locator("tbody tr")).to_have_count(5)
    expect(raters).to_contain_text("clearly harder")
    expect(page.locator("table", has_text="Central tendency").locator("tbody tr")).to_have_count(5)
    part(page, "Criteria")
    expect(page.get_by_text("Alpha of all criteria:")).to_be_visible()
    part(page, "Agreement")
    page.get_by_role("button", name="Show all six intraclass correlations").click()
    expect(page.locator("table", has_text="ICC(3,k)").locator("tbody tr")).to_have_count(6)
    part(page, "How sure")
    expect(page.locator("table", has_text="as now")).to_be_visible()
    page.get_by_label("What is to be decided").select_option(label="Who is above a pass mark")
    page.get_by_role("button", name="Find the next sheets").click()
    expect(page.locator("table", has_text="Score these next").locator("tbody tr")).to_have_count(5)
    part(page, "Second view")
    page.get_by_role("button", name="Work out the second view").click()
    expect(page.get_by_text("The second view is worked out.")).to_be_visible()
    expect(page.locator("svg.is-wright").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Everything as Excel").click()
    assert download.value.suggested_filename == "Workshop results.xlsx"
    page.reload()
    expect(page.get_by_role("tab", name="Second view")).to_have_attribute("aria-selected", "true")


def test_a_manager_is_shown_own_people_and_own_severity_only(visit: Callable[..., Page]) -> None:
    page = visit("manager", "roleplay")
    open_results(page)
    expect(page.get_by_text("figures and ranks are among all 30 reps")).to_be_visible()
    part(page, "Raters")
    expect(page.locator("table", has_text="The other 4 raters").first.locator("tbody tr")).to_have_count(2)


def test_results_fit_a_narrow_screen_in_chinese(visit: Callable[..., Page]) -> None:
    page = visit("trainer", "roleplay?tab=2", language="zh", width=320)
    workshops = page.locator("select").first
    workshops.select_option(label=workshops.locator("option", has_text="2025年11月19日").inner_text())
    lists = page.get_by_role("tablist")
    expect(lists.nth(1)).to_be_visible()
    for number in range(6):
        lists.nth(1).get_by_role("tab").nth(number).click()
        expect(lists.nth(1).get_by_role("tab").nth(number)).to_have_attribute("aria-selected", "true")
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), number
