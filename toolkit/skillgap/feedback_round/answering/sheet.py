"""One rater's sheet about one person in a 360 round."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from toolkit.errors import InputError
from toolkit.wording import text

LONGEST_COMMENT = 4000


@dataclass(frozen=True)
class Answer:
    """What was given on one competency: a rating 1-5, or None for “not seen”; not `rated` is a comment alone."""

    rating: float | None
    comment: str = ""
    rated: bool = True


@dataclass(frozen=True)
class Sheet:
    """What one rater is asked about one person; `answers` by competency_id are those given so far."""

    invitation_id: str
    person_id: str
    employee_number: str
    name: str
    relation: str
    round_name: str
    due_on: dt.date | None
    framework_version: str
    competencies: tuple[str, ...]
    answers: Mapping[str, Answer] = field(default_factory=dict)
    handed_in: bool = False

    @property
    def missing(self) -> list[str]:
        """Competencies neither rated nor marked as not seen."""
        return [one for one in self.competencies if one not in self.answers or not self.answers[one].rated]

    def with_answers(self, given: Mapping[str, Answer]) -> "Sheet":
        """Return the sheet with these answers over its own."""
        return replace(self, answers={**self.answers, **given})


def check_answer(answer: Answer) -> None:
    """Raise `InputError` for a rating other than 1-5 or a comment that is too long."""
    if answer.rating is not None and answer.rating not in (1, 2, 3, 4, 5):
        raise InputError(text("A rating is one of 1, 2, 3, 4 or 5, not {value}.", value=answer.rating))
    if len(answer.comment) > LONGEST_COMMENT:
        raise InputError(text("A comment has at most {longest} characters.", longest=LONGEST_COMMENT))
