"""Plans for all saved at once, mentors recorded, sessions added, the catalogue updated, fair starts kept."""

import datetime as dt

import numpy as np
import pandas as pd
import plan_makers as make
import pytest
import sqlalchemy as sa
from plan_makers import START

from toolkit.documents.intake import prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.errors import Conflict, InputError, NotAllowed, NotFound
from toolkit.plans import (
    CareerView,
    CatalogueView,
    Limits,
    MentorMatching,
    OutcomeView,
    Plan,
    PlanItem,
    StartOrder,
    TeamPlanner,
    staggered_start,
)
from toolkit.plans.catalogue.storage import add_session, gain_checks
from toolkit.plans.form import activity_form, activity_rows
from toolkit.plans.mentoring.storage import keep_pairs, pairs
from toolkit.plans.outcome.storage import done_by_people, keep_start, latest_starts, update_catalogue
from toolkit.plans.outcome.study import Question, judge_activities, measure
from toolkit.plans.progress import ItemProgress
from toolkit.plans.review.storage import set_item_progress
from toolkit.plans.storage import catalogue, keep_activities, latest_plan, save_plan, sessions
from toolkit.plans.tables import PLAN
from toolkit.plans.team.storage import newest_versions, save_plans, with_running_plan
from toolkit.vocabulary import records_of

NAMES = make.NAMES
LIMITS = Limits(dt.date(2026, 9, 7), dt.date(2027, 3, 1), 2.5, 4000.0)


def plan_for(person):
    item = PlanItem("a", None, dt.date(2026, 9, 7), dt.date(2026, 9, 20), 4.0, 300.0, 0.1, {"listening": 0.2}, False)
    return Plan(person, LIMITS, (item,), 0.35, 0.4, {"listening": 0.9}, {"listening": 0.57}, {})


def stored(activity_id="a", **changed):
    row = make.activity(activity_id, listening=0.3)
    return (
        {n: v for n, v in row.items() if not n.startswith("gain_")}
        | {"gains": {"listening": 0.3}, "seats": None}
        | changed
    )


@pytest.fixture
def kept(office):
    with office.store.write("editor") as change:
        keep_activities(change, [stored("a"), stored("b")])
    return office


def reps(office, who="trainer"):
    with office.store.read() as connection:
        from toolkit.organisation.storage import people

        return people(connection, office.viewers[who])


# Plans for all


def test_all_plans_are_saved_or_none(office, audit_of):
    trainer = office.viewers["trainer"]
    ids = [one for one in reps(office)["person_id"] if one.startswith("rep")][:2]
    assert len(ids) == 2
    assert save_plans(office.store, trainer, [plan_for(one) for one in ids], {}) == dict.fromkeys(ids, 1)
    assert len(audit_of(office.store, record="plan")) == 2
    with pytest.raises(Conflict, match="saved the plan of 1 person"):
        save_plans(office.store, trainer, [plan_for(one) for one in ids], {ids[0]: 1})
    with office.store.read() as connection:
        assert newest_versions(connection, trainer) == dict.fromkeys(ids, 1)
        assert connection.execute(sa.select(sa.func.count()).select_from(PLAN)).scalar_one() == 2
        assert with_running_plan(connection, trainer) == frozenset()
    assert save_plans(office.store, trainer, [plan_for(ids[0])], {ids[0]: 1}) == {ids[0]: 2}
    with pytest.raises(NotAllowed):
        save_plans(office.store, office.viewers["rep-1"], [plan_for("rep-1")], {})


def test_one_person_out_of_sight_saves_nobody(office):
    manager = office.viewers["manager-north"]
    seen = set(reps(office, "manager-north")["person_id"])
    hidden = next(one for one in reps(office)["person_id"] if one not in seen)
    mine = next(one for one in seen if one.startswith("rep"))
    with pytest.raises((NotFound, NotAllowed)):
        save_plans(office.store, manager, [plan_for(mine), plan_for(hidden)], {})
    with office.store.read() as connection:
        assert latest_plan(connection, office.viewers["trainer"], mine) is None


def tables(count=5, seed=1):
    rng = np.random.default_rng(seed)
    names = [f"p{n}" for n in range(count)]
    people = pd.DataFrame(
        {"person_id": names, "name": [f"Person {n}" for n in range(count)], "team_id": ["t1", "t2"] * (count // 2) + ["t1"] * (count % 2),
         "tier_id": ["junior", "senior"] * (count // 2) + ["junior"] * (count % 2), "language": "en", "manager_id": None}
    )  # fmt: skip
    gaps = pd.concat(
        make.gaps(listening=(rng.uniform(2, 3), 0.4, 4.0, 3.0), closing=(rng.uniform(2, 3), 0.4, 3.5, 2.0)).assign(
            person_id=one
        )
        for one in names
    )
    activities = make.catalogue(
        make.activity("talk", hours=6.0, cost=300.0, mode="dated", listening=0.7),
        make.activity("deal", hours=8.0, cost=200.0, closing=0.6, listening=0.1),
        make.activity("read", hours=3.0, cost=0.0, closing=0.2),
    )
    days = pd.DataFrame([make.session("s1", "talk", START + dt.timedelta(days=21), seats=2)])
    return people, gaps.reset_index(drop=True), activities, days


def planner(**options):
    people, gaps, activities, days = tables()
    return TeamPlanner(
        people, gaps, activities, days, NAMES, today=START, teams={"t1": "East", "t2": "West"}, **options
    )


def test_a_team_is_planned_proven_saved_and_taken_along():
    saved = []

    def save(plans, opened):
        saved.append((plans, dict(opened)))
        return {one.person_id: 1 for one in plans}

    widget = planner(on_save=save, versions=lambda: {"p0": 3}, busy=["p4"])
    widget.together.put(900)
    widget.make.click()
    assert widget.plan is not None and widget.plan.gap <= 0.01
    assert "no plans within these limits are better by more than" in widget.facts.value
    assert len(widget.persons.ids) == 4 and "p4" not in widget.persons.ids
    assert widget.plan.items["cost"].sum() <= 900
    used = widget.plan.shared.set_index("kind")["used"]
    assert used["seats"] <= 2
    widget.persons.press("p0", "open")
    assert "Person 0" in widget.whose.value and widget.one.plan.person_id == "p0"
    widget.save.click()
    assert saved[0][1] == {"p0": 3} and "saved as draft" in widget.status.words and widget.save.disabled
    name, content = widget._excel()
    sheet = read_table(content, name, limit_mb=5)
    assert {"Name", "Activities"} <= set(sheet.columns)


def test_chosen_teams_alone_are_planned():
    widget = planner()
    widget.chosen.value = ("t2",)
    widget.make.click()
    assert set(widget.persons.ids) == {"p1", "p3"}


def test_limits_that_cannot_be_kept_are_refused_and_nothing_is_shown():
    widget = planner()
    widget.start.put(START - dt.timedelta(days=1))
    widget.make.click()
    assert "lies in the past" in widget.status.words and widget.plan is None
    widget.start.put(START)
    widget.together.problem = "This is not a number."
    widget.make.click()
    assert "cannot be used as it is" in widget.status.words and widget.plan is None
    everybody = planner(busy=[f"p{n}" for n in range(5)])
    everybody.make.click()
    assert "Nobody is left to plan for" in everybody.status.words


def test_planning_that_is_stopped_keeps_its_best_plans(monkeypatch):
    widget = planner()
    monkeypatch.setattr(type(widget.progress), "cancelled", property(lambda _self: True))
    widget.make.click()
    assert widget.plan is not None and widget.plan.stopped
    assert "best plans so far" in widget.facts.value and "Stopped" in widget.status.words


# Mentors and careers


def levels_of(people, rng=None, level=4.5):
    rows = [
        {"person_id": one, "competency_id": c, "level": level, "sd": 0.2, "low": 1.0, "high": 5.0, "evidence_count": 3}
        for one in people
        for c in ("listening", "closing")
    ]
    return pd.DataFrame(rows)


def matching(**options):
    people, gaps, _, _ = tables()
    people.loc[people["person_id"] == "p0", "manager_id"] = "p1"
    return MentorMatching(people, levels_of(["p1", "p3"]), gaps, NAMES, **options)


def test_mentors_are_proposed_explained_changed_and_recorded():
    kept = []
    widget = matching(on_save=lambda found: kept.append(found.copy()) or len(found))
    widget.share.put(5)
    widget.propose.click()
    pairs_now = widget.pairs.set_index("mentee_id")["mentor_id"]
    assert set(pairs_now.index) == {"p0", "p2", "p4"} and pairs_now["p0"] == "p3"  # p0 reports to p1
    assert "where the mentee has most to gain" in str(widget.table.data)
    widget.most.put(3)
    widget.table.press("p0", "change")
    widget.other.value = "p1"
    widget.take.click()
    assert "reports to the other" in widget.status.words
    widget.table.press("p2", "change")
    widget.other.value = ""
    widget.take.click()
    assert pd.isna(widget.pairs.set_index("mentee_id")["mentor_id"]["p2"])
    widget.keep.click()
    assert kept[0].set_index("mentee_id")["growth_share"]["p0"] == pytest.approx(0.05)


def test_a_mentor_with_too_many_mentees_is_refused():
    widget = matching()
    widget.most.put(1)
    widget.propose.click()
    taken = widget.pairs.dropna(subset=["mentor_id"]).iloc[0]
    other = next(one for one in widget.pairs["mentee_id"] if one not in (taken["mentee_id"], "p0"))
    widget.table.press(other, "change")
    widget.other.value = taken["mentor_id"]
    widget.take.click()
    assert "as many mentees as allowed" in widget.status.words


def test_pairs_are_kept_with_their_reward_for_whom_one_may_see(office, audit_of):
    ids = [one for one in reps(office)["person_id"] if one.startswith("rep")][:2]
    found = pd.DataFrame(
        {"mentee_id": [ids[0]], "mentor_id": [ids[1]], "growth_share": [0.05], "promotion_bonus": [np.nan]}
    )
    trainer = office.viewers["trainer"]
    assert keep_pairs(office.store, trainer, found, today=START) == 1
    assert keep_pairs(office.store, trainer, found, today=START) == 0
    with office.store.read() as connection:
        assert pairs(connection, trainer)["growth_share"].tolist() == [0.05]
    assert keep_pairs(office.store, trainer, found.assign(mentor_id=None), today=START) == 1
    assert [one["action"] for one in audit_of(office.store, record="mentor_pair")] == ["create", "update"]
    with pytest.raises(NotAllowed):
        keep_pairs(office.store, office.viewers["rep-1"], found, today=START)
    seen = set(reps(office, "manager-north")["person_id"])
    hidden = next(one for one in reps(office)["person_id"] if one not in seen)
    with pytest.raises((NotFound, NotAllowed)):
        keep_pairs(office.store, office.viewers["manager-north"], found.assign(mentee_id=hidden), today=START)


def test_a_career_shows_every_horizon_and_follows_the_pace():
    people, _, _, _ = tables()
    ladders = pd.DataFrame(
        [("l", "low", "", "competency", "", None), ("l", "high", "low", "competency", "listening", 4.0)],
        columns=["ladder_id", "rank_id", "after", "kind", "requirement_id", "wanted"],
    )
    ranks = pd.DataFrame({"person_id": ["p0"], "rank_id": ["low"], "since": [pd.Timestamp("2025-01-05")]})
    words = {one: {"en": one.title(), "zh": one} for one in ("l", "low", "high")}
    widget = CareerView(people, levels_of(["p0"], level=3.0), ladders, words, NAMES, ranks=ranks, today=START)
    assert "Low" in widget.now.value and "12 months" in widget.now.value
    reached = widget.path.set_index("years")["rank_id"]
    assert pd.isna(reached[1]) and reached[2] == "high" and reached[5] == "high"
    widget.pace.put(1.0)
    assert widget.path.set_index("years")["rank_id"][1] == "high"


# Catalogue


def test_a_session_is_added_once_and_never_in_the_past(kept, audit_of):
    trainer = kept.viewers["trainer"]
    day = START + dt.timedelta(days=30)
    add_session(kept.store, trainer, "a", day, 8, today=START)
    with kept.store.read() as connection:
        found = sessions(connection)
        assert found.loc[found["activity_id"] == "a", "seats"].tolist() == [8]
        assert catalogue(connection).set_index("activity_id")["mode"].reindex(["a", "b"]).to_dict() == {
            "a": "dated",
            "b": "on_demand",
        }
    assert audit_of(kept.store, record="session")
    for arguments, words in (
        (("a", day, 8), "already has a session"),
        (("a", START - dt.timedelta(days=1), 8), "lies in the past"),
        (("a", day + dt.timedelta(days=1), 0), "at least one seat"),
    ):
        with pytest.raises(InputError, match=words):
            add_session(kept.store, trainer, *arguments, today=START)
    with pytest.raises(NotFound):
        add_session(kept.store, trainer, "nothing", day, 8, today=START)
    with pytest.raises(NotAllowed):
        add_session(kept.store, kept.viewers["rep-1"], "a", day, 8, today=START)


def test_the_catalogue_is_filtered_and_comes_back_from_excel_with_its_doubts(kept):
    with kept.store.write("editor") as change:
        keep_activities(change, [{"activity_id": "a", "changed_sds": {"listening": 0.2}}])
    with kept.store.read() as connection:
        activities, days = catalogue(connection), sessions(connection)
    activities = activities[activities["activity_id"].isin(["a", "b"])]
    checks = pd.DataFrame({"activity_id": ["a"], "competency_id": ["listening"], "people": [9]})
    view = CatalogueView(activities, days, NAMES, today=START, checks=checks)
    assert (
        view.table.ids == ("a", "b")
        and "± 0.20" in str(view.table.data)
        and "9 people measured" in str(view.table.data)
    )
    name, content = view._excel()
    form = activity_form(NAMES)
    raw = read_table(content, name, limit_mb=5)
    mapping = suggest_mapping(raw.columns, form)
    frame = prepare(raw, form, mapping).require_ready()
    frame.loc[frame["activity_id"] == "a", "sd_listening"] = 0.1
    rows, _ = activity_rows(frame, {row["activity_id"]: row for row in records_of(activities)}, START)
    with kept.store.write("editor") as change:
        keep_activities(change, rows)
    with kept.store.read() as connection:
        again = catalogue(connection).set_index("activity_id")
    assert again.loc["a", "sd_listening"] == pytest.approx(0.1) and again.loc["a", "gain_listening"] == pytest.approx(
        0.3
    )


# Did it work


def cohort_levels(gain, people=60, trained=30, seed=5, noise=0.2):
    rng = np.random.default_rng(seed)
    names = [f"p{n:02d}" for n in range(people)]
    true = rng.normal(3, 0.5, people)

    def table(shift):
        seen = true + shift + rng.normal(0, noise, people)
        # As `estimate_levels` gives them: drawn towards the mean.
        kept = 1 - noise**2 / seen.var(ddof=1)
        level = seen.mean() + kept * (seen - seen.mean())
        return pd.DataFrame(
            {"person_id": names, "competency_id": "listening", "level": level, "sd": noise * np.sqrt(kept)}
        )

    before, after = table(0.0), table(np.where(np.arange(people) < trained, gain, 0.0))
    return names, (before, before), (after, after)


def test_a_known_gain_is_found_and_none_is_not_claimed():
    names, before, after = cohort_levels(0.5)
    days = (START, START + dt.timedelta(days=180))
    question = Question(tuple(names[:30]), *days, tuple(names[30:]))
    found = measure(question, before, after, ["role_play"])
    assert found.method == "difference_in_differences" and found.overall.verdict == "gained"
    assert found.overall.low <= 0.5 <= found.overall.high and found.reach.level == "learning"
    names, before, after = cohort_levels(0.0)
    assert measure(question, before, after).overall.verdict != "gained"


def test_questions_that_cannot_be_answered_are_refused():
    names, before, after = cohort_levels(0.5)
    days = (START, START + dt.timedelta(days=180))
    for wrong in (lambda: Question((), *days), lambda: Question(("p00",), days[1], days[0]),
                  lambda: Question(("p00",), *days, ("p00",))):  # fmt: skip
        with pytest.raises(InputError):
            wrong()
    few = tuple(table[table["person_id"].isin(names[:5])] for table in before)
    with pytest.raises(Exception, match="Cannot tell"):
        measure(Question(tuple(names[:5]), *days), few, after)


def test_activities_are_judged_with_what_the_idle_gained_taken_off():
    names, before, after = cohort_levels(0.4)
    later = tuple(table.assign(level=table["level"] + 0.3) for table in after)  # everybody gained that
    done = pd.DataFrame({"person_id": names[:30], "activity_id": "a"})
    expected = pd.DataFrame({"activity_id": ["a"], "competency_id": ["listening"], "gain": [0.4]})
    found = judge_activities(done, expected, START, START + dt.timedelta(days=180), before, later)
    assert found.compared and found.updated["observed"].iloc[0] == pytest.approx(0.4, abs=0.15)
    assert found.verdicts["verdict"].tolist() == ["works"]


def outcome(names, before, after, **options):
    people = pd.DataFrame({"person_id": names, "name": names, "team_id": "t"})
    evidence = pd.DataFrame({"person_id": names, "source": "role_play"})
    activities = make.catalogue(make.activity("a", listening=0.3), make.activity("b", listening=0.1))
    return OutcomeView(
        people, activities, NAMES, lambda day, since: (*(before if since is None else after), evidence),
        today=START + dt.timedelta(days=180), **options,
    )  # fmt: skip


def test_the_look_back_says_what_it_can_and_updates_the_catalogue():
    names, before, after = cohort_levels(0.5)
    kept = []
    view = outcome(
        names, before, after, on_update=lambda updated, first, last: kept.append((updated, first, last)) or 1
    )
    view.make.click()
    assert "Nobody was chosen" in view.status.words and view.found is None
    view.activity.value = "a"
    view.cohort.value = tuple(names[:30])
    view.make.click()
    assert view.found.method == "difference_in_differences" and "Gained" in view.summary.value
    assert "2 Learning" in view.summary.value
    view.update.click()
    assert kept[0][0].set_index("activity_id")["people"]["a"] == 30 and kept[0][1] < kept[0][2]
    assert view.update.disabled
    view.first.put(view.last.value)
    view.make.click()
    assert "must lie before" in view.status.words and view.results.layout.display == "none"


def test_a_recorded_start_by_lot_is_what_is_compared():
    names, before, after = cohort_levels(0.5)
    mean = before[0][["person_id", "level"]].assign(team_id="t")
    start = staggered_start(mean, 30, seed=4)
    now = set(start.now)
    shifted = after[0].assign(level=before[0]["level"] + after[0]["person_id"].isin(now) * 0.5)
    view = outcome(names, before, (shifted, shifted), starts={"a": (4, start.table)})
    view.activity.value = "a"
    assert set(view.cohort.value) == now
    view.make.click()
    assert view.found.method == "ancova" and view.found.overall.others == 30


def test_observed_gains_reach_the_catalogue_with_their_trace(kept, audit_of):
    trainer = kept.viewers["trainer"]
    updated = pd.DataFrame(
        {"activity_id": ["a", "b"], "competency_id": "listening", "expected": 0.3, "observed": [0.1, np.nan],
         "se": [0.05, np.nan], "people": [12, 0], "weight": [0.8, 0.0], "updated": [0.14, 0.3], "sd": 0.05}
    )  # fmt: skip
    last = START + dt.timedelta(days=90)
    assert update_catalogue(kept.store, trainer, updated, START, last) == 1
    with kept.store.read() as connection:
        found = catalogue(connection).set_index("activity_id")
        checks = gain_checks(connection)
    assert (
        found["gain_listening"].reindex(["a", "b"]).to_dict() == {"a": pytest.approx(0.14), "b": 0.3}
        and found.loc["a", "sd_listening"] == 0.05
    )
    assert checks[["expected", "people"]].to_numpy().tolist() == [[0.3, 12]]
    assert {one["record_id"] for one in audit_of(kept.store, record="activity")} >= {"a"}
    # A second look begins from what was expected at first.
    update_catalogue(kept.store, trainer, updated.assign(expected=0.14, updated=0.2), START, last)
    with kept.store.read() as connection:
        assert gain_checks(connection)["expected"].tolist() == [0.3]
    with pytest.raises(NotAllowed):
        update_catalogue(kept.store, kept.viewers["rep-1"], updated, START, last)


def test_what_was_done_is_read_for_whom_one_may_see(kept):
    save_plan(kept.store, kept.viewers["trainer"], plan_for("rep-1"))
    done = ItemProgress("done", dt.date(2026, 9, 18))
    set_item_progress(kept.store, kept.viewers["trainer"], "rep-1", 1, "a", done, today=dt.date(2026, 10, 1))
    with kept.store.read() as connection:
        assert done_by_people(connection, kept.viewers["trainer"])["activity_id"].tolist() == ["a"]
        assert done_by_people(connection, kept.viewers["administrator"]).empty


def test_a_start_is_proposed_drawn_again_alike_and_recorded(kept):
    people = pd.DataFrame(
        {"person_id": [f"p{n}" for n in range(8)], "name": [f"N{n}" for n in range(8)], "team_id": "t"}
    )
    widget = StartOrder(
        people, make.catalogue(make.activity("a", listening=0.3)), levels_of(people["person_id"][:7]), seed=9
    )
    widget.make.click()
    assert "Nobody was chosen" in widget.status.words
    widget.who.value = tuple(people["person_id"])
    widget.places.put(3)
    widget.make.click()
    assert "N7" in widget.status.words and widget.found is None  # nobody has seen N7
    widget.who.value = tuple(people["person_id"][:7])
    widget.make.click()
    first = widget.found.now
    widget.make.click()
    assert widget.found.now == first and len(first) == 3 and "with the number 9" in widget.notes.value
    ids = [one for one in reps(kept)["person_id"] if one.startswith("rep")]
    start = staggered_start(pd.DataFrame({"person_id": ids, "team_id": "t", "level": range(len(ids))}), 1, seed=2)
    keep_start(kept.store, kept.viewers["trainer"], "a", start)
    with kept.store.read() as connection:
        seed, table = latest_starts(connection, kept.viewers["trainer"])["a"]
    assert seed == 2 and set(table["person_id"]) == set(ids)
    with pytest.raises(NotAllowed):
        keep_start(kept.store, kept.viewers["rep-1"], "a", start)
