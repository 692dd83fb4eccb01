"""The check of groups: what is said at which size, who sees raters, and groups that are not kept."""

import datetime as dt
import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from toolkit.controls.place import Place
from toolkit.controls.status_line import StatusLine
from toolkit.documents.intake import prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.errors import NotAllowed
from toolkit.language import Language
from toolkit.organisation.storage import PERSON
from toolkit.skillgap import GroupCheck, find_group_differences
from toolkit.skillgap.group_check.form import groups_form, groups_from, language_groups
from toolkit.skillgap.group_check.page import GroupCheckSection
from toolkit.skillgap.room import Room
from toolkit.skillgap.storage import add_evidence
from toolkit.vocabulary import Evidence

NAMES = {"ask": "Asking", "close": "Closing", "listen": "Listening"}
DAY = pd.Timestamp(2026, 8, 1)


def rated(people, added=0.0, seed=1):
    """Return ratings of `people` in each of two groups; “close” comes out `added` higher for group b."""
    rng = np.random.default_rng(seed)
    rows = []
    for group in "ab":
        for number in range(people):
            level = rng.normal(3, 0.3)
            for rater in ("r1", "r2"):
                for one in NAMES:
                    found = level + rng.normal(0, 0.25) + (added if group == "b" and one == "close" else 0)
                    rows.append((f"{group}{number}", one, "manager", float(np.clip(found, 1, 5)), 0.5, DAY, rater))
    groups = {f"{group}{number}": group for group in "ab" for number in range(people)}
    return pd.DataFrame(rows, columns=list(Evidence.columns)), groups


def test_a_criterion_that_treats_a_group_differently_is_named(rows_of):
    check = GroupCheck(NAMES, raters={"r1": "Ann", "r2": "Bo"})
    check.show(*rated(40, added=0.9))
    rows = {row["what"]: row for row in rows_of(check.tables["competency_id"])}
    assert rows["Closing"]["verdict"] == "comes out differently" and rows["Closing"]["people"] == "40 and 40"
    assert "Closing (b: +" in check.words.value and "–" in rows["Closing"]["interval"]
    assert {row["what"] for row in rows_of(check.tables["rater_id"])} == {"Ann", "Bo"}
    assert "svg" in check.charts["competency_id"].picture
    name, content = check._excel()
    assert name == "Group check.xlsx" and openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].max_row == 6


def test_few_people_get_no_verdict_and_fewer_than_five_no_figure(rows_of):
    check = GroupCheck(NAMES)
    check.show(*rated(6))
    rows = rows_of(check.tables["competency_id"])
    assert {row["verdict"] for row in rows} & {"cannot tell at this size"}
    evidence, groups = rated(8)
    few = {person: group for person, group in groups.items() if group == "a" or person in ("b0", "b1", "b2", "b3")}
    check.show(evidence, few)
    rows = rows_of(check.tables["competency_id"])
    assert {row["verdict"] for row in rows} == {"not shown: fewer than five people"}
    assert {(row["people"], row["difference"], row["interval"], row["detectable"]) for row in rows} == {("–",) * 4}
    assert (
        "4" not in check.tables["competency_id"].data["columns"][2].get("shown", [])
        and not check.charts["competency_id"].picture
    )
    assert "No group of at least five" in check.words.value


def test_the_smallest_detectable_difference_is_found_eight_times_in_ten():
    evidence, groups = rated(20, seed=3)
    smallest = find_group_differences(evidence, groups).set_index("of").loc["close", "detectable"]
    hits = 0
    for seed in range(60):
        found = find_group_differences(*rated(20, added=smallest, seed=100 + seed)).set_index("of").loc["close"]
        hits += found["low"] > 0 or found["high"] < 0
    # A competency is set against the other two, so that what is added to one shows fully in it.
    assert 0.62 <= hits / 60 <= 0.95


def test_one_group_alone_is_said_and_nothing_is_shown():
    check = GroupCheck(NAMES)
    check.show(rated(8)[0], {"a0": "a", "a1": "a"})
    assert check.status.kind == "bad" and check.body.layout.display == "none"
    assert "at least two groups" in check.status.words


def test_people_without_a_language_column_have_no_groups():
    assert language_groups(pd.DataFrame({"person_id": ["a"]}), Language("en")) == {}
    people = pd.DataFrame({"person_id": ["a", "b", "c"], "language": ["zh", None, "fr"]})
    assert language_groups(people, Language("en")) == {"a": "Chinese", "c": "fr"}


def room(office, who, role_plays=None):
    say = Language("en")
    none = pd.DataFrame(columns=list(Evidence.columns))
    plays = role_plays or (lambda: none)
    return Room(
        office.store, office.viewers[who], say, dt.date(2026, 9, 1), Place(), StatusLine(say), plays, lambda: none
    )


@pytest.fixture
def rated_office(office):
    """The store with ten more people, six speaking Chinese, rated by two managers."""
    rng = np.random.default_rng(2)
    pieces = []
    with office.store.write("test") as change:
        for number in range(12):
            person = f"extra-{number}"
            values = {
                "employee_number": f"X{number:03}", "name": f"Extra {number}", "language": "zh" if number % 2 else "en",
                "team_id": "north", "role_id": "client_manager", "tier_id": "middle", "hired_on": dt.date(2024, 1, 1),
            }  # fmt: skip
            change.put(PERSON, {"person_id": person}, values, person_id=person)
            for rater in ("manager-north", "manager-south"):
                for one in ("communication", "ethics", "teamwork"):
                    pieces.append(
                        {"person_id": person, "competency_id": one, "source": "manager",
                         "level": float(np.clip(3 + rng.normal(0, 0.5), 1, 5)), "standard_error": 0.8,
                         "observed_on": dt.date(2026, 8, 1), "rater_id": rater, "round": "Q3"}
                    )  # fmt: skip
        add_evidence(change, pieces)
    return office


def test_trainers_and_hr_check_by_language_from_the_store(rated_office, rows_of):
    for who in ("trainer", "hr"):
        section = GroupCheckSection(room(rated_office, who))
        section.show()
        assert section.check.status.kind == "" and len(section.check.found["competency_id"]) == 3
        assert {row["what"] for row in rows_of(section.check.tables["rater_id"])} == {"Manager-North", "Manager-South"}


def test_administrators_see_neither_raters_nor_role_plays(rated_office):
    def never():
        raise AssertionError("an administrator may see no role-play")

    section = GroupCheckSection(room(rated_office, "administrator", never))
    section.show()
    assert list(section.check.tables) == ["competency_id"] and len(section.check.found["competency_id"]) == 3


@pytest.mark.parametrize("who", ["manager-north", "rep-1"])
def test_nobody_else_may(rated_office, who):
    with pytest.raises(NotAllowed):
        GroupCheckSection(room(rated_office, who))


def test_gender_comes_by_file_and_is_not_kept(rated_office, audit_of):
    section = GroupCheckSection(room(rated_office, "hr"))
    section.by.value = "file"
    assert "no gender" in section.missing.value and section.missing.layout.display is None
    assert section.check.layout.display == "none"
    before = len(audit_of(rated_office.store))
    lines = ["工号,性别", *(f"X{number:03},{'女' if number < 6 else '男'}" for number in range(12))]
    raw = read_table("\n".join(lines).encode(), "groups.csv", limit_mb=1)
    mapping = suggest_mapping(raw.columns, groups_form())
    intake = prepare(raw, groups_form(), mapping, known=section._known())
    assert intake.ready
    said = section._take(intake.frame, "", mapping)
    assert "not stored" in str(said) and section.missing.layout.display == "none"
    assert section.check.found["competency_id"]["people"].tolist() == [6, 6, 6]
    assert len(audit_of(rated_office.store)) == before
    unknown = read_table("工号,性别\nZZ9,女".encode(), "groups.csv", limit_mb=1)
    assert not prepare(unknown, groups_form(), mapping, known=section._known()).ready
    assert groups_from(intake.frame.head(1), {"X000": "extra-0"}) == {"extra-0": "女"}
