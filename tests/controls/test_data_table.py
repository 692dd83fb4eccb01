"""What a data table says to the browser, and what it believes of what comes back."""

import math

import numpy as np
import pandas as pd
import pytest
from table_page import COLUMNS, make, people

from toolkit.controls.control import Control
from toolkit.controls.data_table import Action, Column, DataTable


def wire_of(table, name):
    return next(column for column in table.data["columns"] if column["name"] == name)


def send(widget, content):
    widget._handle_custom_msg(content, [])


class TestPython:
    def test_values_are_worded_in_the_language_and_sorted_by_value(self):
        frame = people(5)
        english, chinese = make(frame), make(frame, language="zh")
        assert wire_of(english, "level")["shown"][:2] == ["1,000.50", "1,007.50"]
        assert wire_of(english, "level")["shown"][4] is wire_of(english, "level")["keys"][4] is None
        assert wire_of(english, "share")["shown"][1] == "3 %" and wire_of(chinese, "share")["shown"][1] == "3%"
        assert (
            wire_of(english, "day")["shown"][0] == "1 Jan 2026"
            and wire_of(chinese, "day")["shown"][0] == "2026年1月1日"
        )
        assert wire_of(english, "day")["keys"][0] == "2026-01-01" and wire_of(english, "day")["exact"]
        assert wire_of(english, "verdict")["keys"] == [1, 0, 1, 0, 1]
        assert english.words["locale"] == "en-GB" and chinese.words["locale"] == "zh-CN"
        assert wire_of(english, "name") == {
            "name": "name",
            "label": "Name",
            "kind": "text",
            "shown": list(frame["name"]),
        }

    def test_what_is_no_number_for_json_is_missing(self):
        frame = pd.DataFrame({"n": [math.inf, np.nan, np.float64(2.5), np.int64(3), True]})
        assert wire_of(make(frame, columns=[Column("n", "N", "number")]), "n")["keys"] == [None, None, 2.5, 3, 1]

    def test_small_whole_numbers_travel_once(self):
        frame = pd.DataFrame({"n": [1, 2, 999]})
        assert "shown" not in wire_of(make(frame, columns=[Column("n", "N", "number")]), "n")
        assert wire_of(make(frame * 1000, columns=[Column("n", "N", "number")]), "n")["shown"][0] == "1,000"

    def test_words_made_elsewhere_are_sorted_by_the_values_given(self):
        frame = pd.DataFrame({"n": ["2.0–3.0", "10.0–11.0", "–"], "t": [["a", "b"], "", None]})
        table = make(frame, columns=[Column("n", "N", "number"), Column("t", "T")], sort={"n": [2.0, 10.0, None]})
        assert wire_of(table, "n")["keys"] == [2, 10, None] and not wire_of(table, "n").get("exact")
        assert wire_of(table, "t")["shown"] == ["a\nb", None, None]

    def test_rows_have_ids_of_their_own(self):
        assert make(people(3)).ids == ("0", "1", "2")
        assert make(people(3), ids=["a", "b", "c"]).ids == ("a", "b", "c")
        for wrong in (["a", "b"], ["a", "a", "b"]):
            with pytest.raises(ValueError, match="id of its own"):
                make(people(3), ids=wrong)
        with pytest.raises(ValueError, match="sort by for each row"):
            make(people(3), sort={"level": [1]})

    def test_only_buttons_a_row_really_has_can_be_pressed(self):
        pressed = []
        open_, drop = Action("open", "Open"), Action("drop", "Drop")
        table = make(people(2), ids=["a", "b"], actions={"a": [open_, drop], "b": [open_]},
                     on_action=lambda *press: pressed.append(press))  # fmt: skip
        for forged in ({"row": "b", "action": "drop"}, {"row": "z", "action": "open"}, {"row": "a"}, "open", None, 3):
            send(table, forged)
        assert pressed == []
        send(table, {"row": "b", "action": "open"})
        assert pressed == [("b", "open")]
        assert table.data["offered"] == [["open", "drop"], ["open"]]
        table.data = {**table.data, "offered": [["drop"], ["drop"]]}  # as a forged update of the trait does
        send(table, {"row": "b", "action": "drop"})
        table.show(people(1), ids=["a"])
        send(table, {"row": "a", "action": "open"})
        assert pressed == [("b", "open")]

    def test_only_rows_that_are_there_can_be_chosen(self):
        chosen = []
        table = make(people(3), ids=["a", "b", "c"], on_select=chosen.append)
        table.set_state({"selected": ["c", "z", "a"]})
        assert table.selected == ["a", "c"] and chosen == [["a", "c"]]
        table.show(people(2), ids=["a", "b"])
        assert table.selected == ["a"] and chosen[-1] == ["a"]
        fixed = make(people(3))
        fixed.set_state({"selected": ["0"]})
        assert fixed.selected == [] and not fixed.data["selectable"]

    def test_a_notebook_gets_one_script_without_imports(self):
        script = DataTable(COLUMNS)._esm
        assert "import " not in script.split("class ")[0] and script.count("export ") == 1
        assert script.count("class RowWindow") == script.count("function cellText") == 1
        assert ".coach-data-region" in DataTable(COLUMNS)._css and isinstance(DataTable(COLUMNS), Control)
