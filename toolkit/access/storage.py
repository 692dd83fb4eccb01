"""Accounts in the coaching store. Secrets are written here and appear in no audit row."""

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from toolkit.access.roles import Role, Viewer
from toolkit.errors import InputError, NotFound
from toolkit.language import CODES, Code
from toolkit.store import COACHING, Change, Moment, Store, new_id
from toolkit.wording import text

ACCOUNT = sa.Table(
    "account",
    COACHING,
    sa.Column("user_id", sa.String(36), primary_key=True),
    sa.Column("login", sa.String(128), nullable=False, unique=True),
    sa.Column("name", sa.String(128), nullable=False),
    sa.Column("password_hash", sa.String(256)),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("person_id", sa.String(36)),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("session_key", sa.String(64), nullable=False),
    sa.Column("failed_count", sa.Integer, nullable=False),
    sa.Column("locked_until", Moment),
    sa.Column("created_at", Moment, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is kept. An account without `password_hash` cannot sign in by password."""

    user_id: str
    login: str
    name: str
    password_hash: str | None = field(repr=False)
    role: Role
    person_id: str | None
    language: Code
    active: bool
    session_key: str = field(repr=False)
    failed_count: int
    locked_until: dt.datetime | None
    created_at: dt.datetime

    @property
    def viewer(self) -> Viewer:
        """Who this account is to the pages."""
        return Viewer(self.user_id, self.name, self.role, self.person_id, self.language)


def add_account(
    store: Store,
    actor_id: str,
    *,
    login: str,
    name: str,
    role: Role,
    person_id: str | None = None,
    language: Code = "en",
    password_hash: str | None = None,
) -> Account:
    """Create an active account and return it.

    `login` is compared without case. Pass a hash made by `passwords.hash_password`, never a password.
    Raises `InputError` if the login is empty or taken.
    """
    wanted = _login(login)
    if not wanted or not name.strip():
        raise InputError(text("An account needs a sign-in name and a name."))
    values = {
        "login": wanted,
        "name": name.strip(),
        "role": Role(role).value,
        "person_id": person_id,
        "language": language,
        "active": True,
    }
    user_id = new_id()
    with store.write(actor_id) as change:
        if change.connection.scalar(sa.select(ACCOUNT.c.user_id).where(ACCOUNT.c.login == wanted)):
            raise InputError(
                text("The sign-in name {login} is taken.", login=wanted), remedy=text("Choose another one.")
            )
        change.connection.execute(
            ACCOUNT.insert().values(
                user_id=user_id,
                password_hash=password_hash,
                session_key=_new_key(),
                failed_count=0,
                created_at=change.at,
                **values,
            )
        )
        change.record("create", "account", user_id, person_id=person_id, after=values)
    return read_account(store, user_id)


def find_account(store: Store, login: str) -> Account | None:
    """Return the account with this sign-in name, or nothing."""
    return _one(store, ACCOUNT.c.login == _login(login))


def read_account(store: Store, user_id: str) -> Account:
    """Return the account with this id. Raises `NotFound`."""
    found = _one(store, ACCOUNT.c.user_id == user_id)
    if found is None:
        raise NotFound(text("There is no such account."))
    return found


def list_accounts(store: Store) -> list[Account]:
    """Return all accounts, the active ones first, by sign-in name."""
    with store.read() as connection:
        rows = connection.execute(sa.select(ACCOUNT).order_by(ACCOUNT.c.active.desc(), ACCOUNT.c.login))
        return [_account(row) for row in rows.mappings()]


def has_passwords(store: Store) -> bool:
    """Say whether anybody can sign in by password, so that the store is more than a demo."""
    return any(account.password_hash for account in list_accounts(store))


def set_password(store: Store, actor_id: str, user_id: str, password_hash: str | None) -> None:
    """Set or take away the password of an account; signs it out everywhere and lifts a lock."""
    new = {"password_hash": password_hash, "session_key": _new_key(), "failed_count": 0, "locked_until": None}
    with store.write(actor_id) as change:
        _update(change, user_id, new, "set password", {"password": "set" if password_hash else "none"})


def sign_out_everywhere(store: Store, actor_id: str, user_id: str) -> None:
    """End all sessions of an account, wherever they are."""
    with store.write(actor_id) as change:
        _update(change, user_id, {"session_key": _new_key()}, "sign out everywhere", {})


def deactivate(store: Store, actor_id: str, user_id: str, *, why: str | None = None) -> None:
    """Close an account; it is kept for the audit, and its open pages stop within seconds."""
    with store.write(actor_id) as change:
        _update(change, user_id, {"active": False, "session_key": _new_key()}, "deactivate", {"active": False}, why)


def remember_language(store: Store, user_id: str, language: Code) -> None:
    """Keep the language somebody chose for the next time."""
    if language not in CODES:
        raise InputError(text("There is no language {code}.", code=language))
    with store.write(user_id) as change:
        change.put(ACCOUNT, {"user_id": user_id}, {"language": language})


def note_welcome(store: Store, user_id: str) -> None:
    """Keep that somebody signed in; earlier wrong passwords are forgotten."""
    with store.write(user_id) as change:
        _update(change, user_id, {"failed_count": 0, "locked_until": None}, "sign in", {})


def note_failure(store: Store, user_id: str, *, tries: int, locked_for: dt.timedelta) -> bool:
    """Count one more wrong password, in one transaction so that none is lost; say whether it locks the account."""
    with store.write("sign-in") as change:
        row = change.connection.execute(sa.select(ACCOUNT).where(ACCOUNT.c.user_id == user_id)).mappings().one()
        # A lock that has run out starts the count anew.
        failed = 1 if row["locked_until"] else row["failed_count"] + 1
        locks = failed >= tries
        new = {"failed_count": failed, "locked_until": change.at + locked_for if locks else None}
        _update(change, user_id, new, "lock" if locks else "wrong password", {"failed_count": failed})
    return locks


def renew_hash(store: Store, user_id: str, password_hash: str) -> None:
    """Replace the hash of an unchanged password by one of today's strength."""
    with store.write(user_id) as change:
        _update(change, user_id, {"password_hash": password_hash}, "strengthen password hash", {})


def _update(
    change: Change,
    user_id: str,
    new: Mapping[str, object],
    action: str,
    after: Mapping[str, object],
    why: str | None = None,
) -> None:
    mine = ACCOUNT.c.user_id == user_id
    person = change.connection.execute(sa.select(ACCOUNT.c.person_id).where(mine)).one_or_none()
    if person is None:
        raise NotFound(text("There is no such account."))
    change.connection.execute(ACCOUNT.update().where(mine).values(**new))
    change.record(action, "account", user_id, person_id=person.person_id, after=after, why=why)


def _one(store: Store, condition: sa.ColumnElement[bool]) -> Account | None:
    with store.read() as connection:
        row = connection.execute(sa.select(ACCOUNT).where(condition)).mappings().one_or_none()
        return None if row is None else _account(row)


def _account(row: sa.RowMapping) -> Account:
    return Account(**{**row, "role": Role(row["role"])})


def _login(login: str) -> str:
    return login.strip().lower()


def _new_key() -> str:
    return secrets.token_urlsafe(24)
