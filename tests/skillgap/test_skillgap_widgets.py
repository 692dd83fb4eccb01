"""Skill gaps as a person sees them: one person, a team, and what stays hidden."""

import datetime as dt

import pandas as pd
import pytest

from toolkit.language import Language
from toolkit.organisation.content import competency_names, read_packs
from toolkit.skillgap.evidence import STANDARD_ERROR
from toolkit.skillgap.form import feedback_evidence, feedback_form
from toolkit.skillgap.person.widget import SkillGapExplorer
from toolkit.skillgap.report import STANDING_WORDS
from toolkit.skillgap.state import GapState
from toolkit.skillgap.team.widget import TeamHeatMap
from toolkit.skillgap.widget import empty_people

TODAY = dt.date(2026, 9, 1)
HOSTILE = """<script>alert("x")</script>'"""
NAMES = {
    "listening": {"en": "Listening", "zh": "倾听"},
    "closing": {"en": HOSTILE, "zh": HOSTILE},
    "product": {"en": "Product", "zh": "产品"},
}
ASKED = [("listening", 3.0, 4.0), ("closing", 4.0, 5.0), ("product", 2.0, 1.0)]


def seen(person, competency, level, source="manager", rater="m", day=dt.date(2026, 8, 1)):
    return {
        "person_id": person, "competency_id": competency, "source": source, "level": level,
        "standard_error": 0.3, "observed_on": pd.Timestamp(day), "rater_id": rater,
    }  # fmt: skip


def make(count=5, extra=()):
    people = pd.DataFrame(
        {
            "person_id": [f"p{n}" for n in range(count)],
            "name": [HOSTILE, "Ann", "Ann", "Cy", "Di", "Ed", "Flo"][:count],
            "team_id": "t",
        }
    )
    rows = [seen(f"p{n}", "listening", 1.0 + n) for n in range(min(count, 5))]
    expected = pd.DataFrame(
        [(person, *asked) for person in people["person_id"] for asked in ASKED],
        columns=["person_id", "competency_id", "target", "weight"],
    )
    return GapState(people, pd.DataFrame([*rows, *extra]), expected, as_of=TODAY)


def test_a_person_s_gaps_are_shown_with_what_they_rest_on(rows_of):
    explorer = SkillGapExplorer(make(), NAMES)
    assert explorer.state.person_id == "p0"
    chart, gaps = explorer.chart.picture, rows_of(explorer.gaps)
    assert "aria-label='Level (dot) with 90% interval against the role&#39;s target (bar)'" in chart
    explorer.views.show_section("Profile")
    assert explorer.chart.summary == explorer.radar.summary == "Probably below target in: Listening."
    assert f"<desc>{explorer.chart.summary}</desc>" in chart and chart.count("dot is-gap") == 1
    level = only_level(explorer.state, "p0")
    assert [row["competency"] for row in gaps][0::2] == ["Listening", "Product"]
    assert gaps[0]["level"] == f"{level:.1f}" and gaps[0]["target"] == "3.0" and gaps[0]["verdict"] == "probable gap"
    assert gaps[2]["verdict"] == "not yet seen" and gaps[2]["level"] == "–"
    explorer.views.show_section("Evidence")
    evidence = rows_of(explorer.evidence)
    assert (evidence[0]["source"], evidence[0]["latest"]) == ("360: manager", "1 Aug 2026")
    assert [column.get("keys") for column in explorer.evidence.data["columns"]][3:] == [[1], ["2026-08-01"]]
    explorer.views.show_section("Gaps")
    explorer.person.value = "p4"
    assert explorer.chart.summary == "In nothing that was seen is this person probably below target."
    assert "strength" in {row["verdict"] for row in rows_of(explorer.gaps)} and explorer.state.person_id == "p4"


def only_level(state, person):
    found = state.levels[state.levels["person_id"] == person]
    return float(found["level"].iloc[0])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_a_person_wrote_becomes_markup(language):
    state = make(extra=[seen("p0", "closing", 2.0)])
    explorer = SkillGapExplorer(state, NAMES, language=language)
    heat = TeamHeatMap(state, NAMES, {"t": HOSTILE}, language=language)
    for value in (
        explorer.chart.picture,
        explorer.radar.picture,
        explorer.withheld.value,
        heat.chart.picture,
        heat.chart.paper,
    ):
        assert "<script>" not in value
    assert "&lt;script&gt;" in explorer.chart.picture and "&lt;script&gt;" in heat.chart.picture
    assert ("倾听" if language == "zh" else "Listening") in heat.chart.table["columns"]


def test_an_unknown_competency_is_shown_by_its_id(rows_of):
    explorer = SkillGapExplorer(make(extra=[seen("p0", "closing", 2.0)]), {})
    assert "closing" in {row["competency"] for row in rows_of(explorer.gaps)} and "listening" in explorer.chart.picture


def test_a_person_without_expectations_or_nobody_at_all():
    state = make()
    state.gaps = state.gaps[state.gaps["person_id"] != "p1"]
    explorer = SkillGapExplorer(state, NAMES)
    explorer.person.value = "p1"
    assert "No expectations are known for this person" in explorer.nothing.value
    assert explorer.chart.picture == explorer.radar.picture == "" and explorer.views.layout.display == "none"
    assert explorer.views.layout.display == "none"
    explorer.person.value = "p2"
    assert explorer.views.layout.display is None and explorer.chart.picture
    nobody = GapState(state.people.iloc[:0], state.evidence, state.gaps.iloc[:0], as_of=TODAY)
    assert SkillGapExplorer(nobody, NAMES).chart.picture == ""
    assert "Nobody to show yet" in empty_people(Language()).children[0].value


@pytest.mark.parametrize(("raters", "words"), [(1, "1 rating is withheld"), (2, "2 ratings are withheld"), (3, None)])
def test_withheld_ratings_are_counted_and_never_shown(raters, words, rows_of):
    extra = [seen("p0", "product", 5.0, "peer", f"r{n}") for n in range(raters)]
    explorer = SkillGapExplorer(make(extra=extra), NAMES)
    assert words in explorer.withheld.value if words else explorer.withheld.value == ""
    explorer.views.show_section("Evidence")
    assert ("360: peers" in {row["source"] for row in rows_of(explorer.evidence)}) is (words is None)


def test_what_was_seen_later_is_not_what_a_level_rests_on():
    later = seen("p0", "product", 5.0, day=dt.date(2026, 9, 2))
    state = make(extra=[later])
    assert state.evidence_of("p0")["competency_id"].tolist() == ["listening"]
    # Nor does a later peer make two earlier ones a group of three.
    peers = [seen("p0", "product", 5.0, "peer", f"r{n}", dt.date(2026, 8, 31 if n < 2 else 1) if n < 2 else
                  dt.date(2026, 9, 2)) for n in range(3)]  # fmt: skip
    assert make(extra=peers).withheld_of("p0") == 2


@pytest.mark.parametrize(("members", "shown"), [(4, False), (5, True)])
def test_teams_under_five_are_hidden(members, shown):
    heat = TeamHeatMap(make(members), NAMES, {"t": "Team"})
    assert bool(heat.chart.picture) is bool(heat.chart.table) is shown
    if not shown:
        assert "Teams of fewer than 5 people are not shown" in heat.hidden.value


def test_a_heat_map_shows_every_member_once_even_with_one_name():
    heat = TeamHeatMap(make(), NAMES, {"t": "Team"})
    rows = heat.chart.table["shown"]
    names = [row[0] for row in rows]
    assert len(rows) == 5 and names.count("Ann") == 2 and heat.chart.table["columns"][:2] == ["Name", "Listening"]
    level = [f"{only_level(heat.state, person):.1f}" for person in ("p1", "p2")]
    assert sorted(row[1].split()[0] for row in rows if row[0] == "Ann") == sorted(level)
    assert sum(cell == "not yet seen" for row in rows for cell in row) == 10
    assert heat.chart.picture.count(">?</text>") == 11  # ten cells and the key
    assert heat.chart.title.startswith("Estimated levels; 33 % of what the roles ask for has been seen.")
    assert heat.chart.summary.startswith("5 people, 3 competencies; probable gaps: ")


def test_what_a_role_does_not_ask_is_said_so():
    state = make()
    state.gaps = state.gaps[~((state.gaps["person_id"] == "p3") & (state.gaps["competency_id"] == "product"))]
    heat = TeamHeatMap(state, NAMES, {"t": "Team"})
    assert heat.chart.picture.count("data-tip='Cy, Product: not asked for'") == 1
    assert heat.chart.picture.count("cell is-none") == 1


def test_a_team_is_chosen():
    heat = TeamHeatMap(make(), NAMES, {"t": "Team", "u": "Other"})
    heat.team.value = "u"
    assert heat.state.team_id == "u" and heat.chart.picture == ""
    assert TeamHeatMap(make(), NAMES, {}).chart.picture == ""


def test_the_key_names_every_standing():
    picture = TeamHeatMap(make(), NAMES, {"t": "Team"}).chart.picture
    assert picture
    for word in STANDING_WORDS.values():
        assert f">{word}</text>" in picture


def test_the_radar_keeps_the_order_of_the_competencies():
    explorer = SkillGapExplorer(make(), {"product": {"en": "Product"}, "listening": {"en": "Listening"}})
    explorer.views.show_section("Profile")
    assert [row[0] for row in explorer.radar.table["shown"]] == ["Product", "Listening", "closing"]


def test_feedback_becomes_evidence():
    frame = pd.DataFrame(
        {
            "round": ["Q1", "Q1"], "employee_number": ["S1", "S1"], "rater": ["S2", "guest"],
            "relation": ["manager", "customer"], "competency_id": ["listening", "listening"],
            "rating": [4, 2], "observed_on": pd.to_datetime(["2026-03-01", "2026-03-02"]),
        }
    )  # fmt: skip
    rows = feedback_evidence(frame, {"S1": "p1", "S2": "p2"})
    assert [row["rater_id"] for row in rows] == ["p2", "guest"] and {row["person_id"] for row in rows} == {"p1"}
    assert [row["standard_error"] for row in rows] == [STANDARD_ERROR["manager"], STANDARD_ERROR["customer"]]
    assert rows[0]["observed_on"] == dt.date(2026, 3, 1) and rows[0]["level"] == 4.0
    form = feedback_form(competency_names(read_packs()["framework"]))
    assert set(form.column("relation").choices) <= set(STANDARD_ERROR)
    assert form.sample_rows[0]["competency_id"] in form.column("competency_id").choices
