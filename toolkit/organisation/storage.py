"""The organisation in the coaching store: people, teams, versions of content, remembered mappings."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.errors import NotAllowed, NotFound
from toolkit.language import Language
from toolkit.organisation.content import content_hash
from toolkit.store import COACHING, Change, Moment, Store
from toolkit.vocabulary import rows_of
from toolkit.wording import text

TEAM = sa.Table(
    "team",
    COACHING,
    sa.Column("team_id", sa.String(36), primary_key=True),
    sa.Column("name_en", sa.String(120), nullable=False),
    sa.Column("name_zh", sa.String(120), nullable=False),
    sa.Column("team_type", sa.String(20), nullable=False),
    # Not a foreign key: a team and its manager refer to each other.
    sa.Column("manager_id", sa.String(36)),
)

PERSON = sa.Table(
    "person",
    COACHING,
    sa.Column("person_id", sa.String(36), primary_key=True),
    sa.Column("employee_number", sa.String(40), nullable=False, unique=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("email", sa.String(200)),
    sa.Column("language", sa.String(5), nullable=False),
    sa.Column("team_id", sa.String(36), sa.ForeignKey("team.team_id"), index=True),
    sa.Column("role_id", sa.String(40), nullable=False),
    sa.Column("tier_id", sa.String(20), nullable=False),
    sa.Column("manager_id", sa.String(36)),
    sa.Column("hired_on", sa.Date, nullable=False),
    sa.Column("left_on", sa.Date),
)

CONTENT = sa.Table(
    "content",
    COACHING,
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("content_id", sa.String(60), primary_key=True),
    sa.Column("version", sa.String(16), primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
)

MAPPING = sa.Table(
    "import_mapping",
    COACHING,
    sa.Column("form", sa.String(40), primary_key=True),
    sa.Column("signature", sa.String(64), primary_key=True),
    sa.Column("mapping", sa.JSON, nullable=False),
)

_DAYS = ("hired_on", "left_on")


def frame_of(connection: sa.Connection, query: sa.Select[Any], days: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the rows of `query` as a DataFrame, with `days` as dates at midnight."""
    result = connection.execute(query)
    rows, names = result.fetchall(), list(result.keys())
    # By column: pandas would look at every row twice to find out what it is.
    frame = pd.DataFrame(dict(zip(names, zip(*rows, strict=True), strict=True)) if rows else None, columns=names)
    for name in days:
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[ns]")
    return frame


def may_see(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return the condition on `PERSON` that keeps exactly the people whose record `viewer` may see.

    Trainers and HR see everybody, managers the teams they lead and themselves, reps themselves.
    """
    if viewer.role in ("trainer", "hr"):
        return sa.true()
    if viewer.person_id is None:
        return sa.false()
    own = PERSON.c.person_id == viewer.person_id
    if viewer.role == "manager":
        led = sa.select(TEAM.c.team_id).where(TEAM.c.manager_id == viewer.person_id)
        return sa.or_(own, PERSON.c.team_id.in_(led))
    return own if viewer.role == "rep" else sa.false()


def people(connection: sa.Connection, viewer: Viewer, *, left: bool = False) -> pd.DataFrame:
    """Return the People table as far as `viewer` may see it; with `left` also who has left."""
    query = sa.select(PERSON).where(may_see(viewer)).order_by(PERSON.c.employee_number)
    if not left:
        query = query.where(PERSON.c.left_on.is_(None))
    return frame_of(connection, query, _DAYS)


def with_about(connection: sa.Connection, people: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return `people` with a column about: team and role in words, to tell namesakes apart."""
    team_words = {row.team_id: {"en": row.name_en, "zh": row.name_zh} for row in connection.execute(sa.select(TEAM))}
    role_words = {role["id"]: role["name"] for role in content(connection, "roles", "default")["roles"]}

    def about(team_id: str | None, role_id: str) -> str:
        words = [team_words.get(str(team_id)), role_words.get(role_id)]
        return " · ".join(language.pick(both) for both in words if both)

    return people.assign(
        about=[about(team, role) for team, role in zip(people["team_id"], people["role_id"], strict=True)]
    )


def person(connection: sa.Connection, viewer: Viewer, person_id: str) -> dict[str, Any]:
    """Return one person's row, or raise `NotAllowed` where the viewer may not see it."""
    query = sa.select(PERSON).where(PERSON.c.person_id == person_id, may_see(viewer))
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        raise NotAllowed(text("You may not open this person's record."))
    return dict(found)


def teams(connection: sa.Connection) -> pd.DataFrame:
    """Return all teams: team_id, name_en, name_zh, team_type, manager_id."""
    return frame_of(connection, sa.select(TEAM).order_by(TEAM.c.name_en))


def group_words(connection: sa.Connection) -> dict[str, dict[str, str]]:
    """Return the bilingual words of teams, roles and tiers by their id."""
    found = {row.team_id: {"en": row.name_en, "zh": row.name_zh} for row in rows_of(teams(connection))}
    if "default" in current_versions(connection, "roles"):
        body = content(connection, "roles", "default")
        found |= {str(one["id"]): one["name"] for one in (*body["roles"], *body.get("tiers", ()))}
    return found


def names(connection: sa.Connection) -> dict[str, str]:
    """Return every person's name by person_id, for labels next to records already checked."""
    rows = connection.execute(sa.select(PERSON.c.person_id, PERSON.c.name))
    return {row.person_id: row.name for row in rows}


def employee_numbers(connection: sa.Connection) -> dict[str, str]:
    """Return person_id by employee number, of everybody ever on the roster."""
    rows = connection.execute(sa.select(PERSON.c.employee_number, PERSON.c.person_id))
    return {row.employee_number: row.person_id for row in rows}


def keep_content(change: Change, kind: str, content_id: str, body: dict[str, Any]) -> str:
    """Store a version of some content and make it the current one; returns the version.

    Storing what is already current changes nothing.
    """
    version = content_hash(body)
    same = sa.and_(CONTENT.c.kind == kind, CONTENT.c.content_id == content_id)
    current = change.connection.execute(
        sa.select(CONTENT.c.version).where(same, CONTENT.c.current)
    ).scalar_one_or_none()
    if current == version:
        return version
    change.connection.execute(CONTENT.update().where(same).values(current=False))
    known = change.connection.execute(CONTENT.update().where(same, CONTENT.c.version == version).values(current=True))
    if known.rowcount == 0:
        row = {"kind": kind, "content_id": content_id, "version": version, "body": body}
        change.connection.execute(CONTENT.insert().values(**row, created_at=change.at, current=True))
    change.record("publish", "content", f"{kind}/{content_id}/{version}")
    return version


def content(connection: sa.Connection, kind: str, content_id: str, version: str | None = None) -> dict[str, Any]:
    """Return the current body of some content, or that of one `version`; raises `NotFound`."""
    chosen = CONTENT.c.version == version if version else CONTENT.c.current
    query = sa.select(CONTENT.c.body).where(CONTENT.c.kind == kind, CONTENT.c.content_id == content_id, chosen)
    body = connection.execute(query).scalar_one_or_none()
    if body is None:
        raise NotFound(text("The store has no {kind} “{name}”.", kind=kind, name=content_id))
    return dict(body)


def current_versions(connection: sa.Connection, kind: str) -> dict[str, str]:
    """Return the current version of every content of one `kind` by its id."""
    rows = connection.execute(
        sa.select(CONTENT.c.content_id, CONTENT.c.version).where(CONTENT.c.kind == kind, CONTENT.c.current)
    )
    return {row.content_id: row.version for row in rows}


def content_changed_at(connection: sa.Connection, kinds: Iterable[str]) -> dt.datetime | None:
    """Return the moment (UTC) at which the youngest current version of some kinds was made, or None."""
    query = sa.select(sa.func.max(CONTENT.c.created_at)).where(CONTENT.c.kind.in_(list(kinds)), CONTENT.c.current)
    found: dt.datetime | None = connection.execute(query).scalar_one_or_none()
    return found


def remembered_mapping(store: Store, form: str, signature: str) -> dict[str, str | None] | None:
    """Return how a file with these columns was mapped to `form` the last time, or None."""
    query = sa.select(MAPPING.c.mapping).where(MAPPING.c.form == form, MAPPING.c.signature == signature)
    with store.read() as connection:
        found = connection.execute(query).scalar_one_or_none()
    return None if found is None else dict(found)


def remember_mapping(change: Change, form: str, signature: str, mapping: dict[str, str | None]) -> None:
    """Remember how a file with these columns is mapped to `form`."""
    change.put(MAPPING, {"form": form, "signature": signature}, {"mapping": mapping})
