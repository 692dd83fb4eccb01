"""Making, changing, saving and exporting a plan on plain tables."""

import datetime as dt
import io
import re

import docx
import icalendar
import pandas as pd
import pytest
from plan_makers import NAMES, START, activity, catalogue, gaps, limits, session

from toolkit.errors import NotFound
from toolkit.language import Language
from toolkit.plans import plan_person
from toolkit.plans.builder.widget import PlanBuilder
from toolkit.plans.charts import plan_strip
from toolkit.plans.report import Catalogue, item_facts
from toolkit.plans.state import PlanState
from toolkit.plans.widget import PlanView

HOSTILE = """<script>alert("x")</script>'"""
NOW = dt.datetime(2026, 1, 5, 9, 30, tzinfo=dt.UTC)
PEOPLE = pd.DataFrame(
    {"person_id": ["p", "q"], "name": [HOSTILE, "Bo"], "tier_id": ["junior", "middle"], "language": ["zh", "en"]}
)
ROWS = [
    activity("talk", hours=4, cost=300, listening=0.5),
    activity("drill", hours=6, cost=400, mode="dated", listening=0.3, closing=0.4),
    activity("read", hours=2, cost=0, closing=0.1),
    activity("dear", hours=2, cost=90_000, closing=0.9),
]
SESSIONS = pd.DataFrame([session("s1", "drill", START + dt.timedelta(weeks=2))])


def gaps_of(person_id):
    level = {"p": 2.0, "q": 2.4}[person_id]
    return gaps(listening=(level, 0.5, 3.0, 4.0), closing=(level, 0.5, 3.0, 3.0)).assign(person_id=person_id)


def state(rows=ROWS, people=PEOPLE):
    return PlanState(people, gaps_of, catalogue(*rows), SESSIONS)


def builder(rows=ROWS, **options):
    return PlanBuilder(state(rows), NAMES, today=START, clock=lambda: NOW, **{"advice": False} | options)


def ids(panel):
    return {item.activity_id for item in panel.state.plan.items}


def shown(widget):
    return widget.layout.display != "none"


def buttons(actions, activity_id):
    entry = next(entry for entry in actions.entries if entry["id"] == activity_id)
    return {one["id"]: one["pressed"] for one in entry["actions"]}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_plan_is_made_and_shown(language):
    panel = builder(language=language)
    assert not shown(panel.view) and not shown(panel.others) and panel.state.plan is None
    panel.make.click()
    assert ids(panel) == {"talk", "drill", "read"} and panel.status.kind == ""
    assert shown(panel.view) and shown(panel.others)
    assert [entry["id"] for entry in panel.others.entries] == ["dear"]
    first = next(entry for entry in panel.view.items.entries if entry["id"] == "talk")
    assert first["title"] == ("课程talk" if language == "zh" else "Course talk")
    assert first["lines"][0] == ("关于talk" if language == "zh" else "About talk")
    assert ("倾听" if language == "zh" else "Listening") in first["lines"][1]
    assert "<dd>12 <small>" in panel.view.facts.value and "52" in panel.view.facts.value  # of 26 weeks x 2 hours
    assert (">2026年2月<" if language == "zh" else ">Feb 2026<") in panel.view.strip.picture


def test_a_pin_and_its_taking_back():
    panel = builder()
    panel.limits.budget.value = 350.0
    panel.make.click()
    assert "drill" not in ids(panel)
    panel.limits.budget.value = 450.0
    panel.make.click()
    before = ids(panel)
    out = "talk" if "drill" in before else "drill"
    panel.others.press(out, "pinned")
    assert (
        out in ids(panel)
        and panel.state.pinned == (out,)
        and panel.status.words.startswith("Planned again. In: Course")
    )
    assert buttons(panel.view.items, out) == {"pinned": True, "excluded": False}
    panel.view.items.press(out, "pinned")
    assert ids(panel) == before and panel.state.pinned == ()


def test_leaving_out_and_taking_back():
    panel = builder()
    panel.make.click()
    panel.view.items.press("talk", "excluded")
    assert "talk" not in ids(panel) and panel.others.entries[0]["id"] == "talk"
    assert panel.others.entries[0]["lines"] == ["You excluded it."]
    assert buttons(panel.others, "talk") == {"pinned": False, "excluded": True}
    panel.others.press("talk", "pinned")  # a pin takes the exclusion back
    assert "talk" in ids(panel) and (panel.state.pinned, panel.state.excluded) == (("talk",), ())


def test_an_impossible_pin_keeps_the_earlier_plan_and_says_why():
    panel = builder()
    panel.make.click()
    earlier = panel.state.plan
    panel.others.press("dear", "pinned")
    assert panel.state.plan is earlier and panel.state.pinned == ()
    assert panel.status.kind == "bad" and "dear" in panel.status.words
    assert panel.status.words.startswith("No plan within these limits can keep the pin.")
    assert buttons(panel.others, "dear") == {"pinned": False}
    panel.others.press("dear", "delete")  # a forged press
    assert panel.state.plan is earlier


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start": None}, "A plan needs a start and a deadline. Choose both dates."),
        ({"deadline": None}, "A plan needs a start and a deadline. Choose both dates."),
        ({"start": START - dt.timedelta(days=1)}, "The start lies in the past. Choose today or a later day."),
        ({"deadline": START}, "is not after the start"),
        ({"hours": 0.0}, "Hours per week must be more than 0"),
        ({"budget": -1.0}, "The budget cannot be negative."),
    ],
)
def test_inputs_that_cannot_be_are_refused_and_the_earlier_plan_stays(change, words):
    panel = builder()
    panel.make.click()
    earlier = panel.state.plan
    for name, value in change.items():
        getattr(panel.limits, name).value = value
    panel.make.click()
    assert panel.status.kind == "bad" and words in panel.status.words
    assert panel.state.plan is earlier and shown(panel.view)


def test_another_person_starts_afresh():
    panel = builder()
    panel.make.click()
    panel.view.items.press("talk", "pinned")
    panel.person.value = "q"
    assert panel.state.plan is None and panel.state.pinned == () and not shown(panel.view)
    panel.make.click()
    assert panel.state.plan.person_id == "q" and panel.view.person == "Bo"


def test_saving_and_finding_again():
    kept = {}

    def save(plan, excluded, opened):
        assert opened == kept.get(plan.person_id, (None, 0))[1]
        kept[plan.person_id] = (plan, opened + 1, excluded)
        return opened + 1

    panel = builder(on_save=save, saved=kept.get)
    panel.save.click()
    assert kept == {}
    panel.make.click()
    panel.save.click()
    panel.save.click()
    assert panel.status.words == "Saved as version 2." and panel.view.version == 2
    panel.person.value = "q"
    panel.person.value = "p"
    assert panel.state.plan is kept["p"][0] and panel.view.version == 2
    assert panel.status.words == "This is the saved plan, version 2."
    left_out = panel.state.plan.items[0].activity_id
    pinned = panel.state.plan.items[-1].activity_id
    panel._mark(left_out, "excluded")
    panel._mark(pinned, "pinned")
    panel.save.click()
    again = builder(saved=kept.get)
    assert (again.state.pinned, again.state.excluded) == ((pinned,), (left_out,))
    assert (
        again.state.plan is kept["p"][0]
        and shown(again.view)
        and again.save not in again.view.children[0].children[1].children
    )


def test_nobody_to_plan_for():
    panel = PlanBuilder(state(people=PEOPLE.iloc[:0]), NAMES, today=START)
    panel.make.click()
    assert panel.status.kind == "bad" and panel.status.words == "Choose a person first."
    with pytest.raises(NotFound, match="Choose a person first"):
        state().make(limits())


def test_marks_without_a_plan_are_remembered_for_it():
    made = state()
    made.person_id = "p"
    made.toggle("excluded", "talk")
    assert made.plan is None and made.excluded == ("talk",)
    made.make(limits())
    assert "talk" not in {item.activity_id for item in made.plan.items}


HOSTILE_ROWS = [
    row | {"name_en": HOSTILE, "name_zh": HOSTILE, "summary_en": HOSTILE, "summary_zh": HOSTILE} for row in ROWS
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_hostile_names_are_escaped_everywhere(language):
    panel = builder(HOSTILE_ROWS, language=language, currency="CNY")
    panel.make.click()
    assert "<script>" not in panel.view.facts.value + panel.view.strip.picture + panel.status.value
    assert "&lt;script&gt;" in panel.view.strip.picture
    _, word = panel.view._word()
    assert HOSTILE in " ".join(cell.text for table in docx.Document(io.BytesIO(word)).tables for cell in table._cells)
    calendar = icalendar.Calendar.from_ical(panel.view._calendar()[1])
    assert {str(event["summary"]) for event in calendar.walk("VEVENT")} == {HOSTILE}


def view(language="en"):
    panel = PlanView(catalogue(*ROWS), NAMES, today=START, clock=lambda: NOW, language=language)
    plan = plan_person(gaps_of("p"), catalogue(*ROWS), limits(20), sessions=SESSIONS)
    return panel, plan


def test_the_word_document_holds_the_plan():
    panel, plan = view()
    assert panel._word() is None and panel._calendar() is None
    panel.show(plan, "Ann", 3)
    name, content = panel._word()
    document = docx.Document(io.BytesIO(content))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert name == "Ann.docx" and "Individual development plan" in words and "Ann · made on 5 Jan 2026" in words
    assert "Proven: with these limits, pins and exclusions" in words
    assert any(row[0] == "Course talk (Course)" and row[2] == "4.0" and row[3] == "CN¥300" for row in cells)
    assert any(row[0] == "Listening" and row[1] == f"{plan.before['listening']:.2f}" for row in cells)
    assert ["Rep", "Superior", "Date"] in cells


def test_a_competency_that_left_the_framework_stays_in_the_document():
    panel, plan = view("zh")
    panel.names = {"listening": NAMES["listening"]}
    panel.show(plan, "安", 0)
    name, content = panel._word()
    cells = [cell.text for table in docx.Document(io.BytesIO(content)).tables for cell in table._cells]
    assert name == "安.docx" and "closing" in cells and "倾听" in cells and panel.status.kind == ""


def test_the_calendar_holds_whole_days_and_a_new_version_replaces_the_old():
    panel, plan = view()
    panel.show(plan, "Ann", 3)
    name, content = panel._calendar()
    events = {str(event["summary"]): event for event in icalendar.Calendar.from_ical(content).walk("VEVENT")}
    assert name == "Ann.ics" and set(events) == {"Course talk", "Course drill", "Course read"}
    drill = events["Course drill"]
    item = next(item for item in plan.items if item.activity_id == "drill")
    assert drill["dtstart"].dt == item.starts_on == START + dt.timedelta(weeks=2)
    assert drill["dtend"].dt == item.ends_on + dt.timedelta(days=1) and int(drill["sequence"]) == 3
    assert drill["dtstamp"].dt == NOW and str(drill["description"]).startswith("About drill")
    panel.show(plan, "Ann", 4)
    later = {
        str(event["summary"]): event for event in icalendar.Calendar.from_ical(panel._calendar()[1]).walk("VEVENT")
    }
    assert later["Course drill"]["uid"] == drill["uid"] and int(later["Course drill"]["sequence"]) == 4


def test_a_failing_export_is_shown(caplog):
    panel, plan = view()
    panel.show(plan, "Ann", 0)
    panel._clock = lambda: None
    panel.calendar._handle_custom_msg({"wanted": True}, [])
    assert panel.status.kind == "bad" and "AttributeError" in caplog.text


def test_the_strip_is_the_plan_over_time():
    _, plan = view()
    figure = plan_strip(plan, catalogue(*ROWS), Language("en"), currency="CNY", today=START)
    svg = figure.svg
    item = next(item for item in plan.items if item.activity_id == "drill")
    row = figure.data[figure.data["label"] == "Course drill"].iloc[0]
    assert (row["starts_on"], row["ends_on"]) == (item.starts_on, item.ends_on) and row["words"] == item_facts(
        item, Language("en"), "CNY"
    )
    assert figure.title == "The plan over time" and "Course drill: 19 Jan 2026 – " in figure.summary
    ticks = re.findall(r"y='14'>([\w ]+)<", svg)
    assert ticks[:3] == ["5 Jan", "19 Jan", "2 Feb"] and ">today<" in svg
    assert re.findall(r"y='14'>([\w ]+)<", figure.at(320)) == ["Feb 2026", "Mar", "Apr", "May"]
    assert item_facts(item, Language("en"), "CNY") in svg


def test_a_catalogue_speaks_either_language_and_survives_what_left_it():
    words = catalogue(activity("a", x=0.1) | {"name_zh": ""})
    assert (
        Catalogue(words, Language("zh")).name("a") == "Course a"
        and Catalogue(words, Language("zh")).summary("a") == "关于a"
    )
    gone = Catalogue(words, Language("en"))
    assert (gone.name("gone"), gone.summary("gone"), gone.kind("gone"), gone.kind("a")) == ("gone", "", "", "Course")
