"""What one rater answers, sheet by sheet. No layout, no store."""

import datetime as dt
from collections.abc import Callable, Sequence

import traitlets

from toolkit.errors import Conflict, InputError, NotFound
from toolkit.skillgap.feedback_round.answering.sheet import Answer, Sheet, check_answer
from toolkit.vocabulary import NOT_OBSERVED
from toolkit.wording import text

Keep = Callable[[str, str, Answer], dt.datetime]


class AnsweringState(traitlets.HasTraits):
    """The sheets one rater is asked for; `position` is the one that is open.

    `keep(invitation_id, competency_id, answer)` stores one answer and returns when, `close(invitation_id)` hands a
    sheet in; both may refuse, and then nothing changes here.
    """

    sheets = traitlets.Tuple()
    position = traitlets.Int(0)

    def __init__(self, sheets: Sequence[Sheet], keep: Keep, close: Callable[[str], object]):
        super().__init__(sheets=tuple(sheets))
        self._keep, self._close = keep, close

    @property
    def sheet(self) -> Sheet:
        """The sheet that is open; raises `NotFound` where nothing is asked."""
        if not self.sheets:
            raise NotFound(text("Nothing is asked of you at the moment."))
        found: Sheet = self.sheets[min(self.position, len(self.sheets) - 1)]
        return found

    def rate(self, competency_id: str, value: str) -> dt.datetime:
        """Rate one competency, 1-5 or not observed, and return when it was kept."""
        rating = None if value == NOT_OBSERVED else float(value)
        return self._save(competency_id, Answer(rating, self._given(competency_id).comment, True))

    def comment(self, competency_id: str, words: str) -> dt.datetime:
        """Write a comment on one competency and return when it was kept."""
        given = self._given(competency_id)
        return self._save(competency_id, Answer(given.rating, words.strip(), given.rated))

    def hand_in(self) -> None:
        """Hand in the open sheet; raises `InputError` while something on it is missing."""
        if self.sheet.missing:
            raise InputError(
                text("Some competencies are not rated yet."), remedy=text("Rate each of them, or choose “Not seen”.")
            )
        self._close(self.sheet.invitation_id)
        self._replace(handed_in=True)

    @property
    def next_open(self) -> int | None:
        """The position of the next sheet that is not handed in, or None."""
        count = len(self.sheets)
        order = [(self.position + step) % count for step in range(1, count + 1)] if count else []
        return next((at for at in order if not self.sheets[at].handed_in), None)

    def _given(self, competency_id: str) -> Answer:
        return self.sheet.answers.get(competency_id, Answer(None, "", False))

    def _save(self, competency_id: str, answer: Answer) -> dt.datetime:
        if competency_id not in self.sheet.competencies:
            raise Conflict(text("The competency “{competency}” is not asked for here.", competency=competency_id))
        check_answer(answer)
        moment = self._keep(self.sheet.invitation_id, competency_id, answer)
        self._replace(answers={**self.sheet.answers, competency_id: answer})
        return moment

    def _replace(self, **changed: object) -> None:
        from dataclasses import replace

        at = min(self.position, len(self.sheets) - 1)
        self.sheets = (*self.sheets[:at], replace(self.sheets[at], **changed), *self.sheets[at + 1 :])
