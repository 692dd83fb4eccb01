"""Where the truth is kept: two stores, one for coaching and one for HR data, on SQLite or PostgreSQL."""

from toolkit.store.audit import Change
from toolkit.store.engine import Store, open_store
from toolkit.store.schema import COACHING, HR, Moment, new_id

__all__ = ["COACHING", "HR", "Change", "Moment", "Store", "new_id", "open_store"]
