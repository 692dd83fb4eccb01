"""What fairness audits of the versions said, in the HR store."""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.attrition.audit.lists import PAST
from toolkit.attrition.fairness import FairnessResult
from toolkit.attrition.kept_words import plain_words, words_of
from toolkit.attrition.storage import require_hr, require_on
from toolkit.attrition.tables import FAIRNESS_CHECK
from toolkit.store import Store, new_id
from toolkit.wording import Text, counted


def keep_audit(
    store: Store, viewer: Viewer, run_id: str, results: Mapping[str, FairnessResult], *, on: dt.date
) -> None:
    """Store what an audit of a run's lists said on a day: of the past ones where there are such, else of today's."""
    require_hr(viewer)
    result = results.get(PAST) or next(iter(results.values()))
    columns = sorted(set(result.groups["attribute"].astype(str)))
    check_id = new_id()
    values = {"run_id": run_id, "columns": columns, "conversations": result.conversations}
    with store.write(viewer.user_id) as change:
        require_on(change.connection)
        first = (
            counted(
                "Audited on {day}, past lists of {count} person.",
                "Audited on {day}, past lists of {count} people.",
                result.conversations,
                day=on,
            )
            if PAST in results
            else counted(
                "Audited on {day}, a list of {count} person.",
                "Audited on {day}, a list of {count} people.",
                result.conversations,
                day=on,
            )
        )
        words = plain_words((first, *result.sentences, *result.notes))
        row = {**values, "words": words, "created_at": change.at, "created_by": viewer.user_id}
        change.connection.execute(FAIRNESS_CHECK.insert().values(check_id=check_id, **row))
        change.record("check", "fairness_check", check_id, after=values)


def last_audit(store: Store, viewer: Viewer, run_id: str) -> tuple[Text, ...]:
    """Return what the last audit of a run's lists said; nothing where there was none."""
    require_hr(viewer)
    newest = FAIRNESS_CHECK.c.created_at.desc()
    query = sa.select(FAIRNESS_CHECK.c.words).where(FAIRNESS_CHECK.c.run_id == run_id).order_by(newest).limit(1)
    with store.read() as connection:
        return words_of(connection.execute(query).scalar_one_or_none() or ())
