"""The views of attrition risk: what HR sees first, the list with reasons, the audit, and what may be taken away."""

import io
import json

import numpy as np
import openpyxl
import pandas as pd
import pytest
from docx import Document

from toolkit.attrition import (
    BackTest,
    CapacityPlanner,
    FairnessAudit,
    RiskBoard,
    RiskState,
    Source,
    Trained,
    audit_fairness,
    measure_stability,
)
from toolkit.attrition.audit.lists import PAST, TODAY, audit_lists, auditable_columns, suggested_columns
from toolkit.attrition.planner.reasons import person_reasons
from toolkit.organisation.content import read_packs
from toolkit.sample import TODAY as DAY
from toolkit.sample import draw_reps, month_starts, simulate_rep_months

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def source() -> Source:
    rng = np.random.default_rng(5)
    starts = month_starts(pd.Timestamp(DAY), 24)
    months = simulate_rep_months(rng, draw_reps(rng, 200, starts), starts)[0]
    known = sorted(months["person_id"].unique())
    months["site"] = months["person_id"].map(dict.fromkeys(known[:3], "few")).fillna("many")
    months["shift"] = months["person_id"].map(dict.fromkeys(known[::2], HOSTILE)).fillna("day")
    return Source("months", "months", months)


@pytest.fixture(scope="module")
def trained(source: Source) -> Trained:
    return RiskState(source).train()


@pytest.fixture(scope="module")
def drivers() -> dict[str, object]:
    return read_packs()["drivers"]


def planner(trained: Trained, source: Source, drivers: dict[str, object]) -> CapacityPlanner:
    return CapacityPlanner(
        trained, source, drivers=drivers, names_of=lambda people: {one: f"{HOSTILE} {one}" for one in people}
    )


def test_the_back_test_shows_each_past_year_and_which_model_is_used(trained: Trained) -> None:
    view = BackTest(trained)
    years = trained.test.years
    assert view.years.value.count("<tr>") == len(years) + 1 and str(years["year"].iloc[0]) in view.years.value
    assert str(trained.model.challenge.decision) in view.challenge.value
    assert "stood on the list beforehand" in view.test.value and "one-column rule would have held" in view.test.value


def test_stays_listed_is_the_share_of_refits_that_list_a_person(trained: Trained, source: Source, drivers) -> None:
    board = planner(trained, source, drivers)
    board.conversations.value = 7
    told = measure_stability(trained.model, source.frame, 7)
    assert str(told.sentence) in board.capacity.value
    kept = told.people.set_index("person_id")["share"]
    top = trained.risks["person_id"].head(7)
    assert board.shown.rows["kept"].tolist() == [f"{round(100 * kept.get(one, 0))} %" for one in top]


def test_one_person_s_reasons_name_nobody_who_is_hidden(trained: Trained, source: Source, drivers) -> None:
    board = planner(trained, source, drivers)
    assert board.person.layout.display == "none"
    board.list.press("2", "why")
    third = str(trained.risks["person_id"].iloc[2])
    words = board.person.reasons.value + board.person.levers.value
    assert "Person 3 of the list" in words and third not in words and board.person.layout.display is None
    board.names.click()
    assert "&lt;script&gt;" in board.person.reasons.value and "<script>" not in board.person.reasons.value
    board.conversations.value = 2  # the third is no longer on the list
    assert board.person.layout.display == "none" and board.person.reasons.value == ""


def test_reasons_are_whole_and_levers_answer_what_can_be_changed(trained: Trained, drivers) -> None:
    person = str(trained.risks["person_id"].iloc[0])
    found = person_reasons(trained.reasons, person, drivers)
    mine = trained.reasons[trained.reasons["person_id"] == person]
    assert len(mine) == len(trained.model.design.names)
    assert sum(len(group.reasons) for group in found.groups) + found.small == len(mine)
    sizes = [abs(group.contribution) for group in found.groups]
    assert sizes == sorted(sizes, reverse=True)
    for group in found.groups:
        for one in group.reasons:
            if str(one.label).startswith(("Time with the company", "New superior")):
                assert not one.changeable
    assert 1 <= len(found.levers) <= 3 and set(found.levers[0].name) == {"en", "zh"}
    assert person_reasons(trained.reasons, person).levers == ()


def test_a_what_if_claims_no_cause_and_refuses_what_is_no_value(trained: Trained, source: Source, drivers) -> None:
    board = planner(trained, source, drivers)
    board.list.press("0", "why")
    person = board.person
    assert all(not str(words).startswith("Time with the company") for words, _ in person.column.options)
    person.column.value = "overtime_3m"
    before = person.value.value
    person.value.put("0")
    person.ask.click()
    assert "no claim that the change would keep anybody" in person.answer.value and person.status.words == ""
    for wrong, said in (("", "Enter the new value first."), ("a lot", "needs a number"), ("inf", "needs a number")):
        person.value.put(wrong)
        person.ask.click()
        assert said in person.status.words and person.answer.value == "" and person.status.kind == "bad"
    person.column.value = "attainment_3m"
    assert person.value.value not in ("inf", before) and person.status.words == ""


def test_what_is_taken_away_says_no_more_than_the_screen(trained: Trained, source: Source, drivers) -> None:
    board = RiskBoard({"m": lambda: source}, names_of=lambda people: dict.fromkeys(people, "=Ann"), drivers=drivers)
    assert board._file("xlsx") is None
    board.train.click()
    everybody = trained.risks["person_id"].astype(str).tolist()
    for kind, words_of in (("xlsx", cells), ("docx", paragraphs)):
        name, content = board._file(kind)
        words = words_of(content)
        assert name == f"Attrition risk: back-test and list.{kind}"
        assert not any(person in words for person in everybody) and "hidden" in words and "=Ann" not in words
        assert "stood on the list beforehand" in words and "verdict" in words and "Each past year" in words
    board.planner.names.click()
    assert "=Ann" in cells(board._file("xlsx")[1]) and "hidden" not in cells(board._file("xlsx")[1])
    assert not any(person in json.dumps(board.to_dict()) for person in everybody)


def cells(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    return " ".join([*book.sheetnames, *(str(c.value) for sheet in book for r in sheet.iter_rows() for c in r)])


def paragraphs(content: bytes) -> str:
    found = Document(io.BytesIO(content))
    table = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return " ".join([*(one.text for one in found.paragraphs), *table])


def test_each_past_list_has_a_cut_off_of_its_own(trained: Trained, source: Source) -> None:
    found = audit_lists(trained, source, ["gender"], 9)
    moments = trained.test.predictions["origin"].nunique()
    assert list(found) == [PAST, TODAY]
    assert found[PAST].conversations == 9 * moments and found[TODAY].conversations == 9
    assert found[PAST].groups["selected"].sum() == 9 * moments
    told = trained.test.predictions
    ordered = told.sort_values(["origin", "probability"], ascending=[True, False])
    listed = ordered.groupby("origin").head(9)
    rows = found[PAST].groups.set_index("group")
    sexes = source.frame.drop_duplicates("person_id", keep="last").set_index("person_id")["gender"]
    for sex in ("F", "M"):
        missed = 1 - listed["left"][listed["person_id"].map(sexes) == sex].sum() / rows.loc[sex, "leavers"]
        assert rows.loc[sex, "missed"] == pytest.approx(missed)


def test_few_people_taken_several_times_are_still_few(trained: Trained, source: Source) -> None:
    found = audit_lists(trained, source, ["site"], 9)
    assert all(result.groups.empty for result in found.values())
    assert any("no two groups large enough" in str(note) for note in found[PAST].notes)


def test_the_audit_is_made_on_demand_and_forgotten_with_its_list(trained: Trained, source: Source) -> None:
    audit = FairnessAudit(trained, source, 9, values={"day": "by day"})
    assert audit.columns.value == ("gender", "birth_year") and audit.result.layout.display == "none"
    audit.columns.put(("shift",))
    audit.start.click()
    assert audit.result.layout.display is None, audit.status.words
    words = audit.attributes.children[0].children[0].value
    assert "by day" in words and "&lt;script&gt;" in words and "<script>" not in words
    assert "cannot tell at this size" in words or "about as often" in words
    assert "shift" in cells(audit._file("xlsx")[1]) and "shift" in paragraphs(audit._file("docx")[1])
    audit.which.value = TODAY
    assert (
        "9 of" in audit.words.value and "for whom the list errs" not in audit.attributes.children[0].children[0].value
    )
    audit.show(trained, source, 9)
    assert audit.results and audit.columns.value == ("shift",)
    audit.show(trained, source, 10)
    assert audit.results == {} and audit.result.layout.display == "none" and audit.columns.value == ("shift",)
    audit.columns.put(())
    audit.start.click()
    assert audit.status.kind == "bad" and audit.status.words == "Choose at least one column to audit by."


def test_a_snapshot_s_list_is_audited_by_models_that_had_not_seen_the_person() -> None:
    rng = np.random.default_rng(3)
    hours = rng.gamma(4, 5, 300)
    left = rng.random(300) < 1 / (1 + np.exp(-(-1.8 + 0.08 * (hours - 20))))
    frame = pd.DataFrame({"who": np.arange(300), "left": left, "hours": hours, "sex": rng.choice(["F", "M"], 300)})
    frame = frame.sample(frac=1, random_state=2)
    source = Source("s", "snapshot", frame, {"label": "left", "person": "who", "protected": ["sex"]})
    trained = RiskState(source).train()
    assert suggested_columns(source) == ["sex"] and auditable_columns(source) == ["hours", "sex"]
    (found,) = audit_lists(trained, source, ["sex"], 20).values()
    told = trained.test.predictions
    assert frame["left"].to_numpy()[told["row"]].astype(float).tolist() == told["left"].tolist()
    cutoff = trained.risks["probability"].iloc[19]
    assert found.conversations == (told["probability"] >= cutoff).sum() >= 20
    assert found.groups["leavers"].sum() == left.sum() and any("one list" in str(note) for note in found.notes)
    view = CapacityPlanner(trained, source, drivers=read_packs()["drivers"])
    view.list.press("0", "why")
    assert "What the file says" in view.person.reasons.value and "no lever is suggested" in view.person.levers.value
    view.person.value.put("1")
    view.person.ask.click()
    assert "may differ from the risk on the list" in view.person.answer.value, view.person.status.words
    assert BackTest(trained).years.layout.display == "none"


def test_lists_of_their_own_are_cut_one_by_one() -> None:
    risks = pd.DataFrame({"person_id": list("abcd"), "probability": [0.9, 0.8, 0.2, 0.1]}).assign(low=0.0, high=1.0)
    groups = pd.DataFrame({"person_id": list("abcd"), "side": ["l", "l", "r", "r"]})
    lists = pd.Series([1, 1, 2, 2], index=list("abcd"))
    assert audit_fairness(risks, None, groups, 1, lists=lists).conversations == 2
    assert audit_fairness(risks, None, groups, 1, lists=lists).cutoff == 0.2
    assert audit_fairness(risks, None, groups, 1).cutoff == 0.9
