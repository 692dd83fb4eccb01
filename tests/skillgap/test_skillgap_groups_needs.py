"""What a team holds and the company needs, against counts by hand, and as it is shown."""

import datetime as dt
import io

import pandas as pd
import pytest

from toolkit.skillgap import GapState, NeedsAnalysis, SkillGapExplorer, TeamHeatMap
from toolkit.skillgap.company.needs import activity_reach, training_needs
from toolkit.skillgap.person.record_report import Record, record_document, record_workbook
from toolkit.skillgap.team.holding import holding, single_points, tenure_mix

NAMES = {"listening": {"en": "Listening", "zh": "倾听"}, "closing": {"en": "Closing", "zh": "成交"}}
TODAY = dt.date(2026, 9, 1)
NOTHING_SHARED = pd.Series({"listening": 0.0, "closing": 0.0})


def make(count=12):
    people = pd.DataFrame(
        {
            "person_id": [f"p{n}" for n in range(count)], "name": [f"N{n}" for n in range(count)],
            "team_id": ["t" if n < count // 2 else "u" for n in range(count)], "tier_id": "middle", "language": "en",
            "hired_on": pd.Timestamp(2020, 1, 1),
        }
    )  # fmt: skip
    evidence = pd.DataFrame(
        [
            (f"p{n}", "listening", "manager", 4.8 if n == 0 else 1.2, 0.1, pd.Timestamp(2026, 8, 1), "m")
            for n in range(count)
        ],
        columns=["person_id", "competency_id", "source", "level", "standard_error", "observed_on", "rater_id"],
    )
    expected = pd.DataFrame(
        [(one, name, 3.0, 4.0) for one in people["person_id"] for name in NAMES],
        columns=["person_id", "competency_id", "target", "weight"],
    )
    return GapState(people, evidence, expected, as_of=TODAY)


def catalogue(**gains):
    row = {
        "activity_id": "drill", "name_en": "Drill", "name_zh": "演练", "kind": "drill", "content_area": "sales_skills",
        "tier": "any", "language": "both", "mode": "on_demand", "hours": 4.0, "cost": 10.0, "weeks": 2, "prerequisites": None,
    }  # fmt: skip
    return pd.DataFrame([row | {f"gain_{name}": gain for name, gain in gains.items()}])


def test_one_who_alone_holds_something_is_a_single_point_of_failure():
    state = make()
    held = holding(state.team_of("t"), NOTHING_SHARED, list(NAMES)).set_index("competency_id")
    assert held.loc["listening", ["asked", "seen", "person_id"]].to_list() == [6, 6, "p0"]
    assert held.loc["listening", "single"] > 0.9 and held.loc["listening", "holders"] == pytest.approx(1, abs=0.1)
    assert held.loc["closing", "seen"] == 0 and pd.isna(held.loc["closing", "holders"])
    assert single_points(held.reset_index())["competency_id"].tolist() == ["listening"]


def test_the_team_page_names_it_and_says_what_its_type_asks(rows_of):
    heat = TeamHeatMap(make(), NAMES, {"t": "Team"}, types={"t": "complementary"})
    heat.views.show_section("Held by how many")
    assert "Listening" in heat.points.value and "N0" in heat.points.value
    heat.views.show_section("Make-up")
    asks = {row["competency"]: row["asks"] for row in rows_of(heat.make_up)}
    assert asks == {"Listening": "held, but perhaps without a deputy", "Closing": "not yet seen"}
    assert "complementary" in heat.kind.value and "3 years and more: 6" in heat.mix.value
    heat.views.show_section("Observe next")
    assert heat.workbook().startswith(b"PK")


def test_a_mix_never_singles_anybody_out():
    hired = pd.Series(pd.to_datetime(["2026-06-01"] * 2 + ["2024-06-01"] * 5 + ["2015-01-01"] * 9))
    found = {one.key: one.people for one in tenure_mix(hired, pd.Timestamp(TODAY))}
    assert found == {"under 1": None, "1 to 3": None, "3 and more": 9}


def test_needs_count_who_is_below_and_leave_small_teams_out():
    state = make()
    needs = training_needs(state.gaps, state.people, NOTHING_SHARED, catalogue(listening=0.5))
    company = needs[needs["team_id"].isna()].set_index("competency_id")
    assert company.loc["listening", "below"] == pytest.approx(11, abs=0.1) and company.loc["listening", "likely"] == 11
    assert company["activities"].to_dict() == {"listening": 1.0, "closing": 0.0}
    people = state.people.assign(team_id=["t"] * 3 + ["u"] * 9)
    alone = training_needs(state.gaps, people, NOTHING_SHARED)
    assert alone["team_id"].isna().all()  # u could be worked out by taking it off the company


def test_an_activity_closes_no_more_than_is_missing_and_only_for_whom_it_is_made():
    state = make()

    def reach(people, **gains):
        return activity_reach(state.gaps, people, NOTHING_SHARED, catalogue(**gains)).iloc[0]

    small, large = reach(state.people, listening=0.5), reach(state.people, listening=4.0)
    assert small["closes"] == pytest.approx(11 * 4 * 0.5, rel=0.02) and small["reached"] == 11
    missing = float(state.gaps["priority"].sum())
    assert small["closes"] < large["closes"] <= missing + 1e-9
    assert reach(state.people, closing=1.0)["closes"] == 0
    others = state.people.assign(language="zh")
    chinese = activity_reach(state.gaps, others, NOTHING_SHARED, catalogue(listening=1.0).assign(language="en")).iloc[0]
    assert (chinese["suited"], chinese["reached"]) == (0, 0)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_needs_are_shown_and_taken_along(language, rows_of):
    widget = NeedsAnalysis(make(), NAMES, {"t": "T", "u": "U"}, catalogue(listening=0.5), language=language)
    for number, table in enumerate((widget.company, widget.by_team, widget.reach)):
        widget.views.tabs.selected = number
        assert rows_of(table)
    assert widget.workbook().startswith(b"PK") and widget.document().startswith(b"PK")
    assert widget.to_dict()["view"] == 2


def test_a_record_to_hand_over_says_what_the_page_says_and_names_no_peer():
    import docx

    state = make()
    notes = pd.DataFrame(
        [("p1", "listening", "I do listen.", 1.2, pd.Timestamp(2026, 8, 2))],
        columns=["person_id", "competency_id", "words", "level_shown", "written_at"],
    )
    record = Record(state, "p1", "Team T", NAMES, lambda _source, _rater: None, notes)
    from toolkit.language import Language

    document = docx.Document(io.BytesIO(record_document(record, Language("en"))))
    words = "\n".join([one.text for one in document.paragraphs] + [c.text for t in document.tables for c in t._cells])
    assert "N1" in words and "I do listen." in words and "Listening" in words and "probably" in words.lower()
    assert record_workbook(record, Language("zh")).startswith(b"PK")


def test_an_explanation_gives_the_parts_and_only_the_person_may_answer(rows_of):
    kept = []
    state = make()
    explorer = SkillGapExplorer(
        state, NAMES, on_note=lambda *note: kept.append(note), writer="p1", rater_name=lambda _s, rater: rater
    )
    explorer.person.value = "p1"
    explorer.gaps.press("listening", "explain")
    card = explorer.explanation
    assert "importance 4" in card.words.value and card.writer.layout.display is None
    assert [row["rater"] for row in rows_of(card.pieces)] == ["m"]
    card.note.put("I do listen.")
    card.save.click()
    assert [(note[0], note[1]) for note in kept] == [("listening", "I do listen.")]
    explorer.person.value = "p2"
    explorer.gaps.press("listening", "explain")
    assert card.writer.layout.display == "none"
