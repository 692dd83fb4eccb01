"""A real store in a file, with a clock that tests can turn."""

import datetime as dt
from pathlib import Path

import pytest

from toolkit.store import Store
from toolkit.store.migration import migrate


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    store = Store(f"sqlite:///{tmp_path / 'coaching.sqlite'}", "coaching", clock=clock)
    migrate(store)
    return store
