"""What keeps a laptop safe: sample users on this computer only, and the cookie secret in a private file."""

import ipaddress
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.access.roles import Role
from toolkit.access.storage import Account, add_account, find_account
from toolkit.errors import SetupError
from toolkit.language import Code
from toolkit.store import Store
from toolkit.wording import text


@dataclass(frozen=True, slots=True)
class SampleUser:
    """Somebody to look around as. `person_id` ties a manager or rep to a person of the sample data."""

    role: Role
    name: str
    person_id: str | None = None

    @property
    def login(self) -> str:
        """The sign-in name of the account behind it, which has no password."""
        return f"sample-{self.role.value}"


SAMPLE_USERS: tuple[SampleUser, ...] = (
    SampleUser(Role.TRAINER, "周敏 Zhou Min"),
    SampleUser(Role.MANAGER, "陈伟 Chen Wei"),
    SampleUser(Role.HR, "刘芳 Liu Fang"),
    SampleUser(Role.REP, "王磊 Wang Lei"),
    SampleUser(Role.ADMINISTRATOR, "高洁 Gao Jie"),
)


def is_loopback(host: str) -> bool:
    """Say whether a server bound to `host` can be reached from this computer only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def check_demo(host: str) -> None:
    """Raise `SetupError` unless `host` is this computer: the demo lets anybody in as anybody."""
    if not is_loopback(host):
        raise SetupError(
            text("The demo signs anybody in without a password, so it cannot be served at {host}.", host=host or "*"),
            remedy=text("Use the host 127.0.0.1, or serve without the demo and give everybody an account."),
        )


def add_sample_users(store: Store, host: str, users: Sequence[SampleUser], language: Code) -> list[Account]:
    """Make sure that the sample users have accounts, and return them. Raises `SetupError` beyond loopback."""
    check_demo(host)
    return [
        find_account(store, user.login)
        or add_account(
            store, "demo", login=user.login, name=user.name, role=user.role, person_id=user.person_id, language=language
        )
        for user in users
    ]


def cookie_secret(home: Path) -> bytes:
    """Return the secret that signs cookies, made at first use in a file only its owner can read."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "cookie-secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret(path)
    with os.fdopen(handle, "wb") as target:
        target.write(secrets.token_hex(32).encode())
    return path.read_bytes()


def _read_secret(path: Path) -> bytes:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SetupError(
            text("Others on this computer can read the file {file}.", file=path),
            remedy=text("Delete it; a new one is made at the next start and everybody signs in again."),
        )
    secret = path.read_bytes()
    if len(secret) < 32:
        raise SetupError(text("The file {file} is damaged.", file=path), remedy=text("Delete it and start again."))
    return secret
