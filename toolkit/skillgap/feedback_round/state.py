"""A 360 round on plain tables, from the invitations to the outcome. No layout, no store."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import traitlets

from toolkit.documents.plain_state import PlainState, StateForm, list_of, number, optional, record, words, yes_or_no
from toolkit.errors import Conflict, InputError
from toolkit.skillgap.evidence import STANDARD_ERROR
from toolkit.skillgap.feedback_round.anonymity import NAMED, TOGETHER, next_batches
from toolkit.skillgap.feedback_round.answering.sheet import Answer, Sheet
from toolkit.skillgap.feedback_round.invitation import (
    COLUMNS,
    RELATIONS,
    as_invitations,
    check_invitations,
    propose_invitations,
    rater_key,
)
from toolkit.skillgap.feedback_round.outcome import SOURCE, group_means
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, records_of, rows_of
from toolkit.wording import text

_ANSWER = {
    "invitation": words,
    "competency_id": words,
    "rating": optional(number(SCALE_LOW, SCALE_HIGH)),
    "comment": words,
    "rated": yes_or_no,
    "shown_as": optional(words),
}
_INVITATION = {
    "person_id": words,
    "relation": words,
    "rater_id": optional(words),
    "outsider": optional(words),
    "done": yes_or_no,
}
_FORM = StateForm(
    "FeedbackRoundState",
    1,
    {"is_open": yes_or_no, "invitations": list_of(record(_INVITATION)), "answers": list_of(record(_ANSWER))},
)


class FeedbackRoundState(PlainState, traitlets.HasTraits):
    """Invitations, answers and what the closings have shown.

    `people` is the People table; `competencies` gives name, description and levels by id; `invitations` are made by
    `propose_invitations` for everybody in `people` where none are given. `changed` counts up with every change.

    **As a dictionary**: invitations, answers and what was shown. It holds what raters gave: keep it as carefully.
    """

    changed = traitlets.Int(0)

    def __init__(
        self,
        people: pd.DataFrame,
        competencies: Mapping[str, Mapping[str, Any]],
        invitations: pd.DataFrame | None = None,
        *,
        name: str = "",
        due_on: dt.date | None = None,
    ):
        super().__init__()
        self.people, self.competencies, self.name, self.due_on = people, competencies, name, due_on
        self.is_open = True
        made = propose_invitations(people, list(people["person_id"])) if invitations is None else invitations
        check_invitations(made, people)
        self._take(as_invitations(made[COLUMNS]))

    @property
    def invitations(self) -> pd.DataFrame:
        """Who is asked about whom: invitation_id, person_id, relation, rater_id, outsider, state."""
        begun = {invitation for (invitation, _), answer in self._answers.items() if answer.rated}
        ids = self._invitations["invitation_id"]
        states = ["done" if one in self._done else "open" if one in begun else "missing" for one in ids]
        return self._invitations.assign(state=states)

    @property
    def raters(self) -> dict[str, str]:
        """The name of everybody who is asked, by what tells raters apart."""
        names = dict(zip(self.people["person_id"], self.people["name"], strict=True))
        return {
            rater_key(row.rater_id, row.outsider): str(row.outsider or names[row.rater_id])
            for row in rows_of(self._invitations)
        }

    def sheets_of(self, rater: str) -> list[Sheet]:
        """Return what one rater is asked."""
        known = self.people.set_index("person_id")
        return [
            Sheet(
                row.invitation_id, row.person_id, str(known.at[row.person_id, "employee_number"]),
                str(known.at[row.person_id, "name"]), row.relation, self.name, self.due_on, "", tuple(self.competencies),
                {one: answer for (own, one), answer in self._answers.items() if own == row.invitation_id},
                row.invitation_id in self._done,
            )
            for row in rows_of(self._invitations)
            if rater_key(row.rater_id, row.outsider) == rater
        ]  # fmt: skip

    def keep(self, invitation_id: str, competency_id: str, answer: Answer) -> dt.datetime:
        """Keep one answer; raises `Conflict` once the round is closed or the answer part of what was shown."""
        self._refuse_closed()
        if (invitation_id, competency_id) in self._shown:
            raise Conflict(text("This answer is part of results that were shown and stays as it is."))
        self._answers[invitation_id, competency_id] = answer
        self.changed += 1
        return dt.datetime.now(dt.UTC)

    def hand_in(self, invitation_id: str) -> None:
        """Hand in one sheet."""
        self._refuse_closed()
        self._done.add(invitation_id)
        self.changed += 1

    def close(self) -> None:
        """Close the round: what may be shown is shown from now on."""
        self._refuse_closed()
        table = self._table()
        batches = next_batches(table)
        for row, shown_as in zip(records_of(table), batches, strict=True):
            if isinstance(shown_as, str):
                self._shown[row["invitation_id"], row["competency_id"]] = shown_as
        self.is_open = False
        self.changed += 1

    def reopen(self) -> None:
        """Let those who have not answered do so; what was shown stays as it is."""
        self.is_open = True
        self.changed += 1

    @property
    def groups(self) -> pd.DataFrame:
        """What the closings so far say, as `group_means` gives it."""
        table = self._table()
        return group_means(table[table["shown_as"].notna()] if self.is_open else table)

    @property
    def comments(self) -> pd.DataFrame:
        """The comments that may be shown: person_id, competency_id, relation, comment."""
        table = self._table()
        table = table[table["shown_as"].notna() & table["comment"].ne("")]
        table = table.assign(relation=table["relation"].where(table["relation"].isin(NAMED), TOGETHER))
        names = ["person_id", "competency_id", "relation", "comment"]
        return table[names].sort_values(names).reset_index(drop=True)

    def evidence(self, observed_on: dt.date) -> pd.DataFrame:
        """Return what was shown as Evidence, dated `observed_on`; sums over several groups have no one source."""
        table = self._table()
        table = table[table["shown_as"].notna() & table["shown_as"].ne(TOGETHER)]
        source = table["relation"].map(SOURCE)
        return pd.DataFrame(
            {
                "person_id": table["person_id"],
                "competency_id": table["competency_id"],
                "source": source,
                "level": table["rating"],
                "standard_error": source.map(STANDARD_ERROR).astype(float),
                "observed_on": pd.Timestamp(observed_on),
                "rater_id": table["rater"],
            }
        ).reset_index(drop=True)

    def to_dict(self) -> dict[str, Any]:
        """Return invitations, answers and what was shown."""
        place = {one: number for number, one in enumerate(self._invitations["invitation_id"])}
        invitations = [
            {name: row[name] for name in COLUMNS} | {"done": row["invitation_id"] in self._done}
            for row in records_of(self._invitations)
        ]
        answers = [
            {
                "invitation": str(place[invitation]), "competency_id": competency, "rating": answer.rating,
                "comment": answer.comment, "rated": answer.rated, "shown_as": self._shown.get((invitation, competency)),
            }
            for (invitation, competency), answer in self._answers.items()
        ]  # fmt: skip
        return _FORM.write(is_open=self.is_open, invitations=invitations, answers=answers)

    def restore(self, body: object) -> None:
        """Take up a round on the same people and competencies."""
        found = _FORM.read(body)
        frame = as_invitations(pd.DataFrame(found["invitations"], columns=[*COLUMNS, "done"]))
        check_invitations(frame[COLUMNS], self.people)
        ids = [str(number) for number in range(len(frame))]
        for one in found["answers"]:
            allowed = (None, TOGETHER, *RELATIONS)
            if (
                one["invitation"] not in ids
                or one["competency_id"] not in self.competencies
                or one["shown_as"] not in allowed
            ):
                raise InputError(text("An answer of this state belongs to no invitation or competency."))
        self._take(frame[COLUMNS])
        self.is_open = found["is_open"]
        self._done |= {ids[at] for at, done in enumerate(frame["done"]) if done}
        for one in found["answers"]:
            key = (one["invitation"], one["competency_id"])
            self._answers[key] = Answer(one["rating"], one["comment"], one["rated"])
            if one["shown_as"] is not None:
                self._shown[key] = one["shown_as"]
        self.changed += 1

    def _take(self, invitations: pd.DataFrame) -> None:
        self._invitations = invitations.assign(invitation_id=[str(number) for number in range(len(invitations))])
        self._answers: dict[tuple[str, str], Answer] = {}
        self._done: set[str] = set()
        self._shown: dict[tuple[str, str], str] = {}

    def _table(self) -> pd.DataFrame:
        rows: Sequence[tuple[Any, ...]] = [
            (invitation, competency, answer.rating, answer.comment, self._shown.get((invitation, competency)))
            for (invitation, competency), answer in self._answers.items()
            if answer.rated and invitation in self._done
        ]
        names = ["invitation_id", "competency_id", "rating", "comment", "shown_as"]
        table = pd.DataFrame(rows, columns=names).astype({"rating": float}).merge(self._invitations, on="invitation_id")
        keys = [rater_key(row.rater_id, row.outsider) for row in rows_of(table)]
        return table.assign(rater=keys, shown_as=table["shown_as"].astype(object))

    def _refuse_closed(self) -> None:
        if not self.is_open:
            raise Conflict(text("This round is closed; nothing more can be rated in it."))
