"""HR's walk: back-test first, the list behind it, names on demand; and data sets of their own."""

import os
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from demo_server import DemoServer
from playwright.sync_api import Page, expect

from toolkit.language import Language

SHARED = Path(os.environ.get("COACH_SHARED", Path(__file__).parents[3] / "shared"))
IBM = SHARED / "data" / "attrition" / "ibm_hr_attrition.csv"


@pytest.fixture(scope="module")
def own_server(new_server: Callable[[], DemoServer]) -> DemoServer:
    """Give a server for data sets of its own: the newest one is offered first, and others train on the sample."""
    return new_server()


def test_train_on_the_sample_and_name_people_on_demand(visit: Callable[..., Page], demo_server: DemoServer) -> None:
    page = visit("hr", "attrition")
    page.get_by_role("button", name="Train and test").click()
    expect(page.get_by_text(re.compile(r"Trained on [\d,]+ rows"))).to_be_visible()
    expect(page.locator("table", has_text="How it would have done in the past")).to_contain_text("ROC-AUC")
    expect(page.locator("table", has_text="Predicted against actual").locator("tbody tr")).to_have_count(5)
    listed = page.locator("table", has_text="People to talk to first")
    expect(listed.locator("tbody tr")).to_have_count(12)
    assert {row.locator("td").first.inner_text() for row in listed.locator("tbody tr").all()} == {"hidden"}
    page.get_by_label("Conversations you can hold").fill("5")
    page.get_by_label("Conversations you can hold").press("Tab")
    expect(listed.locator("tbody tr")).to_have_count(5)
    expect(page.get_by_text(re.compile("With 5 conversations, expect")).first).to_be_visible()

    store = sqlite3.connect(demo_server.home / "hr.sqlite")
    count = "select count(*) from audit where action = 'view'"
    seen = store.execute(count).fetchone()[0]
    page.get_by_role("button", name="Show names (this is logged)").click()
    expect(listed.locator("tbody tr").first).not_to_contain_text("hidden")
    assert store.execute(count).fetchone()[0] == seen + 5
    store.close()


def test_a_horizon_that_the_data_cannot_carry_is_refused(visit: Callable[..., Page]) -> None:
    page = visit("hr", "attrition")
    page.get_by_label("Leaves within").select_option(label="12 months")
    page.get_by_role("button", name="Train and test").click()
    expect(page.get_by_role("alert").last).to_contain_text("Bring more months or choose a shorter horizon.")


def test_a_public_hr_file_is_uploaded_mapped_and_trained_on(visit: Callable[..., Page], own_server: DemoServer) -> None:
    if not IBM.exists():
        pytest.skip(f"the public HR file is not at {IBM}")
    page = visit("hr", "attrition", server=own_server)
    page.get_by_role("tab", name="Another data set").click()
    page.locator("input[type=file]:visible, .coach-file input").last.set_input_files(IBM)
    expect(page.get_by_text("What the columns mean")).to_be_visible()
    expect(page.get_by_label("Column that says who left").locator("option:checked")).to_have_text("Attrition")
    expect(page.get_by_label("Value that means “left”").locator("option:checked")).to_have_text("as understood")
    expect(page.get_by_text("237 left, 1,233 stayed, 0 unknown.")).to_be_visible()
    expect(page.get_by_label("Column with the person").locator("option:checked")).to_have_text("EmployeeNumber")
    for column in ("Age", "Gender", "MaritalStatus"):
        expect(page.get_by_role("button", name=f"Remove {column}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Keep as a data set").click()
    expect(page.get_by_text("Kept. Choose it under “Risk” and train.")).to_be_visible()
    page.get_by_role("tab", name="Risk").click()
    data = page.get_by_label("Data", exact=True)
    offered = data.locator("option", has_text="ibm_hr").first
    expect(offered).to_be_attached()
    data.select_option(label=offered.inner_text())
    page.get_by_role("button", name="Train and test").click()
    expect(page.get_by_text("Trained on 1470 rows.")).to_be_visible(timeout=120_000)
    row = page.locator("tr", has_text="A leaver stands above").first.inner_text().split("\t")
    assert 0.78 < float(row[1]) < 0.88
    notes = page.locator("ul.coach-quiet").first.inner_text()
    for constant in ("EmployeeCount", "Over18", "StandardHours"):
        assert constant in notes
    assert "optimistic" in notes


def test_a_file_that_is_no_table_is_refused(visit: Callable[..., Page], tmp_path: Path) -> None:
    page = visit("hr", "attrition")
    page.get_by_role("tab", name="Another data set").click()
    wrong = tmp_path / "report.xlsx"
    wrong.write_bytes(b"%PDF-1.7 not a workbook")
    page.locator(".coach-file input").last.set_input_files(wrong)
    expect(page.get_by_role("alert").last).to_contain_text("report.xlsx")


def test_risk_in_chinese(visit: Callable[..., Page]) -> None:
    page = visit("hr", "attrition", language="zh", width=820)
    page.get_by_role("button", name="训练并回测").click()
    expect(page.locator("table").first).to_be_visible(timeout=120_000)
    text = page.locator("main").inner_text()
    assert not re.findall(r"\b(Figure|Model|Leavers|Rank|Risk band|hidden|conversations)\b", text)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_training_shows_how_far_it_is_and_can_be_stopped(visit: Callable[..., Page]) -> None:
    page = visit("hr", "attrition")
    page.get_by_role("button", name="Train and test").click()
    expect(page.get_by_role("progressbar", name="Progress of the training")).to_be_visible()
    page.get_by_role("button", name="Cancel").first.click()
    expect(page.get_by_text("Stopped. Nothing was trained.")).to_be_visible()
    expect(page.locator("table", has_text="How it would have done in the past")).to_be_hidden()
    page.get_by_role("button", name="Train and test").click()
    expect(page.get_by_text(re.compile(r"Trained on [\d,]+ rows"))).to_be_visible()


def test_hr_reads_reasons_levers_and_a_what_if_and_takes_the_list_away(visit: Callable[..., Page]) -> None:
    page = visit("hr", "attrition")
    page.get_by_role("button", name="Train and test").click()
    expect(page.get_by_text(re.compile("stood on the list beforehand"))).to_be_visible(timeout=120_000)
    expect(page.locator("table", has_text="Each past year").locator("tbody tr").first).to_be_visible()
    expect(page.get_by_text(re.compile("challenger"))).to_be_visible()
    page.get_by_role("button", name="Reasons").first.click()
    expect(page.get_by_role("heading", name="Person 1 of the list")).to_be_visible()
    expect(page.get_by_role("heading", name="What could be done")).to_be_visible()
    page.get_by_label("What would change").select_option(label="Overtime, mean of 3 months")
    value = page.get_by_label("New value")
    expect(value).not_to_have_value("")
    value.fill("very much")
    page.get_by_role("button", name="Ask the model").click()
    expect(page.get_by_role("alert").last).to_contain_text("needs a number")
    value.fill("0")
    page.get_by_role("button", name="Ask the model").click()
    expect(page.get_by_text(re.compile("no claim that the change would keep anybody"))).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download as Excel").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download as Word").click()
    assert taken.value.suggested_filename.endswith(".docx")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hr_audits_the_list_by_group(visit: Callable[..., Page], language: str) -> None:
    say = Language(language)
    page = visit("hr", "attrition", language=language, width=820)
    page.get_by_role("tab", name=say("Fairness")).click()
    expect(page.get_by_text(say("Nothing was trained yet"))).to_be_visible()
    page.get_by_role("tab", name=say("Risk"), exact=True).click()
    page.get_by_role("button", name=say("Train and test")).click()
    expect(page.locator(".coach-data:visible tbody tr").first).to_be_visible(timeout=120_000)
    page.get_by_role("tab", name=say("Fairness")).click()
    page.get_by_role("button", name=say("Audit the list")).click()
    gender = page.locator("table", has_text=say("{column}: who is listed", column=say("Gender")))
    expect(gender.locator("tbody tr")).to_have_count(2, timeout=60_000)
    expect(gender).to_contain_text(say("cannot tell at this size"))
    expect(page.locator("table", has_text=say("What the inputs of the score give away"))).to_be_visible()
    page.get_by_label(say("Which list")).select_option(label=say("Today's list"))
    expect(page.get_by_text(say("Leavers missed"))).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


BAD_FILES = {
    "one class only": ([f"E{n},{n},No" for n in range(60)], "Nobody left in these data."),
    "ten rows": ([f"E{n},{n},{'Yes' if n % 3 == 0 else 'No'}" for n in range(10)], "too few for a model"),
    "duplicate people": (["E1,5,Yes"] * 2 + [f"E{n},{n},{'Yes' if n % 3 == 0 else 'No'}" for n in range(80)], "more than once"),
    "only constants": ([f"E{n},7,{'Yes' if n % 3 == 0 else 'No'}" for n in range(90)], None),
    "infinite": ([f"E{n},{'inf' if n == 5 else n},{'Yes' if n % 3 == 0 else 'No'}" for n in range(90)], None),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_cannot_carry_a_model_is_refused_in_words(
    visit: Callable[..., Page], own_server: DemoServer, tmp_path: Path, case: str
) -> None:
    lines, said = BAD_FILES[case]
    name = f"{case.replace(' ', '-')}.csv"
    file = tmp_path / name
    file.write_text("\n".join(["Employee_ID,Hours,Attrition", *lines]), encoding="utf-8")
    page = visit("hr", "attrition", server=own_server)
    page.get_by_role("tab", name="Another data set").click()
    page.locator(".coach-file:visible input").set_input_files(file)
    expect(page.get_by_text("What the columns mean")).to_be_visible()
    page.get_by_label("Column that says who left").select_option(label="Attrition")
    page.get_by_role("button", name="Keep as a data set").click()
    status = page.locator(".coach-status.is-bad:visible, .coach-status.is-good:visible").last
    expect(status).to_be_visible()
    if "Kept." in status.inner_text():
        page.get_by_role("tab", name="Risk", exact=True).click()
        data = page.get_by_label("Data", exact=True)
        offered = data.locator("option", has_text=name)
        expect(offered).to_have_count(1)
        data.select_option(label=offered.inner_text())
        page.get_by_role("button", name="Train and test").click()
        status = page.locator(".coach-status.is-bad:visible").last
        expect(status).to_be_visible(timeout=60_000)
    assert "Sorry" not in status.inner_text()
    if said:
        expect(status).to_contain_text(said)
    expect(page.locator("table", has_text="How it would have done in the past")).to_be_hidden()
