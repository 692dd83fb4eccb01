"""What HR keeps around a model: for HR alone, each change and each look written down, off when switched off."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from attrition_simulator import simulate

from toolkit.access.roles import Role, Viewer
from toolkit.attrition import conversation_effect, fit_panel, storage
from toolkit.attrition.audit import storage as audits
from toolkit.attrition.card import card_today
from toolkit.attrition.care_call import Conversation, follow_ups, held_of, outcomes_of, state_of
from toolkit.attrition.care_calls import storage as care
from toolkit.attrition.data_sets import storage as data_sets
from toolkit.attrition.fairness import audit_fairness
from toolkit.attrition.tables import DRIFT_CHECK, LISTED, RISK
from toolkit.attrition.versions import storage as versions
from toolkit.errors import InputError, NotAllowed, NotFound
from toolkit.language import Language
from toolkit.store import Store
from toolkit.wording import counted, text

AuditOf = Callable[..., list[dict[str, Any]]]
FANG = Viewer("user-fang", "Fang", Role.HR, "fang", "zh")
TODAY = dt.date(2026, 3, 10)
LEVERS = ("keep_promises", "care_call")


def risks(people: int = 30) -> pd.DataFrame:
    probability = np.linspace(0.6, 0.02, people)
    names = [f"p{number:02d}" for number in range(people)]
    return pd.DataFrame(
        {"person_id": names, "probability": probability, "low": probability * 0.7, "high": probability * 1.3}
    )


def called(**more: Any) -> Conversation:
    known: dict[str, Any] = {"conversation_id": "c1", "person_id": "p00", "held_on": TODAY, "held_by": "Fang"}
    return Conversation(**{**known, "outcome": "stays", **more})


def keep(store: Store, conversation: Conversation) -> None:
    care.keep_conversation(store, FANG, conversation, today=TODAY, levers=LEVERS)


@pytest.fixture
def run(hr: Store) -> str:
    months = simulate(60, 12).drop(columns="hazard")
    data_set_id = storage.keep_data_set(hr, FANG, "months", "months", months)
    return storage.keep_run(hr, FANG, data_set_id, {}, risks())


def listing(hr: Store, run: str, **more: Any) -> str:
    options: dict[str, Any] = {"conversations": 6, "band": 2, "seed": 7, "reviewer": " Fang ", "made_on": TODAY}
    return care.make_list(hr, FANG, run, **(options | more))


USES: dict[str, Callable[[Store, Viewer], object]] = {
    "make_list": lambda s, v: care.make_list(s, v, "r", conversations=1, band=0, seed=1, reviewer="x", made_on=TODAY),
    "lists": care.lists,
    "listed": lambda s, v: care.listed(s, v, "l"),
    "override": lambda s, v: care.override(s, v, "l", "p", "added", reason="x", reviewer="x"),
    "keep_conversation": lambda s, v: care.keep_conversation(s, v, called(), today=TODAY, levers=()),
    "follow_up_done": lambda s, v: care.follow_up_done(s, v, "c1", TODAY),
    "conversations": care.conversations,
    "open_person": lambda s, v: care.open_person(s, v, None, "p00"),
    "drawn": care.drawn,
    "lessons": care.lessons,
    "keep_departure": lambda s, v: care.keep_departure(s, v, "p00", True, reason=""),
    "departures": care.departures,
    "setting": versions.setting,
    "switch": lambda s, v: versions.switch(s, v, False, why="x"),
    "keep_setting": lambda s, v: versions.keep_setting(s, v, contact="", retrain_months=3),
    "keep_check": lambda s, v: versions.keep_check(s, v, "r", "d", retrain=True, sentences=()),
    "checks": lambda s, v: versions.checks(s, v, "r"),
    "keep_audit": lambda s, v: audits.keep_audit(s, v, "r", {}, on=TODAY),
    "last_audit": lambda s, v: audits.last_audit(s, v, "r"),
    "delete_data_set": lambda s, v: data_sets.delete_data_set(s, v, "d", why="x"),
}


def test_every_function_that_takes_a_viewer_is_tested_below() -> None:
    found = {
        name
        for module in (care, versions, audits, data_sets)
        for name, value in vars(module).items()
        if callable(value)
        and not name.startswith("_")
        and "viewer" in getattr(value, "__annotations__", {})
        and value.__module__ == module.__name__
    }
    assert found == set(USES)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HR])
@pytest.mark.parametrize("use", USES)
def test_nobody_but_hr_gets_in(hr: Store, audit_of: AuditOf, use: str, role: Role) -> None:
    with pytest.raises(NotAllowed, match=r"^Attrition risk is open to HR only\.$"):
        USES[use](hr, dataclasses.replace(FANG, role=role))
    assert audit_of(hr) == []


def test_a_model_is_kept_with_its_card_and_its_reasons(hr: Store, audit_of: AuditOf) -> None:
    months = simulate(150, 18).drop(columns="hazard")
    model = fit_panel(months, challenger=False)
    told, reasons = model.predict(months), model.reasons(months, top=99)
    data_set_id = storage.keep_data_set(hr, FANG, "m", "months", months)
    card = model.card(contact="hr@example.com")
    run_id = storage.keep_run(hr, FANG, data_set_id, {}, told, model=model, card=card, reasons=reasons)
    (kept,) = storage.runs(hr, FANG)
    assert (kept.run_id, kept.version, kept.horizon_months, kept.kind) == (run_id, model.version, 3, "months")
    assert kept.named and model.background is not None and kept.data_hash == model.background.data_hash
    back = storage.model_of(hr, FANG, run_id)
    pd.testing.assert_frame_equal(back.predict(months), told, check_exact=True)
    again = storage.kept_card(hr, FANG, run_id)
    for code in ("en", "zh"):
        say = Language(code)
        assert {name: [say.say(one) for one in lines] for name, lines in again.sections.items()} == {
            name: [say.say(one) for one in lines] for name, lines in card.sections.items()
        }
    one = told.sort_values("probability", ascending=False)["person_id"].iloc[0]
    mine = reasons[reasons["person_id"] == one].sort_values("rank").reset_index(drop=True)
    found = storage.reasons_of(hr, FANG, run_id, str(one))
    assert found["column"].tolist() == mine["column"].tolist()
    assert found["contribution"].tolist() == mine["contribution"].tolist()
    assert found["driver"].tolist() == mine["driver"].tolist()
    assert storage.reasons_of(hr, FANG, run_id, "nobody").empty
    assert storage.risks_of(hr, FANG, run_id)["probability"].is_monotonic_decreasing
    assert audit_of(hr, "risk_run")[-1]["after"]["version"] == model.version
    for part in (storage.model_of, storage.kept_card):
        with pytest.raises(NotFound, match="not in the store"):
            part(hr, FANG, "nothing")


def test_a_list_keeps_what_chance_decided(hr: Store, run: str, audit_of: AuditOf) -> None:
    list_id = listing(hr, run)
    rows = care.listed(hr, FANG, list_id)
    assert rows["rank"].tolist() == list(range(1, 9)) and int(rows["chosen"].sum()) == 6
    assert rows["drawn"].tolist() == [False] * 4 + [True] * 4
    assert rows.loc[rows["drawn"], "chance"].tolist() == [0.5] * 4
    again = care.listed(hr, FANG, listing(hr, run))
    assert again["chosen"].tolist() == rows["chosen"].tolist(), "the same seed draws the same"
    (newest, first) = care.lists(hr, FANG)
    assert first.list_id == list_id and (first.band, first.seed, first.reviewer, first.made_on) == (2, 7, "Fang", TODAY)
    assert newest.horizon_months is None
    assert len(care.drawn(hr, FANG)) == 8 and care.drawn(hr, FANG)["chosen"].sum() == 4
    made = audit_of(hr, "conversation_list")[0]
    assert (made["action"], made["after"]["seed"], made["after"]["reviewer"]) == ("create", 7, "Fang")
    plain = care.listed(hr, FANG, listing(hr, run, band=0, conversations=3))
    assert plain["person_id"].tolist() == ["p00", "p01", "p02"] and not plain["drawn"].any()


def test_a_list_needs_somebody_who_answers_for_it(hr: Store, run: str) -> None:
    for more, words in (
        ({"reviewer": "  "}, "Name who decides"),
        ({"conversations": 0}, "At least one"),
        ({"band": 7}, "between 1 and the number"),
        ({"conversations": 29, "band": 5}, "needs 34 people"),
    ):
        with pytest.raises(InputError, match=words):
            listing(hr, run, **more)
    with pytest.raises(NotFound):
        listing(hr, "nothing")
    assert care.lists(hr, FANG) == []


def test_hr_may_overrule_the_model_and_says_why(hr: Store, run: str, audit_of: AuditOf) -> None:
    list_id = listing(hr, run, band=0)
    with pytest.raises(InputError, match="Say why"):
        care.override(hr, FANG, list_id, "p00", "left_out", reason=" ", reviewer="Fang")
    with pytest.raises(InputError, match="Name who decides"):
        care.override(hr, FANG, list_id, "p00", "left_out", reason="on leave", reviewer="")
    care.override(hr, FANG, list_id, "p00", "left_out", reason="on leave", reviewer="Fang")
    care.override(hr, FANG, list_id, "p29", "added", reason="asked for it", reviewer="Fang")
    care.override(hr, FANG, list_id, "stranger", "added", reason="new here", reviewer="Fang")
    with pytest.raises(InputError, match="on the list already"):
        care.override(hr, FANG, list_id, "p01", "added", reason="x", reviewer="Fang")
    with pytest.raises(InputError, match="not on the list"):
        care.override(hr, FANG, list_id, "p20", "left_out", reason="x", reviewer="Fang")
    rows = care.listed(hr, FANG, list_id).set_index("person_id")
    assert rows.loc["p00", ["chosen", "override", "reason"]].tolist() == [True, "left_out", "on leave"]
    assert rows.index.tolist()[-2:] == ["p29", "stranger"] and rows["probability"].isna().tolist()[-1]
    told = [(row["person_id"], row["why"]) for row in audit_of(hr, "listed_person")]
    assert told == [("p00", "on leave"), ("p29", "asked for it"), ("stranger", "new here")]
    care.override(hr, FANG, list_id, "p00", "", reason="back again", reviewer="Fang")
    assert audit_of(hr, "listed_person")[-1]["before"]["override"] == "left_out"


def test_a_conversation_is_kept_changed_and_looked_at_in_the_open(hr: Store, run: str, audit_of: AuditOf) -> None:
    list_id = listing(hr, run)
    first = called(
        list_id=list_id,
        steps=("greet", "ask"),
        levers=("keep_promises",),
        note=" Waits for a bonus. ",
        follow_up_on=dt.date(2026, 3, 24),
    )
    keep(hr, first)
    keep(hr, first)
    keep(hr, dataclasses.replace(first, outcome="undecided"))
    changes = audit_of(hr, "conversation")
    assert [row["action"] for row in changes] == ["create", "update"], "the same again leaves no trace"
    assert changes[1]["before"] == {"outcome": "stays"} and changes[1]["person_id"] == "p00"
    rows = care.conversations(hr, FANG)
    assert "note" not in rows.columns and rows["outcome"].tolist() == ["undecided"]
    mine = care.open_person(hr, FANG, list_id, "p00")
    assert mine["note"].tolist() == ["Waits for a bonus."] and mine["levers"].tolist() == [["keep_promises"]]
    look = audit_of(hr)[-1]
    assert (look["action"], look["record"], look["person_id"]) == ("view", "conversation", "p00")
    assert follow_ups(rows, dt.date(2026, 3, 23)).empty
    assert follow_ups(rows, dt.date(2026, 3, 23), ahead=1)["person_id"].tolist() == ["p00"]
    care.follow_up_done(hr, FANG, "c1", dt.date(2026, 3, 24))
    assert follow_ups(care.conversations(hr, FANG), dt.date(2026, 4, 1)).empty
    with pytest.raises(NotFound):
        care.follow_up_done(hr, FANG, "nothing", TODAY)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"held_by": " "}, "Say who held"),
        ({"held_on": TODAY + dt.timedelta(days=1)}, "in the future"),
        ({"outcome": "fine"}, "Choose what came"),
        ({"steps": ("sell",)}, "four steps"),
        ({"levers": ("bribe",)}, "no lever “bribe”"),
        ({"note": "x" * 10_001}, "too long"),
        ({"follow_up_on": TODAY}, "must come after"),
    ],
)
def test_what_cannot_be_is_refused_and_not_kept(hr: Store, audit_of: AuditOf, wrong: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        keep(hr, called(**wrong))
    assert audit_of(hr) == []


def test_where_each_person_of_a_list_stands(hr: Store, run: str) -> None:
    list_id = listing(hr, run)
    keep(hr, called(conversation_id="before", held_on=TODAY - dt.timedelta(days=40)))
    keep(hr, called(conversation_id="one", person_id="p01"))
    keep(hr, called(conversation_id="two", person_id="p02", outcome="not_reached"))
    late = called(conversation_id="three", person_id="p03", held_on=TODAY - dt.timedelta(days=20))
    keep(hr, dataclasses.replace(late, follow_up_on=TODAY - dt.timedelta(days=1)))
    rows = care.listed(hr, FANG, list_id)
    winner, loser = (rows.loc[rows["drawn"] & (rows["chosen"] == won), "person_id"].iloc[0] for won in (True, False))
    care.override(hr, FANG, list_id, winner, "left_out", reason="ill", reviewer="Fang")
    rows = care.listed(hr, FANG, list_id)
    states = dict(zip(rows["person_id"], state_of(rows, care.conversations(hr, FANG), TODAY, TODAY), strict=True))
    assert [states[each] for each in ("p00", "p01", "p02", "p03")] == ["to_talk", "talked", "try_again", "follow_up"]
    assert (states[winner], states[loser]) == ("left_out", "not_drawn")
    assert held_of(care.conversations(hr, FANG))["person_id"].tolist() == ["p01", "p03", "p00"]


def test_what_must_not_teach_reaches_the_training(hr: Store, audit_of: AuditOf) -> None:
    keep(hr, called())
    keep(hr, called(conversation_id="c2", person_id="p01", outcome="declined"))
    care.keep_departure(hr, FANG, "p07", False, reason="long below target, helped twice")
    care.keep_departure(hr, FANG, "p08", True, reason="")
    care.keep_departure(hr, FANG, "p09", False, reason="")
    care.keep_departure(hr, FANG, "p09", None, reason="")
    held, healthy = care.lessons(hr, FANG)
    assert held["person_id"].tolist() == ["p00"] and healthy == ("p07",)
    assert care.departures(hr, FANG) == {"p07": False, "p08": True}
    assert audit_of(hr, "departure")[0]["why"] == "long below target, helped twice"


def test_the_effect_counts_only_horizons_that_are_over() -> None:
    months = pd.DataFrame(
        [
            (person, month, left)
            for person, left in (("a", "2026-04-20"), ("b", None), ("c", "2026-01-15"), ("d", "2026-07-02"))
            for month in pd.date_range("2026-01-01", "2026-06-01", freq="MS")
        ],
        columns=["person_id", "month", "left_on"],
    )
    people = ["a", "b", "c", "d", "e"]
    drawn = pd.DataFrame(
        {"round": "r1", "person_id": people, "made_on": dt.date(2026, 3, 10), "horizon_months": 3.0, "chosen": True}
    )
    assert outcomes_of(drawn, months).tolist()[:2] == [1.0, 0.0]
    assert np.isnan(outcomes_of(drawn, months).tolist()[2]), "gone before the list was made"
    assert outcomes_of(drawn, months).tolist()[3] == 0.0, "left after the horizon"
    assert np.isnan(outcomes_of(drawn, months).tolist()[4]), "not in the months"
    early = months[months["month"] <= pd.Timestamp("2026-05-01")]
    assert outcomes_of(drawn, early).isna().all(), "a leaver too early known would count one side only"
    assert outcomes_of(drawn.assign(horizon_months=np.nan), months).isna().all()
    many = pd.DataFrame(
        {
            "round": "r1",
            "person_id": [f"q{n}" for n in range(60)],
            "made_on": dt.date(2026, 3, 10),
            "horizon_months": 3.0,
            "chosen": [n < 30 for n in range(60)],
            "drawn": True,
        }
    )
    gone = {f"q{n}" for n in (*range(3), *range(30, 42))}
    told = pd.DataFrame(
        [
            (person, month, "2026-04-20" if person in gone else None)
            for person in many["person_id"]
            for month in pd.date_range("2026-01-01", "2026-06-01", freq="MS")
        ],
        columns=["person_id", "month", "left_on"],
    )
    effect = conversation_effect(many, outcomes_of(many, told))
    assert (effect.talked, effect.others) == (0.1, 0.4) and effect.difference.high < 0


def test_switched_off_nothing_is_computed_or_shown_and_on_again_it_is_there(
    hr: Store, run: str, audit_of: AuditOf
) -> None:
    list_id = listing(hr, run)
    assert versions.setting(hr, FANG) == versions.Setting()
    with pytest.raises(InputError, match="Say why"):
        versions.switch(hr, FANG, False, why=" ")
    versions.switch(hr, FANG, False, why="the works council asks questions")
    now = versions.setting(hr, FANG)
    assert (now.switched_on, now.changed_by) == (False, "Fang") and now.changed_at is not None
    data_set_id = storage.data_sets(hr, FANG)[0].data_set_id
    for use in (
        lambda: storage.keep_run(hr, FANG, data_set_id, {}, risks()),
        lambda: storage.table_of(hr, FANG, data_set_id),
        lambda: storage.risks_of(hr, FANG, run),
        lambda: storage.reasons_of(hr, FANG, run, "p00"),
        lambda: storage.record_view(hr, FANG, data_set_id, ["p00"]),
        lambda: listing(hr, run),
        lambda: care.listed(hr, FANG, list_id),
        lambda: care.override(hr, FANG, list_id, "p00", "left_out", reason="x", reviewer="x"),
        lambda: keep(hr, called()),
        lambda: care.conversations(hr, FANG),
        lambda: care.open_person(hr, FANG, list_id, "p00"),
        lambda: care.drawn(hr, FANG),
        lambda: care.lessons(hr, FANG),
        lambda: care.departures(hr, FANG),
    ):
        with pytest.raises(NotAllowed, match="switched off"):
            use()
    versions.switch(hr, FANG, True, why="agreed")
    assert len(care.listed(hr, FANG, list_id)) == 8
    told = [(row["action"], row["after"]["switched_on"], row["why"]) for row in audit_of(hr, "attrition_setting")]
    assert told == [("create", False, "the works council asks questions"), ("update", True, "agreed")]


def test_schedule_contact_and_checks_are_kept(hr: Store, run: str) -> None:
    versions.keep_setting(hr, FANG, contact=" hr@example.com ", retrain_months=3)
    assert versions.setting(hr, FANG).contact == "hr@example.com" and versions.setting(hr, FANG).switched_on
    with pytest.raises(InputError, match="1 to 60 months"):
        versions.keep_setting(hr, FANG, contact="", retrain_months=0)
    data_set_id = storage.data_sets(hr, FANG)[0].data_set_id
    said = (
        text("“{column}” has moved since training (stability {value}).", column=text("Pay"), value=np.float64(0.31)),
        counted("{count} row", "{count} rows", 2),
    )
    versions.keep_check(hr, FANG, run, data_set_id, retrain=True, sentences=said)
    (check,) = versions.checks(hr, FANG, run)
    assert check.retrain and [str(one) for one in check.sentences] == [str(one) for one in said]
    assert versions.checks(hr, FANG, "other") == []


def test_what_an_audit_said_stands_on_the_card(hr: Store, run: str, audit_of: AuditOf) -> None:
    told, people = risks(), risks()["person_id"]
    groups = pd.DataFrame({"person_id": people, "gender": ["f", "m"] * 15})
    result = audit_fairness(told, pd.Series(0.0, index=people), groups, 6)
    assert audits.last_audit(hr, FANG, run) == ()
    audits.keep_audit(hr, FANG, run, {"today": result}, on=TODAY)
    said = audits.last_audit(hr, FANG, run)
    assert "a list of 6 people" in str(said[0]) and [str(one) for one in said[1:]] == [
        str(one) for one in (*result.sentences, *result.notes)
    ]
    (written,) = [row for row in audit_of(hr) if row["record"] == "fairness_check"]
    assert written["action"] == "check" and written["after"]["columns"] == ["gender"]
    model = fit_panel(simulate(150, 18).drop(columns="hazard"), challenger=False)
    card = card_today(model.card(), contact="", audited=said)
    lines = [str(one) for one in card.sections["fairness"]]
    assert str(said[0]) in lines and not any("not been audited" in one for one in lines)


def test_a_data_set_is_deleted_with_all_that_came_of_it(hr: Store, run: str, audit_of: AuditOf) -> None:
    list_id = listing(hr, run)
    keep(hr, called(list_id=list_id))
    versions.keep_check(hr, FANG, run, storage.data_sets(hr, FANG)[0].data_set_id, retrain=True, sentences=())
    other = storage.keep_data_set(hr, FANG, "other", "months", simulate(20, 12).drop(columns="hazard"))
    doomed = next(one for one in storage.data_sets(hr, FANG) if one.data_set_id != other).data_set_id
    with pytest.raises(InputError, match="Say why"):
        data_sets.delete_data_set(hr, FANG, doomed, why=" ")
    with pytest.raises(NotFound):
        data_sets.delete_data_set(hr, FANG, "unknown", why="x")
    assert len(storage.runs(hr, FANG)) == 1
    data_sets.delete_data_set(hr, FANG, doomed, why="The period of storage is over.")
    assert [one.data_set_id for one in storage.data_sets(hr, FANG)] == [other]
    assert storage.runs(hr, FANG) == [] and care.lists(hr, FANG) == []
    (held,) = care.conversations(hr, FANG).itertuples()
    assert held.person_id == "p00" and pd.isna(held.list_id)
    (written,) = [row for row in audit_of(hr) if row["action"] == "delete"]
    assert written["why"] == "The period of storage is over." and written["before"]["rows"] > 0
    with hr.read() as connection:
        for table in (RISK, LISTED, DRIFT_CHECK):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
