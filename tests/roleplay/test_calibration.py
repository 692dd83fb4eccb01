"""Calibration: figures against the key, blindness in the store, and the widgets on plain tables."""

import datetime as dt
import zoneinfo
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from toolkit.errors import Conflict, InputError, NotAllowed
from toolkit.organisation.content import read_packs
from toolkit.organisation.storage import content, keep_content
from toolkit.roleplay.calibration import storage
from toolkit.roleplay.calibration.deviation import deviations, off_over_sessions
from toolkit.roleplay.calibration.performance import KeyRating, Performance, check_key
from toolkit.roleplay.calibration.preparation.widget import CalibrationForm
from toolkit.roleplay.calibration.widget import CalibrationBoard, CalibrationProgress, CalibrationSession
from toolkit.roleplay.rubric import Rubric
from toolkit.roleplay.storage import create_workshop
from toolkit.settings import shipped
from toolkit.wording import text

PACKS = read_packs()
RUBRIC = Rubric.from_content(next(b for b in PACKS["rubrics"]["rubrics"] if b["id"] == "customer_visit"))
PERFORMANCES = [Performance.from_content(body) for body in PACKS["calibrations"]["calibrations"]]
FIRST, SECOND = PERFORMANCES
DAY = dt.date(2026, 9, 3)
NO_HTML = "<script>alert(1)</script>"


def key(*ratings: float | None) -> dict[str, KeyRating]:
    return {f"c{n}": KeyRating(rating, {"en": "because", "zh": "因为"}) for n, rating in enumerate(ratings)}


def table(**raters: list[float]) -> pd.DataFrame:
    rows = [(rater, f"c{n}", value) for rater, values in raters.items() for n, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["rater_id", "criterion_id", "rating"])


def test_shipped_performances_are_complete_in_both_languages() -> None:
    assert {one.scenario_id for one in PERFORMANCES} >= {"price_objection", "complaint"}
    scenarios = {body["id"]: body["rubric"] for body in PACKS["scenarios"]["scenarios"]}
    raw = yaml.safe_load((shipped("datasets", "content") / "calibrations.yaml").read_text(encoding="utf-8"))
    assert len({one.id for one in PERFORMANCES}) == len(raw["calibrations"])
    for one in PERFORMANCES:
        check_key(one.key, RUBRIC)
        assert scenarios[one.scenario_id] == one.rubric_id == RUBRIC.id
        for words in (one.name, one.words, *(rating.reason for rating in one.key.values())):
            assert set(words) == {"en", "zh"} and all(part.strip() for part in words.values())
        assert 230 <= len(one.words["en"].split()) <= 420
        # Both languages tell the same figures.
        digits = [[c for c in "".join(one.words[code].split()) if c.isdigit()] for code in ("en", "zh")]
        assert len(digits[0]) > 20


def test_deviation_bias_and_interval_by_hand() -> None:
    found = deviations(table(a=[3, 4, 3, 5], b=[2, 2, 2, 2]), key(2, 4, 3, 3))
    a, b = found.raters.to_dict("records")
    # a: +1 0 0 +2; mean .75, sd .957, t(.95, 3) = 2.353, half = 1.126.
    assert a["off"] == a["bias"] == pytest.approx(0.75)
    assert (a["bias_low"], a["bias_high"]) == pytest.approx((-0.376, 1.876), abs=0.001)
    assert a["off_low"] == 0 and a["leaning"] == "none"
    assert b["off"] == 1.0 and b["bias"] == -1.0
    assert found.criteria["criterion_id"].tolist()[0] == "c3" and found.criteria["off"].tolist()[0] == 1.5


@pytest.mark.parametrize(("shift", "leaning"), [(1, "lenient"), (-1, "hard")])
def test_a_clear_leaning_is_named(shift: int, leaning: str) -> None:
    values = [3 + shift] * 7 + [3]
    found = deviations(table(a=values), key(*[3] * 8))
    (row,) = found.raters.to_dict("records")
    assert row["leaning"] == leaning and row["bias_low"] * row["bias_high"] > 0


def test_what_was_not_observed_does_not_count() -> None:
    found = deviations(table(a=[3, np.nan, 3, 5, 1]), key(3, 2, None, 4, 1))
    (row,) = found.raters.to_dict("records")
    assert row["criteria"] == 3 and row["off"] == pytest.approx(1 / 3)
    assert np.isnan(row["off_low"]) and "at least 4 criteria" in str(row["off_note"]) and row["leaning"] == "unknown"
    nothing = deviations(table(a=[np.nan] * 3), key(1, 2, 3)).raters.to_dict("records")[0]
    assert np.isnan(nothing["off"]) and "No criterion" in str(nothing["off_note"])


def test_all_equal_deviations_have_no_interval_but_a_reason() -> None:
    (row,) = deviations(table(a=[2, 3, 4, 5]), key(1, 2, 3, 4)).raters.to_dict("records")
    assert row["bias"] == 1 and np.isnan(row["bias_low"]) and row["bias_note"] is not None
    exact = deviations(table(a=[1, 2, 3, 4]), key(1, 2, 3, 4))
    assert exact.raters["off"].tolist() == [0.0] and exact.agreement["a"].estimate == 1


@pytest.mark.parametrize("bad", [table(a=[9.0]), table(a=[2.5]), table(a=[1, 2, 3]), pd.concat([table(a=[1])] * 2)])
def test_unusable_ratings_are_refused(bad: pd.DataFrame) -> None:
    with pytest.raises(InputError):
        deviations(bad.reset_index(drop=True), key(3, 3))
    with pytest.raises(InputError):
        deviations(table(a=[3]), key(3), interval=1.2)


def test_nobody_has_handed_in() -> None:
    found = deviations(table(), key(3, 2))
    assert found.raters.empty and found.criteria.empty and found.cells.empty


def test_development_is_refused_with_one_session() -> None:
    rows = [("s1", DAY, 3.0, 3.0), ("s1", DAY, 4.0, 3.0), ("s1", DAY, 2.0, 3.0), ("s1", DAY, 3.0, 4.0)]
    frame = pd.DataFrame(rows, columns=["session_id", "held_on", "rating", "key"])
    found, note = off_over_sessions(frame)
    assert len(found) == 1 and "so far: 1" in str(note)
    later = frame.assign(session_id="s2", held_on=DAY + dt.timedelta(days=60))
    found, note = off_over_sessions(pd.concat([later, frame]))
    assert note is None and found["session_id"].tolist() == ["s1", "s2"] and found["off"].tolist() == [0.75, 0.75]
    assert off_over_sessions(frame.iloc[:0])[0].empty


# The store


@pytest.fixture
def made(office: Any) -> Any:
    """Give the office with a calibration on the first performance and a workshop on the same rubric."""
    with office.store.write("user-trainer") as change:
        calibration_id = _create(change, office.viewers["trainer"])
        create_workshop(
            change,
            name={"en": "W", "zh": "W"},
            held_on=DAY,
            scenarios={"complaint": "customer_visit"},
            reps=["rep-1"],
            raters=["trainer", "manager-north", "manager-south"],
            workshop_id="w",
        )
    return office, calibration_id


def _create(change: Any, viewer: Any, **changed: Any) -> str:
    values = {
        "name": {"en": "First", "zh": "第一次"},
        "held_on": DAY,
        "scenario_id": FIRST.scenario_id,
        "rubric_id": FIRST.rubric_id,
        "performance": dict(FIRST.words),
        "key": FIRST.key,
    }
    return storage.create_session(change, viewer, **{**values, **changed})


def _rate_all(store: Any, viewer: Any, calibration_id: str, rating: float | None = 3) -> None:
    for criterion in RUBRIC.criteria:
        storage.save_rating(store, viewer, calibration_id, criterion.id, rating)


def test_key_and_others_stay_hidden_until_the_own_sheet_is_handed_in(made: Any, audit_of: Any) -> None:
    office, session_id = made
    store, north, south = office.store, office.viewers["manager-north"], office.viewers["manager-south"]
    _rate_all(store, north, session_id, 4)
    with store.read() as connection:
        for query in (storage.key_of, storage.ratings):
            with pytest.raises(NotAllowed):
                query(connection, north, session_id)
        assert storage.over_time(connection, north).empty
        assert not hasattr(storage.session(connection, north, session_id), "key")
        # What is not handed in is nobody's business: the trainer who leads does not see it either.
        assert storage.ratings(connection, office.viewers["trainer"], session_id).empty
    assert storage.hand_in(store, north, session_id) == FIRST.key
    with pytest.raises(Conflict):
        storage.save_rating(store, north, session_id, "opening", 5)
    with pytest.raises(Conflict):
        storage.hand_in(store, north, session_id)
    _rate_all(store, south, session_id, 2)
    storage.hand_in(store, south, session_id)
    with store.read() as connection:
        own = storage.ratings(connection, north, session_id)
        assert set(own["rater_id"]) == {"manager-north"} and set(own["rating"]) == {4.0}
        led = storage.ratings(connection, office.viewers["trainer"], session_id)
        assert set(led["rater_id"]) == {"manager-north", "manager-south"}
        assert set(storage.over_time(connection, south)["rater_id"]) == {"manager-south"}
    assert [row["person_id"] for row in audit_of(store, "calibration_sheet")].count("manager-north") == 9


def test_an_unfinished_sheet_is_not_handed_in(made: Any) -> None:
    office, session_id = made
    north = office.viewers["manager-north"]
    storage.save_rating(office.store, north, session_id, "opening", None)
    with pytest.raises(InputError):
        storage.hand_in(office.store, north, session_id)
    with office.store.read() as connection:
        assert storage.own_sheet(connection, north, session_id) == ({"opening": None}, False)


@pytest.mark.parametrize("who", ["rep-1", "hr", "administrator"])
def test_only_those_who_rate_take_part(made: Any, who: str) -> None:
    office, session_id = made
    viewer = office.viewers[who]
    with office.store.read() as connection:
        for query in (storage.session, storage.key_of, storage.ratings):
            with pytest.raises(NotAllowed):
                query(connection, viewer, session_id)
        for query in (storage.sessions, storage.over_time):
            with pytest.raises(NotAllowed):
                query(connection, viewer)
    with pytest.raises(NotAllowed):
        storage.save_rating(office.store, viewer, session_id, "opening", 3)


def test_only_trainers_make_and_lead_sessions(made: Any) -> None:
    office, session_id = made
    north = office.viewers["manager-north"]
    with office.store.write("x") as change, pytest.raises(NotAllowed):
        _create(change, north)
    with pytest.raises(NotAllowed):
        storage.hand_in(office.store, north, session_id, leads=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": {"en": " ", "zh": ""}},
        {"held_on": None},
        {"performance": {"en": "", "zh": " "}},
        {"key": {}},
        {"key": {**FIRST.key, "opening": KeyRating(7, {"en": "x"})}},
        {"key": {**FIRST.key, "opening": KeyRating(3, {"en": " ", "zh": ""})}},
        {"key": {**FIRST.key, "strange": KeyRating(3, {"en": "x"})}},
        {"key": {name: KeyRating(None, one.reason) for name, one in FIRST.key.items()}},
    ],
)
def test_a_session_with_something_missing_is_refused(office: Any, changed: dict[str, Any]) -> None:
    with pytest.raises(InputError), office.store.write("x") as change:
        _create(change, office.viewers["trainer"], **changed)
    with office.store.read() as connection:
        assert storage.sessions(connection, office.viewers["trainer"]).empty


@pytest.mark.parametrize(("criterion", "rating"), [("opening", 0), ("opening", 2.5), ("opening", 9)])
def test_ratings_off_the_scale_are_refused(made: Any, criterion: str, rating: float) -> None:
    office, session_id = made
    with pytest.raises(InputError):
        storage.save_rating(office.store, office.viewers["manager-north"], session_id, criterion, rating)


def test_who_of_a_workshop_has_yet_to_calibrate(made: Any) -> None:
    office, session_id = made
    now = office.store.clock()
    with office.store.read() as connection:
        assert storage.needs_calibration(connection, "w", now) == ["manager-north", "manager-south"]
    _rate_all(office.store, office.viewers["manager-north"], session_id)
    with office.store.read() as connection:  # not yet handed in
        assert storage.needs_calibration(connection, "w", now) == ["manager-north", "manager-south"]
    storage.hand_in(office.store, office.viewers["manager-north"], session_id)
    with office.store.read() as connection:
        assert storage.needs_calibration(connection, "w", now) == ["manager-south"]
        later = now + dt.timedelta(days=190)
        assert storage.needs_calibration(connection, "w", later) == ["manager-north", "manager-south", "trainer"]
        assert storage.needs_calibration(connection, "unknown", now) == []


def test_a_session_keeps_its_rubric_version(made: Any) -> None:
    office, session_id = made
    with office.store.write("x") as change:
        body = content(change.connection, "rubric", "customer_visit")
        keep_content(change, "rubric", "customer_visit", body | {"criteria": body["criteria"][:2]})
    with office.store.read() as connection:
        found = storage.session(connection, office.viewers["manager-north"], session_id)
    assert len(found.rubric.criteria) == 8


# The widgets


def test_a_session_is_rated_handed_in_and_compared() -> None:
    asked = []

    def reveal(sheet: dict[str, float | None]) -> Any:
        asked.append(sheet)
        return SECOND.key

    shown = CalibrationSession(SECOND.words, RUBRIC, reveal)
    shown.finish.click()
    assert asked == [] and shown.status.kind == "bad" and "Opening" in shown.status.words
    for criterion in RUBRIC.criteria:
        shown.scale.rate(criterion.id, "not_observed" if criterion.id == "research" else "3")
    assert shown.entries.entries == [] and "8 of 8" in shown.progress.value
    shown.finish.click()
    assert len(asked) == 1 and shown.state.handed_in and shown.blind.layout.display == "none"
    entries = {entry["id"]: entry for entry in shown.entries.entries}
    assert entries["needs"]["marks"] == ["2 levels below the key"]
    assert entries["integrity"]["marks"] == ["2 levels above the key"]
    assert entries["research"]["marks"] == ["as the key"] and "Not observed" in entries["research"]["lines"][0]
    assert "States purpose" in entries["opening"]["lines"][0] and "Greets" in entries["opening"]["lines"][1]
    assert "Of 7 criteria" in shown.found.value and "nan" not in shown.found.value
    shown.scale.rate("opening", "5")
    assert shown.ratings.set_index("criterion_id")["rating"]["opening"] == 3
    body = shown.to_dict()
    again = CalibrationSession.from_dict(body, SECOND.words, RUBRIC, reveal)
    assert again.to_dict() == body and again.state.handed_in
    for wrong in ({**body, "ratings": {"x": 3}}, {**body, "ratings": {"opening": 8}}, {**body, "ratings": {}}):
        with pytest.raises(InputError):
            again.restore(wrong)
    assert again.to_dict() == body


def test_a_failed_hand_in_loses_nothing_and_words_are_escaped() -> None:
    def reveal(_sheet: Any) -> Any:
        raise Conflict(text("no"))

    shown = CalibrationSession({"en": NO_HTML, "zh": NO_HTML}, RUBRIC, reveal, language="zh")
    assert "<script>" not in shown.read.value
    for criterion in RUBRIC.criteria:
        shown.scale.rate(criterion.id, "3")
    shown.finish.click()
    assert not shown.state.handed_in and len(shown.ratings) == 8
    link = CalibrationSession({"en": "https://example.com/v?a=1&b=2"}, RUBRIC, reveal).read.value
    assert "href='https://example.com/v?a=1&amp;b=2'" in link


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_board_shows_raters_and_criteria(rows_of: Any, language: str) -> None:
    ids = [criterion.id for criterion in RUBRIC.criteria]
    given = {"a": [3, 4, 3, 4, 2, 4, 3, 2], "b": [4, 5, 3, 4, 3, 4, 4, 4], "c": [2, None, 1, 3, 1, 3, 3, 1]}
    rows = [(rater, criterion, value) for rater, values in given.items() for criterion, value in zip(ids, values)]  # noqa: B905
    ratings = pd.DataFrame(rows, columns=["rater_id", "criterion_id", "rating"])
    board = CalibrationBoard(language=language)
    board.show(ratings, FIRST.key, RUBRIC, {"a": NO_HTML})
    shown = rows_of(board.raters)
    assert [row["name"] for row in shown] == [NO_HTML, "b", "c"]
    if language == "en":
        assert [row["leaning"] for row in shown] == ["no clear leaning", "lenient", "hard"]
        assert shown[1]["bias"].startswith("+0.88 (+") and "fewer differences" in shown[2]["meaning"]
    assert "nan" not in str(shown) and len(rows_of(board.criteria)) == 8
    assert board.map.picture.startswith("<svg") and board.bias.picture.startswith("<svg")
    board.show(ratings.iloc[:0], FIRST.key, RUBRIC, {})
    assert board.body.layout.display == "none" and board.nothing.value


def test_progress_over_sessions() -> None:
    view = CalibrationProgress()
    columns = ["session_id", "held_on", "rater_id", "rating", "key"]
    view.show(pd.DataFrame(columns=columns), {})
    assert "No sheet" in view.note.value
    rows = [("s1", DAY, rater, 3.0 + (n % 2), 3.0) for rater in ("a", "b") for n in range(6)]
    view.show(pd.DataFrame(rows, columns=columns), {"a": "Ann"})
    assert "at least two calibration sessions" in view.note.value and view.chart.picture == ""
    rows += [("s2", DAY + dt.timedelta(days=40), "a", 3.0 + (n == 2), 3.0) for n in range(6)]
    view.show(pd.DataFrame(rows, columns=columns), {"a": "Ann"})
    assert view.chart.picture.startswith("<svg") and "0.50 levels off" in view.chart.summary
    view.rater.value = "b"
    assert view.chart.picture == ""


def _form(taken: list[Any], language: str = "en") -> CalibrationForm:
    scenarios = {body["id"]: (body["name"], body["rubric"]) for body in PACKS["scenarios"]["scenarios"]}
    rubrics = {body["id"]: Rubric.from_content(body) for body in PACKS["rubrics"]["rubrics"]}
    return CalibrationForm(
        scenarios, rubrics, PERFORMANCES, lambda *told: taken.append(told), today=DAY, language=language
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_form_starts_from_a_shipped_performance(language: str) -> None:
    taken: list[Any] = []
    form = _form(taken, language)
    form.create.click()
    assert form.status.kind == "bad" and not taken
    form.pattern.value = SECOND.id
    form.create.click()
    (name, day, scenario_id, rubric_id, words, made) = taken[0]
    assert (day, scenario_id, rubric_id) == (DAY, "complaint", "customer_visit")
    assert name == dict(SECOND.name) and words["zh"] == SECOND.words["zh"].strip() and made == SECOND.key
    form.name.value = "Mine"
    form.reasons["opening"].value = ""
    form.create.click()
    assert (len(taken) == 1 and "Opening" in form.status.words) or language == "zh"
    form.reasons["opening"].value = "Own reason"
    form.create.click()
    assert taken[1][0] == {"en": "Mine", "zh": "Mine"} and taken[1][5]["opening"].reason["zh"] == "Own reason"


def test_another_rubric_shows_its_own_criteria() -> None:
    form = _form([])
    form.pattern.value = FIRST.id
    form.scenario.value = "team_conflict"
    assert "safety" in form.ratings and "opening" not in form.ratings
    form.create.click()
    assert "no rating" in form.status.words


def test_six_months_are_counted_in_the_organisations_days(made: Any) -> None:
    office, session_id = made
    zone = zoneinfo.ZoneInfo("Asia/Shanghai")
    office.store.clock = lambda: dt.datetime(2026, 3, 2, 20, tzinfo=dt.UTC)  # 3 March in Shanghai
    _rate_all(office.store, office.viewers["manager-north"], session_id)
    storage.hand_in(office.store, office.viewers["manager-north"], session_id)
    with office.store.read() as connection:
        for day, waits in ((3, False), (4, True)):
            now = dt.datetime(2026, 9, day, 9, tzinfo=zone)
            assert ("manager-north" in storage.needs_calibration(connection, "w", now)) == waits
