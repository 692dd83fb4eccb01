"""Ways through all pages that stop at every state worth looking at: each yields what stands there and the page."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from playwright.sync_api import Page, Route, expect
from roleplay_tour import roleplay_after
from tabs import choose_tab, open_tab

from toolkit.language import Language

Visit = Callable[..., Page]
Stops = Iterator[tuple[str, Page]]
TRAINED = 120_000


def write_csv(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def roleplay(visit: Visit, say: Language, _folder: Path) -> Stops:
    page = visit("trainer", "roleplay", language=say.code)
    page.wait_for_selector(".coach-criterion")
    yield "a sheet", page
    rep = page.locator(".coach-sheet-rep").inner_text()
    page.get_by_role("button", name=f"{say('Next')}: {say('Rep')}").click()
    expect(page.locator(".coach-sheet-rep")).not_to_have_text(rep)
    for position, value in enumerate(("4", "2", "not_observed")):
        criterion = page.locator(".coach-criterion").nth(position)
        criterion.locator(f"[data-value='{value}']").click()
        expect(criterion.locator(".coach-stamp")).to_contain_text(say("saved {time}", time=""))
    page.locator(".coach-criterion").first.locator("[data-value='3']").click()
    expect(page.locator(".coach-undo-press")).to_be_visible()
    yield "ratings and the undo bar", page
    page.locator("details summary").first.click()
    yield "the scenario read", page
    open_tab(page, say("Results"))
    yield "results of a new workshop", page
    # Other tests have made workshops of their own on this server.
    spring = page.locator("option", has_text=re.compile("Spring role-play workshop|春季模拟演练")).first
    page.get_by_label(say("Workshop"), exact=True).select_option(label=spring.text_content())
    expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible()
    yield "results", page
    yield from _results(page, say)
    open_tab(page, say("Board"))
    expect(page.locator(".coach-board-table:visible tbody tr").first).to_be_visible()
    yield "the board of a past workshop", page
    open_tab(page, say("Timetable"))
    page.get_by_role("button", name=say("Make the timetable")).click()
    expect(page.locator(".coach-wall:visible")).to_be_visible()
    page.get_by_role("button", name=say("Somebody falls out or joins")).click()
    yield "a draft of a timetable", page
    page.get_by_role("tab", name=say("What more would buy")).click()
    expect(page.get_by_text(say("one more scenario"), exact=True)).to_be_visible()
    yield "what more would buy", page
    open_tab(page, say("New workshop"))
    page.get_by_role("combobox", name=say("Reps")).click()
    page.locator(".coach-option:visible").first.click()
    yield "a picker open, one chosen", page
    page.keyboard.press("Escape")
    page.get_by_role("button", name=say("Create workshop")).click()
    expect(page.get_by_role("alert").last).to_be_visible()
    yield "a form refused", page


def _results(page: Page, say: Language) -> Stops:
    for part in ("Raters", "Criteria", "Agreement", "How sure", "Second view"):
        open_tab(page, say(part))
        expect(page.locator(".coach-sections .coach-card:visible").first).to_be_visible()
        yield f"results: {part}", page


def skill_gaps(visit: Visit, say: Language, _folder: Path) -> Stops:
    page = visit("manager", "skill-gaps", language=say.code)
    yield "a person's gaps", page
    figure = page.locator("figure:visible").first
    figure.get_by_text(say("Data behind the chart")).click()
    figure.locator(".coach-figure-stage").focus()
    page.keyboard.press("ArrowDown")
    expect(figure.locator(".coach-figure-tip")).not_to_be_empty()
    yield "data and a mark's words", page
    page.get_by_role("combobox", name=say("Person")).click()
    yield "the picker open", page
    page.keyboard.press("Escape")
    open_tab(page, say("Profile"))
    yield "profile", page
    for name in ("Evidence", "Self and others", "Observe next"):
        open_tab(page, say(name))
        expect(page.locator(".coach-data:visible").first).to_be_visible()
        yield f"a person: {name}", page
    open_tab(page, say("Gaps"))
    page.get_by_role("button", name=say("Explain")).first.click()
    expect(page.locator(".coach-card h2:visible").first).to_be_visible()
    yield "a level explained", page
    open_tab(page, say("Team"))
    expect(page.locator("svg.is-heat:visible")).to_be_visible()
    page.locator("figure:visible").last.get_by_text(say("Data behind the chart")).click()
    yield "team", page
    for name in ("Held by how many", "Make-up", "Observe next"):
        open_tab(page, say(name))
        expect(page.locator(".coach-data:visible").first).to_be_visible()
        yield f"team: {name}", page
    page = visit("rep", "skill-gaps", language=say.code)
    page.get_by_role("button", name=say("Explain")).first.click()
    expect(page.get_by_label(say("I see this differently"))).to_be_visible()
    yield "a rep's own record", page
    page = visit("hr", "skill-gaps", language=say.code)
    open_tab(page, say("Company"))
    for name in ("All teams", "By team", "Activities"):
        open_tab(page, say(name))
        expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible()
        yield f"the company: {name}", page


def skill_gap_rounds(visit: Visit, say: Language, _folder: Path) -> Stops:
    page = visit("trainer", "skill-gaps", language=say.code)
    open_tab(page, say("360 rounds"))
    expect(page.locator(".coach-sections .coach-sections:visible")).to_be_visible()
    for name in ("To answer", "Progress", "Results", "New round"):
        open_tab(page, say(name))
        expect(
            page.locator(".coach-card:visible, .coach-empty:visible, .coach-criterion:visible").first
        ).to_be_visible()
        yield f"360 rounds: {name}", page
    page.get_by_role("button", name=say("Propose who rates whom")).click()
    expect(page.locator(".coach-status.is-bad:visible, .coach-data:visible").first).to_be_visible()
    yield "a round that nobody is chosen for", page
    page = visit("rep", "skill-gaps", language=say.code)
    open_tab(page, say("360 rounds"))
    expect(page.locator(".coach-criterion:visible, .coach-empty:visible").first).to_be_visible()
    yield "a rep's form", page


def skill_gap_readiness(visit: Visit, say: Language, _folder: Path) -> Stops:
    page = visit("trainer", "skill-gaps", language=say.code)
    open_tab(page, say("Readiness"))
    expect(page.locator("svg.is-gaps:visible")).to_have_count(2)
    yield "readiness", page
    for name in ("Who stands out", "Ranks and figures"):
        open_tab(page, say(name))
        expect(page.locator(".coach-data:visible, .coach-file:visible").first).to_be_visible()
        yield f"readiness: {name}", page
    open_tab(page, say("Group check"))
    expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible()
    yield "group check", page
    page.get_by_label(say("Compare by")).select_option(index=1)
    expect(page.locator(".coach-file:visible")).to_be_visible()
    yield "group check by a file", page


def skill_gap_framework(visit: Visit, say: Language, _folder: Path) -> Stops:
    page = visit("administrator", "skill-gaps", language=say.code)
    open_tab(page, say("Framework"))
    for name in ("Read", "Edit", "Files", "Versions"):
        open_tab(page, say(name))
        expect(page.locator(".coach-card:visible, .coach-data:visible").first).to_be_visible()
        yield f"framework: {name}", page


def plans(visit: Visit, say: Language, _folder: Path) -> Stops:
    page = visit("manager", "plans", language=say.code)
    page.get_by_role("button", name=f"{say('Next')}: {say('Person')}").click()
    yield "the form", page
    page.get_by_role("button", name=say("Change the limits")).click()
    page.get_by_label(say("Hours per week")).fill("-2")
    page.get_by_role("button", name=say("Make the plan")).click()
    expect(page.get_by_role("alert").last).to_be_visible()
    yield "a limit refused", page
    page.get_by_label(say("Hours per week")).fill("2")
    page.get_by_role("button", name=say("Make the plan")).click()
    expect(page.get_by_text(say("What nearly came in"))).to_be_visible(timeout=TRAINED)
    yield "a plan, with what it hangs on", page
    page.locator(".coach-fold:visible > summary").click()
    page.locator("figure:visible").first.get_by_text(say("Data behind the chart")).click()
    yield "what is left out, and the data", page
    page.get_by_role("button", name=say("Save plan")).click()
    expect(page.locator(".coach-status.is-good:visible")).to_be_visible()
    yield "saved", page
    open_tab(page, say("Agreed plan"))
    yield "an agreed plan", page
    open_tab(page, say("Goals"))
    page.get_by_role("button", name=re.compile(f"^{say('Edit')}")).first.click()
    yield "a goal edited", page
    open_tab(page, say("Reviews"))
    page.get_by_role("button", name=say("Set this day")).click()
    expect(page.get_by_text(say("The review is set."))).to_be_visible()
    yield "a review set", page
    open_tab(page, say("Change or end"))
    page.get_by_role("button", name=say("Plan the rest again")).click()
    expect(page.get_by_role("button", name=say("Take it over as a new version"))).to_be_visible()
    yield "planned again", page
    page.get_by_role("button", name=say("Take it over as a new version")).click()
    expect(page.locator(".coach-status.is-good:visible")).to_be_visible()
    open_tab(page, say("Versions"))
    yield "versions compared", page
    yield from _teams(visit, say)
    page = visit("rep", "plans", language=say.code)
    yield "a rep's own plan", page


def _teams(visit: Visit, say: Language) -> Stops:
    page = visit("manager", "plans", language=say.code)
    open_tab(page, say("Team"))
    yield "limits of a team", page
    page.get_by_role("button", name=say("Plan for all of them")).click()
    expect(page.get_by_role("button", name=say("Save all as drafts"))).to_be_visible(timeout=TRAINED)
    yield "plans for all", page
    open_tab(page, say("Mentors"))
    page.get_by_role("button", name=say("Propose mentors")).click()
    expect(page.get_by_text(say("Who accompanies whom")).first).to_be_visible()
    yield "mentors", page
    open_tab(page, say("Careers"))
    yield "careers", page
    open_tab(page, say("Catalogue"))
    expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible()
    yield "the catalogue", page
    open_tab(page, say("Did it work"))
    page.get_by_role("button", name=say("Measure the gain")).click()
    expect(page.get_by_text(say("Nobody was chosen."))).to_be_visible()
    yield "did it work, refused", page
    open_tab(page, say("Fair start"))
    yield "a fair start", page


def attrition(visit: Visit, say: Language, folder: Path) -> Stops:
    page = visit("hr", "attrition", language=say.code)
    yield "before training", page
    page.get_by_role("button", name=say("Train and test")).click()
    expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible(timeout=TRAINED)
    page.get_by_role("button", name=say("Show names (this is logged)")).click()
    expect(page.locator(".coach-data:visible tbody tr").first).not_to_contain_text(say("hidden"))
    for summary in page.locator("figure:visible summary").all():
        summary.click()
    page.get_by_role("button", name=say("Reasons")).first.click()
    page.get_by_role("button", name=say("Ask the model")).click()
    expect(page.get_by_text(say("What could be done"))).to_be_visible()
    yield "trained, with names and one person's reasons", page
    open_tab(page, say("Fairness"))
    page.get_by_role("button", name=say("Audit the list")).click()
    expect(page.get_by_text(say("What the inputs of the score give away"))).to_be_visible(timeout=TRAINED)
    yield "the list audited", page
    open_tab(page, say("HR months"))
    yield "HR months", page
    page.get_by_role("button", name=say("Delete…")).first.click()
    yield "asked before a data set is deleted", page
    page.get_by_role("button", name=say("Keep it")).click()
    months = write_csv(folder, "months.csv", "Employee number,Month", "X1,2026-13", "X2,soon")
    page.locator(".coach-file:visible input").set_input_files(months)
    expect(page.locator(".coach-status.is-bad:visible").first).to_be_visible()
    yield "HR months with errors", page
    open_tab(page, say("Another data set"))
    yield "another data set", page
    people = [f"E{number},{20 + number % 40},{'Yes' if number % 4 == 0 else 'No'}" for number in range(60)]
    page.locator(".coach-file:visible input").set_input_files(
        write_csv(folder, "set.csv", "Employee,Age,Attrition", *people)
    )
    expect(page.get_by_text(say("What the columns mean"))).to_be_visible()
    yield "what its columns mean", page


def data(visit: Visit, say: Language, folder: Path) -> Stops:
    page = visit("hr", "data", language=say.code)
    for position in range(page.get_by_role("tab").count()):
        choose_tab(page, page.get_by_role("tab").nth(position))
        expect(page.locator(".coach-file:visible")).to_have_count(1)
        yield f"tab {position}", page
    choose_tab(page, page.get_by_role("tab").first)
    header = "员工编号,姓名,部门,职位,级别,直属上级编号,入职日期"
    bad = ["R1,单晓,新一组,客户经理,初级,,2026-02-30", "R1,Ann Lee,新一组,客户经理,超级,,2026-03-01"]
    page.locator(".coach-file:visible input").set_input_files(
        write_csv(folder, "bad.csv", header, *(line.replace("R", f"R{n}") for n in range(8) for line in bad))
    )
    expect(page.locator(".coach-status.is-bad:visible").first).to_be_visible()
    yield "problems and mapping", page
    good = "R1,单晓,新一组,客户经理,初级,,2026-02-28"
    page.locator(".coach-file:visible input").set_input_files(write_csv(folder, "good.csv", header, good))
    expect(page.locator(".coach-status.is-good:visible").first).to_be_visible()
    yield "ready to import", page
    page = visit("administrator", "data", language=say.code)
    yield "an administrator's", page


def around(visit: Visit, say: Language, _folder: Path) -> Stops:
    page = visit("trainer", language=say.code)
    yield "home", page
    base = page.url.rstrip("/")
    for path in ("attrition", "nothing/here"):
        page.goto(f"{base}/{path}")
        yield f"refused: {path}", page
    for width in (820, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(base)
        page.get_by_role("button", name=say("Menu")).click()
        expect(page.locator("nav a").first).to_be_visible()
        yield f"menu at {width} px", page
    page.get_by_role("button", name=say("Sign out")).click()
    page.set_viewport_size({"width": 1440, "height": 1000})
    yield "sample users", page


def opening(visit: Visit, say: Language, _folder: Path) -> Stops:
    page = visit("trainer", language=say.code)
    base = page.url.rstrip("/")

    def cut(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().partition('<i id="coach-kernel"')[0])

    page.route("**/skill-gaps", cut)
    page.route("**/app.js", lambda route: route.abort())
    page.goto(f"{base}/skill-gaps")
    expect(page.locator("#skeleton")).to_be_visible()
    yield "the page while waiting", page
    page.unroute("**/app.js")
    page.goto(f"{base}/skill-gaps")
    expect(page.locator("#failure")).to_be_visible()
    yield "a page that could not be opened", page
    page.unroute("**/skill-gaps")
    page.goto(f"{base}/skill-gaps")
    page.wait_for_selector("figure svg")
    page.context.set_offline(True)
    expect(page.locator("#connection")).to_be_visible()
    yield "the connection lost", page
    page.context.set_offline(False)
    expect(page.locator("#connection")).to_be_hidden()
    token = page.locator("meta[name=coach-xsrf]").get_attribute("content")
    page.request.post(f"{base}/close", form={"_xsrf": token or "", "next": "/"})
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#reload")).to_be_visible()
    yield "a page that has ended", page


_ALL = (
    roleplay,
    roleplay_after,
    skill_gaps,
    skill_gap_rounds,
    skill_gap_readiness,
    skill_gap_framework,
    plans,
    attrition,
    data,
    around,
    opening,
)
TOURS = {tour.__name__: tour for tour in _ALL}
