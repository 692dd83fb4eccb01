"""A rubric: criteria, each with behaviour words at five levels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from toolkit.errors import InputError
from toolkit.wording import text

Both = Mapping[str, str]


@dataclass(frozen=True)
class Criterion:
    """One thing to be rated. `levels` maps 1-5 to behaviour words, `competencies` ids to shares that sum to 1."""

    id: str
    name: Both
    question: Both
    levels: Mapping[int, Both]
    weight: float
    mandatory: bool
    competencies: Mapping[str, float]


@dataclass(frozen=True)
class Rubric:
    """Criteria that are rated together on one sheet."""

    id: str
    name: Both
    criteria: tuple[Criterion, ...]

    @classmethod
    def from_content(cls, body: Mapping[str, Any]) -> "Rubric":
        """Build a rubric from its content, or raise `InputError` saying what is wrong with it."""
        criteria: list[Criterion] = []
        for item in body["criteria"]:
            levels = {int(level): words for level, words in item["levels"].items()}
            if sorted(levels) != [1, 2, 3, 4, 5]:
                raise InputError(
                    text("The criterion “{name}” needs behaviour words at the levels 1 to 5.", name=item["name"])
                )
            if abs(sum(item["competencies"].values()) - 1) > 1e-6:
                raise InputError(
                    text("The competency shares of the criterion “{name}” must add up to 1.", name=item["name"])
                )
            if not float(item["weight"]) > 0:
                raise InputError(text("The criterion “{name}” needs a weight above 0.", name=item["name"]))
            if item["id"] in {criterion.id for criterion in criteria}:
                raise InputError(text("The criterion id “{id}” is used twice.", id=item["id"]))
            criteria.append(
                Criterion(
                    id=item["id"],
                    name=item["name"],
                    question=item["question"],
                    levels=levels,
                    weight=float(item["weight"]),
                    mandatory=bool(item.get("mandatory", False)),
                    competencies=item["competencies"],
                )
            )
        return cls(body["id"], body["name"], tuple(criteria))

    @property
    def weights(self) -> dict[str, float]:
        """Weight of each criterion by its id."""
        return {criterion.id: criterion.weight for criterion in self.criteria}


def refuse_shared_ids(rubrics: Iterable[Rubric]) -> None:
    """Raise `InputError` where an id stands for different criteria of rubrics that are scored together.

    Scores, weights and words are looked up by the criterion's id; one that is the same in all but being mandatory is
    no matter.
    """
    known: dict[str, tuple[Rubric, Criterion]] = {}
    for rubric in sorted(rubrics, key=lambda one: one.id):
        for criterion in rubric.criteria:
            first, other = known.setdefault(criterion.id, (rubric, criterion))
            if replace(criterion, mandatory=other.mandatory) != other:
                raise InputError(
                    text(
                        "The rubrics “{one}” and “{other}” cannot be used in one workshop: the criterion ID “{id}” means "
                        "“{first}” in one and “{second}” in the other, so their scores would be mixed up.",
                        one=first.name,
                        other=rubric.name,
                        id=criterion.id,
                        first=other.name,
                        second=criterion.name,
                    ),
                    remedy=text(
                        "Make a workshop for each of them, or give the criterion another ID in one of the rubrics."
                    ),
                )
