"""Tables that do not fit are named by row and column, and those that fit get their types."""

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.vocabulary import TABLES, Activities, Evidence, Ratings, check


@pytest.fixture
def ratings():
    return pd.DataFrame(
        {
            "rep_id": ["a", "b"],
            "rater_id": ["x", "x"],
            "scenario_id": ["s", "s"],
            "criterion_id": ["c", "c"],
            "rating": [3.0, 4.0],
        }
    )


@pytest.fixture
def evidence():
    return pd.DataFrame(
        {
            "person_id": ["a"],
            "competency_id": ["c"],
            "source": ["self"],
            "level": [3.0],
            "standard_error": [0.5],
            "observed_on": ["2026-01-31"],
            "rater_id": [None],
        }
    )


def refused(frame, table):
    with pytest.raises(InputError) as caught:
        check(frame, table)
    error = caught.value
    return str(error.problem), str(error.where or ""), str(error.remedy or "")


def test_a_missing_column_is_named_before_anything_else(ratings):
    problem, where, remedy = refused(ratings.drop(columns="rater_id").assign(rating=9.0), Ratings)
    assert problem == "The table Ratings needs a column “rater_id”." and where == ""
    assert remedy == "Add the column or map another column to it."


@pytest.mark.parametrize("value", [7.0, 0.5, np.inf, "abc"])
def test_a_wrong_value_is_named_with_its_row_as_people_count(ratings, value):
    problem, where, remedy = refused(ratings.assign(rating=[3.0, value]), Ratings)
    assert problem == f"“{value}” does not fit the column “rating” of the table Ratings."
    assert where == "Row 2"
    assert remedy == "Allowed is a number from 1.0 to 5.0."


@pytest.mark.parametrize("index", [[10, 20], ["p", "q"], [5, 5]])
def test_rows_are_counted_whatever_the_index_says(ratings, index):
    ratings.index = index
    assert refused(ratings.assign(rating=[3.0, 9.0]), Ratings)[1] == "Row 2"
    assert list(check(ratings, Ratings).index) == index


def test_the_same_key_twice(ratings):
    problem, where, remedy = refused(pd.concat([ratings, ratings.iloc[[1]]]), Ratings)
    assert problem == "The table Ratings holds the same rep_id, rater_id, scenario_id, criterion_id more than once."
    assert where == "Row 2" and remedy == "Keep one row of each."


def test_other_remedies(ratings, evidence):
    assert refused(ratings.assign(rep_id=["a", None]), Ratings)[1:] == ("Row 2", "The cell must be filled in.")
    problem, where, remedy = refused(evidence.assign(source="gossip"), Evidence)
    assert "“gossip”" in problem and where == "Row 1"
    assert remedy.startswith("Allowed is one of: role_play, joint_visit, proposal, self,")
    assert refused(evidence.assign(observed_on="31/31/2026"), Evidence)[1:] == ("Row 1", "Allowed is a date.")


def test_values_are_coerced_and_the_given_table_stays(ratings, evidence):
    given = ratings.assign(rating=["3", "4.5"], rep_id=[1, 2], note="kept")
    found = check(given, Ratings)
    assert list(found["rep_id"]) == ["1", "2"] and list(found["rating"]) == [3.0, 4.5]
    assert list(found["note"]) == ["kept", "kept"]
    assert list(given["rating"]) == ["3", "4.5"]
    seen = check(evidence, Evidence)
    assert seen["observed_on"].iloc[0] == pd.Timestamp(2026, 1, 31) and seen["rater_id"].isna().all()
    assert np.isnan(check(ratings.assign(rating=[None, 3]), Ratings)["rating"].iloc[0])


@pytest.mark.parametrize("name", sorted(set(TABLES)))
def test_an_empty_table_keeps_its_columns_and_types(name):
    table = TABLES[name]
    columns = [column for column, declared in table.columns.items() if not declared.regex]
    found = check(pd.DataFrame(columns=columns), table)
    assert list(found.columns) == columns and found.empty
    assert all(declared.description for declared in table.columns.values())
    for column in columns:
        if str(table.columns[column].dtype).startswith(("float", "int", "datetime")):
            assert str(found[column].dtype) == str(table.columns[column].dtype), column


def test_a_catalogue_without_any_gain_is_one():
    names = [name for name in Activities.columns if not name.startswith("^")]
    assert check(pd.DataFrame(columns=names), Activities).empty


def test_a_sound_table_is_not_validated_again_and_is_still_the_callers_own(evidence, monkeypatch):
    sound = check(pd.concat([evidence, evidence.assign(rater_id="r")], ignore_index=True), Evidence).set_axis([7, 7])
    slow = Evidence.validate(sound.reset_index(drop=True), lazy=True).set_axis([7, 7])
    monkeypatch.setattr(type(Evidence), "validate", lambda *_args, **_options: pytest.fail("validated once more"))
    found = check(sound, Evidence)
    pd.testing.assert_frame_equal(found, slow)
    found["level"] = 1.0
    assert list(sound["level"]) == [3.0, 3.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": 5.1},
        {"level": 0.9},
        {"level": float("nan")},
        {"source": "gossip"},
        {"person_id": None},
        {"observed_on": pd.NaT},
        {"standard_error": 0.0},
    ],
)
def test_a_table_of_the_right_types_is_still_looked_at(evidence, wrong):
    sound = check(pd.concat([evidence] * 3, ignore_index=True), Evidence)
    for name, value in wrong.items():
        sound.loc[1, name] = value
    assert refused(sound, Evidence)[1] == "Row 2"


def test_the_same_key_twice_is_found_in_a_table_of_the_right_types(ratings):
    sound = check(ratings, Ratings)
    assert "more than once" in refused(pd.concat([sound, sound.tail(1)]), Ratings)[0]
