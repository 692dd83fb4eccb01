"""Finding people by name, pinyin, initials and number, among thousands and by keyboard alone."""

import pytest
from playwright.sync_api import expect

from toolkit.controls.person_picker import Entry, PersonPicker, SeveralPicker, people_entries
from toolkit.controls.search_keys import search_key
from toolkit.language import Language

EN = Language("en")
PEOPLE = [
    Entry("p1", "张伟", "S0001", "North · Client manager"),
    Entry("p2", "单晓明", "S0002", "North · Product adviser"),
    Entry("p3", "曾乐", "S0003", "South · Client manager"),
    Entry("p4", "尉迟恭", "S0004"),
    Entry("p5", "吕芳", "S0005"),
    Entry("p6", "Ann Lee", "A-17"),
    Entry("p7", "José Müller", "A-18"),
    Entry("p8", "张伟", "S0108", "South · Client manager"),
]


def send(control, content):
    control._handle_custom_msg(content, [])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("张伟", "zhang wei"),
        ("单晓", "shan xiao"),
        ("曾国", "zeng guo"),
        ("仇建国", "qiu jian guo"),
        ("区明辉", "ou ming/meng hui"),
        ("解海", "xie hai"),
        ("查良镛", "zha liang yong"),
        ("朴树", "piao shu"),
        ("盖叫天", "ge/gai jiao tian"),
        ("翟天", "zhai/di tian"),
        ("尉迟恭", "yu chi gong"),
        ("欧阳修", "ou yang xiu"),
        ("长孙无忌", "zhang sun wu/mo ji"),
        ("李乐", "li le/yue/lao"),
        ("吕布", "lv/lu/lyu bu"),
        ("Ann Lee", "ann lee"),
        ("曾伟 Ken", "zeng wei ken"),
        ("José O’Brien", "jose o brien"),
        ("", ""),
    ],
)
def test_search_keys_read_surnames_as_people_do(name, key):
    found, wanted = search_key(name).split(" "), key.split(" ")
    # Given names may have further readings, surnames none.
    assert len(found) == len(wanted) and found[0] == wanted[0]
    assert all(one.split("/")[0] in other.split("/") for one, other in zip(wanted, found, strict=True))


def test_one_is_picked_and_followed():
    picker = PersonPicker("Person", PEOPLE, language=EN)
    values = []
    picker.on_change(values.append)
    assert picker.value == "p1" and picker.chosen == [0]
    send(picker, {"index": 3, "edition": picker.edition})
    picker.value = "p2"
    assert values == ["p4", "p2"] and picker.chosen == [1]
    with pytest.raises(Exception, match="does not offer 'nobody'"):
        picker.value = "nobody"
    picker.offer(PEOPLE[:2], "p2")
    assert values == ["p4", "p2"] and picker.chosen == [1]
    picker.offer([])
    assert picker.value is None and picker.chosen == []


@pytest.mark.parametrize(
    "message", [{"index": 8}, {"index": -1}, {"index": "1"}, {"index": True}, {"index": 1, "edition": 0}, {}, None, "1"]
)
def test_forged_picks_are_not_taken(message):
    picker = PersonPicker("Person", PEOPLE, language=EN)
    send(picker, message if not isinstance(message, dict) else {"edition": picker.edition, **message})
    picker.set_state({"chosen": [2], "disabled": False})
    picker.disabled = True
    send(picker, {"index": 1, "edition": picker.edition})
    assert picker.value == "p1" and picker.chosen == [0]


def test_several_are_picked_in_their_order_and_taken_out():
    picker = SeveralPicker("Reps", PEOPLE, ["p3", "gone", "p3"], language=EN)
    assert picker.value == ("p3",)
    for put, drop in (([0, 4], []), ([4], [2]), ([99], []), (["1"], []), ("1", []), ([], [7])):
        send(picker, {"put": put, "drop": drop, "edition": picker.edition})
    assert picker.value == ("p1", "p5")
    send(picker, {"put": [1], "drop": [], "edition": picker.edition - 1})
    assert picker.value == ("p1", "p5")
    picker.value = ("p8", "p2")
    assert picker.chosen == [7, 1]


def test_people_become_entries():
    import pandas as pd

    plain = pd.DataFrame({"person_id": ["p"], "name": ["Ann"]})
    assert people_entries(plain) == [Entry("p", "Ann")]
    full = plain.assign(employee_number="S1", about="North · Rep")
    assert people_entries(full) == [Entry("p", "Ann", "S1", "North · Rep")]


# On a page.


def shown(page):
    return page.locator(".coach-option-name").all_inner_texts()


FOUND = {
    "zhangwei": ["张伟", "张伟"],
    "zhang w": ["张伟", "张伟"],
    "Zhang Wei": ["张伟", "张伟"],
    "zw": ["张伟", "张伟"],
    "zhw": ["张伟", "张伟"],
    "张": ["张伟", "张伟"],
    "shan": ["单晓明"],
    "sxm": ["单晓明"],
    "xiaoming": ["单晓明"],
    "zengyue": ["曾乐"],
    "zl": ["曾乐"],
    "yuchi": ["尉迟恭"],
    "lvf": ["吕芳"],
    "luf": ["吕芳"],
    "lyu": ["吕芳"],
    "ann": ["Ann Lee"],
    "lee": ["Ann Lee"],
    "lee ann": ["Ann Lee"],
    "jose mu": ["José Müller"],
    "müller": ["José Müller"],
    "s0108": ["张伟"],
    "a-17": ["Ann Lee"],
    "south zw": ["张伟"],
    "dan": [],
    "qqq": [],
    "<script>": [],
}


def test_people_are_found_as_they_are_typed(bench):
    bench.show(PersonPicker("Person", PEOPLE, language=EN))
    box = bench.page.get_by_role("combobox", name="Person")
    for typed, names in FOUND.items():
        box.fill(typed)
        assert shown(bench.page) == names, typed
        if not names:
            expect(bench.page.locator(".coach-picker-foot")).to_contain_text("Nothing matches.")
    assert bench.sent == []


def test_a_person_is_picked_by_keys_alone(bench):
    picker = PersonPicker("Person", PEOPLE, language=EN, required=True, hint="Of your team")
    bench.show(picker)
    page, box = bench.page, bench.page.get_by_role("combobox", name="Person")
    expect(box).to_have_value("张伟")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_accessible_description("Of your team")
    page.keyboard.press("Tab")
    expect(box).to_be_focused()
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("option", selected=True)).to_contain_text("S0001")
    page.keyboard.press("ArrowDown")
    active = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    expect(active).to_contain_text("单晓明")
    page.keyboard.press("Enter")
    expect(box).to_have_value("单晓明")
    expect(box).to_have_attribute("aria-expanded", "false")
    assert picker.value == "p2"
    page.keyboard.type("qqq")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(box).to_have_value("单晓明")
    page.keyboard.type("lee")
    page.keyboard.press("Tab")
    expect(box).to_have_value("单晓明")
    assert picker.value == "p2" and len(bench.sent) == 1


def test_python_does_not_disturb_a_search(bench):
    picker = PersonPicker("Person", PEOPLE, language=EN)
    bench.show(picker)
    box = bench.page.get_by_role("combobox", name="Person")
    box.fill("lee")
    picker.value = "p3"
    bench.push()
    expect(box).to_have_value("lee")
    expect(box).to_be_focused()
    box.press("Escape")
    expect(box).to_have_value("曾乐")
    picker.disabled = True
    bench.push()
    expect(box).to_be_disabled()


def test_walking_goes_to_the_next_and_stops_at_the_ends(bench):
    picker = PersonPicker("Person", PEOPLE[:3], language=EN, walk=True)
    bench.show(picker)
    onward = bench.page.get_by_role("button", name="Next: Person")
    expect(bench.page.get_by_role("button", name="Previous: Person")).to_be_disabled()
    onward.click()
    onward.click()
    expect(onward).to_be_disabled()
    assert picker.value == "p3"


def test_an_only_entry_is_shown_and_not_searched(bench):
    picker = PersonPicker("Person", PEOPLE[:1], language=EN, walk=True)
    bench.show(picker)
    box = bench.page.get_by_role("combobox", name="Person")
    box.click()
    expect(box).to_have_value("张伟")
    expect(box).not_to_be_editable()
    expect(bench.page.get_by_role("listbox")).to_be_hidden()
    expect(bench.page.get_by_role("button")).to_have_count(0)


def test_several_are_picked_shown_as_chips_and_removed(bench):
    picker = SeveralPicker("Reps", PEOPLE, ["p6"], language=EN)
    bench.show(picker)
    page, box = bench.page, bench.page.get_by_role("combobox", name="Reps")
    box.click()
    page.get_by_role("option").filter(has_text="曾乐").click()
    expect(page.get_by_role("listbox")).to_be_visible()
    expect(page.get_by_text("Chosen: 2")).to_be_visible()
    box.fill("zw")
    page.get_by_role("button", name="Choose the 2 shown").click()
    expect(page.get_by_role("button", name="Choose the")).to_have_count(0)
    assert picker.value == ("p6", "p3", "p1", "p8")
    box.fill("zengle")
    box.press("Enter")
    assert picker.value == ("p6", "p1", "p8")
    box.fill("")
    box.press("Backspace")
    assert picker.value == ("p6", "p1")
    box.press("Escape")
    page.get_by_role("button", name="Remove 张伟 S0001").click()
    expect(page.get_by_role("button", name="Remove Ann Lee A-17")).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).to_be_focused()
    expect(page.get_by_text("Chosen: 0")).to_be_visible()
    assert picker.value == ()


def test_five_thousand_people_stay_quick(bench):
    surnames, given = "王李张刘陈杨黄赵吴周", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超"
    people = [
        Entry(n, f"{surnames[n % 10]}{given[n % 17]}{given[n % 13]}", f"S{n:05}", "North · Client manager")
        for n in range(5000)
    ]
    picker = PersonPicker("Person", people, 4000, language=EN)
    bench.show(picker)
    page, box = bench.page, bench.page.get_by_role("combobox", name="Person")
    box.click()
    expect(page.locator(".coach-option")).to_have_count(50)
    expect(page.get_by_role("option", selected=True)).to_be_visible()
    expect(page.get_by_text("Not shown: 4950.")).to_be_visible()
    took = page.evaluate(
        """() => {
          const box = document.querySelector("[role=combobox]");
          const before = performance.now();
          for (const typed of ["z", "zh", "zha", "zhan", "zhang", "zhangw", "zhangwe", "zhangwei"]) {
            box.value = typed;
            box.dispatchEvent(new Event("input"));
          }
          return (performance.now() - before) / 8;
        }"""
    )
    assert took < 100, f"{took:.0f} ms a key"
    assert page.locator(".coach-option").count() <= 50 and set(shown(page)) and bench.sent == []


@pytest.mark.parametrize("width", [320, 1440])
def test_a_picker_fits_its_screen(make_bench, width):
    bench = make_bench(width)
    bench.show(
        PersonPicker("Person", PEOPLE, language=EN, walk=True),
        SeveralPicker("Reps", [*PEOPLE, Entry("x", "Long " * 40)], [e.value for e in PEOPLE] + ["x"], language=EN),
        row=True,
    )
    page = bench.page
    page.get_by_role("combobox", name="Reps").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for target in page.locator(".coach-option, .coach-walk, .coach-input").all():
        assert target.bounding_box()["height"] >= 44
    for target in page.locator(".coach-chip button").all():
        assert min(target.bounding_box()["height"], target.bounding_box()["width"]) >= 24
