"""Controls as a person or a forged message meets them, without a browser."""

import logging
import re

import ipywidgets as widgets
import pandas as pd
import pytest
from markupsafe import Markup

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.download import Download
from toolkit.controls.fields import TextField
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.rating_scale import RatingScale
from toolkit.controls.status_line import StatusLine
from toolkit.controls.table import table
from toolkit.controls.tabs import Tabs
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import text

HOSTILE = """<script>alert('x')</script>"&'"""


def send(widget, content):
    """Hand `content` to a widget as a message from the browser does."""
    widget._handle_custom_msg(content, [])


def shown(section):
    return section.layout.display != "none"


def test_tabs_show_one_section_at_a_time():
    opened = []
    parts = {"One": widgets.HTML("1"), "Two": widgets.HTML("2"), "Three": widgets.HTML("3")}
    tabs = Tabs(parts, label="Parts", on_open=opened.append)
    assert tabs.tabs.titles == ["One", "Two", "Three"] and tabs.tabs.label == "Parts"
    assert [shown(part) for part in parts.values()] == [True, False, False] and opened == ["One"]
    tabs.show_section("Three")
    assert [shown(part) for part in parts.values()] == [False, False, True] and opened == ["One", "Three"]
    tabs.tabs.selected = 1
    assert [shown(part) for part in parts.values()] == [False, True, False] and opened[-1] == "Two"
    with pytest.raises(ValueError, match="Nowhere"):
        tabs.show_section("Nowhere")


def test_a_tab_is_ready_only_once_its_section_is_made():
    ready = []

    def open_one(title):
        ready.append(tabs.tabs.shown if title == "Two" else None)
        if title == "Three":
            raise ValueError("no such section")

    parts = {"One": widgets.HTML(), "Two": widgets.HTML(), "Three": widgets.HTML()}
    tabs = Tabs(parts, label="Parts", on_open=open_one)
    tabs.tabs.selected = 1
    assert ready == [None, 0] and tabs.tabs.shown == 1  # while it was made, the browser went on waiting
    with pytest.raises(ValueError, match="no such section"):
        tabs.tabs.selected = 2
    assert tabs.tabs.shown == 2  # nobody waits for what will not come


@pytest.mark.parametrize(("number", "title"), [(99, "Two"), (-7, "One")])
def test_a_forged_tab_number_opens_the_nearest_tab(number, title):
    opened = []
    tabs = Tabs({"One": widgets.HTML(), "Two": widgets.HTML()}, label="Parts", on_open=opened.append)
    tabs.tabs.selected = 1
    tabs.tabs.selected = number
    assert opened[-1] == title
    assert [shown(part) for part in tabs.sections.values()] == [title == "One", title == "Two"]


def test_an_action_list_knows_only_its_own_buttons():
    pressed = []
    actions = ActionList(lambda entry, action: pressed.append((entry, action)), summary="More")
    actions.entries = [{"id": "a", "actions": [{"id": "pin", "label": "Pin"}]}, {"id": "b"}]
    actions.press("a", "delete")
    actions.press("b", "pin")
    actions.press("z", "pin")
    send(actions, "pin")
    send(actions, {"entry": "a"})
    assert pressed == []
    actions.press("a", "pin")
    send(actions, {"entry": "a", "action": "pin"})
    assert pressed == [("a", "pin"), ("a", "pin")] and actions.summary == "More"


@pytest.fixture
def scale():
    scale = RatingScale([{"id": "a", "label": "A"}, {"id": "b", "label": "B"}], on_rate=lambda item, value: "saved")
    return scale


def test_a_rating_is_kept_and_stamped(scale):
    scale.rate("a", "4")
    send(scale, {"item": "b", "value": "not_observed"})
    assert scale.values == {"a": "4", "b": "not_observed"} and scale.stamps == {"a": "saved", "b": "saved"}
    scale.show([{"id": "c"}], {"c": "2"})
    assert (scale.items, scale.values, scale.stamps) == ([{"id": "c"}], {"c": "2"}, {})


@pytest.mark.parametrize(
    ("item", "value"), [("z", "4"), ("a", "6"), ("a", "0"), ("a", "3.5"), ("a", ""), ("a", "None")]
)
def test_unknown_items_and_values_off_the_scale_are_ignored(scale, item, value):
    scale.rate(item, value)
    send(scale, {"item": item, "value": value})
    send(scale, ["a", "4"])
    assert scale.values == {} and scale.stamps == {}


def test_a_disabled_scale_takes_nothing_even_from_a_forged_message(scale):
    scale.disabled = True
    scale.rate("a", "4")
    send(scale, {"item": "a", "value": "4"})
    assert scale.values == {}


def test_two_scales_on_one_page_do_not_share_a_key():
    one, other = RatingScale(), RatingScale(language=Language("zh"))
    assert one.key != other.key and one.words != other.words


STATUS = StatusLine(Language("en"))


@pytest.fixture
def sent(monkeypatch):
    messages = []
    monkeypatch.setattr(Download, "send", lambda self, content, buffers=None: messages.append((content, buffers)))
    return messages


def test_a_download_names_its_type(sent):
    send(Download("Get", lambda: ("plan.ics", b"BEGIN"), STATUS), {"wanted": True})
    send(Download("Get", lambda: ("a.b.docx", b"PK"), STATUS), {"wanted": True})
    send(Download("Get", lambda: ("odd", b"?"), STATUS), {"wanted": True})
    assert [content["type"] for content, _ in sent] == [
        "text/calendar",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/octet-stream",
    ]
    assert sent[0] == ({"name": "plan.ics", "type": "text/calendar"}, [b"BEGIN"])


def test_a_download_that_fails_says_so_and_lets_go_of_the_button(sent):
    status = StatusLine(Language("en"))

    def fail():
        raise InputError(text("Choose a workshop first."))

    send(Download("Get", fail, status), {"wanted": True})
    assert (status.kind, status.words) == ("bad", "Choose a workshop first.")
    assert sent == [({"name": "", "type": ""}, None)]


def test_a_download_without_content_or_disabled_makes_nothing(sent):
    made = []
    locked = Download("Get", lambda: made.append(1) or ("x.csv", b"1"), STATUS)
    locked.disabled = True
    send(locked, {"wanted": True})
    send(Download("Get", lambda: None, STATUS), {"wanted": True})
    assert made == [] and sent == [({"name": "", "type": ""}, None)] * 2


@pytest.mark.parametrize(
    ("kind", "role"), [("info", "status"), ("good", "status"), ("busy", "status"), ("bad", "alert")]
)
def test_a_status_line_tells_its_kind_by_role_and_sign(kind, role):
    status = StatusLine(Language())
    status.say(text("Found {what}.", what=HOSTILE), kind)
    assert f'role="{role}"' in status.value and f"is-{kind}" in status.value
    assert status.words == f"Found {HOSTILE}." and "<script>" not in status.value
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&#34;&amp;" in status.value
    status.clear()
    assert (status.kind, status.words, status.value) == ("", "", "")


def test_a_known_error_is_shown_with_place_and_remedy():
    status = StatusLine(Language())
    error = InputError(text("Wrong {x}.", x=HOSTILE), where=text("Row {n}", n=3), remedy=text("Mend it."))
    guarded(status, lambda: (_ for _ in ()).throw(error))()
    assert status.kind == "bad" and status.words == f"Wrong {HOSTILE}. Row 3 Mend it."
    assert "<span>Row 3</span> <span>Mend it.</span>" in status.value and "<script>" not in status.value


def test_a_bug_is_logged_with_the_reference_that_is_shown(caplog):
    status = StatusLine(Language())
    seen = []

    def action(value):
        seen.append(value)
        raise RuntimeError("password=hunter2")

    with caplog.at_level(logging.ERROR, logger="toolkit"):
        guarded(status, action)("given")
    assert seen == ["given"] and status.kind == "bad" and 'role="alert"' in status.value
    assert status.words.startswith("Sorry, this went wrong on our side. Nothing was saved by it. Reference: ")
    reference = re.search(r"Reference: ([0-9a-f]{8})$", status.words).group(1)
    assert "hunter2" not in status.value
    assert [record.getMessage() for record in caplog.records] == [f"unexpected error {reference}"]
    assert "hunter2" in caplog.text


def test_what_succeeds_leaves_the_status_line_alone():
    status = StatusLine(Language())
    with shown_on(status):
        status.say("before", "good")
    assert status.words == "before"
    with pytest.raises(KeyboardInterrupt), shown_on(status):
        raise KeyboardInterrupt


def test_a_choice_falls_back_to_its_first_option():
    chosen = []
    control = choice("Person", [("Ann", 1), ("Ann", 2)], chosen.append, value=9)
    assert control.value == 1 and control.label == "Person"
    control.value = 2
    assert chosen == [2]
    control.offer([("Bo", 3), ("Cy", 4)], 4)
    assert control.value == 4
    control.offer([("Bo", 3)], 4)
    assert control.value == 3
    control.offer([])
    assert control.value is None and choice("Nobody", []).value is None


def test_pieces_of_a_page():
    clicks = []
    control = button("Go", lambda: clicks.append(1), primary=True)
    control.click()
    assert clicks == [1] and control.primary
    assert heading(HOSTILE, "why", level=3).value.startswith("<h3>&lt;script&gt;")
    assert "<p class='coach-purpose'>why</p>" in heading("x", "why").value and "<p" not in heading("x").value
    assert prose("a<b", quiet=True).value == "<p class='coach-quiet'>a&lt;b</p>"
    panel = Panel([card(row(TextField("Name")))])
    assert "<style>" in panel.children[0].value and len(Panel([], styled=False).children) == 0


def test_a_table_escapes_aligns_and_cuts():
    frame = pd.DataFrame(
        {"name": [HOSTILE, "Bo", "Cy"], "n": [1.5, None, 3], "html": [Markup("<b>x</b>"), "<i>", pd.NaT]}
    )
    body = table(frame, {"name": "Name", "n": HOSTILE, "html": "H"}, caption=HOSTILE, numeric=("n",), rows_shown=2,
                 more=lambda rest: f"{rest} <more>")  # fmt: skip
    body = body.replace(" class='is-short'", "")  # a look, not a meaning
    assert "<script>" not in body and body.count("&lt;script&gt;") == 4
    assert body.count("<tr>") == 3 and "Cy" not in body and "1 &lt;more&gt;" in body
    assert "<td class='is-number'>1.5</td>" in body and "<td class='is-number'>–</td>" in body
    assert "<b>x</b>" in body and "&lt;i&gt;" in body and "<th scope='row'>Bo</th>" in body
    assert "<caption>&lt;script" in body
    assert "<tbody></tbody>" in table(frame.iloc[:0], {"name": "Name"}, caption="Empty", more=str)
