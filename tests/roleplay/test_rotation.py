"""Timetables: against exhaustive search for the fewest sheets, and their rules over a grid of sizes."""

import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.roleplay import rotation
from toolkit.roleplay.sheet_design import DesignSize, design_rank, positions, rater_groups, rater_overlap

NINE = dt.datetime(2026, 9, 1, 9)
SIZES = [
    (reps, raters, scenarios, stations)
    for reps in (5, 7, 12, 23, 40)
    for raters in (2, 3, 4, 6, 8)
    for scenarios in (1, 2, 3, 4)
    for stations in (1, 2, 4, 6)
    # Every size once would take longer than a test may; each level meets each other level.
    if stations <= reps and (reps + raters + scenarios + stations) % 5 == 0 and raters <= reps * scenarios
]


def ids(letter, count):
    return [f"{letter}{number:02}" for number in range(count)]


def plan(reps, raters, scenarios, stations, **options):
    options.setdefault("slot_minutes", 20)
    options.setdefault("start", NINE)
    return rotation(ids("r", reps), ids("x", raters), ids("s", scenarios), stations=stations, **options)


def rank_of(made):
    request = made.request
    sheets = positions(made.sheets, list(request.reps), list(request.raters), list(request.scenarios))
    return design_rank(sheets, request.size)


def keeps_the_rules(made):
    """Check what must hold in every timetable."""
    slots, request = made.slots, made.request
    plays = slots.drop_duplicates(["slot", "station"])
    assert not slots.duplicated(["slot", "rater_id"]).any()
    assert not plays.duplicated(["slot", "rep_id"]).any()
    assert sorted(zip(plays["rep_id"], plays["scenario_id"], strict=True)) == sorted(
        (rep, scenario)
        for rep in request.reps
        for scenario in request.scenarios
        if (rep, scenario) not in {(one[0], one[2]) for one in request.done}
    )
    assert (slots.groupby(["slot", "station"])["rater_id"].nunique() >= request.raters_per_station).all()
    assert (slots.groupby(["slot", "station"])["rep_id"].nunique() == 1).all()
    assert slots["station"].between(1, request.stations).all()
    assert all(not set(part["rep_id"]) & set(part["rater_id"]) for _, part in slots.groupby("slot"))
    assert not set(zip(slots["rep_id"], slots["rater_id"], strict=True)) & set(request.reports_to.items())
    spans = slots.groupby("slot")[["start", "end"]].first()
    assert (spans["end"] - spans["start"] == pd.Timedelta(minutes=request.slot_minutes)).all()
    assert (spans["start"].to_numpy()[1:] >= spans["end"].to_numpy()[:-1]).all()
    assert made.full_rank == (rank_of(made) == request.size.full_rank)
    assert made.load["sheets"].sum() == len(made.sheets)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_size_is_met_with_fewest_sheets_fewest_slots_and_equal_loads(size):
    made = plan(*size)
    keeps_the_rules(made)
    assert made.connected and made.full_rank
    reps, raters, scenarios, stations = size
    assert len(made.sheets) == max(reps * scenarios, reps + raters + scenarios - 2) == made.fewest_sheets
    rooms = min(stations, raters)
    bound = max(scenarios, -(-reps * scenarios // rooms), -(-len(made.sheets) // raters))
    assert made.slots["slot"].max() == made.fewest_slots == bound
    assert made.load["sheets"].max() - made.load["sheets"].min() <= 1
    assert made.minutes == bound * 20


def brute_force(request):
    """Return the fewest sheets that rate each play and reach the highest rank, trying all subsets."""
    size = request.size
    cells = [
        (rep, rater, scenario)
        for rep, rater in zip(*np.nonzero(request.allowed()), strict=True)
        for scenario in range(size.scenarios)
    ]
    best = design_rank(np.array(cells), size)
    for count in range(1, len(cells) + 1):
        for some in itertools.combinations(cells, count):
            seen = {(rep, scenario) for rep, _, scenario in some}
            if len(seen) == size.reps * size.scenarios and design_rank(np.array(some), size) == best:
                return count, best
    raise AssertionError


@pytest.mark.parametrize(
    ("size", "reports_to"),
    [
        ((2, 2, 2), {}),
        ((2, 2, 2), {"r01": "x01"}),
        ((3, 2, 2), {}),
        ((3, 2, 2), {"r00": "x00", "r02": "x01"}),
        ((2, 3, 2), {}),
        ((2, 3, 2), {"r00": "x02"}),
        ((2, 2, 3), {"r00": "x00"}),
        ((4, 3, 1), {}),
        ((4, 3, 1), {"r00": "x00", "r01": "x01", "r02": "x02"}),
        ((3, 3, 1), {"r00": "x00", "r01": "x00"}),
        ((5, 2, 1), {"r00": "x00", "r01": "x01"}),
        ((4, 2, 1), {"r00": "x00", "r01": "x01", "r02": "x00", "r03": "x01"}),
        ((2, 1, 3), {}),
        ((1, 2, 2), {}),
    ],
    ids=str,
)
def test_no_subset_of_sheets_does_with_fewer(size, reports_to):
    for stations in range(1, size[0] + 1):
        made = plan(*size, stations, reports_to=reports_to)
        keeps_the_rules(made)
        assert (len(made.sheets), rank_of(made)) == brute_force(made.request)


def test_rank_groups_and_overlap_by_hand():
    size = DesignSize(2, 2, 2)
    together = np.array([(0, 0, 0), (0, 1, 1), (1, 0, 0), (1, 1, 1)])
    assert rater_groups(together, 2) == [[0, 1]] and design_rank(together, size) == 3 < size.full_rank
    crossed = np.array([(0, 0, 0), (0, 1, 1), (1, 1, 0), (1, 0, 1)])
    assert design_rank(crossed, size) == size.full_rank == 4
    assert rater_overlap(crossed, size).tolist() == [[0, 2], [2, 0]]
    apart = np.array([(0, 0, 0), (0, 0, 1), (1, 1, 0), (1, 1, 1)])
    assert rater_groups(apart, 2) == [[0], [1]] and design_rank(apart, size) < 4
    assert rater_overlap(np.array([(0, 0, 0), (0, 0, 1), (0, 1, 0)]), size)[0, 1] == 1


def test_one_common_rep_links_all_raters_of_a_single_scenario():
    made = plan(30, 4, 1, 4)
    assert len(made.sheets) == 33 and made.slots["slot"].max() == 9
    assert (made.overlap.to_numpy() + np.eye(4) >= 1).all()
    crowd = made.slots.groupby("rep_id").size()
    assert sorted(crowd)[-2:] == [1, 4]


def test_links_are_spread_over_all_pairs_and_scenarios_over_all_raters():
    made = plan(60, 8, 4, 8)
    pairs = made.overlap.to_numpy()[~np.eye(8, dtype=bool)]
    assert pairs.mean() == pytest.approx(60 * 6 / 28) and pairs.min() >= 10
    met = made.slots.groupby(["rater_id", "scenario_id"]).size()
    assert len(met) == 32 and met.min() >= 4
    assert (made.slots.groupby("rep_id")["rater_id"].nunique() == 4).all()


def test_waiting_is_short_and_spread():
    made = plan(30, 4, 2, 4)
    assert made.waiting["minutes"].max() <= 20 and made.waiting["minutes"].sum() <= 60
    hand = made.slots.groupby("rep_id")["slot"].agg(["min", "max", "nunique"])
    by_hand = (hand["max"] - hand["min"] + 1 - hand["nunique"]) * 20.0
    assert made.waiting.set_index("rep_id")["minutes"].to_dict() == by_hand.to_dict()


def test_breaks_absences_and_an_end_are_kept_to():
    made = plan(
        12, 4, 2, 4,
        breaks=[(dt.time(9, 50), dt.time(10, 5))], end=dt.time(12), unavailable=[("x00", dt.time(9), dt.time(10)), ("r03", dt.time(9), dt.time(9, 40))],
    )  # fmt: skip
    keeps_the_rules(made)
    assert made.full_rank and made.slots["end"].max() <= pd.Timestamp(2026, 9, 1, 12)
    assert not ((made.slots["start"] < "2026-09-01 10:05") & (made.slots["end"] > "2026-09-01 09:50")).any()
    assert made.slots.loc[made.slots["rater_id"] == "x00", "start"].min() >= pd.Timestamp(2026, 9, 1, 10)
    assert made.slots.loc[made.slots["rep_id"] == "r03", "start"].min() >= pd.Timestamp(2026, 9, 1, 9, 40)
    assert sorted(made.slots["start"].unique())[2] == pd.Timestamp(2026, 9, 1, 10, 5)


def test_nobody_rates_himself_or_his_own_report():
    reports = {f"r{number:02}": f"x{number % 3:02}" for number in range(10)}
    made = plan(10, 5, 2, 5, reports_to=reports)
    keeps_the_rules(made)
    assert made.full_rank and made.load["sheets"].tolist() == [4] * 5
    people = ids("p", 6)
    peers = rotation(people, people, ["s"], stations=3, slot_minutes=15, start=NINE)
    keeps_the_rules(peers)
    assert peers.full_rank and len(peers.sheets) == 11 and peers.slots["slot"].max() >= 2


def test_more_sheets_and_more_raters_where_asked_for():
    three = plan(12, 4, 2, 3, sheets_per_rep=3)
    keeps_the_rules(three)
    assert (three.sheets.groupby("rep_id").size() == 3).all() and three.full_rank
    pairs = plan(12, 4, 2, 2, raters_per_station=2)
    keeps_the_rules(pairs)
    assert (pairs.slots.groupby(["slot", "station"]).size() == 2).all() and len(pairs.sheets) == 48


def test_what_is_done_is_not_played_again_and_counts():
    done = [("r00", "x00", "s00"), ("r00", "x01", "s01"), ("r01", "x01", "s00")]
    made = plan(6, 3, 2, 2, done=done)
    keeps_the_rules(made)
    assert len(made.slots) == 9 and len(made.sheets) == 12 and made.full_rank
    assert set(done) <= set(made.sheets[["rep_id", "rater_id", "scenario_id"]].itertuples(index=False, name=None))
    as_table = pd.DataFrame(done, columns=["rep_id", "rater_id", "scenario_id"])
    pd.testing.assert_frame_equal(plan(6, 3, 2, 2, done=as_table).slots, made.slots)


def test_the_same_input_gives_the_same_timetable():
    pd.testing.assert_frame_equal(plan(17, 5, 3, 4).slots, plan(17, 5, 3, 4).slots)


def test_what_cannot_be_met_is_noted_with_what_would_help():
    barred = plan(4, 2, 1, 2, reports_to={"r00": "x00", "r01": "x01", "r02": "x00", "r03": "x01"})
    assert not barred.connected and not barred.full_rank
    assert "x00 and x01 can never be compared here" in str(barred.notes[0])
    assert "One more rater to whom nobody reports would link them" in str(barred.notes[0])
    single = plan(5, 1, 2, 1)
    assert single.full_rank and "With a single rater" in str(single.notes[0])
    few = " ".join(map(str, plan(12, 3, 2, 4).notes))
    assert "Only 3 of 4 stations are used at once; one more rater would fill them all." in few
    assert "One more rater would shorten the workshop by 40 minutes." in few
    assert "One superior named is no rater here: boss." in map(
        str, plan(5, 2, 2, 2, reports_to={"r00": "boss", "r01": None}).notes
    )
    assert str(plan(12, 4, 2, 4).notes[0]) == (
        "Sheets: 24. With fewer, not everybody could be rated and compared as asked."
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"raters": []}, "There are no raters"),
        ({"reps": []}, "There are no reps"),
        ({"scenarios": []}, "There are no scenarios"),
        ({"reps": ["a", "b", "a"]}, "“a” is among the reps more than once"),
        ({"raters": ["x", 7]}, "“7” among the raters is not an id"),
        ({"stations": 4}, r"more stations \(4\) than reps to play in them \(3\)"),
        ({"stations": 0}, "The number of stations must be a whole number of at least 1, not 0"),
        ({"raters": [*"stuvwxyz"], "scenarios": ["s"]}, r"more raters \(8\) than sheets to fill \(3\)"),
        ({"raters_per_station": 3}, r"asks for more raters \(3\) than there are \(2\)"),
        ({"slot_minutes": 0}, "A slot of 0 minutes is not possible"),
        ({"slot_minutes": float("nan")}, "A slot of nan minutes is not possible"),
        ({"start": "9:00"}, "The start must be a date with a time"),
        ({"reports_to": {"q": "x"}}, "“q” in who reports to whom takes no part"),
        ({"unavailable": [("q", dt.time(9), dt.time(10))]}, "“q” in the absences takes no part"),
        ({"done": [("a", "q", "s1")]}, "“q” in the sheets that are done takes no part"),
        ({"reports_to": dict.fromkeys("abc", "x")}, "x could rate nobody but themselves or their own reports"),
        ({"raters": ["x"], "reports_to": {"a": "x"}}, "Raters who may rate a: 0; needed at a station: 1"),
        ({"end": dt.time(9, 10)}, "No time is left: between 09:00 and 09:10 no slot of 20 minutes fits"),
        ({"end": dt.time(8)}, "No time is left"),
        ({"breaks": [(dt.time(10), dt.time(9))]}, "ends before it begins"),
        ({"end": dt.datetime(2026, 9, 1, 18, tzinfo=dt.UTC)}, "does not go with the start"),
        ({"sheets_per_rep": 1}, "1 sheets per rep are not possible here. Each rep plays every scenario once: give a number from 2 to 4"),
        ({"unavailable": [("a", dt.datetime(2026, 9, 1), dt.datetime(2030, 9, 1))]}, "No timetable fits while a is away"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(changed, message):
    asked = {"reps": [*"abc"], "raters": [*"xy"], "scenarios": ["s1", "s2"], "stations": 2, "slot_minutes": 20}
    with pytest.raises(InputError, match=message):
        rotation(**{"start": NINE, **asked, **changed})


@pytest.mark.parametrize(
    ("end", "remedy"),
    [
        (dt.time(11, 0), "One more station would do."),
        (dt.time(10, 20), "3 more stations with 3 more raters would do."),
        (dt.time(9, 20), "An end at 12:00 would do, or fewer scenarios."),
    ],
)
def test_too_little_time_names_the_smallest_change(end, remedy):
    with pytest.raises(InputError, match="The timetable needs 9 slots and would last until 12:00") as refused:
        plan(9, 3, 2, 2, end=end)
    assert str(refused.value.remedy) == remedy


def test_shorter_slots_are_offered_where_no_room_or_rater_helps():
    with pytest.raises(InputError) as refused:
        plan(3, 3, 4, 3, end=dt.time(10, 15))
    assert str(refused.value.remedy) == "Slots of 18 minutes would do, or an end at 10:20."


def test_a_workshop_that_is_over_is_an_empty_timetable():
    made = plan(1, 1, 1, 1, done=[("r00", "x00", "s00")])
    assert len(made.slots) == 0 and made.minutes == 0 and len(made.sheets) == 1 and made.full_rank
