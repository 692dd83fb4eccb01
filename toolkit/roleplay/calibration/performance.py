"""A performance that all raters score, and the expert's key to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import InputError
from toolkit.roleplay.rubric import Rubric
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW
from toolkit.wording import Text, text

Both = Mapping[str, str]


@dataclass(frozen=True)
class KeyRating:
    """What the expert gives on one criterion (None = not observed), and why."""

    rating: float | None
    reason: Both


Key = Mapping[str, KeyRating]


@dataclass(frozen=True)
class Performance:
    """A written performance with its key. `words` is what was said, or where to find the recording."""

    id: str
    name: Both
    scenario_id: str
    rubric_id: str
    words: Both
    key: Key

    @classmethod
    def from_content(cls, body: Mapping[str, Any]) -> "Performance":
        """Build a performance from its content."""
        return cls(
            id=body["id"],
            name=body["name"],
            scenario_id=body["scenario"],
            rubric_id=body["rubric"],
            words=body["performance"],
            key=key_from(body["key"]),
        )


def key_from(body: Mapping[str, Mapping[str, Any]]) -> dict[str, KeyRating]:
    """Return a key from plain values, as it is stored."""
    return {
        criterion_id: KeyRating(None if one["rating"] is None else float(one["rating"]), dict(one["reason"]))
        for criterion_id, one in body.items()
    }


def plain_key(key: Key) -> dict[str, dict[str, Any]]:
    """Return a key as plain values."""
    return {criterion_id: {"rating": one.rating, "reason": dict(one.reason)} for criterion_id, one in key.items()}


def check_key(key: Key, rubric: Rubric) -> None:
    """Raise `InputError` unless `key` has a rating on the scale and a reason for exactly the rubric's criteria."""
    for criterion in rubric.criteria:
        if criterion.id not in key:
            raise _refusal(text("The key has no rating for “{criterion}”.", criterion=criterion.name))
        one = key[criterion.id]
        on_scale = one.rating is None or one.rating in range(int(SCALE_LOW), int(SCALE_HIGH) + 1)
        if not on_scale:
            raise InputError(text("A rating is one of 1, 2, 3, 4 or 5, not {value}.", value=one.rating))
        if not any(words.strip() for words in one.reason.values()):
            raise _refusal(text("The key gives no reason for “{criterion}”.", criterion=criterion.name))
    unknown = sorted(set(key) - {criterion.id for criterion in rubric.criteria})
    if unknown:
        raise InputError(text("The criterion “{criterion}” is not in this rubric.", criterion=unknown[0]))
    if all(key[criterion.id].rating is None for criterion in rubric.criteria):
        raise _refusal(text("A key in which nothing was observed has nothing to compare with."))


def _refusal(problem: Text) -> InputError:
    remedy = text("Raters learn from the reason: give each criterion a rating and say what it rests on.")
    return InputError(problem, remedy=remedy)
