"""What every peer shares: the exported texts, read once, and one SQLite file of ratings.

The same care for the data as the toolkit takes: WAL, synchronous FULL, one transaction per tap.
"""

import json
import os
import sqlite3
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

NOT_OBSERVED = "not_observed"
LEVELS = ("1", "2", "3", "4", "5", NOT_OBSERVED)
_own = threading.local()


@cache
def content() -> dict[str, Any]:
    """Return workshops, scenarios and rubrics of the sample organisation."""
    return json.loads(Path(os.environ["SCORING_CONTENT"]).read_text(encoding="utf-8"))


def workshops() -> dict[str, str]:
    """Return the names of the workshops by id, newest first."""
    return {key: workshop["name"] for key, workshop in content()["workshops"].items()}


def scenarios(workshop: str) -> dict[str, str]:
    """Return the names of a workshop's scenarios by id."""
    return {key: content()["scenarios"][key]["name"] for key in content()["workshops"][workshop]["scenarios"]}


def reps(workshop: str) -> dict[str, str]:
    """Return the names of a workshop's reps by id."""
    return content()["workshops"][workshop]["reps"]


def scenario(scenario_id: str) -> dict[str, Any]:
    """Return a scenario's texts."""
    return content()["scenarios"][scenario_id]


def criteria(scenario_id: str) -> list[dict[str, Any]]:
    """Return the criteria of a scenario: id, name, question, mandatory, levels."""
    return content()["rubrics"][scenario(scenario_id)["rubric"]]


def words(criterion: dict[str, Any]) -> dict[str, str]:
    """Return what stands beside each level, by value."""
    texts = [f"{number} – {text}" for number, text in enumerate(criterion["levels"], start=1)]
    return dict(zip(LEVELS, [*texts, "Not observed"], strict=True))


def ratings(workshop: str, scenario_id: str, rep: str) -> dict[str, str]:
    """Return what is stored on one sheet: value by criterion."""
    query = "SELECT criterion, value FROM rating WHERE workshop = ? AND scenario = ? AND rep = ?"
    return dict(_connection().execute(query, (workshop, scenario_id, rep)))


def keep(workshop: str, scenario_id: str, rep: str, criterion: str, value: str) -> str:
    """Store one rating and return the stamp to show."""
    with _connection() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO rating VALUES (?, ?, ?, ?, ?, ?)",
            (workshop, scenario_id, rep, criterion, value, time.time()),
        )
    return time.strftime("saved %H:%M:%S")


def progress(scenario_id: str, rated: dict[str, str]) -> str:
    """Return the sentence on what is done and what is still open."""
    items = criteria(scenario_id)
    still_open = sum(item["mandatory"] and item["id"] not in rated for item in items)
    rest = f"{still_open} mandatory criteria are still open." if still_open else "All mandatory criteria are rated."
    return f"{len(rated)} of {len(items)} criteria rated. {rest}"


def create_store(file: Path) -> None:
    """Make the empty store; the benchmark does so before the server starts, as a migration would."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS rating (workshop TEXT, scenario TEXT, rep TEXT, criterion TEXT, value TEXT,"
        " rated_at REAL, PRIMARY KEY (workshop, scenario, rep, criterion))"
    )
    connection.close()


def _connection() -> sqlite3.Connection:
    """Return this thread's connection."""
    if not hasattr(_own, "connection"):
        _own.connection = sqlite3.connect(os.environ["SCORING_STORE"], timeout=30)
        _own.connection.execute("PRAGMA synchronous=FULL")
    return _own.connection
