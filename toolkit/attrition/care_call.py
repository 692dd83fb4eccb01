"""Care calls: greet, thank, ask, help; what came of them, who is next, and who left afterwards.

The four steps are those of the weekly care call in the source documents: greet, thank for something
specific, ask how work goes, help with one problem.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.months import exits
from toolkit.errors import InputError
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

STEPS: dict[str, Text] = {
    "greet": text("Greet"),
    "thank": text("Thank"),
    "ask": text("Ask"),
    "help": text("Help"),
}
GUIDE: dict[str, Text] = {
    "greet": text("Ask whether the moment suits, and say that you call to listen. Say nothing of a list or a risk."),
    "thank": text("Thank for something this person did lately: name it, and what it was good for."),
    "ask": text("Ask how work goes, and let the person talk. A question that may fit:"),
    "help": text("Agree on one thing you will do, by when, and write it down here. Promise only what you can keep."),
}
OUTCOMES: dict[str, Text] = {
    "stays": text("Means to stay"),
    "undecided": text("Undecided"),
    "leaves": text("Means to leave"),
    "not_said": text("Did not say"),
    "declined": text("Did not want to talk"),
    "not_reached": text("Not reached"),
}
# Nobody was talked to, so nothing can have been changed.
NOT_HELD = ("declined", "not_reached")
LONGEST_NOTE = 10_000
COLUMNS = (
    "conversation_id",
    "person_id",
    "list_id",
    "held_on",
    "held_by",
    "steps",
    "outcome",
    "note",
    "levers",
    "follow_up_on",
    "followed_up_on",
)
STATES: dict[str, Text] = {
    "to_talk": text("To talk to"),
    "try_again": text("Try again"),
    "follow_up": text("Follow-up due"),
    "talked": text("Talked to"),
    "left_out": text("Left out"),
    "not_drawn": text("Not drawn"),
}


@dataclass(frozen=True)
class Conversation:
    """One conversation with one person.

    `steps` are keys of `STEPS`, `outcome` one of `OUTCOMES`, `levers` ids of the content pack;
    `followed_up_on` is when the follow-up was done.
    """

    conversation_id: str
    person_id: str
    held_on: dt.date
    held_by: str
    outcome: str
    steps: tuple[str, ...] = ()
    note: str = ""
    levers: tuple[str, ...] = ()
    follow_up_on: dt.date | None = None
    followed_up_on: dt.date | None = None
    list_id: str | None = None


def checked(conversation: Conversation, *, today: dt.date, levers: Collection[str]) -> Conversation:
    """Return `conversation` with trimmed words, or raise `InputError` for what cannot be; `levers` are known ids."""
    held_by, note = conversation.held_by.strip(), conversation.note.strip()
    if not held_by:
        raise InputError(text("Say who held the conversation."))
    if conversation.held_on > today:
        raise InputError(
            text("The day of the conversation lies in the future."), remedy=text("Log it once it was held.")
        )
    if conversation.outcome not in OUTCOMES:
        raise InputError(text("Choose what came of the conversation."))
    if set(conversation.steps) - set(STEPS):
        raise InputError(text("A care call has four steps: greet, thank, ask, help."))
    unknown = sorted(set(conversation.levers) - set(levers))
    if unknown:
        raise InputError(text("There is no lever “{lever}”.", lever=unknown[0]))
    if len(note) > LONGEST_NOTE:
        raise InputError(text("The note is too long: {count} characters at most.", count=LONGEST_NOTE))
    if conversation.follow_up_on is not None and conversation.follow_up_on <= conversation.held_on:
        raise InputError(text("The follow-up must come after the conversation."))
    return Conversation(**(vars(conversation) | {"held_by": held_by, "note": note}))


def no_conversations() -> pd.DataFrame:
    """Return an empty table of conversations."""
    return pd.DataFrame(columns=list(COLUMNS))


def held_of(conversations: pd.DataFrame) -> pd.DataFrame:
    """Return person_id and held_on of the conversations that were held, as `fit_panel` takes them."""
    held = conversations[~conversations["outcome"].isin(NOT_HELD)]
    return held[["person_id", "held_on"]].reset_index(drop=True)


def state_of(listed: pd.DataFrame, conversations: pd.DataFrame, made_on: dt.date, today: dt.date) -> "pd.Series[str]":
    """Return for each row of a list (person_id, chosen, override) one of `STATES`, by its index.

    Conversations since `made_on` count; a follow-up is due when its day has come and nobody has done it.
    """
    since = conversations[pd.to_datetime(conversations["held_on"]) >= pd.Timestamp(made_on)]
    due = set(follow_ups(conversations, today)["person_id"])
    held = set(since.loc[~since["outcome"].isin(NOT_HELD), "person_id"])
    tried = set(since["person_id"])
    found = []
    for row in rows_of(listed):
        if row.override == "left_out":
            state = "left_out"
        elif not row.chosen and row.override != "added":
            state = "not_drawn"
        elif row.person_id in due:
            state = "follow_up"
        elif row.person_id in held:
            state = "talked"
        else:
            state = "try_again" if row.person_id in tried else "to_talk"
        found.append(state)
    return pd.Series(found, index=listed.index, dtype=object)


def follow_ups(conversations: pd.DataFrame, today: dt.date, *, ahead: int = 0) -> pd.DataFrame:
    """Return the conversations whose follow-up is due by `today` plus `ahead` days, the oldest first."""
    days = pd.to_datetime(conversations["follow_up_on"])
    waiting = days.notna() & conversations["followed_up_on"].isna()
    due = waiting & (days <= pd.Timestamp(today) + pd.Timedelta(days=ahead))
    return conversations[due].sort_values(["follow_up_on", "person_id"], kind="stable").reset_index(drop=True)


def outcomes_of(drawn: pd.DataFrame, rep_months: pd.DataFrame) -> "pd.Series[float]":
    """Return who left within the horizon of their list: 1, 0 or NaN by (round, person_id).

    `drawn` holds round, person_id, made_on and horizon_months (NaN: no horizon). Whoever the months do not
    hold, or whose horizon they do not cover yet, is unknown, leavers too: they would be known too early.
    """
    known_until = pd.to_datetime(rep_months["month"]).max() + pd.offsets.MonthEnd(0) if len(rep_months) else pd.NaT
    left_on = pd.to_datetime(rep_months["left_on"]).groupby(rep_months["person_id"].astype(str)).max()
    found = []
    for row in rows_of(drawn):
        made_on = pd.Timestamp(row.made_on)
        gone = left_on.get(row.person_id, pd.NaT)
        end = made_on + pd.DateOffset(months=0 if pd.isna(row.horizon_months) else int(row.horizon_months))
        unknown = pd.isna(row.horizon_months) or row.person_id not in left_on.index or not known_until >= end
        # Somebody who had gone before the list was made could not be kept by anybody.
        found.append(np.nan if unknown or gone < made_on else float(gone <= end))
    keys = pd.MultiIndex.from_arrays([drawn["round"], drawn["person_id"]], names=["round", "person_id"])
    return pd.Series(found, index=keys, dtype=float)


def questions(drivers: Mapping[str, Any], raising: Collection[str]) -> list[Mapping[str, str]]:
    """Return the bilingual questions of the content pack for the drivers in `raising`, in their order."""
    known = {str(one["id"]): one["question"] for one in drivers.get("drivers", ()) if "question" in one}
    return [known[driver] for driver in raising if driver in known]


def leavers(rep_months: pd.DataFrame, *, most: int = 50) -> pd.DataFrame:
    """Return those who left last, at most `most`, the newest first.

    Columns: person_id, left_on and attainment, the result against target of their last three months (NaN
    where there was no target): performance stands beside a leaving and never in the risk.
    """
    months = pd.to_datetime(rep_months["month"])
    rows = rep_months.assign(month=months, left_on=exits(rep_months))
    gone = rows[rows["left_on"].notna() & (rows["left_on"] <= months.max() + pd.offsets.MonthEnd(0))]
    people = gone.groupby("person_id")["left_on"].max().sort_values(ascending=False, kind="stable").head(most)
    last = gone[gone["person_id"].isin(people.index)].sort_values("month").groupby("person_id").tail(3)
    paired = last.reindex(columns=["person_id", "result", "target"]).dropna(subset=["result", "target"])
    sums = paired.groupby("person_id")[["result", "target"]].sum()
    share = (sums["result"] / sums["target"].where(sums["target"] > 0)).reindex(people.index)
    return pd.DataFrame({"person_id": people.index, "left_on": people.to_numpy(), "attainment": share.to_numpy()})
