"""One person's record in sentences a manager would say."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.language import Language
from toolkit.skillgap.gaps import priority_parts
from toolkit.skillgap.report import chance, competency_words, likelihood
from toolkit.wording import counted, text

Names = Mapping[str, Mapping[str, str]]
UNLIKELY_CHANCE = 0.05

ADVICE = {
    "gap": text("Advice: agree on something to practise; the gap is probably real."),
    "unclear": text(
        "Advice: look again before training; the difference may be noise. What to look at stands under “Observe next”."
    ),
    "met": text("Advice: nothing to do; look again when the role asks for more."),
    "strength": text("Advice: use it. Let this person show others how, and give tasks that need it."),
    "unseen": text(
        "Advice: somebody should look first; nothing can be said yet. What to look at stands under “Observe next”."
    ),
}
IN_SHORT = (
    ("gap", text("Probably below target")),
    ("unclear", text("Could be either: look again before training")),
    ("strength", text("Strengths")),
    ("met", text("On target")),
    ("unseen", text("Not yet seen")),
)
VIEW_WORDS = {
    "higher": text("sees this higher than others do"),
    "lower": text("sees this lower than others do"),
    "as usual": text("sees this as others do"),
    "cannot tell": text("too little to tell"),
}


VIEW_SENTENCES = {
    "higher": text(
        "The person sees this higher than others do: {gap} levels (90% interval {low} to {high}), beyond what sources and raters usually add. Talk about it; it is not averaged away."
    ),
    "lower": text(
        "The person sees this lower than others do: {gap} levels (90% interval {low} to {high}), beyond what sources and raters usually add. Talk about it; it is not averaged away."
    ),
}


def in_short(gaps: pd.DataFrame, names: Names, language: Language) -> list[tuple[str, str]]:
    """Return what a record says in a few lines: (what, which competencies), most pressing first."""
    return [
        (language.say(title), language.join([competency_words(one, names, language) for one in own]))
        for key, title in IN_SHORT
        if len(own := gaps.loc[gaps["standing"] == key, "competency_id"])
    ]


def explanation(gap: Any, own: pd.Series | None, language: Language) -> list[str]:
    """Return what one level and its priority rest on, a sentence each.

    `gap` is a row of `GapState.gaps_of`, `own` the row of `WeighedEvidence.levels` or None where nothing was seen.
    """
    say = language
    if gap.standing == "unseen" or own is None:
        target = say(
            "The role asks for level {target}; nobody has seen this competency yet.", target=say.number(gap.target)
        )
        return [target, say.say(ADVICE["unseen"])]
    rest = 1 - float(own["own_share"])
    return [
        say(
            "Level {level}; with a probability of 90% the true level lies between {low} and {high}. The role asks for {target}: {likelihood}.",
            level=say.number(gap.level), low=say.number(gap.low), high=say.number(gap.high), target=say.number(gap.target),
            likelihood=likelihood(gap.probability_below, say),
        ),
        say(
            "{pieces} from {sources}. {share} of the level comes from evidence on this very competency, {rest} from the person's related competencies and what is usual here.",
            pieces=counted("{count} piece of evidence", "{count} pieces of evidence", int(own["evidence_count"])),
            sources=counted("{count} kind of source", "{count} kinds of sources", int(own["sources"])),
            share=say.percent(1 - rest), rest=say.percent(rest),
        ),
        priority_words(gap, say),
        say.say(ADVICE[gap.standing]),
    ]  # fmt: skip


def priority_words(gap: Any, language: Language) -> str:
    """Return a priority with its three factors."""
    say = language
    parts = priority_parts(pd.DataFrame([gap._asdict()])).iloc[0]
    return say(
        "Priority {priority} = importance {importance} (what the role gives it, 1–5) × size {size} (levels missing, if it is below) × probability {probability} (that it is below).",
        priority=say.number(gap.priority, 2),
        importance=say.number(parts["importance"], 0 if float(parts["importance"]).is_integer() else 1),
        size=say.number(parts["size"], 2),
        probability=chance(parts["probability"], say),
    )


def view_sentences(view: Any, language: Language) -> list[str]:
    """Return where self and others, or others among each other, differ, of one row of `compare_views`."""
    say, found = language, []
    if view.view in VIEW_SENTENCES:
        found.append(
            say(
                VIEW_SENTENCES[view.view].msgid,
                gap=signed(view.self_gap, say), low=signed(view.low, say), high=signed(view.high, say),
            )
        )  # fmt: skip
    if view.others_count > 1 and view.chance < UNLIKELY_CHANCE:
        found.append(
            say(
                "The sources disagree (standard deviation {spread} levels): if they saw the same, they would differ this much in {chance} of cases only. Find out what each has seen.",
                spread=say.number(view.spread), chance=say.percent(view.chance, 1),
            )
        )  # fmt: skip
    return found


def agreement_words(view: Any, language: Language) -> str:
    """Return in a few words whether the other sources agree."""
    if view.others_count < 2:
        return language("only one other source")
    if view.chance < UNLIKELY_CHANCE:
        return language("they disagree ({chance})", chance=language.percent(view.chance, 1))
    return language("no more than usual")


def signed(value: float, language: Language) -> str:
    """Return a difference in levels with its sign, a dash where there is none."""
    if pd.isna(value):
        return "–"
    return ("+" if value > 0 else "−" if value < 0 else "") + language.number(abs(value))
