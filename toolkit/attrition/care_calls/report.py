"""Lists, conversations and their effect in words."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from toolkit.attrition.care_call import GUIDE, OUTCOMES, STATES, STEPS
from toolkit.attrition.trial import conversation_effect
from toolkit.controls.data_table import Mark, Tone
from toolkit.controls.page import heading
from toolkit.errors import NotEnoughData
from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, counted, text

LIST_LABELS = {
    "name": text("Person"),
    "rank": text("Rank"),
    "risk": text("Risk"),
    "how": text("How listed"),
    "state": text("State"),
    "last": text("Last conversation"),
}
DUE_LABELS = {
    "name": text("Person"),
    "due": text("Follow-up due"),
    "held": text("Last conversation"),
    "outcome": text("Outcome"),
}
EARLIER_LABELS = {
    "held": text("Day"),
    "by": text("Held by"),
    "outcome": text("Outcome"),
    "steps": text("Steps"),
    "note": text("Note"),
    "levers": text("Levers agreed"),
    "due": text("Follow-up"),
}
_TONES: dict[str, Tone] = {
    "to_talk": "accent",
    "try_again": "warn",
    "follow_up": "warn",
    "talked": "good",
    "left_out": "quiet",
    "not_drawn": "quiet",
}


def state_marks(language: Language) -> dict[str, Mark]:
    """Return the states of a list as marks of a table."""
    return {name: Mark(language.say(words), _TONES[name]) for name, words in STATES.items()}


def how_words(row: Any) -> Text:
    """Say how somebody came onto a list."""
    if row.override == "added":
        return text("added: {reason}", reason=row.reason)
    if row.override == "left_out":
        return text("left out: {reason}", reason=row.reason)
    return text("by chance, near the end of the list") if row.drawn else text("by risk")


def list_rows(
    listed: pd.DataFrame,
    states: "pd.Series[str]",
    conversations: pd.DataFrame,
    names: Mapping[str, str],
    language: Language,
) -> pd.DataFrame:
    """Return a list as words with the columns of `LIST_LABELS`; only whom `names` holds is named."""
    say = language
    last: dict[str, dt.date] = {}
    for talk in rows_of(conversations):
        last[talk.person_id] = max(talk.held_on, last.get(talk.person_id, talk.held_on))
    rows = [
        {
            "name": names.get(str(row.person_id), say("hidden")),
            "rank": None if pd.isna(row.rank) else int(row.rank),
            "risk": None if pd.isna(row.probability) else float(row.probability),
            "how": say.say(how_words(row)),
            "state": state,
            "last": last.get(row.person_id),
        }
        for row, state in zip(rows_of(listed), states, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(LIST_LABELS)).astype({"rank": object, "last": object})


def due_rows(due: pd.DataFrame, names: Mapping[str, str], language: Language) -> pd.DataFrame:
    """Return follow-ups as words with the columns of `DUE_LABELS`."""
    rows = [
        {
            "name": names.get(str(row.person_id), language("hidden")),
            "due": row.follow_up_on,
            "held": row.held_on,
            "outcome": language.say(OUTCOMES[row.outcome]),
        }
        for row in rows_of(due)
    ]
    return pd.DataFrame(rows, columns=list(DUE_LABELS))


def earlier_rows(earlier: pd.DataFrame, levers: Mapping[str, Mapping[str, str]], language: Language) -> pd.DataFrame:
    """Return one person's conversations as words with the columns of `EARLIER_LABELS`."""
    say = language
    rows = [
        {
            "held": row.held_on,
            "by": row.held_by,
            "outcome": say.say(OUTCOMES[row.outcome]),
            "steps": say.join([say.say(STEPS[step]) for step in row.steps]),
            "note": row.note,
            "levers": [say.pick(levers[one]) if one in levers else one for one in row.levers],
            "due": _follow_up(row, say),
        }
        for row in rows_of(earlier)
    ]
    return pd.DataFrame(rows, columns=list(EARLIER_LABELS)).astype({"held": object})


def _follow_up(row: Any, language: Language) -> str:
    if pd.isna(row.follow_up_on):
        return ""
    if pd.isna(row.followed_up_on):
        return language("due {day}", day=row.follow_up_on)
    return language("done {day}", day=row.followed_up_on)


def guide_view(questions: Sequence[Mapping[str, str]], language: Language) -> Markup:
    """Return how a care call goes: the four steps, with questions of the drivers that raise the risk."""
    say = language
    words = Markup(heading(say("How a care call goes"), level=3).value)
    lines = Markup("")
    for step, title in STEPS.items():
        body = Markup("<strong>{}</strong> {}").format(say.say(title), say.say(GUIDE[step]))
        if step == "ask":
            asked = [say.pick(one) for one in questions] or [say("How has work been for you lately?")]
            body += Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(one) for one in asked))
        lines += Markup("<li>{}</li>").format(body)
    return words + Markup("<ol>{}</ol>").format(lines)


def performance_words(reasons: pd.DataFrame, language: Language) -> str:
    """Return a person's result against target, which is shown apart from the risk; empty where unknown."""
    found = reasons.loc[reasons["column"] == "attainment_3m", "value"]
    if not len(found) or pd.isna(found.iloc[0]):
        return ""
    return language(
        "Performance, told apart from the risk: {share} of target over the last 3 months. Whether a leaving would be "
        "a loss is yours to judge.",
        share=language.percent(float(found.iloc[0])),
    )


def person_facts(listed: pd.DataFrame, person_id: str, language: Language) -> str:
    """Return a person's risk with its interval and how she came onto the list; empty where no risk is known."""
    rows = listed[(listed["person_id"] == person_id) & listed["probability"].notna()]
    for row in rows_of(rows):
        return language(
            "Risk {risk} ({low} to {high}), listed {how}.",
            risk=language.percent(row.probability),
            low=language.percent(row.low),
            high=language.percent(row.high),
            how=how_words(row),
        )
    return ""


def progress_words(states: "pd.Series[str]") -> Text:
    """Say how far a list is."""
    asked = states[~states.isin(["left_out", "not_drawn"])]
    done = int(asked.isin(["talked", "follow_up"]).sum())
    return text("{done} of {count} talked to.", done=done, count=len(asked))


def effect_words(drawn: pd.DataFrame, outcomes: "pd.Series[float]") -> list[Text]:
    """Say what conversations changed so far, or why one cannot tell yet."""
    if drawn.empty:
        return [
            text("One cannot tell yet: no list was drawn by chance near its end."),
            text(
                "Let chance decide over the last places when you make a list. Those drawn and those not drawn can "
                "then be compared fairly."
            ),
        ]
    waiting = int(outcomes.isna().sum())
    found = []
    try:
        found.append(conversation_effect(drawn, outcomes).sentence)
    except NotEnoughData as error:
        found += [text("One cannot tell yet. {why}", why=error.problem), *([error.remedy] if error.remedy else [])]
    if waiting:
        found.append(
            counted(
                "Of {count} person drawn it is not known yet: the horizon is not over, or the HR months end before it.",
                "Of {count} people drawn it is not known yet: the horizon is not over, or the HR months end before it.",
                waiting,
            )
        )
    return found


def effect_view(sentences: Sequence[Text], language: Language) -> Markup:
    """Return what conversations changed so far."""
    title = language("Do the conversations help?")
    words = Markup(heading(title).value)
    return words + Markup("").join(Markup("<p>{}</p>").format(language.say(one)) for one in sentences)
