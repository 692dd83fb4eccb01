"""Form fields: what a person, Python or a forged message may do to a value, and how they work on a page."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from toolkit.controls.choices import CheckGroup, Choice
from toolkit.controls.fields import (
    CheckField,
    DateField,
    NumberField,
    TextArea,
    TextField,
    read_number,
    refuse_problems,
)
from toolkit.controls.push_button import PushButton
from toolkit.errors import InputError
from toolkit.language import Language

EN, ZH = Language("en"), Language("zh")


def send(control, content):
    """Hand `content` to a control as a message from the browser does."""
    control._handle_custom_msg(content, [])


def heard(control):
    values = []
    control.observe(lambda change: values.append(change["new"]), names="value")
    return values


def test_a_choice_offers_values_of_any_kind_and_only_places_travel():
    things = [None, "x", 1, True, [1], {"a": 1}, dt.date(2026, 1, 1), float("nan")]
    control = Choice("Any", [(f"no. {place}", thing) for place, thing in enumerate(things)])
    assert control.value is None and control.index == 0 and control.words == "no. 0"
    for place in reversed(range(len(things))):
        send(control, {"index": place, "edition": control.edition})
        assert control.value is things[place] and control.index == place
    control.value = [1]
    assert control.index == 4
    assert not [key for key in control.get_state() if key in ("value", "options")]


@pytest.mark.parametrize("index", [-1, 3, 99, "1", None, 1.0, True, [1]])
def test_a_choice_takes_no_place_that_is_not_there(index):
    control = Choice("Person", [("Ann", "a"), ("Bo", "b"), ("Cy", "c")])
    values = heard(control)
    send(control, {"index": index, "edition": control.edition})
    assert values == [] and control.value == "a"


def test_a_tap_on_a_list_that_was_replaced_is_not_taken():
    control = Choice("Person", [("Ann", "a"), ("Bo", "b")])
    seen = control.edition
    control.offer([("Cy", "c"), ("Di", "d")])
    send(control, {"index": 1, "edition": seen})
    assert control.value == "c"
    send(control, {"index": 1, "edition": control.edition})
    assert control.value == "d"


def test_two_options_of_one_value_are_told_apart_by_the_tap():
    control = Choice("Month", [("this", 1), ("next", 1)])
    send(control, {"index": 1, "edition": control.edition})
    assert (control.index, control.words, control.value) == (1, "next", 1)


def test_a_choice_follows_python_and_refuses_what_it_does_not_offer():
    control = Choice("Person", [("Ann", "a"), ("Bo", "b")], "b")
    values = heard(control)
    control.index = 0
    control.value = "b"
    with pytest.raises(Exception, match="does not offer 'z'"):
        control.value = "z"
    assert values == ["a", "b"] and control.index == 1
    control.offer([("Bo", "b"), ("Cy", "c")], "b")
    assert values == ["a", "b"] and control.index == 0
    control.offer([])
    assert control.value is None and control.index == -1 and control.options == []


@pytest.mark.parametrize(
    "control",
    [
        Choice("c", [("Ann", "a"), ("Bo", "b")]),
        TextField("t", "before"),
        TextArea("a", "before"),
        NumberField("n", 3, language=EN),
        DateField("d", dt.date(2026, 1, 1), language=EN),
        CheckField("k", True),
        CheckGroup("g", [("Ann", "a"), ("Bo", "b")], ["a"]),
    ],
    ids=lambda control: control.kind,
)
def test_a_disabled_field_takes_nothing_and_no_browser_enables_it(control):
    before, values = control.value, heard(control)
    control.disabled = True
    entries = ("after", "5", "2026-02-02", False)
    messages = [{"value": entry} for entry in entries] + [{"index": 1, "on": True, "edition": control.edition}
                if hasattr(control, "edition") else {}]  # fmt: skip
    control.set_state({"disabled": False, "problem": "", "index": 1, "ticked": [1], "shown": "after"})
    for message in messages:
        send(control, message)
    assert control.value == before and values == [] and control.disabled
    control.disabled = False
    for junk in (None, "x", 7, [], {}, {"value": None}, {"value": ["x"]}, {"value": {}}, {"value": "x" * 20_000}):
        send(control, junk)
    assert control.value == before and values == []


def test_text_is_one_line_and_an_area_is_several():
    line, area = TextField("Name"), TextArea("Notes")
    send(line, {"value": "two\nlines"})
    send(area, {"value": "two\nlines"})
    assert (line.value, area.value) == ("two lines", "two\nlines") and area.shown == area.value
    line.value = "from Python"
    assert line.shown == "from Python"


@pytest.mark.parametrize(
    ("words", "number"),
    [("2,5", 2.5), ("2.5", 2.5), ("2，5", 2.5), ("２．５", 2.5), (" 5 000 ", 5000), ("5,000", 5000), ("1,234,567", 1234567),
     ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("0,125", 0.125), ("−3", -3), ("+4", 4), (".5", 0.5), ("5.", 5), ("1'000", 1000),
     ("", None), ("abc", None), ("1e5", None), ("nan", None), ("inf", None), ("1.2.3", None), ("--1", None), ("5 h", None)],
)  # fmt: skip
def test_numbers_as_people_write_them(words, number):
    assert read_number(words) == number


@pytest.mark.parametrize(
    ("entered", "problem"),
    [
        ("", "Enter a number."),
        ("two", "This is not a number."),
        ("0.2", "Enter a number from 0.25 to 60."),
        ("61", "Enter a number from 0.25 to 60."),
    ],
)
def test_a_number_out_of_range_is_said_and_the_value_stays(entered, problem):
    control = NumberField("Hours", 2.0, language=EN, least=0.25, most=60, required=True)
    values = heard(control)
    send(control, {"value": entered})
    assert (control.value, control.problem, values, control.shown) == (2.0, problem, [], "2")
    with pytest.raises(InputError, match=f"“Hours” cannot be used as it is. {problem}"):
        refuse_problems(control)
    send(control, {"value": "3,5"})
    assert (control.value, control.problem, values) == (3.5, "", [3.5])
    refuse_problems(control)
    send(control, {"value": "x"})
    control.put(3.5)
    assert control.problem == ""


def test_whole_numbers_open_ends_and_nothing_at_all():
    whole = NumberField("People", 12, language=EN, whole=True, least=1)
    send(whole, {"value": "5"})
    assert whole.value == 5 and isinstance(whole.value, int)
    send(whole, {"value": "5.5"})
    assert whole.problem == "Enter a whole number."
    send(whole, {"value": "0"})
    assert whole.problem == "Enter a number of at least 1."
    send(whole, {"value": " "})
    assert whole.value is None and whole.problem == "" and whole.shown == ""
    upper = NumberField("Share", language=EN, most=1)
    send(upper, {"value": "2"})
    assert upper.problem == "Enter a number of at most 1." and upper.value is None


def test_a_date_is_a_day_or_none_within_its_bounds():
    control = DateField(
        "Day", dt.date(2026, 3, 5), language=EN, earliest=dt.date(2026, 3, 1), latest=dt.date(2026, 3, 9)
    )
    values = heard(control)
    send(control, {"value": "2026-02-28"})
    assert control.problem == "Choose 1 Mar 2026 or a later day." and control.value == dt.date(2026, 3, 5)
    send(control, {"value": "2026-03-10"})
    assert control.problem == "Choose 9 Mar 2026 or an earlier day."
    for junk in ("2026-13-01", "tomorrow", "0"):
        send(control, {"value": junk})
    assert values == []
    send(control, {"value": "2026-03-02"})
    send(control, {"value": ""})
    assert values == [dt.date(2026, 3, 2), None] and control.problem == "" and control.shown == ""
    control.required = True
    send(control, {"value": ""})
    assert control.problem == "Choose a date."


def test_a_group_of_boxes_gives_what_is_ticked_in_order():
    control = CheckGroup("Scenarios", [("A", "a"), ("B", "b"), ("C", None)], [None, "gone"])
    assert control.value == (None,) and control.ticked == [2]
    send(control, {"index": 0, "on": True, "edition": control.edition})
    send(control, {"index": 9, "on": True, "edition": control.edition})
    send(control, {"index": 1, "on": 1, "edition": control.edition})
    send(control, {"index": 1, "on": True, "edition": 0})
    assert control.value == ("a", None)
    send(control, {"index": 2, "on": False, "edition": control.edition})
    control.value = ("b",)
    assert control.ticked == [1]


def test_a_button_calls_all_its_functions_and_none_while_disabled():
    pressed = []
    control = PushButton("Go")
    control.on_click(lambda: pressed.append(1))
    control.on_click(lambda: pressed.append(2))
    control.click()
    send(control, {"pressed": True})
    send(control, "pressed")
    send(control, {"pressed": "yes"})
    assert pressed == [1, 2, 1, 2]
    control.disabled = True
    control.set_state({"disabled": False})
    send(control, {"pressed": True})
    control.click()
    assert pressed == [1, 2, 1, 2] and control.disabled


def test_a_button_is_let_go_of_even_when_what_it_runs_fails():
    control, said = PushButton("Go"), []
    control.send = said.append
    control.on_click(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        control._receive(control, {"pressed": True}, [])
    assert said == [{"done": True}]


# On a page.


def test_fields_are_named_described_and_committed_on_leaving(bench):
    name = TextField("Name", required=True, hint="As on the badge")
    hours = NumberField("Hours", 2.0, language=EN, least=0.25, most=60, step=0.5, required=True)
    bench.show(name, hours)
    page, values = bench.page, heard(name)
    box = page.get_by_label("Name", exact=True)
    expect(box).to_have_accessible_description("As on the badge")
    expect(box).to_have_attribute("required", "")
    box.press_sequentially("Ann")
    assert bench.sent == [] and values == []
    box.press("Tab")
    assert values == ["Ann"]
    box.press_sequentially("a")
    box.press("Enter")
    assert len(values) == 2 and "a" in values[1]
    hour = page.get_by_label("Hours", exact=True)
    hour.fill("99")
    hour.press("Enter")
    expect(hour).to_have_attribute("aria-invalid", "true")
    expect(hour).to_have_accessible_description("Enter a number from 0.25 to 60.")
    expect(hour).to_have_value("99")
    assert hours.value == 2.0
    hour.fill("2,50")
    hour.press("Enter")
    expect(hour).to_have_value("2.5")
    expect(hour).not_to_have_attribute("aria-invalid", "true")
    hour.press("ArrowUp")
    hour.press("ArrowUp")
    expect(hour).to_have_value("3.5")
    page.wait_for_timeout(500)
    assert hours.value == 3.5
    page.get_by_text("−", exact=True).click()
    page.wait_for_timeout(500)
    assert hours.value == 3.0
    hours.put(2.0)
    bench.push()
    expect(hour).to_have_value("2")


def test_escape_brings_back_what_was_there(bench):
    name = TextField("Name", "Ann")
    bench.show(name)
    box = bench.page.get_by_label("Name")
    box.fill("Bo")
    box.press("Escape")
    expect(box).to_have_value("Ann")
    box.press("Tab")
    assert name.value == "Ann" and bench.sent == []


def test_python_neither_takes_the_focus_nor_overwrites_what_is_typed(bench):
    name, other = TextField("Name"), Choice("Team", [("North", 1), ("South", 2)])
    bench.show(name, other)
    box = bench.page.get_by_label("Name")
    box.press_sequentially("An")
    name.value, other.value = "from Python", 2
    bench.push()
    expect(box).to_have_value("An")
    expect(box).to_be_focused()
    box.press_sequentially("n")
    box.press("Tab")
    assert name.value == "Ann"
    assert bench.page.get_by_label("Team").locator("option:checked").inner_text() == "South"
    name.value = "later"
    bench.push()
    expect(box).to_have_value("later")


def test_an_area_is_taken_over_after_a_rest(bench):
    notes = TextArea("Notes")
    bench.show(notes)
    values = heard(notes)
    bench.page.get_by_label("Notes").press_sequentially("calm and clear", delay=20)
    assert values == []
    bench.page.wait_for_timeout(700)
    assert values == ["calm and clear"]


def test_a_date_is_taken_over_once(bench):
    day = DateField("Day", dt.date(2026, 3, 1), language=EN)
    bench.show(day)
    box, values = bench.page.get_by_label("Day"), heard(day)
    expect(box).to_have_value("2026-03-01")
    box.fill("2026-04-02")
    box.press("Tab")
    assert values == [dt.date(2026, 4, 2)] or not bench.page.wait_for_timeout(900)
    assert values == [dt.date(2026, 4, 2)]
    box.fill("")
    bench.page.get_by_label("Day").blur()
    bench.page.wait_for_timeout(50)
    assert day.value is None


def test_a_choice_is_a_native_list_with_steps_beside_it(bench):
    rep = Choice("Rep", [("Ann", "a"), ("Bo", None), ("Cy", "c")], "a", walk=["Previous", "Next"])
    bench.show(rep)
    page, values = bench.page, heard(rep)
    onward, back = page.get_by_role("button", name="Next: Rep"), page.get_by_role("button", name="Previous: Rep")
    expect(back).to_be_disabled()
    onward.click()
    onward.click()
    expect(onward).to_be_disabled()
    assert values == [None, "c"]
    page.get_by_label("Rep", exact=True).select_option(label="Ann")
    assert values[-1] == "a"
    rep.offer([("Di", "d")])
    bench.push()
    expect(page.get_by_label("Rep", exact=True).locator("option")).to_have_text(["Di"])
    rep.disabled = True
    bench.push()
    expect(page.get_by_label("Rep", exact=True)).to_be_disabled()


def test_boxes_are_ticked_by_their_words_and_keys(bench):
    group = CheckGroup("Scenarios", [("Visit", "v"), ("Call", "c")])
    single = CheckField("Remind me")
    bench.show(group, single)
    page = bench.page
    page.get_by_role("group", name="Scenarios").get_by_text("Call").click()
    page.get_by_label("Visit").focus()
    page.keyboard.press("Space")
    page.get_by_label("Remind me").check()
    assert group.value == ("v", "c") and single.value


def test_a_double_tap_presses_once_and_the_busy_button_keeps_the_focus(bench):
    control, pressed = PushButton("Create", primary=True), []
    control.on_click(lambda: pressed.append(1))
    bench.show(control)
    page = bench.page
    page.evaluate("window.slow = true")
    button = page.get_by_role("button", name="Create")
    button.dblclick()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button).to_be_focused()
    assert len(bench.sent) == 1 and pressed == []
    page.evaluate("window.release()")
    expect(button).not_to_have_attribute("aria-busy", "true")
    assert pressed == [1]


@pytest.mark.parametrize("width", [320, 1440])
def test_targets_are_large_enough_and_nothing_spills(make_bench, width):
    bench = make_bench(width)
    bench.show(
        TextField("Name of the workshop", required=True),
        NumberField("每周小时", 2, language=ZH, unit="小时"),
        DateField("Day", language=EN),
        Choice("Rep", [("A rep with a name that is longer than any screen is wide " * 3, 1)], walk=["<", ">"]),
        PushButton("Create"),
        row=True,
    )
    bench.show(CheckGroup("Scenarios", [("Long " * 30, 1), ("Short", 2)]), CheckField("Remind me"), row=True)
    page = bench.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for target in page.locator("main :is(button, select, input:not([type=checkbox]), .coach-check)").all():
        box = target.bounding_box()
        assert box["height"] >= 42 and box["width"] >= 40, target.evaluate("node => node.outerHTML")
