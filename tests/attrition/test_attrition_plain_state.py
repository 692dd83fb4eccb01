"""What HR chose, as a dictionary in which nobody's risk can be."""

import json

import numpy as np
import pandas as pd
import pytest

from toolkit.attrition import RiskBoard, RiskState, SnapshotForm, Source
from toolkit.errors import InputError


def snapshot(rows=240):
    rng = np.random.default_rng(3)
    hours = rng.gamma(4, 5, rows)
    left = rng.random(rows) < 1 / (1 + np.exp(-(-1.8 + 0.08 * (hours - 20))))
    return pd.DataFrame(
        {
            "Employee": [f"person-{n}" for n in range(rows)],
            "Attrition": np.where(left, "Yes", "No"),
            "Overtime": hours.round(1),
            "Gender": rng.choice(["F", "M"], rows),
        }
    )


CHOICES = {"label": "Attrition", "left_value": "Yes", "person": "Employee", "protected": ["Gender"], "leave_out": []}
SOURCE = Source("people.csv", "snapshot", snapshot(), CHOICES)


def board():
    return RiskBoard(
        {"other": lambda: SOURCE, "people": lambda: SOURCE}, names_of=lambda ids: dict.fromkeys(ids, "Ann")
    )


def test_a_board_keeps_its_choices_and_nothing_about_anybody():
    one = board()
    one.data.value, one.horizon.value, one.conversations.value = "people", 6, 9
    one.train.click()
    assert one.state.trained is not None
    one.planner.names.click()
    body = json.loads(json.dumps(one.to_dict()))
    assert body == {"kind": "RiskBoard", "version": 1, "data": "people", "horizon_months": 6, "conversations": 9}
    again = board()
    again.restore(body)
    assert again.to_dict() == body and again.state.trained is None
    one.restore(body | {"conversations": 3})
    assert one.state.trained is None and one.result.layout.display == "none" and one.conversations.value == 3


@pytest.mark.parametrize(
    "change",
    [
        {"data": "secret"},
        {"data": None},
        {"horizon_months": 4},
        {"conversations": 0},
        {"conversations": 2.5},
        {"version": 2},
    ],
)
def test_a_dictionary_that_does_not_fit_changes_nothing(change):
    one = board()
    before = one.to_dict()
    with pytest.raises(InputError):
        one.restore(before | {"data": "people", "horizon_months": 12, "conversations": 5} | change)
    assert one.to_dict() == before


def test_a_board_without_data_comes_back():
    assert RiskBoard.from_dict(RiskBoard({}).to_dict(), {}).data.value is None


def test_a_state_keeps_its_horizon_for_the_same_source():
    state = RiskState(SOURCE)
    state.horizon_months = 12
    body = json.loads(json.dumps(state.to_dict()))
    assert body == {"kind": "RiskState", "version": 1, "source": "people.csv", "horizon_months": 12}
    assert RiskState.from_dict(body, SOURCE).to_dict() == body
    for wrong in (body | {"source": None}, body | {"horizon_months": 0}, body | {"source": "x"}):
        other = RiskState(SOURCE)
        with pytest.raises(InputError):
            other.restore(wrong)
        assert other.horizon_months == 3


def form():
    return SnapshotForm(snapshot(), "people", lambda *_: None, suggested={"label": "Attrition"})


def test_a_snapshot_s_columns_mean_the_same_again():
    one = form()
    one.restore({"kind": "SnapshotForm", "version": 1} | CHOICES | {"left_value": "yes"})
    assert one.to_dict() == {"kind": "SnapshotForm", "version": 1} | CHOICES | {"left_value": "yes"}
    again = form()
    again.restore(json.loads(json.dumps(one.to_dict())))
    assert again.to_dict() == one.to_dict() and "person-" not in json.dumps(one.to_dict())


@pytest.mark.parametrize(
    "change", [{"label": "Left"}, {"label": None}, {"left_value": "Maybe"}, {"person": "Who"}, {"protected": ["Age"]}]
)
def test_a_snapshot_form_takes_no_column_that_is_not_there(change):
    one = form()
    before = one.to_dict()
    with pytest.raises(InputError):
        one.restore(before | {"leave_out": ["Overtime"]} | change)
    assert one.to_dict() == before
