"""The results as a trainer and a manager see them, from a store and on plain tables."""

import datetime as dt
import io
import zoneinfo
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from toolkit.access.roles import Viewer
from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.organisation.storage import current_versions
from toolkit.roleplay import FairScoreTable, RaterReport, fair_scores
from toolkit.roleplay.results import storage
from toolkit.roleplay.results.page import ResultsSection
from toolkit.roleplay.room import Room
from toolkit.roleplay.storage import create_workshop
from toolkit.roleplay.tables import RATING, SHEET, WORKSHOP, WORKSHOP_MEMBER, WORKSHOP_SCENARIO
from toolkit.store import Store, new_id

DAY = dt.date(2026, 9, 3)
CRITERIA = ("opening", "research", "needs", "prepared_plan", "product_fit", "objection", "commitment", "integrity")
REPS, RATERS, CRITERIA_PART, AGREEMENT, SURE, SECOND, MARK = range(7)
COLUMNS = ["rep_id", "rater_id", "scenario_id", "criterion_id", "rating"]


def fill(store: Store, sheets: list[tuple[str, str, float]], certifies: bool = False) -> None:
    """Make a workshop “w” with one scenario and these finished sheets (rep, rater, level)."""
    rng = np.random.default_rng(1)
    with store.write("test") as change:
        create_workshop(
            change,
            name={"en": "Autumn", "zh": "秋季"},
            held_on=DAY,
            scenarios={"complaint": "customer_visit"},
            reps=["rep-1", "rep-2", "rep-3", "rep-4"],
            raters=["trainer", "manager-north", "manager-south", "hr", "administrator"],
            workshop_id="w",
        )
        change.connection.execute(WORKSHOP.update().values(certifies=certifies))
        for rep, rater, level in sheets:
            at = dt.datetime(2026, 9, 3, 9, tzinfo=dt.UTC)
            sheet = {
                "sheet_id": new_id(),
                "workshop_id": "w",
                "scenario_id": "complaint",
                "rep_id": rep,
                "rater_id": rater,
            }
            change.connection.execute(SHEET.insert().values(**sheet, source="role_play", rated_on=DAY, updated_at=at))
            for criterion in CRITERIA:
                rating = level if level in (1.0, 5.0) else float(np.clip(level + rng.integers(-1, 2), 1, 5))
                change.connection.execute(
                    RATING.insert().values(
                        sheet_id=sheet["sheet_id"], criterion_id=criterion, rating=rating, rated_at=at
                    )
                )


CROSSED = [
    (f"rep-{rep}", rater, 1 + rep % 4 - (rater == "trainer") + 1.0)
    for rep in (1, 2, 3, 4)
    for rater in ("trainer", "manager-north", "manager-south", "hr", "administrator")
]


def section_for(office: Any, who: str, language: str = "en") -> ResultsSection:
    viewer: Viewer = office.viewers[who]
    say = Language(language)
    zone = zoneinfo.ZoneInfo("Asia/Shanghai")
    room = Room(office.store, viewer, say, DAY, zone, Place(), StatusLine(say), "w")
    section = ResultsSection(room)
    section.show()
    return section


def opened(section: ResultsSection, part: int) -> Any:
    assert section.tabs is not None
    section.tabs.tabs.selected = part
    assert section.room.status.words == ""
    return section._made.get(part)


def words_of(section: ResultsSection) -> str:
    return " ".join(str(child.value) for child in walk(section) if isinstance(getattr(child, "value", None), str))


def walk(widget: Any) -> Any:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from walk(child)


@pytest.fixture
def backend() -> str:
    """Everything here is about what is shown, so one database is enough."""
    return "sqlite"


def test_a_trainer_sees_everybody_and_every_part(office: Any, rows_of: Any) -> None:
    fill(office.store, CROSSED)
    section = section_for(office, "trainer")
    reps = opened(section, REPS)
    shown = rows_of(reps.table)
    assert {row["name"] for row in shown} == {"Rep-1", "Rep-2", "Rep-3", "Rep-4"}
    assert [row["fair"] for row in shown] == sorted((row["fair"] for row in shown), reverse=True)
    assert all("hard on the whole" not in row["why"] for row in shown)  # all met the same raters
    raters = rows_of(opened(section, RATERS).table)
    assert raters[0]["name"] == "Trainer" and raters[0]["verdict"] == "clearly harder" and len(raters) == 5
    assert len(rows_of(opened(section, CRITERIA_PART).criteria)) == len(CRITERIA)
    agreement = opened(section, AGREEMENT)
    assert next(row["name"] for row in rows_of(agreement.criteria)) == "Opening" and len(agreement.forms.ids) == 6
    sure = opened(section, SURE)
    assert len(sure.parts.ids) == 5 and "5x1" in sure.designs.ids
    assert len(section._parts) == 6


def test_figures_are_worked_out_only_when_their_part_is_opened(office: Any) -> None:
    fill(office.store, CROSSED)
    section = section_for(office, "trainer")
    assert set(section._made) == {REPS}
    state = section.view.state
    section.show()
    assert section.view.state is state  # nothing has changed, so nothing is worked out again


def test_a_manager_sees_own_people_and_among_raters_only_themselves(office: Any, rows_of: Any) -> None:
    fill(office.store, CROSSED)
    section = section_for(office, "manager-north")
    reps = opened(section, REPS)
    assert {row["name"] for row in rows_of(reps.table)} == {"Rep-1", "Rep-2"}
    assert "among all 4 reps" in reps.notes.value
    raters = rows_of(opened(section, RATERS).table)
    assert [row["name"] for row in raters] == ["Manager-North", "The other 4 raters"]
    assert raters[1]["severity"].startswith("from ")
    for part in range(6):
        opened(section, part)
    shown = words_of(section) + repr([child.data for child in walk(section) if hasattr(child, "data")])
    shown += repr([child.picture for child in walk(section) if hasattr(child, "picture")])
    assert "Rep-3" not in shown and "Rep-4" not in shown
    name, content = section._excel()
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert name == "Workshop results.xlsx" and "Rep-1" in cells and not {"Rep-3", "Rep-4"} & cells
    assert [row[0] for row in book["Raters"].iter_rows(min_row=2, values_only=True)] == ["Manager-North"]


def test_the_workbook_holds_all_parts_and_the_raw_ratings(office: Any) -> None:
    fill(office.store, CROSSED)
    book = openpyxl.load_workbook(io.BytesIO(section_for(office, "trainer")._excel()[1]))
    assert book.sheetnames == [
        "Reps", "Raters", "Criteria", "Scenarios", "How sure", "Other designs", "Agreement", "Raw ratings", "Notes",
    ]  # fmt: skip
    raw = list(book["Raw ratings"].iter_rows(min_row=2, values_only=True))
    assert len(raw) == len(CROSSED) * len(CRITERIA) and raw[0][3] in {"Opening"} | {row[3] for row in raw}
    assert not any("nan" in str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


AWKWARD = {
    "one sheet": [("rep-1", "trainer", 3.0)],
    "one rater": [(f"rep-{n}", "trainer", float(n)) for n in (1, 2, 3, 4)],
    "one rep": [("rep-1", rater, 3.0) for rater in ("trainer", "hr")],
    "all equal": [(f"rep-{n}", rater, 5.0) for n in (1, 2, 3) for rater in ("trainer", "hr")],
    "apart": [("rep-1", "trainer", 3.0), ("rep-2", "trainer", 4.0), ("rep-3", "hr", 2.0), ("rep-4", "hr", 3.0)],
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", sorted(AWKWARD))
def test_awkward_workshops_are_told_calmly(office: Any, case: str, language: str) -> None:
    fill(office.store, AWKWARD[case], certifies=True)
    section = section_for(office, "trainer", language)
    for part in range(7):
        assert opened(section, part) is not None
    section._made[SURE].find.click()
    section._made[SECOND].go.click()
    assert section._made[SECOND].refusal.value and section._made[SECOND].status.words == ""
    assert section._made[SURE].status.words == "" and section._made[SURE].next_words.value
    shown = words_of(section) + repr([child.data for child in walk(section) if hasattr(child, "data")])
    assert "nan" not in shown.replace("\\n", "") and "Sorry" not in shown
    assert section._excel()[1]


def test_nothing_finished_yet_says_what_to_do(office: Any) -> None:
    fill(office.store, [])
    section = section_for(office, "trainer")
    assert any(getattr(child, "title", "") == "No results yet" for child in section.children)
    assert section.download.layout.display == "none"


def test_groups_are_shown_one_at_a_time_until_the_assumption_is_accepted(office: Any, rows_of: Any) -> None:
    fill(office.store, AWKWARD["apart"])
    section = section_for(office, "trainer")
    reps = opened(section, REPS)
    assert [value for _, value in reps.group.options] and len(rows_of(reps.table)) == 2
    assert "One sheet would join all groups" in reps.notes.value and "Rep-" in reps.notes.value
    reps.across.put(True)
    assert len(rows_of(reps.table)) == 4 and reps.group.layout.display == "none"
    assert "equally severe on average" in reps.notes.value
    reps.across.put(False)
    assert len(rows_of(reps.table)) == 2


def test_whom_to_score_next_by_mark_and_by_the_best(office: Any) -> None:
    fill(office.store, CROSSED[:-3])
    sure = opened(section_for(office, "trainer"), SURE)
    sure.decision.value = "mark"
    sure.find.click()
    assert "wrong side of the mark" in sure.next_words.value and len(sure.next.ids) <= 3
    sure.decision.value = "top"
    sure.top.value = 4
    sure.find.click()
    assert "There are only 4 reps." in sure.status.words
    sure.top.value = 2
    sure.find.click()
    assert sure.status.words == "" and "pairs of reps" in sure.next_words.value


def test_estimates_set_the_mark_and_the_decisions(office: Any, rows_of: Any) -> None:
    fill(office.store, CROSSED, certifies=True)
    for who in ("trainer", "manager-north"):
        section = section_for(office, who)
        panel = opened(section, MARK)
        assert list(panel.fields) == list(CRITERIA)
        if who == "manager-north":  # whoever has not judged yet is told neither the mark nor how anybody judged
            assert "not shown to you yet" in panel.mark_words.value and "3.00" not in words_of(section)
            assert "1 judge has given all estimates so far" in panel.alone.value
            assert {one.layout.display for one in (panel.judges, panel.spread, panel.reps, panel.lead)} == {"none"}
        for control in panel.fields.values():
            control.put(3.0 if who == "trainer" else 2.5)
        panel.save.click()
        assert panel.status.words == "Saved. Your estimates count for the pass mark."
    assert "Pass mark: 2.75" in panel.mark_words.value and [row["name"] for row in rows_of(panel.judges)] == [
        "Manager-North"
    ]
    assert "go from 2.50 to 3.00 (standard deviation 0.35)" in panel.mark_words.value
    assert rows_of(panel.spread)[0]["own"] == "2.5" and panel.spread.layout.display is None
    assert {row["name"] for row in rows_of(panel.reps)} == {"Rep-1", "Rep-2"}
    with office.store.read() as connection:
        assert len(storage.estimates(connection, office.viewers["trainer"], "w")) == 2 * len(CRITERIA)


def test_a_trainer_who_leads_sees_the_judges_and_has_no_fields_left(office: Any, rows_of: Any) -> None:
    fill(office.store, CROSSED, certifies=True)
    north = opened(section_for(office, "manager-north"), MARK)
    for control in north.fields.values():
        control.put(2.5)
    north.save.click()
    panel = opened(section_for(office, "trainer"), MARK)
    assert "not shown to you yet" in panel.mark_words.value and panel.lead.layout.display is None
    panel.lead.click()
    assert panel.judging.layout.display == "none" and "Pass mark: 2.50" in panel.mark_words.value
    assert [row["name"] for row in rows_of(panel.judges)] == ["Manager-North"]


def test_an_unfinished_estimate_is_kept_and_does_not_count(office: Any) -> None:
    fill(office.store, [], certifies=True)
    panel = opened(section_for(office, "trainer"), MARK)
    panel.save.click()
    assert "There are no estimates to save" in panel.status.words
    panel.fields["opening"].put(2.0)
    panel.save.click()
    assert panel.status.words.startswith("Saved. 7 criteria are still without an estimate")
    assert "once your own estimates are complete" in panel.mark_words.value
    assert panel.fields["opening"].value == 2.0


def table_of(sheets: list[tuple[str, str, float]]) -> pd.DataFrame:
    return pd.DataFrame([(rep, rater, "s", "c", level) for rep, rater, level in sheets], columns=COLUMNS)


def test_the_widgets_take_fair_scores_in_one_line(rows_of: Any) -> None:
    table = table_of([("p", "x", 2), ("p", "y", 3), ("q", "x", 4), ("q", "y", 4.5), ("r", "x", 3), ("r", "y", 4)])
    scores = fair_scores(table)
    fair = FairScoreTable(scores)
    assert fair.table.ids == ("q", "r", "p") and "why" not in rows_of(fair.table)[0]
    assert fair.across.layout.display == "none" and "How to read this" in fair.further.value
    named = FairScoreTable(scores, {"q": "<b>Quan</b>"}, ratings=table)
    assert rows_of(named.table)[0]["name"] == "<b>Quan</b>" and "<b>" not in named.notes.value
    report = RaterReport(scores, {"x": "Rae"})
    assert [row["name"] for row in rows_of(report.table)] == ["Rae", "y"]
    alone = RaterReport(scores, own="x")
    assert len(alone.table.ids) == 1 and "fewer than three other raters" in alone.notes.value
    nobody = RaterReport(scores, own="")
    assert nobody.table.ids == () and "You have not rated" in nobody.notes.value


def test_a_name_stands_for_its_id_in_every_note(office: Any) -> None:
    fill(office.store, AWKWARD["apart"])
    section = section_for(office, "trainer")
    with office.store.read() as connection:
        names = organisation.names(connection)
    assert names["trainer"] == "Trainer"
    notes = opened(section, REPS).notes.value
    assert "complaint" not in notes and "trainer scores" not in notes


def test_who_has_no_sheet_yet_and_what_nobody_has_played_are_proposed_too(office: Any, rows_of: Any) -> None:
    fill(office.store, [sheet for sheet in CROSSED if sheet[0] != "rep-2"])
    with office.store.write("test") as change:
        scenario = change.connection.execute(WORKSHOP_SCENARIO.select()).mappings().one()
        version = current_versions(change.connection, "scenario")["price_objection"]
        another = {"scenario_id": "price_objection", "scenario_version": version}
        change.connection.execute(WORKSHOP_SCENARIO.insert().values({**scenario, **another}))
    for who, others in (("trainer", True), ("manager-north", False)):
        section = section_for(office, who)
        sure = opened(section, SURE)
        sure.find.click()
        proposed = {(row["rep"], row["scenario"]) for row in rows_of(sure.next)}
        assert sure.status.words == "" and "Rep-2" in {rep for rep, _ in proposed}
        assert "The price objection: Xiao Zhang and Xiao Li" in {scenario for _, scenario in proposed}
        assert bool({"Rep-3", "Rep-4"} & {rep for rep, _ in proposed}) == others

    with office.store.write("test") as change:
        away = WORKSHOP_MEMBER.c.person_id == "rep-2"
        change.connection.execute(WORKSHOP_MEMBER.update().where(away).values(absent=True))
    sure = opened(section_for(office, "trainer"), SURE)
    sure.find.click()
    assert "Rep-2" not in {row["rep"] for row in rows_of(sure.next)}
    assert "of 3 pairs" in sure.next_words.value
