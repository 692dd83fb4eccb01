"""The risk page on simulated data: back-test first, names hidden until asked, nothing unescaped."""

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest

from toolkit.attrition.back_testing.report import back_test_view, band_rows, figure_rows, rule_words
from toolkit.attrition.board.widget import RiskBoard
from toolkit.attrition.conversations import capacity
from toolkit.attrition.data_sets.people import person_ids
from toolkit.attrition.data_sets.widget import SnapshotForm
from toolkit.attrition.form import checked_months, months_form
from toolkit.attrition.guard import label_of
from toolkit.attrition.planner.report import list_rows, reason_words
from toolkit.attrition.state import RiskState, Source
from toolkit.attrition.suggest import suggest_choices
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.sample import TODAY, draw_reps, month_starts, simulate_rep_months

HOSTILE = """<script>alert("x")</script>'"""


@pytest.fixture(scope="module")
def months():
    rng = np.random.default_rng(5)
    starts = month_starts(pd.Timestamp(TODAY), 24)
    return simulate_rep_months(rng, draw_reps(rng, 220, starts), starts)[0]


def snapshot(rows=400, seed=3):
    rng = np.random.default_rng(seed)
    hours, pay = rng.gamma(4, 5, rows), rng.normal(10, 2, rows)
    left = rng.random(rows) < 1 / (1 + np.exp(-(-1.8 + 0.08 * (hours - 20))))
    return pd.DataFrame(
        {
            "Employee_ID": [f"e{n}" for n in range(rows)],
            "Attrition": np.where(left, "Yes", "No"),
            "Overtime": hours.round(1),
            HOSTILE: pay.round(1),
            "Gender": rng.choice(["F", "M"], rows),
            "LeavingReason": np.where(left, "pay", None),
        }
    )


class Names:
    """Gives names on demand and writes down for whom."""

    def __init__(self):
        self.asked = []

    def __call__(self, people):
        self.asked.append(list(people))
        return {person: f"{HOSTILE} {person}" for person in people}


@pytest.fixture(scope="module")
def trained_board(months):
    """Return a board trained on the simulated months; tests that change it put it back."""
    names, kept = Names(), []
    board = RiskBoard(
        {"HR months": lambda: Source("HR months", "months", months)}, names_of=names, on_trained=kept.append
    )
    assert board.result.layout.display == "none" and board.planner.list.ids == ()
    board.train.click()
    return board, names, kept


def listed(board):
    columns = {column["name"]: column for column in board.planner.list.data["columns"]}
    return list(zip(columns["rank"]["keys"], columns["name"]["shown"], strict=True))


def test_training_shows_the_back_test_first_then_the_list(trained_board, months):
    board, _, kept = trained_board
    trained = board.state.trained
    assert board.status.kind == "good" and board.status.words == f"Trained on {trained.model.figures.rows} rows."
    assert kept == [trained] and board.result.layout.display is None
    assert board.result.children[0] is board.back_test
    roc = trained.test.figures["roc_auc"]
    assert f"<td class='is-number'>{roc.value:.3f}</td>" in board.back_test.test.value
    assert [row[4] for row in board.back_test.curve.table["raw"]] == trained.test.bands["n"].tolist()
    assert board.back_test.curve.table["raw"][0][0] == round(trained.test.bands["predicted"][0], 6)
    assert "risk bands the 90% interval of what happened includes the prediction." in board.back_test.curve.summary
    assert (
        "3 months ahead" in board.back_test.test.value
        and "How it would have done in the past" in board.back_test.test.value
    )
    assert "Even perfect probabilities would show a calibration error" in board.back_test.bands.value
    last = months["month"].max()
    present = months[(months["month"] == last) & months["left_on"].isna()]["person_id"]
    assert set(trained.risks["person_id"]) == set(present)
    assert trained.risks["probability"].is_monotonic_decreasing


def test_nobody_is_named_before_it_is_asked(trained_board):
    board, names, _ = trained_board
    assert names.asked == [] and {name for _, name in listed(board)} == {"hidden"} and len(listed(board)) == 12
    everything = json.dumps(board.planner.list.data) + board.back_test.test.value + board.planner.capacity.value
    assert not any(person in everything for person in board.state.trained.risks["person_id"])


def test_the_list_is_as_long_as_the_conversations(trained_board):
    board, _, _ = trained_board
    board.conversations.value = 5
    answer = capacity(board.state.trained.risks, 5, model_error=True)
    assert len(listed(board)) == 5 and str(answer.sentence) in board.planner.capacity.value
    assert board.planner.capacity.value.startswith("<h2>What your conversations would reach</h2><p>")
    assert board.planner.people.picture.count("class='person") == 5 + 2  # and the key
    assert "does not apply" not in board.planner.capacity.value and not board.horizon.disabled
    assert board.planner.people.table["raw"][0] == ["would leave", round(answer.found.value)]
    assert board.planner.people.summary == str(answer.sentence)
    board.conversations.value = 5000
    everybody = len(board.state.trained.risks)
    assert len(listed(board)) == everybody and board.planner.people.picture.count("class='person") == 100 + 2
    board.conversations.value = 12


def test_names_are_shown_for_those_asked_and_nobody_else(trained_board):
    board, names, _ = trained_board
    board.conversations.value = 3
    top = board.state.trained.risks["person_id"].astype(str).tolist()
    board.planner.names.click()
    assert names.asked == [top[:3]]
    assert [name for _, name in listed(board)] == [f"{HOSTILE} {person}" for person in top[:3]]
    board.conversations.value = 6  # a longer list: the others' look was not written down
    assert [name == "hidden" for _, name in listed(board)] == [False] * 3 + [True] * 3
    assert not any(person in json.dumps(board.planner.list.data) for person in top[3:6])
    board.planner.names.click()
    assert names.asked[-1] == top[:6] and not any(name == "hidden" for _, name in listed(board))
    board.train.click()  # trained anew, names are hidden again
    assert {name for _, name in listed(board)} == {"hidden"}
    names.asked.clear()
    board.conversations.value = 12


def test_who_is_not_known_by_name_keeps_the_id_of_the_file(months):
    board = RiskBoard({"m": lambda: Source("m", "months", months)}, names_of=lambda people: {})
    board.train.click()
    board.conversations.value = 2
    board.planner.names.click()
    assert [name for _, name in listed(board)] == board.state.trained.risks["person_id"].head(2).tolist()


def test_another_horizon_is_another_question(trained_board):
    board, _, _ = trained_board
    three = board.state.trained.risks["probability"].mean()
    board.horizon.value = 6
    board.train.click()
    assert "6 months ahead" in board.back_test.test.value and board.state.trained.risks["probability"].mean() > three
    board.horizon.value = 3
    board.train.click()


def test_words_come_in_the_language_of_the_page(trained_board):
    trained = trained_board[0].state.trained
    chinese = Language("zh")
    assert chinese.percent(trained.risks["probability"].iloc[0]) in list_rows(
        trained.risks, trained.reasons, None, chinese
    )["risk"].iloc[0]  # fmt: skip
    assert "<table" in back_test_view(trained, chinese)


def test_rows_of_the_reports(trained_board):
    trained, say = trained_board[0].state.trained, Language("en")
    figures = figure_rows(trained.test, say).set_index("figure")
    share = trained.test.figures["top_share"]
    row = figures.loc["Leavers among those listed"]
    assert (row["model"], row["interval"]) == (
        say.percent(share.value),
        f"{say.percent(share.low)} to {say.percent(share.high)}",
    )
    assert figures.loc["Calibration error", "rule"] == "–" and row["rule"].endswith(" %")
    bands = band_rows(trained.test, say)
    assert bands["band"].tolist() == [1, 2, 3, 4, 5] and bands["n"].sum() == pytest.approx(
        trained.test.bands["n"].sum()
    )
    reasons = reason_words(trained.reasons)
    assert set(reasons) == set(trained.risks["person_id"]) and all(len(lines) <= 3 for lines in reasons.values())
    assert all(str(line)[0] in "↑↓" for lines in reasons.values() for line in lines)
    assert str(rule_words(None)) == "No single column could be used as a rule."
    assert str(rule_words("odd")) == "The one-column rule uses only: odd."


@pytest.mark.parametrize(
    ("value", "shown"),
    [(np.nan, "missing"), (None, "missing"), (pd.NA, "missing"), (pd.NaT, "missing"), (" ", "missing"),
     (2.5, "2.5"), (0.0, "0"), (7, "7"), ("Wuhan", "Wuhan")],
)  # fmt: skip
def test_a_reason_says_in_words_that_a_value_is_missing(value, shown):
    reasons = pd.DataFrame(
        {"person_id": ["p"], "rank": [1], "column": ["pay"], "driver": [None], "direction": ["raises"]}
    ).assign(value=pd.Series([value], dtype=object))
    assert [str(line) for line in reason_words(reasons)["p"]] == [f"↑ pay ({shown})"]
    months_reason = reasons.assign(column="attainment_3m", direction="lowers", driver="results")
    assert str(reason_words(months_reason)["p"][0]).endswith(f"({shown})")


def test_no_data_yet_and_data_offered_later(months):
    board = RiskBoard({})
    board.train.click()
    assert board.status.kind == "bad" and board.status.words.startswith("There are no HR data yet. Import HR months")
    board.planner.names.click()
    board.conversations.value = 3
    assert board.planner.list.ids == ()
    board.offer({"a": lambda: Source("a", "months", months), "b": lambda: Source("b", "months", months)})
    assert board.data.value == "a" and [name for name, _ in board.data.options] == ["a", "b"]


def test_too_few_data_are_refused_and_no_old_result_is_left_standing(trained_board, months):
    few = months[months["person_id"].isin(months["person_id"].unique()[:15])]
    board, _, _ = trained_board
    sources = board._sources
    board.offer({"few": lambda: Source("few", "months", few)})
    board.train.click()
    assert board.status.kind == "bad" and "Sorry" not in board.status.words
    assert board.result.layout.display == "none" and board.state.trained is None
    board.offer(sources)
    board.train.click()
    assert board.state.trained is not None and board.result.layout.display is None


def test_a_snapshot_is_kept_with_what_its_columns_mean_and_trained_on():
    frame, kept = snapshot(), []
    suggested = suggest_choices(frame)
    assert suggested["label"] == "Attrition" and suggested["person"] == "Employee_ID"
    assert suggested["protected"] == ["Gender"]
    form = SnapshotForm(frame, "upload.csv", lambda *values: kept.append(values), suggested=suggested)
    assert (form.label.value, form.left_value.value, form.person.value) == ("Attrition", None, "Employee_ID")
    assert form.left_value.words == "as understood" and form.left_value.index == 0
    assert form.protected.value == ("Gender",)
    form.keep.click()
    name, stored, choices = kept[0]
    assert name == "upload.csv" and form.status.kind == "good"
    assert list(stored) == [column for column in frame if column not in suggested["leave_out"]]
    assert choices == {
        "label": "Attrition", "left_value": None, "person": "Employee_ID", "protected": ["Gender"], "leave_out": [],
    }  # fmt: skip
    board = RiskBoard({"upload": lambda: Source("upload", "snapshot", stored, choices)}, names_of=Names())
    board.train.click()
    trained = board.state.trained
    assert board.status.kind == "good", board.status.words
    assert set(trained.risks["person_id"]) == set(frame.loc[frame["Attrition"] == "No", "Employee_ID"])
    assert "Each person was predicted by a model that had not seen them" in board.back_test.test.value
    assert board.horizon.disabled and "does not apply" in board.planner.capacity.value
    answer = capacity(trained.risks, board.conversations.value, model_error=True)
    assert str(answer.snapshot_sentence) in board.planner.capacity.value and "expect " not in str(
        answer.snapshot_sentence
    )
    assert str(answer.sentence) not in board.planner.capacity.value
    assert "LeavingReason" in board.back_test.test.value and not trained.test.time_split
    board.planner.names.click()
    for part in (board.back_test.test, board.planner.capacity):
        assert "<script>" not in part.value
    assert all(name.startswith(HOSTILE) for _, name in listed(board))


@pytest.mark.parametrize("person", ["Employee_ID", None])
def test_risks_of_a_snapshot_come_from_models_that_had_not_seen_the_person(person):
    frame = snapshot().sample(frac=1, random_state=1)
    frame.loc[frame.index[:7], "Attrition"] = None
    choices = {"label": "Attrition", "person": person, "leave_out": ["Employee_ID"] if person is None else []}
    state = RiskState(source=Source("s", "snapshot", frame, choices))
    trained = state.train()
    there = frame[frame["Attrition"] == "No"]
    ids = there["Employee_ID"] if person else np.flatnonzero((frame["Attrition"] == "No").to_numpy()) + 1
    assert sorted(trained.risks["person_id"]) == sorted(str(name) for name in ids)
    assert set(trained.reasons["person_id"]) == set(trained.risks["person_id"])
    tested = trained.test.predictions
    assert np.allclose(
        np.sort(tested.loc[tested["left"] == 0, "probability"]),
        np.sort(trained.risks["probability"]),
        atol=0,
        rtol=1e-9,
    )
    if person:
        inside = trained.model.predict(there).set_index("person_id")["probability"]
        assert not np.allclose(trained.risks.set_index("person_id")["probability"].loc[inside.index], inside)


def test_another_data_set_frees_the_horizon(months):
    frame = snapshot()
    source = Source("s", "snapshot", frame, {"label": "Attrition", "person": "Employee_ID"})
    board = RiskBoard({"s": lambda: source, "m": lambda: Source("m", "months", months)})
    board.train.click()
    assert board.horizon.disabled
    board.data.value = "m"
    assert not board.horizon.disabled


def form_of(frame, **suggested):
    kept = []
    return SnapshotForm(frame, "f", lambda *values: kept.append(values), suggested=suggested), kept


def offered(form):
    return [words for words, _ in form.left_value.options]


def test_values_that_mean_left_follow_the_chosen_column():
    frame = pd.DataFrame({"flag": [0, 1, 1, 0], "status": ["在职", "离职", "在职", None], "none": [None] * 4})
    form, kept = form_of(frame)
    assert form.label.value == "flag" and form.left_value.words == "as understood" and form.person.value is None
    assert offered(form) == ["as understood", "0", "1"]
    assert form.reading.words == "2 left, 2 stayed, 0 unknown. What means “left”: 1."
    form.label.value = "status"
    assert offered(form) == ["as understood", "在职", "离职"]
    assert form.reading.words == "1 left, 2 stayed, 1 unknown. What means “left”: 离职."
    form.left_value.value = "在职"
    assert form.reading.words == "2 left, 1 stayed, 1 unknown. What means “left”: 在职."
    form.keep.click()
    assert kept[0][2]["left_value"] == "在职"
    form.label.value = "none"
    assert form.left_value.words == "— choose a value —" and form.reading.kind == "bad"
    form.keep.click()
    assert form.status.kind == "bad" and len(kept) == 1


@pytest.mark.parametrize(
    ("name", "cells", "left"),
    [
        ("Active", [1, 0, 1, 1], [0, 1, 0, 0]),
        ("在职", ["是", "否", "是", "是"], [0, 1, 0, 0]),
        ("left", [True, False, False, False], [1, 0, 0, 0]),
        ("left_on", ["2024-03-01", None, None, "2024-05-09"], [1, 0, 0, 1]),
        ("left_on", [pd.Timestamp(2024, 3, 1), pd.NaT, pd.NaT, pd.NaT], [1, 0, 0, 0]),
        ("left_on", [dt.date(2024, 3, 1), None, None, None], [1, 0, 0, 0]),
    ],
)
def test_a_label_is_kept_as_it_is_read(name, cells, left):
    frame = pd.DataFrame({name: cells})
    form, kept = form_of(frame, label=name)
    assert form.reading.words.startswith(f"{sum(left)} left, {4 - sum(left)} stayed, 0 unknown.")
    assert ("a date" in form.reading.words) == (name == "left_on") == (offered(form) == ["as understood"])
    form.keep.click()
    choices = json.loads(json.dumps(kept[0][2]))
    assert label_of(frame, choices["label"], choices["left_value"]).tolist() == left


def test_a_label_that_is_not_plain_asks_for_a_value():
    moment = dt.datetime(2024, 3, 1, 9)
    frame = pd.DataFrame({"grade": ["A", "B ", "b", moment]})
    form, kept = form_of(frame)
    assert offered(form) == ["— choose a value —", "A", "B", str(moment)]
    assert form.reading.kind == "bad" and "Say which value means left." in form.reading.words
    form.keep.click()
    assert kept == [] and form.status.kind == "bad" and "It is not plain" in form.status.words
    for value, left in (("b", [0, 1, 1, 0]), (str(moment), [0, 0, 0, 1])):
        form.left_value.value = value
        assert form.reading.kind == "info" and form.reading.words.startswith(f"{sum(left)} left")
        form.keep.click()
        choices = json.loads(json.dumps(kept[-1][2]))
        assert label_of(frame, "grade", choices["left_value"]).tolist() == left


def test_columns_of_one_name_or_numbered_columns_are_read_or_refused():
    form, _ = form_of(pd.DataFrame([["Yes", 1, 2], ["No", 2, 3]], columns=[0, "x", "x"]))
    assert form.label.value == "0" and form.reading.words.startswith("1 left, 1 stayed")
    form.label.value = "x"
    assert form.reading.words.startswith("Several columns are called “x”.")


def test_a_form_whose_store_refuses_says_so():
    def refuse(*_values):
        from toolkit.wording import text

        raise InputError(text("There is a data set of that name."))

    form = SnapshotForm(snapshot(20), "f", refuse, suggested={"label": "Attrition", "protected": ["Gender", "gone"]})
    assert form.protected.value == ("Gender",)
    form.keep.click()
    assert form.status.kind == "bad" and form.status.words == "There is a data set of that name."


@pytest.mark.parametrize(
    ("frame", "label"),
    [
        (pd.DataFrame({"离职": ["是", "否"] * 20, "x": range(40)}), "离职"),
        (pd.DataFrame({"gone": [True, False] * 20, "x": range(40)}), "gone"),
        (pd.DataFrame({"colour": ["red", "blue"] * 20, "x": range(40)}), None),
        (pd.DataFrame({"x": range(40)}), None),
    ],
)
def test_the_label_is_guessed_only_where_it_is_plain(frame, label):
    assert suggest_choices(frame).get("label") == label


def test_the_state_forgets_when_the_question_changes(months):
    state = RiskState()
    with pytest.raises(ValueError, match="choose a source before training"):
        state.train()
    state.source = Source("a", "months", months)
    first = state.train()
    assert state.trained is first and first.reasons["person_id"].isin(first.risks["person_id"]).all()
    state.horizon_months = 6
    assert state.trained is None


def test_months_of_the_form_are_checked():
    names = [column.name for column in months_form().columns]
    row = dict.fromkeys(names) | {
        "person_id": "S1",
        "month": pd.Timestamp(2026, 7, 1),
        "hired_on": pd.Timestamp(2024, 1, 1),
    }
    frame = pd.DataFrame([row]).assign(left_on=pd.NaT)
    today = dt.date(2026, 8, 15)
    checked = checked_months(frame, today)
    assert list(checked.columns) == ["person_id", "month", "hired_on", "left_on"]
    with pytest.raises(InputError, match=r"^1 row.* not begun\. First: S1, 2026-07-01"):
        checked_months(frame, dt.date(2026, 6, 30))
    with pytest.raises(InputError, match="left before being hired"):
        checked_months(frame.assign(left_on=pd.Timestamp(2023, 12, 31)), today)


def test_identity_numbers_and_health_are_not_stored():
    frame = snapshot().assign(病史=["无", "有"] * (len(snapshot()) // 2) + ["无"] * (len(snapshot()) % 2))
    frame["身份证号"] = [f"11010519900101{n:03d}X" for n in range(len(frame))]
    suggested = suggest_choices(frame)
    assert set(suggested["leave_out"]) >= {"病史", "身份证号"}
    kept = []
    form = SnapshotForm(frame, "upload.csv", lambda *values: kept.append(values), suggested=suggested)
    form.leave_out.put(("病史",))
    form.keep.click()
    assert form.status.kind == "bad" and "identity" in form.status.words and not kept
    form.person.value = "身份证号"
    form.keep.click()
    assert not kept, "nor may it say who is who"
    form.person.value = "Employee_ID"
    form.leave_out.put(("病史", "身份证号"))
    form.keep.click()
    assert not {"病史", "身份证号"} & set(kept[0][1])


def test_people_of_a_file_are_those_of_the_roster():
    found = person_ids(pd.Series([1001.0, 1002.0], name="No"), {"1001": "person-1"})
    assert found.tolist() == ["person-1", "1002"]
    assert person_ids(pd.Series([" 007 ", "8.0"], name="No"), {}).tolist() == ["007", "8.0"]
    with pytest.raises(InputError, match="names nobody") as caught:
        person_ids(pd.Series(["a", " "], name="No"), {})
    assert str(caught.value.where) == "Row 3"
