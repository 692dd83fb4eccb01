"""What of the evidence may be shown: peers and customers never one by one."""

import pandas as pd
import pytest

from toolkit.access.roles import Role, Viewer
from toolkit.skillgap.levels import weigh_evidence
from toolkit.skillgap.person.storage import may_name_rater
from toolkit.skillgap.person.timeline.pieces import pieces_shown, points_seen

DAY = pd.Timestamp(2026, 9, 1)


def piece(source, rater, level=3.0, day="2026-08-01"):
    return {
        "person_id": "p", "competency_id": "listening", "source": source, "level": level, "standard_error": 0.9,
        "observed_on": pd.Timestamp(day), "rater_id": rater,
    }  # fmt: skip


def table(*rows):
    return pd.DataFrame(rows)


def test_weights_add_up_to_what_the_source_weighs_and_older_pieces_weigh_less():
    evidence = table(
        piece("manager", "m", day="2025-08-01"), piece("manager", "m"), *(piece("peer", f"r{n}") for n in range(4))
    )
    weighed = weigh_evidence(evidence, as_of=DAY.date())
    shown = pieces_shown(evidence, weighed.basis, DAY)
    by_source = shown.groupby("source")["weight"].sum()
    assert by_source.to_dict() == pytest.approx(weighed.basis.set_index("source")["weight"].to_dict())
    manager = shown[shown["source"] == "manager"]
    assert manager.sort_values("latest")["weight"].is_monotonic_increasing and manager["weight"].nunique() == 2
    assert shown["weight"].sum() == pytest.approx(weighed.levels["own_share"].iloc[0])


@pytest.mark.parametrize("source", ["peer", "customer"])
def test_anonymous_raters_stand_together_without_a_name(source):
    evidence = table(*(piece(source, f"r{n}", 1.0 + n) for n in range(4)), piece("role_play", "t"))
    shown = pieces_shown(evidence, weigh_evidence(evidence, as_of=DAY.date()).basis, DAY)
    (row,) = shown[shown["source"] == source].to_dict("records")
    assert (row["raters"], row["pieces"], row["level"]) == (4, 4, 2.5) and pd.isna(row["rater_id"])


def test_a_point_of_peers_holds_three_raters_and_none_can_be_worked_out():
    evidence = table(
        *(piece("peer", f"r{n}", 2.0, "2026-02-01") for n in range(3)), piece("peer", "r9", 5.0, "2026-05-01"),
        piece("self", "p", 4.0, "2026-02-01"), piece("self", "p", 4.0, "2026-05-01"),
    )  # fmt: skip
    points = points_seen(evidence)
    peers = points[points["source"] == "peer"]
    assert peers["pieces"].tolist() == [4] and len(points[points["source"] == "self"]) == 2
    apart = table(*(piece("peer", f"r{n}", 2.0, f"2026-0{2 + 3 * (n > 2)}-01") for n in range(6)))
    assert points_seen(apart)["pieces"].tolist() == [3, 3]


def test_nothing_seen_is_an_empty_table():
    empty = table(piece("self", "p")).iloc[:0]
    assert pieces_shown(empty, pd.DataFrame(columns=["competency_id", "source", "weight", "adjusted_sd"]), DAY).empty
    assert points_seen(empty).empty


def test_who_may_know_a_rater():
    def viewer(role, person="v"):
        return Viewer("u", "V", role, person, "en")

    for role in Role:
        assert may_name_rater(viewer(role), "manager", "m") and may_name_rater(viewer(role), "self", "p")
        assert not may_name_rater(viewer(role), "peer", "v") and not may_name_rater(viewer(role), "customer", "c")
        assert may_name_rater(viewer(role), "role_play", "t") is (role is Role.TRAINER)
    assert may_name_rater(viewer(Role.MANAGER, "t"), "role_play", "t")
    assert not may_name_rater(viewer(Role.TRAINER), "test", None) and not may_name_rater(None, "role_play", "t")


def test_where_only_peers_have_rated_they_stand_alone():
    evidence = table(*(piece("peer", f"r{n}", 2.0 + n) for n in range(3)))
    shown = pieces_shown(evidence, weigh_evidence(evidence, as_of=DAY.date()).basis, DAY)
    assert shown[["source", "raters", "level"]].to_dict("records") == [{"source": "peer", "raters": 3, "level": 3.0}]
