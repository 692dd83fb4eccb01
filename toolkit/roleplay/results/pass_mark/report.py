"""What a pass mark says, in sentences."""

from collections.abc import Sequence

from markupsafe import Markup

from toolkit.language import Language
from toolkit.roleplay.pass_marks import AngoffMark, PassMark
from toolkit.roleplay.results.report import remarks

_PROSE = Markup("<p class='coach-prose'><strong>{}</strong> {}</p>")


def withheld_words(language: Language) -> Markup:
    """Return why a judge is not told the mark before the own estimates are complete."""
    head = language("The pass mark is not shown to you yet.")
    return _PROSE.format(head, language("It is shown once your own estimates are complete."))


def mark_words(mark: PassMark | None, language: Language, *, open_judges: Sequence[str] | None) -> Markup:
    """Return a mark with its interval and what to know about it, or why there is none.

    `open_judges` are those who have not estimated all criteria; None where the mark is not of judges.
    """
    say = language
    if mark is None or mark.cut != mark.cut:
        if mark is not None and mark.note is not None:
            reason = say.say(mark.note)
        elif open_judges is not None:
            reason = say("No judge has estimated all criteria yet.")
        else:
            reason = say("No sheet has been finished in this workshop yet.") if mark is None else ""
        return _PROSE.format(say("No pass mark yet."), reason)
    sentences = [say.say(mark.note)] if mark.note is not None else []
    if mark.standard_error == mark.standard_error:
        main = say(
            "Pass mark: {cut}. With other judges or reps it may lie between {low} and {high} (90% interval).",
            cut=say.number(mark.cut, 2),
            low=say.number(mark.low, 2),
            high=say.number(mark.high, 2),
        )
    else:
        main = say("Pass mark: {cut}.", cut=say.number(mark.cut, 2))
        sentences.append(say("The probabilities below take the mark as exact, because its own error is not known."))
    if isinstance(mark, AngoffMark) and len(mark.judges) > 1:
        sentences.append(_spread_words(mark, say))
    if open_judges:
        sentences.append(
            say.count(
                "{count} judge has not estimated every criterion yet and does not count.",
                "{count} judges have not estimated every criterion yet and do not count.",
                len(open_judges),
            )
        )
    return Markup("<p class='coach-prose'><strong>{}</strong></p>").format(main) + remarks(sentences)


def _spread_words(mark: AngoffMark, say: Language) -> str:
    cuts = mark.judges["cut"]
    return say(
        "The own marks of the {count} judges go from {low} to {high} (standard deviation {spread}).",
        count=len(cuts),
        low=say.number(cuts.min(), 2),
        high=say.number(cuts.max(), 2),
        spread=say.number(mark.spread, 2),
    )
