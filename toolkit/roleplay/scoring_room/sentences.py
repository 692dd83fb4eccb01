"""What a sheet says about itself: undo, questions before a late change, and late changes, as sentences."""

from collections.abc import Mapping

from toolkit.roleplay.sheet import LateChange, overall_words
from toolkit.vocabulary import NOT_OBSERVED
from toolkit.wording import Text, text

# What a sheet is marked as, where it is no role-play.
KINDS = {"visit": text("Joint visit: a real customer"), "proposal": text("Review of a written proposal")}


def rating_in_words(value: str) -> Text | str:
    """Return a rating as it is read: ``"3"``, not observed, or not rated."""
    if value == NOT_OBSERVED:
        return text("Not observed")
    return value or text("not rated")


def change_words(criterion: Mapping[str, str], before: str, after: str) -> Text:
    """Say what a tap did, next to the way back."""
    if not before:
        return text("“{criterion}” rated: {after}.", criterion=criterion, after=rating_in_words(after))
    return text(
        "Rating of “{criterion}” changed from {before} to {after}.",
        criterion=criterion,
        before=rating_in_words(before),
        after=rating_in_words(after),
    )


def question_of(kind: str, criterion: Mapping[str, str], before: str, after: str) -> Text:
    """Ask why something is changed after hand-in; `kind` is rating or note."""
    if kind == "note":
        return text("This sheet has been handed in. Why do you change what you saw on “{name}”?", name=criterion)
    return text(
        "This sheet has been handed in. Why do you change “{criterion}” from {before} to {after}?",
        criterion=criterion,
        before=rating_in_words(before),
        after=rating_in_words(after),
    )


def late_words(change: LateChange, criterion: Mapping[str, str] | None) -> Text:
    """Say what was changed after hand-in, with both values and the reason."""
    if change.kind == "overall":
        before, after = (overall_words(int(one or 0)) for one in (change.before, change.after))
        return text(
            "Overall judgement changed after hand-in: from “{before}” to “{after}”, because: {why}",
            before=before,
            after=after,
            why=change.why,
        )
    if change.kind == "note":
        return text(
            "What was seen on “{criterion}” changed after hand-in: from “{before}” to “{after}”, because: {why}",
            criterion=criterion or change.criterion_id,
            before=change.before or "–",
            after=change.after or "–",
            why=change.why,
        )
    return text(
        "“{criterion}” changed after hand-in: from {before} to {after}, because: {why}",
        criterion=criterion or change.criterion_id,
        before=rating_in_words(change.before),
        after=rating_in_words(change.after),
        why=change.why,
    )
