import numpy as np
import pandas as pd
import pytest

from toolkit.attrition import fit_snapshot, inspect_columns, read_label
from toolkit.errors import InputError


def staff(rows=200):
    rng = np.random.default_rng(1)
    left = rng.random(rows) < 0.25
    return pd.DataFrame({"left": np.where(left, "Yes", "No"), "pay": rng.normal(100, 10, rows)}), left, rng


def kinds(frame, **options):
    return {finding.column: finding.kind for finding in inspect_columns(frame, "left", **options)}


def test_leaks_are_found_by_what_they_hold():
    frame, left, rng = staff()
    day = pd.Timestamp("2024-05-01")
    frame["code"] = np.where(left, "X9", "A1")
    frame["survey"] = np.where(left & (rng.random(200) < 0.7), "asked", None)
    frame["last_seen"] = [day if gone else pd.NaT for gone in left]
    frame["closed"] = np.where(left, "3/1/2024", "1/1/1900")
    frame["balance"] = np.where(left, 0.0, rng.normal(50, 5, 200))
    frame["next_review"] = np.where(left, np.nan, 4.0) + rng.normal(0, 1, 200)
    frame["city"] = rng.choice(["a", "b", "c"], 200)
    found = kinds(frame)
    leaks = ("code", "survey", "last_seen", "closed", "balance", "next_review")
    assert {name: found.get(name) for name in leaks} == dict.fromkeys(leaks, "leak")
    assert "city" not in found and "pay" not in found


@pytest.mark.parametrize(
    "name",
    ["TerminationReason", "exit_code", "Last Working Date", "LastWorkingDate", "离职原因", "离职日期", "term_type"],
)
def test_leaks_are_found_by_name(name):
    frame, _, rng = staff()
    assert kinds(frame.assign(**{name: rng.integers(0, 5, 200)}))[name] == "leak"


@pytest.mark.parametrize(
    "name",
    ["Age", "Gender", "MaritalStatus", "性别", "年龄", "婚姻状况", "民族", "birthdate_key", "religion"],
)
def test_protected_columns_are_for_the_audit_only(name):
    frame, _, rng = staff()
    frame[name] = rng.integers(0, 5, 200)
    finding = inspect_columns(frame, "left")[0]
    assert (finding.column, finding.kind, finding.action) == (name, "protected", "audit")
    model = fit_snapshot(frame, label="left")
    assert name not in model.design.names and name in model.protected


def test_personal_data_are_refused_with_a_word():
    frame, _, rng = staff()
    frame["number"] = [f"11010519{70 + i % 30}0{1 + i % 9}1{i % 10}{i % 1000:03d}X" for i in range(200)]
    frame["contact"] = [f"138{i:08d}" for i in range(200)]
    frame["病假诊断"] = "x"
    frame["remark"] = rng.choice(["ok", "抑郁"], 200)
    frame["sick_days"] = rng.integers(0, 9, 200)
    found = {finding.column: finding for finding in inspect_columns(frame, "left")}
    expected = {"number": "identity_number", "contact": "phone"}
    expected |= dict.fromkeys(("病假诊断", "remark", "sick_days"), "health")
    assert {name: found[name].kind for name in expected} == expected
    assert all(found[name].action == "refuse" and name in str(found[name].sentence) for name in expected)


def test_identifiers_dates_and_constants():
    frame, _, rng = staff()
    frame = frame.assign(
        key=[f"u{i}" for i in range(200)], row=range(200), employee_no=rng.permutation(9000)[:200], same=1, name="x"
    )
    frame["joined"] = pd.to_datetime("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, 200), unit="D")
    frame["since"] = frame["joined"].dt.strftime("%d.%m.%Y")
    found = kinds(frame)
    assert {name: found[name] for name in ("key", "row", "employee_no")} == dict.fromkeys(
        ("key", "row", "employee_no"), "identifier"
    )
    assert found["same"] == "constant" and found["joined"] == "date" and found["since"] == "date"
    assert "row" not in kinds(frame, person="row")


def test_a_doubled_or_missing_label_is_refused():
    frame, _, _ = staff()
    with pytest.raises(InputError, match="no column"):
        inspect_columns(frame, "gone")
    doubled = pd.concat([frame, frame[["left"]]], axis=1)
    with pytest.raises(InputError, match="Several"):
        inspect_columns(doubled, "left")
    assert kinds(pd.concat([frame, frame[["pay"]]], axis=1)) == {"pay": "duplicate"}


@pytest.mark.parametrize(
    ("cells", "left_value"),
    [
        (["Yes", "No", " yes "], "yes"),
        ([1, 0, 1], "1"),
        ([1.0, 0.0, 1.0], "1"),
        ([True, False, True], "true"),
        (["是", "否", "是"], "是"),
        (["离职", "在职", "离职"], "离职"),
        (["Left", "Stayed", "LEFT"], "left"),
        (["TERMINATED", "ACTIVE", "terminated"], "terminated"),
        (["2024-01-03", None, "3/2/2024"], "a date"),
    ],
)
def test_labels_in_many_forms(cells, left_value):
    reading = read_label(pd.Series(cells, name="status"))
    assert reading.left.tolist() == [1, 0, 1] and reading.left_value == left_value
    assert reading.events == 2 and reading.known == 3


def test_a_label_that_asks_who_stayed():
    assert read_label(pd.Series(["是", "否"], name="在职")).left.tolist() == [0, 1]
    assert read_label(pd.Series([1, 0], name="IsActive")).left.tolist() == [0, 1]
    assert read_label(pd.Series([1, 0], name="inactive")).left.tolist() == [1, 0]


def test_a_label_that_is_not_plain_can_be_told():
    cells = pd.Series(["A", "B", None, "C"], name="group")
    with pytest.raises(InputError, match="not plain"):
        read_label(cells)
    reading = read_label(cells, left_value="B")
    assert (
        reading.left.tolist()[:2] == [0, 1] and np.isnan(reading.left.iloc[2]) and reading.stayed_values == ("a", "c")
    )
    with pytest.raises(InputError, match="no value"):
        read_label(cells, left_value="Z")


@pytest.mark.parametrize("name", ["是否离职（1=离职，0=在职）", "Attrition (1=left, 0=stayed)", "离职(1)/在职(0)"])
def test_a_name_that_explains_both_codes_is_not_guessed(name):
    cells = pd.Series([1, 0, 0], name=name)
    with pytest.raises(InputError, match="not plain"):
        read_label(cells)
    assert read_label(cells, left_value=1).left.tolist() == [1, 0, 0]
