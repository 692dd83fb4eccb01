"""The switch, the schedule and the checks of the model in the HR store."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.attrition.kept_words import plain_words, words_of
from toolkit.attrition.storage import require_hr, require_on
from toolkit.attrition.tables import DRIFT_CHECK, SETTING
from toolkit.errors import InputError
from toolkit.store import Store, new_id
from toolkit.wording import Text, text

_ID = "default"
MOST_MONTHS = 60
RETRAIN_MONTHS = 6


@dataclass(frozen=True)
class Setting:
    """Whether attrition is used, who answers questions about it, and after how many months to train again.

    `changed_at` and `changed_by` are None while nothing was ever set.
    """

    switched_on: bool = True
    contact: str = ""
    retrain_months: int = RETRAIN_MONTHS
    changed_at: dt.datetime | None = None
    changed_by: str | None = None


@dataclass(frozen=True)
class DriftCheck:
    """What a check of a run's model on a data set said: whether to train again, and its sentences."""

    run_id: str
    data_set_id: str
    retrain: bool
    sentences: tuple[Text, ...]
    created_at: dt.datetime


def setting(store: Store, viewer: Viewer) -> Setting:
    """Return what is set."""
    require_hr(viewer)
    columns = [SETTING.c[name] for name in Setting.__dataclass_fields__]
    with store.read() as connection:
        row = connection.execute(sa.select(*columns)).one_or_none()
    return Setting(**row._mapping) if row else Setting()


def switch(store: Store, viewer: Viewer, on: bool, *, why: str) -> None:
    """Switch the whole of attrition on or off; nothing is deleted. Raises `InputError` without a reason."""
    if not why.strip():
        raise InputError(text("Say why: somebody may ask."))
    _keep(store, viewer, {"switched_on": on}, why.strip())


def keep_setting(store: Store, viewer: Viewer, *, contact: str, retrain_months: int) -> None:
    """Keep who answers questions and the schedule (1 to 60 months)."""
    if not 1 <= retrain_months <= MOST_MONTHS:
        raise InputError(text("The schedule must be from 1 to {most} months.", most=MOST_MONTHS))
    _keep(store, viewer, {"contact": contact.strip()[:200], "retrain_months": retrain_months}, None)


def keep_check(
    store: Store, viewer: Viewer, run_id: str, data_set_id: str, *, retrain: bool, sentences: tuple[Text, ...]
) -> None:
    """Store what a check of a run's model on a data set said."""
    require_hr(viewer)
    check_id = new_id()
    values: dict[str, Any] = {"run_id": run_id, "data_set_id": data_set_id, "retrain": retrain}
    with store.write(viewer.user_id) as change:
        require_on(change.connection)
        change.connection.execute(
            DRIFT_CHECK.insert().values(
                check_id=check_id,
                **values,
                words=plain_words(sentences),
                created_at=change.at,
                created_by=viewer.user_id,
            )
        )
        change.record("check", "drift_check", check_id, after=values)


def checks(store: Store, viewer: Viewer, run_id: str) -> list[DriftCheck]:
    """Return the checks of a run's model, newest first."""
    require_hr(viewer)
    query = sa.select(DRIFT_CHECK).where(DRIFT_CHECK.c.run_id == run_id).order_by(DRIFT_CHECK.c.created_at.desc())
    with store.read() as connection:
        return [
            DriftCheck(row.run_id, row.data_set_id, row.retrain, words_of(row.words), row.created_at)
            for row in connection.execute(query)
        ]


def _keep(store: Store, viewer: Viewer, values: dict[str, Any], why: str | None) -> None:
    require_hr(viewer)
    with store.write(viewer.user_id) as change:
        first = {"switched_on": True, "contact": "", "retrain_months": RETRAIN_MONTHS}
        first = {name: value for name, value in first.items() if name not in values}
        stamp = {"changed_at": change.at, "changed_by": viewer.name}
        change.put(SETTING, {"setting_id": _ID}, values, why=why, at_first=first, stamp=stamp)
