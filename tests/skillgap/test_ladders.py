"""Readiness for the ladders and who stands out: what is shown, what is refused, who may see and enter what."""

import copy
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
from toolkit.documents.template_file import write_template
from toolkit.errors import InputError, NotAllowed
from toolkit.language import Language
from toolkit.organisation.content import read_packs
from toolkit.skillgap import ReadinessState, ReadinessView, high_potential
from toolkit.skillgap.ladders import storage
from toolkit.skillgap.ladders.form import facts_form
from toolkit.skillgap.ladders.page import ReadinessSection
from toolkit.skillgap.ladders.ranks import months_in_rank, next_rank
from toolkit.skillgap.ladders.state import sound_ladders
from toolkit.skillgap.ladders.tables import PERSON_FIGURE
from toolkit.skillgap.page import SkillGapPage
from toolkit.skillgap.room import Room
from toolkit.skillgap.storage import add_evidence
from toolkit.vocabulary import Evidence, SkillLevels

PACKS = read_packs()
ROLES, FRAMEWORK = PACKS["roles"], PACKS["framework"]
TODAY = dt.date(2026, 9, 1)
PEOPLE = pd.DataFrame({"person_id": ["ann", "bo"], "name": ["Ann", "Bo"]})
SPECIALIST = ("communication", "ethics", "needs_analysis", "product_knowledge", "customer_relationship")


def levels(person="ann", level=4.0, sd=0.2, competencies=SPECIALIST):
    rows = [(person, one, level, sd, level - 0.3, level + 0.3, 4) for one in competencies]
    return pd.DataFrame(rows, columns=list(SkillLevels.columns))


def evidence(person="ann", raters=("m", "k"), level=4.0, competencies=SPECIALIST, source="manager"):
    rows = [
        (person, one, source, level, 0.5, pd.Timestamp(2026, 8, 1), rater) for one in competencies for rater in raters
    ]
    return pd.DataFrame(rows, columns=list(Evidence.columns))


def facts(**values):
    rows = [("ann", figure, value, None, "2026-08-31") for figure, value in values.items()]
    return pd.DataFrame(rows, columns=["person_id", "figure_id", "value", "standard_error", "as_of"])


def held(rank="associate", since="2024-09-01"):
    return pd.DataFrame({"person_id": ["ann"], "rank_id": [rank], "since": pd.to_datetime([since])})


def state(**changed):
    given = {"levels": levels(), "evidence": evidence(), "roles": ROLES, "framework": FRAMEWORK} | changed
    tables = [given.pop(name) for name in ("levels", "evidence", "roles", "framework")]
    return ReadinessState(PEOPLE, *tables, as_of=TODAY, **given)


@pytest.mark.parametrize(
    ("present", "management", "expert"),
    [
        (None, "team_lead", "specialist"),
        ("gone", "team_lead", "specialist"),
        ("associate", "team_lead", "specialist"),
        ("specialist", "team_lead", "senior_specialist"),
        ("team_lead", "department_manager", None),
        ("principal_expert", None, None),
        ("sales_director", None, None),
    ],
)
def test_the_next_rank_on_each_ladder(present, management, expert):
    ladders = sound_ladders(ROLES, FRAMEWORK)
    assert [one["id"] for one in ladders] == ["management", "expert"]
    found = [next_rank(ladders, one, present) for one in ladders]
    assert [one and one["id"] for one in found] == [management, expert]


def test_whole_months_in_the_present_rank():
    days = ["2025-09-01", "2025-09-02", None, "2026-10-01"]
    frame = pd.DataFrame({"person_id": list("abcd"), "rank_id": "r", "since": pd.to_datetime(days)})
    assert months_in_rank(frame, TODAY).set_index("person_id")["value"].to_dict() == {"a": 12.0, "b": 11.0}


def edited(edit):
    roles = copy.deepcopy(ROLES)
    edit({rank["id"]: rank for ladder in roles["ladders"] for rank in ladder["ranks"]})
    return roles


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda ranks: ranks["associate"].update(after=["principal_expert"]), "follow each other in a circle"),
        (lambda ranks: ranks["team_lead"]["competencies"].update(ethics=7), "The expected level is 7."),
        (lambda ranks: ranks["team_lead"].update(figures={"closing_rate": "high"}), "does not say what is asked"),
        (lambda ranks: [rank.update(competencies={}, figures={}) for rank in ranks.values()], "asks for anything"),
    ],
)
def test_unsound_ladders_are_refused_in_words(edit, words):
    with pytest.raises(InputError, match=words):
        state(roles=edited(edit))


def test_figures_without_their_columns_are_refused():
    with pytest.raises(InputError, match="figures needs a column “value”"):
        state(figures=pd.DataFrame({"person_id": ["ann"], "figure_id": ["closing_rate"]}))


def table(view, ladder, rows_of):
    return {row["requirement"]: row for row in rows_of(view.ladders[ladder].table)}


def test_both_ladders_stand_side_by_side_with_the_evidence(rows_of):
    view = ReadinessView(state(figures=facts(target_attainment=0.9), present=held()))
    assert "Present rank: Associate" in view.present.value
    expert = table(view, "expert", rows_of)
    assert expert["Communication"]["asked"] == "at least 3.0" and expert["Communication"]["verdict"] == "probably met"
    assert (
        expert["Communication"]["rests"] == "2 pieces, raters: 2"
        and "4.0 (3.7–4.3)" in expert["Communication"]["found"]
    )
    months = expert["Months in the present rank"]
    assert (months["found"], months["verdict"], months["probability"]) == ("24", "met", "–")
    assert expert["Target attainment, last 12 months"]["rests"] == "Figure as of 31 Aug 2026"
    assert "Probably ready" in view.ladders["expert"].words.value
    management = table(view, "management", rows_of)
    leadership = management["Team leadership"]
    assert (leadership["found"], leadership["probability"], leadership["missing"]) == (
        "not yet seen",
        "–",
        "Observe it.",
    )
    assert management["Target attainment, last 12 months"]["verdict"] == "not met"
    said = view.ladders["management"].words.value
    assert "Not yet" in said and "cannot be said" in said and "follows Specialist, Senior specialist" in said
    view.ladders["expert"].rank.value = "principal_expert"
    assert len(view.ladders["expert"].table.ids) == 15
    view.person.value = "bo"
    assert view.state.ranks == {} and "None of the 7 requirements has been seen" in view.ladders["expert"].words.value
    assert "The present rank is not known" in view.present.value


def test_levels_end_where_the_scale_does_and_no_probability_is_certain(rows_of):
    view = ReadinessView(state(levels=levels(level=4.9), present=held()))
    row = table(view, "expert", rows_of)["Communication"]
    assert row["found"] == "4.9 (4.6–5.0)" and row["probability"] == "over 99 %"
    chart = view.ladders["expert"].chart.figure
    assert chart.data["high"].dropna().max() == 5.0
    low = table(ReadinessView(state(levels=levels(level=1.1), present=held())), "expert", rows_of)["Communication"]
    assert low["found"] == "1.1 (1.0–1.4)" and low["probability"] == "under 1 %"
    uncertain = state(figures=facts(target_attainment=0.9).assign(standard_error=0.05), present=held())
    found = table(ReadinessView(uncertain), "expert", rows_of)["Target attainment, last 12 months"]["found"]
    assert found == "90 % (0.82–0.98)"


def test_one_rater_alone_does_not_make_anybody_ready():
    view = ReadinessView(state(evidence=evidence(raters=("m",)), figures=facts(target_attainment=0.9), present=held()))
    said = view.ladders["expert"].words.value
    assert "Rests on one rater" in said and "have a second person observe" in said and "Probably ready" not in said


def test_the_view_speaks_chinese_and_keeps_its_place():
    view = ReadinessView(state(present=held()), language="zh")
    assert "职级" in view.present.value or "初级专员" in view.present.value
    view.ladders["expert"].rank.value = "senior_specialist"
    again = ReadinessView.from_dict(view.to_dict(), state(present=held()))
    assert again.ladders["expert"].rank.value == "senior_specialist"
    with pytest.raises(InputError):
        view.restore({**view.to_dict(), "ranks": {"expert": "emperor"}})


def test_readiness_goes_out_as_excel():
    view = ReadinessView(state(present=held()))
    name, content = view._excel()
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert name == "Readiness of Ann.xlsx" and book.sheetnames == ["Management ladder", "Expert ladder"]
    assert {sheet_row[4] for sheet_row in book.worksheets[0].iter_rows(min_row=2, values_only=True)} >= {
        "probably met",
        "not yet seen",
    }


def expectations(*people):
    rows = [(person, one, 3.0, 3.0) for person in people for one in SPECIALIST]
    return pd.DataFrame(rows, columns=["person_id", "competency_id", "target", "weight"])


RANK = {
    "id": "r",
    "competencies": {},
    "figures": {"target_attainment": {"at_least": 0.9}, "months_in_rank": {"at_least": 9}},
}


def test_who_stands_out_needs_several_raters_and_results():
    many = ("m", "k", "l", "o")
    pieces = pd.concat(
        [
            evidence("star", many, 4.8),
            evidence("halo", ("m",) * 4, 5.0),
            evidence("slow", many, 4.8),
            evidence("new", many, 4.8),
            evidence("mid", many, 2.6),
            evidence("own", ("own",), 5.0, source="self"),
        ],
        ignore_index=True,
    )
    figures = pd.DataFrame(
        [("star", "target_attainment", 1.0), ("halo", "target_attainment", 1.5), ("slow", "target_attainment", 0.5)],
        columns=["person_id", "figure_id", "value"],
    )
    people = ["own", "mid", "new", "slow", "halo", "star"]
    found = high_potential(pieces, expectations(*people), figures, {one: [RANK] for one in people}, as_of=TODAY)
    verdicts = dict(zip(found["person_id"], found["verdict"], strict=True))
    assert verdicts == {
        "star": "candidate", "halo": "one_rater", "new": "results_missing", "slow": "results_open", "mid": "not_now",
        "own": "unseen",
    }  # fmt: skip
    assert found["person_id"].iloc[0] == "star"
    star, halo = (found.set_index("person_id").loc[name] for name in ("star", "halo"))
    assert star["raters"] == 4 and star["largest_rater_share"] == pytest.approx(0.25) and star["figures_asked"] == 1
    assert halo["raters"] == 1 and halo["largest_rater_share"] == 1
    assert star["low"] < star["surplus"] < star["high"]


def test_nobody_to_look_at_is_no_error():
    none = pd.DataFrame(columns=list(Evidence.columns))
    found = high_potential(none, expectations("ann"), facts(), {}, as_of=TODAY)
    assert list(found["verdict"]) == ["unseen"]


def test_luck_alone_makes_few_stand_out():
    """Sixty people exactly at their targets, four raters each with halo: about one in five is let through at most."""
    rng = np.random.default_rng(5)
    rows = []
    for person in range(60):
        for rater in range(4):
            halo = rng.normal(0, 0.4)
            rows += [
                (f"p{person}", one, "manager", float(np.clip(3 + halo + rng.normal(0, 0.5), 1, 5)), 0.8,
                 pd.Timestamp(2026, 8, 1), f"r{person % 15}-{rater}")
                for one in SPECIALIST
            ]  # fmt: skip
    pieces = pd.DataFrame(rows, columns=list(Evidence.columns))
    people = [f"p{n}" for n in range(60)]
    none = pd.DataFrame(columns=["person_id", "figure_id", "value"])
    found = high_potential(pieces, expectations(*people), none, {}, as_of=TODAY)
    assert (found["above"] >= 0.8).mean() <= 0.2


def filled(form, row):
    book = openpyxl.load_workbook(io.BytesIO(write_template(form, Language("en"))))
    sheet = book.worksheets[0]
    heads = {str(cell.value).removesuffix(" *"): cell.column for cell in sheet[1]}
    for head, value in row.items():
        sheet.cell(2, heads[head]).value = value
    target = io.BytesIO()
    book.save(target)
    raw = read_table(target.getvalue(), "facts.xlsx", limit_mb=5)
    return prepare(raw, form, suggest_mapping(raw.columns, form), known={"employee_number": {"S005", "S006"}})


FACTS = {
    "Employee number": "S005",
    "Present rank": "Specialist",
    "In this rank since": dt.datetime(2025, 3, 1),
    "Target attainment, last 12 months": 1.1,
}


def test_facts_come_in_by_excel_and_only_the_right_people_see_them(office, audit_of):
    intake = filled(facts_form(ROLES, TODAY), FACTS)
    assert intake.ready, intake.problem_table(Language("en"))
    with office.store.write("user-hr") as change:
        assert storage.keep_facts(change, office.viewers["hr"], intake.frame, TODAY) == 1
    seen = {}
    for who in ("hr", "manager-north", "manager-south", "rep-1", "rep-2", "administrator"):
        with office.store.read() as connection:
            seen[who] = len(storage.figures(connection, office.viewers[who])) + len(
                storage.ranks(connection, office.viewers[who])
            )
    assert seen == {"hr": 2, "manager-north": 2, "manager-south": 0, "rep-1": 2, "rep-2": 0, "administrator": 0}
    rows = [row for row in audit_of(office.store) if row["record"] in ("person_rank", "person_figure")]
    assert {row["person_id"] for row in rows} == {"rep-1"} and len(rows) == 2
    with pytest.raises(NotAllowed), office.store.write("user-rep-1") as change:
        storage.keep_facts(change, office.viewers["manager-north"], intake.frame, TODAY)


def test_a_fact_out_of_range_stores_nothing(office):
    intake = filled(facts_form(ROLES, TODAY), FACTS | {"Customer satisfaction (1–5)": 9})
    assert not intake.ready and "9" in str(intake.problem_table(Language("en")).iloc[0].tolist())
    assert not filled(facts_form(ROLES, TODAY), FACTS | {"Employee number": "S999"}).ready
    with office.store.read() as connection:
        assert connection.execute(PERSON_FIGURE.select()).fetchall() == []


def room(office, who):
    say = Language("en")
    none = pd.DataFrame(columns=list(Evidence.columns))
    return Room(office.store, office.viewers[who], say, TODAY, Place(), StatusLine(say), lambda: none, lambda: none)


def give_evidence(office):
    day = dt.date(2026, 8, 1)
    pieces = [
        {"person_id": f"rep-{n}", "competency_id": one, "source": "manager", "level": 2.0 + n, "standard_error": 0.5,
         "observed_on": day, "rater_id": rater, "round": "Q3"}
        for n in (1, 2) for one in SPECIALIST for rater in ("x", "y")
    ]  # fmt: skip
    with office.store.write("user-hr") as change:
        add_evidence(change, pieces)


def test_the_section_by_role(office):
    give_evidence(office)
    parts = {}
    for who in ("trainer", "manager-north", "hr", "rep-1"):
        section = ReadinessSection(room(office, who))
        section.show()
        parts[who] = list(section.tabs.sections)
        assert section.room.status.kind != "bad"
    ladders, stands, entered = "Ladders", "Who stands out", "Ranks and figures"
    assert parts == {
        "trainer": [ladders, stands, entered], "manager-north": [ladders, stands], "hr": [ladders, stands, entered],
        "rep-1": [ladders],
    }  # fmt: skip
    own = ReadinessSection(room(office, "rep-1"))
    own.show()
    assert list(own.view.state.people["person_id"]) == ["rep-1"]


def test_a_manager_finds_the_own_team_only(office, rows_of):
    give_evidence(office)
    section = ReadinessSection(room(office, "manager-north"))
    section.show()
    section.tabs.show_section("Who stands out")
    assert set(section.potential.people) == {"rep-1", "rep-2"}
    assert section.room.status.kind == "" and all(
        row["name"] in ("Rep-1", "Rep-2") for row in rows_of(section.potential.table)
    )


def test_facts_that_were_imported_are_shown_at_once(office):
    section = ReadinessSection(room(office, "hr"))
    section.show()
    section.view.person.value = "rep-1"
    intake = filled(facts_form(ROLES, TODAY), FACTS)
    said = section._keep(intake.frame, "", {})
    assert str(said) == "Facts about 1 person were stored."
    assert section.view.state.person_id == "rep-1" and "Present rank: Specialist" in section.view.present.value


def test_readiness_stands_on_the_page(office):
    none = pd.DataFrame(columns=list(Evidence.columns))
    page = SkillGapPage(
        office.store,
        office.viewers["rep-1"],
        Language("zh"),
        today=TODAY,
        role_plays=lambda: none,
        activities=lambda: none,
    )
    assert len(page.tabs.sections) >= 2


def test_an_empty_cell_changes_nothing_about_a_rank(office):
    def keep(**row):
        facts = {"Employee number": "S005"} | row
        with office.store.write("user-hr") as change:
            storage.keep_facts(change, office.viewers["hr"], filled(facts_form(ROLES, TODAY), facts).frame, TODAY)
        with office.store.read() as connection:
            (found,) = storage.ranks(connection, office.viewers["hr"]).to_dict("records")
        return found["rank_id"], found["since"]

    with pytest.raises(InputError, match="needs the rank"):
        keep(**{"In this rank since": dt.datetime(2025, 3, 1)})
    first = keep(**{"Present rank": "Specialist", "In this rank since": dt.datetime(2025, 3, 1)})
    assert keep(**{"Present rank": "Specialist", "Target attainment, last 12 months": 1.0}) == first
    assert keep(**{"In this rank since": dt.datetime(2025, 4, 1)}) == (first[0], pd.Timestamp(2025, 4, 1))
    rank, since = keep(**{"Present rank": "Senior specialist"})
    assert rank != first[0] and pd.isna(since), "the day of another rank says nothing"
