"""Accounts, passwords, sessions and the demo."""

import datetime as dt
import json
import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from toolkit.access import passwords, storage
from toolkit.access.local import SAMPLE_USERS, add_sample_users, check_demo, cookie_secret
from toolkit.access.passwords import SignIn, hash_password
from toolkit.access.roles import Role
from toolkit.access.sessions import Sessions, load_session
from toolkit.errors import InputError, NotAllowed, NotFound, SetupError
from toolkit.store import Store
from toolkit.store.schema import AUDIT

PASSWORD = "violet harbour ticket"


def _account(store: Store, login: str = "Zhou.Min", **more) -> storage.Account:
    return storage.add_account(
        store, "admin", login=login, name="Zhou Min", role=Role.TRAINER, password_hash=hash_password(PASSWORD), **more
    )


def _message(store: Store, login: str, password: str) -> str:
    with pytest.raises(NotAllowed) as refused:
        SignIn(store).check(login, password)
    return str(refused.value)


def test_a_login_is_kept_in_lower_case_and_is_unique_without_case(store: Store) -> None:
    assert _account(store).login == "zhou.min"
    assert storage.find_account(store, " ZHOU.MIN ") is not None
    with pytest.raises(InputError):
        _account(store, "zhou.MIN")


def test_the_audit_knows_of_changes_but_no_secret(store: Store) -> None:
    account = _account(store)
    storage.set_password(store, "admin", account.user_id, hash_password("another harbour here"))
    SignIn(store).check("zhou.min", "another harbour here")
    storage.remember_language(store, account.user_id, "zh")
    storage.deactivate(store, "admin", account.user_id, why="left")
    with store.read() as connection:
        rows = connection.execute(sa.select(AUDIT["coaching"])).mappings().all()
    assert [row["action"] for row in rows] == ["create", "set password", "sign in", "update", "deactivate"]
    told = json.dumps([dict(row) for row in rows], default=str)
    assert "argon2" not in told and account.session_key not in told and "session_key" not in told


@pytest.mark.parametrize("weak", ["short", "password1234", "aaaaaaaaaaaaa", "my-zhou.min-name", "abababababab"])
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(InputError):
        hash_password(weak, login="zhou.min")


def test_the_right_password_opens_the_account(store: Store) -> None:
    assert SignIn(store).check("ZHOU.min", PASSWORD).login == "zhou.min" if _account(store) else False


def test_strangers_and_closed_accounts_sound_and_cost_like_a_wrong_password(store: Store, monkeypatch) -> None:
    _account(store)
    closed = _account(store, "closed")
    storage.deactivate(store, "admin", closed.user_id)
    storage.add_account(store, "admin", login="nopass", name="No Password", role=Role.REP)
    calls: list[str] = []
    verify = passwords._matches
    monkeypatch.setattr(passwords, "_matches", lambda *given: calls.append("verify") or verify(*given))
    told = {_message(store, login, "wrong") for login in ("zhou.min", "closed", "nopass", "nobody")}
    assert len(told) == 1
    assert len(calls) == 4


@pytest.mark.parametrize("login", ["zhou.min", "nobody"])
def test_eight_wrong_passwords_lock_for_five_minutes(store: Store, clock, login: str) -> None:
    _account(store)
    door = SignIn(store)
    told = []
    for _ in range(8):
        with pytest.raises(NotAllowed) as refused:
            door.check(login, "wrong")
        told.append(refused.value.problem.msgid)
    assert len(set(told[:7])) == 1 and "wait" in told[7]
    with pytest.raises(NotAllowed, match="wait 5 minutes"):
        door.check(login, PASSWORD)
    clock.now += dt.timedelta(minutes=5, seconds=1)
    if login == "zhou.min":
        assert door.check(login, PASSWORD).failed_count in (0, 8)
        assert storage.find_account(store, login).failed_count == 0
    else:
        with pytest.raises(NotAllowed, match="is wrong"):
            door.check(login, PASSWORD)


def test_an_old_hash_is_renewed_at_sign_in(store: Store) -> None:
    import argon2

    account = _account(store)
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    storage.renew_hash(store, account.user_id, weak)
    SignIn(store).check("zhou.min", PASSWORD)
    assert storage.read_account(store, account.user_id).password_hash != weak


def test_a_session_ends_by_time_by_sign_out_and_by_change_of_password(store: Store, clock) -> None:
    account = _account(store)
    sessions = Sessions(store, hours=12)
    first, second = sessions.begin(account), sessions.begin(account)
    assert sessions.resolve(load_session(first.dump())) == account.viewer
    sessions.end(first)
    assert sessions.resolve(first) is None and sessions.resolve(second) is not None
    storage.set_password(store, "admin", account.user_id, None)
    sessions.forget(account.user_id)
    assert sessions.resolve(second) is None
    third = sessions.begin(storage.read_account(store, account.user_id))
    assert sessions.resolve(third) is not None
    clock.now += dt.timedelta(hours=12, seconds=1)
    assert sessions.resolve(third) is None


def test_a_closed_account_has_no_session(store: Store) -> None:
    account = _account(store)
    sessions = Sessions(store, hours=12)
    session = sessions.begin(account)
    storage.deactivate(store, "admin", account.user_id)
    assert sessions.resolve(session) is None


@pytest.mark.parametrize("cookie", [None, b"", b"{}", b"[]", b"not json", b'{"id": "x"}'])
def test_a_strange_cookie_is_no_session(store: Store, cookie) -> None:
    assert Sessions(store, hours=12).resolve(load_session(cookie)) is None


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "192.168.1.20", "", "coach.example.com", "localhost.evil.com", "fe80::1"]
)
def test_the_demo_is_refused_beyond_this_computer(store: Store, host: str) -> None:
    with pytest.raises(SetupError):
        check_demo(host)
    with pytest.raises(SetupError):
        add_sample_users(store, host, SAMPLE_USERS, "en")
    assert storage.list_accounts(store) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.5", "::1", "localhost"])
def test_the_demo_works_on_this_computer(store: Store, host: str) -> None:
    users = add_sample_users(store, host, SAMPLE_USERS, "zh")
    assert {user.role for user in users} == set(Role)
    assert add_sample_users(store, host, SAMPLE_USERS, "zh") == users
    assert "wrong" in _message(store, users[0].login, "anything at all")


def test_the_cookie_secret_is_private_and_lasts(tmp_path: Path) -> None:
    secret = cookie_secret(tmp_path / "home")
    path = tmp_path / "home" / "cookie-secret"
    assert len(secret) >= 32 and cookie_secret(tmp_path / "home") == secret
    assert path.stat().st_mode & 0o777 == 0o600
    os.chmod(path, 0o644)
    with pytest.raises(SetupError):
        cookie_secret(tmp_path / "home")


def test_an_unknown_account_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        storage.deactivate(store, "admin", "nobody")
