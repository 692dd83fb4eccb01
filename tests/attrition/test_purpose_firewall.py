"""Coaching scores never feed the risk: change them all and every risk stays the same to the bit."""

import sqlalchemy as sa

from toolkit import demo
from toolkit.access.roles import Role, Viewer
from toolkit.attrition import storage as hr_storage
from toolkit.attrition.state import RiskState, Source
from toolkit.roleplay.tables import RATING
from toolkit.skillgap.storage import EVIDENCE

HR = Viewer("hr", "HR", Role.HR, None, "en")


def risks(hr) -> str:
    data_set = hr_storage.data_sets(hr, HR)[0]
    state = RiskState()
    state.source = Source("sample", data_set.kind, hr_storage.table_of(hr, HR, data_set.data_set_id))
    trained = state.train()
    return trained.risks.to_json(double_precision=15) + trained.reasons.to_json(double_precision=15)


def test_changing_every_coaching_score_changes_no_risk(make_store) -> None:
    coaching, hr = make_store("sqlite", "coaching"), make_store("sqlite", "hr")
    demo.load_sample(coaching, hr)
    before = risks(hr)
    with coaching.write("test") as change:
        rated = change.connection.execute(RATING.update().values(rating=1.0)).rowcount
        seen = change.connection.execute(EVIDENCE.update().values(level=sa.literal(5.0))).rowcount
    assert rated > 1000 and seen > 1000
    assert risks(hr) == before
