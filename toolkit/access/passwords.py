"""Passwords: how they are kept, which are refused, and signing in without telling who exists."""

import datetime as dt
from collections import OrderedDict
from functools import cache
from typing import NoReturn

import argon2

from toolkit.access.storage import Account, find_account, note_failure, note_welcome, renew_hash
from toolkit.errors import InputError, NotAllowed
from toolkit.store import Store
from toolkit.wording import Text, counted, text

MINIMUM_LENGTH = 12
TRIES = 8
LOCKED_FOR = dt.timedelta(minutes=5)
_OBVIOUS = ("password", "passw0rd", "123456789", "qwertyuiop", "letmein", "salescoach", "iloveyou", "woaini")
_STRANGERS_KEPT = 10_000
_HASHER = argon2.PasswordHasher()


def hash_password(password: str, *, login: str = "") -> str:
    """Return the Argon2id hash of a new password.

    Raises `InputError` if it is shorter than 12 characters, repeats few characters, or holds
    the sign-in name or one of the words tried first by everybody.
    """
    if len(password) < MINIMUM_LENGTH:
        raise InputError(
            counted(
                "A password needs {count} character or more.",
                "A password needs {count} characters or more.",
                MINIMUM_LENGTH,
            ),
            remedy=text("A sentence of a few words is easy to keep in mind."),
        )
    plain = password.lower()
    own_name = login.strip().lower()
    if len(set(plain)) < 5 or any(word in plain for word in _OBVIOUS) or (own_name and own_name in plain):
        raise InputError(
            text("This password is too easy to guess."),
            remedy=text("Avoid your sign-in name, the word password and rows of the same characters."),
        )
    return _HASHER.hash(password)


def locked_message() -> Text:
    """Return what somebody is told whose account is locked for a while."""
    minutes = int(LOCKED_FOR.total_seconds() // 60)
    return counted(
        "Too many wrong passwords. Please wait {count} minute and try again.",
        "Too many wrong passwords. Please wait {count} minutes and try again.",
        minutes,
    )


class SignIn:
    """Checks passwords against one store. Make one per server; slow by design, so call it off the event loop."""

    def __init__(self, store: Store):
        self._store = store
        self._strangers: OrderedDict[str, tuple[int, dt.datetime | None]] = OrderedDict()

    def check(self, login: str, password: str) -> Account:
        """Return the account that `login` and `password` open.

        Unknown, closed and password-less accounts behave like a wrong password in words, in time
        and in locking. Raises `NotAllowed` with the sentence to show.
        """
        account = find_account(self._store, login)
        if account is None or not account.active or account.password_hash is None:
            return self._turn_away(login, password)
        if _is_locked(account.locked_until, self._store.clock()):
            raise NotAllowed(locked_message())
        if not _matches(account.password_hash, password):
            locks = note_failure(self._store, account.user_id, tries=TRIES, locked_for=LOCKED_FOR)
            raise NotAllowed(locked_message() if locks else _wrong())
        note_welcome(self._store, account.user_id)
        if _HASHER.check_needs_rehash(account.password_hash):
            renew_hash(self._store, account.user_id, _HASHER.hash(password))
        return account

    def _turn_away(self, login: str, password: str) -> NoReturn:
        name = login.strip().lower()[:128]
        now = self._store.clock()
        failed, locked_until = self._strangers.get(name, (0, None))
        if _is_locked(locked_until, now):
            raise NotAllowed(locked_message())
        _matches(_nobody(), password)
        failed = 1 if locked_until else failed + 1
        self._strangers[name] = (failed, now + LOCKED_FOR if failed >= TRIES else None)
        while len(self._strangers) > _STRANGERS_KEPT:
            self._strangers.popitem(last=False)
        raise NotAllowed(locked_message() if failed >= TRIES else _wrong())


def _wrong() -> Text:
    return text("The sign-in name or the password is wrong.")


def _is_locked(until: dt.datetime | None, now: dt.datetime) -> bool:
    return until is not None and until > now


@cache
def _nobody() -> str:
    return _HASHER.hash("a password that nobody has, so that strangers take as long as users")


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
