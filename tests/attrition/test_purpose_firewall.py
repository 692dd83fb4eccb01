"""Coaching scores never feed the risk: change them all and every risk stays the same to the bit."""

import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from ipywidgets.widgets.widget import _instances

from toolkit import apps, demo
from toolkit.access.roles import Role, Viewer, may_open
from toolkit.attrition import storage as hr_storage
from toolkit.attrition.state import RiskState, Source
from toolkit.desk import Desk
from toolkit.errors import NotAllowed
from toolkit.importing import export_table
from toolkit.language import Language
from toolkit.roleplay.tables import RATING
from toolkit.server.kernels import CLOSED_STORE
from toolkit.settings import Settings
from toolkit.skillgap.storage import EVIDENCE
from toolkit.store import COACHING

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


# People and accounts say who is who; everything else in the coaching store speaks of coaching.
WHO = {"person", "team", "account", "session", "content"}


def perturbed(coaching) -> int:
    """Change every number about coaching that the store lets change, and return how many cells there were."""
    changed = 0
    for table in COACHING.sorted_tables:
        if table.name in WHO:
            continue
        for column in table.columns:
            if not isinstance(column.type, sa.Float) or column.primary_key or column.foreign_keys:
                continue
            with coaching.write("test") as change:
                changed += change.connection.execute(
                    table.update().where(column.is_not(None)).values({column.name: column * 0.5 + 0.5})
                ).rowcount
    return changed


def stored_risks(coaching, hr, home: Path) -> tuple[list[tuple], list[tuple[str, ...]]]:
    """Walk HR's page as the server makes it; return the risks as stored and the list as shown."""
    settings = Settings(home=home, store_url=str(coaching.url), hr_store_url=str(hr.url))
    desk = Desk(HR, Language("en"), settings, coaching)
    desk.hr = hr
    board = apps.attrition_page(desk).section("Risk").board
    board.train.click()
    assert board.state.trained is not None, board.status.words
    board.planner.names.click()
    with hr.read() as connection:
        run = connection.execute(
            sa.select(hr_storage.RUN.c.run_id).order_by(hr_storage.RUN.c.created_at.desc()).limit(1)
        ).scalar_one()
        rows = connection.execute(
            sa.select(hr_storage.RISK).where(hr_storage.RISK.c.run_id == run).order_by(hr_storage.RISK.c.person_id)
        ).all()
    exact = [(row.person_id, row.probability.hex(), row.low.hex(), row.high.hex()) for row in rows]
    return exact, board.back_test.test.value + board.planner.capacity.value


def test_the_whole_page_gives_the_same_risks_to_the_bit(make_store, tmp_path) -> None:
    coaching, hr = make_store("sqlite", "coaching"), make_store("sqlite", "hr")
    demo.load_sample(coaching, hr)
    before = stored_risks(coaching, hr, tmp_path)
    assert len(before[0]) > 50
    assert perturbed(coaching) > 2000
    assert stored_risks(coaching, hr, tmp_path) == before


def test_the_coaching_store_gains_nothing_when_hr_trains_and_names_people(make_store, tmp_path) -> None:
    coaching, hr = make_store("sqlite", "coaching"), make_store("sqlite", "hr")
    demo.load_sample(coaching, hr)

    def rows() -> dict[str, list[tuple]]:
        with coaching.read() as connection:
            return {
                table.name: sorted(map(repr, connection.execute(sa.select(table)))) for table in COACHING.sorted_tables
            }

    before = rows()
    risks, _ = stored_risks(coaching, hr, tmp_path)
    assert risks and rows() == before


def test_pages_exports_and_queries_of_all_others_hold_no_risk(make_store, tmp_path) -> None:
    coaching, hr = make_store("sqlite", "coaching"), make_store("sqlite", "hr")
    demo.load_sample(coaching, hr)
    risks, _ = stored_risks(coaching, hr, tmp_path)
    # Eight digits stand for one risk and nothing else, whatever rounds the rest.
    marks = [f"{float.fromhex(probability):.12f}"[:10] for _, probability, _, _ in risks]
    with hr.read() as connection:
        data_set, run = connection.execute(sa.select(hr_storage.RUN.c.data_set_id, hr_storage.RUN.c.run_id)).one()
    marks += [data_set, run]
    settings = Settings(home=tmp_path, store_url=str(coaching.url), hr_store_url=CLOSED_STORE)
    users = [user for user in demo.sample_users(coaching) if user.role is not Role.HR]
    assert {user.role for user in users} == set(Role) - {Role.HR}
    for user in users:
        viewer = Viewer(user.login, user.name, user.role, user.person_id, "en")
        assert not may_open(viewer, "attrition")
        for query in (
            lambda viewer=viewer: hr_storage.data_sets(hr, viewer),
            lambda viewer=viewer: hr_storage.table_of(hr, viewer, data_set),
            lambda viewer=viewer: hr_storage.record_view(hr, viewer, data_set, ["x"]),
        ):
            with pytest.raises(NotAllowed):
                query()
        before = set(_instances)
        for page, build in apps.PAGES.items():
            if may_open(viewer, page):
                build(Desk(viewer, Language("en"), settings, coaching))
        made = [widget for key, widget in _instances.items() if key not in before]
        shown = "".join(repr(widget.get_state()) for widget in made)
        if user.role is not Role.ADMINISTRATOR:
            assert len(shown) > 10_000, user.role
        assert not [mark for mark in marks if mark in shown], user.role
    for kind in ("people", "evidence"):
        content = export_table(settings, kind)
        (tmp_path / "export.xlsx").write_bytes(content)
        with zipfile.ZipFile(tmp_path / "export.xlsx") as book:
            cells = b"".join(book.read(name) for name in book.namelist()).decode()
        assert not [mark for mark in marks if mark in cells], kind
