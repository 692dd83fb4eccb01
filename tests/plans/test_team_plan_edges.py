"""Team plans where nothing is shared, where hours are dear, and where the catalogue says for whom and when."""

import datetime as dt

import pandas as pd
import plan_makers as make
import pytest

from toolkit.plans import TeamLimits, check_bound, plan_team

WEEK = dt.timedelta(weeks=1)


def person(name, level=2.0, target=4.0, sd=0.3, weight=3.0):
    return make.gaps(x=(level, sd, target, weight)).assign(person_id=name)


@pytest.mark.parametrize("session_day", [None, make.START - WEEK])
def test_a_team_that_shares_nothing_is_planned(session_day):
    """All on demand, or the only dated session past; no budget, no staff hours: nothing is shared."""
    rows = [make.activity("a", x=0.5), make.activity("d", mode="dated", x=0.9)]
    sessions = None if session_day is None else pd.DataFrame([make.session("s", "d", session_day)])
    gaps = pd.concat([person("p"), person("q", 3.0)])
    teams = pd.DataFrame({"person_id": ["p", "q"], "team_id": ["t", "t"]})
    limits = TeamLimits(make.limits(), teams)
    found = plan_team(gaps, make.catalogue(*rows), sessions, limits)
    assert found.items[["person_id", "activity_id"]].to_numpy().tolist() == [["p", "a"], ["q", "a"]]
    assert not len(found.shared) and found.value > 0
    assert check_bound(found.certificate, gaps, make.catalogue(*rows), sessions, limits) >= found.value - 1e-9
