"""Sessions: what the signed cookie holds and how it becomes a viewer, looked up at every request."""

import datetime as dt
import json
import secrets
import time
from dataclasses import asdict, dataclass
from hmac import compare_digest

from toolkit.access.roles import Viewer
from toolkit.access.storage import Account, read_account
from toolkit.errors import NotFound
from toolkit.store import Store

_FRESH_SECONDS = 2.0
_CLOCK_SLACK = 60.0


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in in one browser. `key` must still be the account's own for it to count."""

    id: str
    user_id: str
    key: str
    issued: float

    def dump(self) -> str:
        """Return what goes into the cookie, which the server signs."""
        return json.dumps(asdict(self))


def load_session(cookie: bytes | str | None) -> Session | None:
    """Return the session in a cookie whose signature was checked, or nothing."""
    if not cookie:
        return None
    try:
        return Session(**json.loads(cookie))
    except (ValueError, TypeError):
        return None


class Sessions:
    """The sessions of one server."""

    def __init__(self, store: Store, hours: int):
        self._store = store
        self._lasts = dt.timedelta(hours=hours).total_seconds()
        self._ended: dict[str, float] = {}
        self._seen: dict[str, tuple[float, Account | None]] = {}

    def begin(self, account: Account) -> Session:
        """Return a new session of `account`."""
        return Session(secrets.token_urlsafe(12), account.user_id, account.session_key, self._now())

    def end(self, session: Session) -> None:
        """Make a session count no more, even where its cookie was copied."""
        oldest = self._now() - self._lasts
        self._ended = {key: issued for key, issued in self._ended.items() if issued > oldest}
        self._ended[session.id] = session.issued

    def resolve(self, session: Session | None) -> Viewer | None:
        """Return who a session stands for now, or nothing if it has ended, expired or been revoked."""
        if session is None or session.id in self._ended:
            return None
        age = self._now() - session.issued
        if age > self._lasts or age < -_CLOCK_SLACK:
            return None
        account = self._account(session.user_id)
        if account is None or not account.active or not compare_digest(account.session_key, session.key):
            return None
        return account.viewer

    def forget(self, user_id: str) -> None:
        """Look this account up afresh next time, because it has just been changed."""
        self._seen.pop(user_id, None)

    def _account(self, user_id: str) -> Account | None:
        now = time.monotonic()
        seen = self._seen.get(user_id)
        if seen and now - seen[0] < _FRESH_SECONDS:
            return seen[1]
        try:
            account: Account | None = read_account(self._store, user_id)
        except NotFound:
            account = None
        self._seen = {key: entry for key, entry in self._seen.items() if now - entry[0] < _FRESH_SECONDS}
        self._seen[user_id] = (now, account)
        return account

    def _now(self) -> float:
        return self._store.clock().timestamp()
