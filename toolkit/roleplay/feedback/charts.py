"""A rep's criteria as a picture."""

from toolkit.controls.charts import Figure, GapBar, gap_bars, radar
from toolkit.language import Language
from toolkit.roleplay.feedback.sheet import Behaviour, FeedbackSheet
from toolkit.wording import text

PART_WORDS = {
    "strength": text("strength"),
    "practise": text("practise next"),
    "between": text("in between"),
}
_UNSEEN = text("not observed")
_STANDING = {"strength": "strength", "practise": "unclear", "between": "met"}
_LEAST_SPOKES = 3


def profile_chart(sheet: FeedbackSheet, language: Language) -> Figure:
    """Return the criteria with their intervals: around a circle, or as bars where fewer than three were seen."""
    bars = [_bar(one, language) for one in sheet.behaviours]
    bars += [
        GapBar(language.pick(name), None, None, None, None, "unseen", language.say(_UNSEEN)) for name in sheet.unseen
    ]
    title, name = language("Level on each criterion, with 90% intervals"), language("Criterion")
    summary = _summary(sheet, language)
    if len(sheet.behaviours) < _LEAST_SPOKES:
        axis = language("Level 1–5")
        return gap_bars(bars, title=title, summary=summary, axis=axis, name=name, language=language)
    return radar(bars, title=title, summary=summary, name=name, language=language)


def _bar(one: Behaviour, language: Language) -> GapBar:
    words = language.say(PART_WORDS[one.part])
    return GapBar(language.pick(one.name), one.level, one.low, one.high, None, _STANDING[one.part], words)


def _summary(sheet: FeedbackSheet, language: Language) -> str:
    return language(
        "Strengths: {strengths}. To practise next: {practise}.",
        strengths=language.join([language.pick(one.name) for one in sheet.strengths]) or "–",
        practise=language.join([language.pick(one.name) for one in sheet.practise]) or "–",
    )
