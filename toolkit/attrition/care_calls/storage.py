"""Lists, conversations and departures in the HR store: HR alone, each look at a person's notes written down."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from toolkit.access.roles import Viewer
from toolkit.attrition.care_call import COLUMNS, NOT_HELD, Conversation, checked
from toolkit.attrition.storage import require_hr, require_on
from toolkit.attrition.tables import CONVERSATION, DEPARTURE, LIST, LISTED, RISK, RUN
from toolkit.errors import InputError, NotFound
from toolkit.organisation.storage import frame_of
from toolkit.store import Change, Store, new_id
from toolkit.wording import text

OVERRIDES = ("", "left_out", "added")


@dataclass(frozen=True)
class CareList:
    """A list of people to talk to, fixed on `made_on` by `reviewer`.

    `band` places were drawn by chance with `seed` (0: none); `data_set_id` and `horizon_months` are those of
    the risks, the horizon None for a snapshot.
    """

    list_id: str
    run_id: str
    made_on: dt.date
    conversations: int
    band: int
    seed: int
    reviewer: str
    data_set_id: str
    horizon_months: int | None


def make_list(
    store: Store,
    viewer: Viewer,
    run_id: str,
    *,
    conversations: int,
    band: int,
    seed: int,
    reviewer: str,
    made_on: dt.date,
) -> str:
    """Fix the list of those to talk to from the risks of a run, and return its id.

    With a `band` the last places are drawn by chance (see `draw_near_cutoff`); both those drawn and those
    not drawn are kept, as they are the trial's protocol. Raises `InputError` without a reviewer.
    """
    from toolkit.attrition.trial import draw_near_cutoff

    require_hr(viewer)
    reviewer = _somebody(reviewer)
    if conversations < 1:
        raise InputError(text("At least one conversation must be possible."))
    list_id = new_id()
    with store.write(viewer.user_id) as change:
        require_on(change.connection)
        query = sa.select(*(RISK.c[name] for name in ("person_id", "probability", "low", "high")))
        risks = frame_of(change.connection, query.where(RISK.c.run_id == run_id))
        if risks.empty:
            raise NotFound(text("These risks are not in the store."))
        if band:
            rows = draw_near_cutoff(risks, conversations, band, seed)
            rows = rows[rows["chosen"] | rows["drawn"]]
        else:
            ordered = risks.sort_values(["probability", "person_id"], ascending=[False, True]).head(conversations)
            rows = ordered.assign(rank=range(1, len(ordered) + 1), chosen=True, drawn=False, chance=1.0)
        values = {"run_id": run_id, "made_on": made_on, "conversations": conversations, "band": band, "seed": seed}
        change.connection.execute(
            LIST.insert().values(
                list_id=list_id, **values, reviewer=reviewer, created_at=change.at, created_by=viewer.user_id
            )
        )
        names = ["person_id", "rank", "chosen", "drawn", "chance"]
        kept = rows[names].astype(object).to_dict("records")
        more = {"list_id": list_id, "override": "", "reason": "", "reviewer": ""}
        change.connection.execute(
            LISTED.insert(), [{**{str(name): one for name, one in row.items()}, **more} for row in kept]
        )
        change.record("create", "conversation_list", list_id, after={**values, "reviewer": reviewer})
    return list_id


def lists(store: Store, viewer: Viewer) -> list[CareList]:
    """Return the lists, newest first."""
    require_hr(viewer)
    columns = [LIST.c[name] for name in CareList.__dataclass_fields__ if name in LIST.c]
    query = sa.select(*columns, RUN.c.data_set_id, RUN.c.horizon_months).join(RUN).order_by(LIST.c.created_at.desc())
    with store.read() as connection:
        return [CareList(**row._mapping) for row in connection.execute(query)]


def listed(store: Store, viewer: Viewer, list_id: str) -> pd.DataFrame:
    """Return a list's people by rank, those added last.

    Columns: person_id, rank, probability, low, high (NaN for added people who had no risk), chosen, drawn,
    chance, override, reason, reviewer.
    """
    require_hr(viewer)
    risk = sa.and_(RISK.c.run_id == LIST.c.run_id, RISK.c.person_id == LISTED.c.person_id)
    own = [
        LISTED.c[name] for name in ("person_id", "rank", "chosen", "drawn", "chance", "override", "reason", "reviewer")
    ]
    query = (
        sa.select(*own, RISK.c.probability, RISK.c.low, RISK.c.high)
        .join(LIST, LIST.c.list_id == LISTED.c.list_id)
        .join(RISK, risk, isouter=True)
        .where(LISTED.c.list_id == list_id)
        .order_by(sa.nulls_last(LISTED.c.rank), LISTED.c.person_id)
    )
    with store.read() as connection:
        require_on(connection)
        return frame_of(connection, query)


def override(
    store: Store, viewer: Viewer, list_id: str, person_id: str, kind: str, *, reason: str, reviewer: str
) -> None:
    """Leave somebody out of a list (``left_out``), add somebody (``added``) or take that back (empty).

    The reason and who decided are kept. What chance decided stays as it was drawn, as the effect of
    conversations is measured by what was intended.
    """
    require_hr(viewer)
    reviewer, reason = _somebody(reviewer), reason.strip()
    if kind not in OVERRIDES:
        raise ValueError(kind)
    if not reason:
        raise InputError(text("Say why: somebody may ask."))
    with store.write(viewer.user_id) as change:
        require_on(change.connection)
        here = sa.select(LISTED).where(LISTED.c.list_id == list_id, LISTED.c.person_id == person_id)
        row = change.connection.execute(here).one_or_none()
        if kind == "added" and row is not None and row.chosen:
            raise InputError(text("This person is on the list already."))
        if kind == "left_out" and row is None:
            raise InputError(text("This person is not on the list."))
        values = {"override": kind, "reason": reason, "reviewer": reviewer}
        key = {"list_id": list_id, "person_id": person_id}
        first = {"rank": None, "chosen": False, "drawn": False, "chance": None}
        change.put(LISTED, key, values, person_id=person_id, why=reason, at_first=first)


def keep_conversation(
    store: Store, viewer: Viewer, conversation: Conversation, *, today: dt.date, levers: Collection[str]
) -> None:
    """Store a conversation, or change the one with its id; `levers` are the ids that may be chosen."""
    require_hr(viewer)
    found = checked(conversation, today=today, levers=levers)
    values = {name: getattr(found, name) for name in COLUMNS if name != "conversation_id"}
    values |= {"steps": list(found.steps), "levers": list(found.levers)}
    with store.write(viewer.user_id) as change:
        require_on(change.connection)
        # What was said stays, though its list may have been deleted meanwhile.
        wanted = sa.select(LIST.c.list_id).where(LIST.c.list_id == found.list_id)
        values["list_id"] = change.connection.execute(wanted).scalar_one_or_none()
        first = {"created_at": change.at, "created_by": viewer.user_id}
        key = {"conversation_id": found.conversation_id}
        change.put(CONVERSATION, key, values, person_id=found.person_id, at_first=first)


def follow_up_done(store: Store, viewer: Viewer, conversation_id: str, on: dt.date) -> None:
    """Write down that a follow-up was done."""
    require_hr(viewer)
    with store.write(viewer.user_id) as change:
        require_on(change.connection)
        whose = sa.select(CONVERSATION.c.person_id).where(CONVERSATION.c.conversation_id == conversation_id)
        person_id = change.connection.execute(whose).scalar_one_or_none()
        if person_id is None:
            raise NotFound(text("This conversation is not in the store."))
        key = {"conversation_id": conversation_id}
        change.put(CONVERSATION, key, {"followed_up_on": on}, person_id=person_id)


def conversations(store: Store, viewer: Viewer) -> pd.DataFrame:
    """Return all conversations without their notes, the newest first; see `open_person` for these."""
    require_hr(viewer)
    columns = [CONVERSATION.c[name] for name in COLUMNS if name != "note"]
    query = sa.select(*columns).order_by(CONVERSATION.c.held_on.desc(), CONVERSATION.c.created_at.desc())
    with store.read() as connection:
        require_on(connection)
        return frame_of(connection, query)


def open_person(store: Store, viewer: Viewer, list_id: str | None, person_id: str) -> pd.DataFrame:
    """Return one person's conversations with their notes, the newest first; the look is written down."""
    require_hr(viewer)
    query = sa.select(*(CONVERSATION.c[name] for name in COLUMNS)).where(CONVERSATION.c.person_id == person_id)
    with store.write(viewer.user_id) as change:
        require_on(change.connection)
        change.record("view", "conversation", list_id or "", person_id=person_id)
        order = (CONVERSATION.c.held_on.desc(), CONVERSATION.c.created_at.desc())
        return frame_of(change.connection, query.order_by(*order))


def drawn(store: Store, viewer: Viewer) -> pd.DataFrame:
    """Return all whom chance decided about: round (the list), made_on, horizon_months, person_id, chosen, drawn."""
    require_hr(viewer)
    columns = (LISTED.c.list_id.label("round"), LIST.c.made_on, RUN.c.horizon_months)
    query = (
        sa.select(*columns, LISTED.c.person_id, LISTED.c.chosen, LISTED.c.drawn)
        .join(LIST, LIST.c.list_id == LISTED.c.list_id)
        .join(RUN, RUN.c.run_id == LIST.c.run_id)
        .where(LISTED.c.drawn)
        .order_by(LIST.c.created_at, LISTED.c.rank)
    )
    with store.read() as connection:
        require_on(connection)
        return frame_of(connection, query)


def lessons(store: Store, viewer: Viewer) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return what must not teach a model: conversations held (person_id, held_on) and leavers nobody regrets."""
    require_hr(viewer)
    held = sa.select(CONVERSATION.c.person_id, CONVERSATION.c.held_on).where(CONVERSATION.c.outcome.not_in(NOT_HELD))
    left = sa.select(DEPARTURE.c.person_id).where(DEPARTURE.c.regretted.is_(False)).order_by(DEPARTURE.c.person_id)
    with store.read() as connection:
        require_on(connection)
        found = frame_of(connection, held.order_by(CONVERSATION.c.held_on, CONVERSATION.c.person_id))
        return found, tuple(connection.execute(left).scalars())


def keep_departure(store: Store, viewer: Viewer, person_id: str, regretted: bool | None, *, reason: str) -> None:
    """Write down whether somebody's leaving was a loss; None takes it back."""
    require_hr(viewer)
    with store.write(viewer.user_id) as change:
        require_on(change.connection)
        _put_departure(change, person_id, regretted, reason.strip())


def departures(store: Store, viewer: Viewer) -> dict[str, bool]:
    """Return by person_id whether their leaving was regretted, where somebody said so."""
    require_hr(viewer)
    with store.read() as connection:
        require_on(connection)
        rows = connection.execute(sa.select(DEPARTURE).where(DEPARTURE.c.regretted.is_not(None)))
        return {row.person_id: bool(row.regretted) for row in rows}


def _put_departure(change: Change, person_id: str, regretted: bool | None, reason: str) -> None:
    values = {"regretted": regretted, "reason": reason}
    change.put(DEPARTURE, {"person_id": person_id}, values, person_id=person_id, why=reason or None)


def _somebody(reviewer: str) -> str:
    reviewer = reviewer.strip()
    if not reviewer:
        raise InputError(text("Name who decides: a person answers for the list, not the model."))
    return reviewer[:200]
