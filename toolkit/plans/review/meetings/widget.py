"""The reviews of a plan, and the high-potential track: what two people come back to."""

import datetime as dt
from collections.abc import Callable

import pandas as pd

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded
from toolkit.controls.fields import CheckField, DateField, TextArea
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.plans.review.book import PlanBook
from toolkit.vocabulary import rows_of
from toolkit.wording import text


class ReviewDates(Panel):
    """Days on which the plan is looked at together, and what came of it; asks the `book` for every change."""

    def __init__(self, book: Callable[[], PlanBook | None], *, today: dt.date, language: Language,
                 on_change: Callable[[], None]):  # fmt: skip
        say = self.language = language
        self.today, self._book, self._on_change = today, book, on_change
        self.status = StatusLine(say)
        self.list = ActionList(guarded(self.status, self._press))
        self.day = DateField(say("Next review on"), today + dt.timedelta(weeks=6), language=say, earliest=today)
        self.add = button(say("Set this day"), guarded(self.status, self._add))
        self.note = TextArea(say("What came of the review"))
        self.track = CheckField(say("On the high-potential track"))
        self.why = TextArea(say("Why (what was seen)"), rows=2)
        self.keep_track = button(say("Keep the track"), guarded(self.status, self._keep_track))
        self.editing = card(row(self.day, self.add), row(self.note))
        for area in (self.note, self.why):
            area.add_class("coach-wide")
        self.tracking = card(
            heading(say("High-potential track"), level=3), row(self.track), row(self.why, self.keep_track)
        )
        super().__init__([self.status, self.list, self.editing, self.tracking], styled=False)

    def show(self) -> None:
        """Show the reviews of the book's record."""
        book, say = self._book(), self.language
        if book is None:
            return
        able = "reviews" in book.may
        self.editing.layout.display = None if able else "none"
        self.tracking.layout.display = None if "track" in book.may else "none"
        self.track.put(book.record.high_potential is not None)
        self.why.put(book.record.high_potential or "")
        actions = [{"id": "hold", "label": say("Held today")}, {"id": "drop", "label": say("Take away")}]
        self.list.entries = [
            {
                "id": row.review_id,
                "title": say("Review on {day}", day=pd.Timestamp(row.due_on).date()),
                "marks": [] if pd.isna(row.held_on) else [say("Held on {day}", day=pd.Timestamp(row.held_on).date())],
                "lines": [row.note] if row.note else [],
                "actions": actions if able and pd.isna(row.held_on) else [],
            }
            for row in rows_of(book.record.reviews)
        ]

    def _press(self, review_id: str, action: str) -> None:
        book = self._book()
        if book is None:
            return
        if action == "hold":
            book.hold_review(review_id, self.note.value.strip())
            self.note.put("")
            self._told(text("The review is noted."))
        else:
            same = [row.due_on for row in rows_of(book.record.reviews) if row.review_id == review_id]
            dropped = pd.Timestamp(same[0]).date()
            book.set_reviews([day for day in book.record.reviews_to_come if day != dropped])
            self._told(text("The review is taken away."))

    def _add(self) -> None:
        book = self._book()
        if self.day.value is None:
            raise InputError(text("A review needs a day."), remedy=text("Choose the day."))
        if book is not None:
            book.set_reviews([*book.record.reviews_to_come, self.day.value])
            self._told(text("The review is set."))

    def _keep_track(self) -> None:
        book = self._book()
        if book is not None:
            book.set_track(self.track.value, self.why.value)
            self._told(text("The track is kept."))

    def _told(self, words: object) -> None:
        self._on_change()
        self.status.say(words, "good")  # type: ignore[arg-type]
