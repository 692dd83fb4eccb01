"""Bringing a store's tables to this version with Alembic; each store has its own line of versions."""

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.config import Config

    from toolkit.store.engine import Store

_FOLDER = Path(__file__).parent / "migrations"


def migrate(store: "Store", version: str = "head") -> None:
    """Create or upgrade all tables of `store` to `version`; data are kept. Does nothing when already current.

    Holds the writers' lock, so that two servers that start at once do not both migrate.
    """
    from alembic import command

    with store.engine.connect() as connection:
        connection = connection.execution_options(coach_immediate=True)
        with connection.begin():
            config = _config(store)
            config.attributes["connection"] = connection
            command.upgrade(config, version)


def is_current(store: "Store") -> bool:
    """Say whether the tables are those of this version."""
    with store.engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return False
        found = connection.exec_driver_sql("select version_num from alembic_version").scalar_one_or_none()
    return found == newest_version(store.kind)


def newest_version(kind: str) -> str:
    """Return the newest version of a store's line, such as ``hr_0001``, read from the file names."""
    newest = max(path.stem.split("_")[0] for path in (_FOLDER / kind).glob("[0-9]*.py"))
    return f"{kind}_{newest}"


def _config(store: "Store") -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("version_locations", str(_FOLDER / store.kind))
    config.set_main_option("path_separator", "os")
    return config
