"""Planning the rest again, the versions a plan went through, and its end."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from toolkit.controls.actions import guarded
from toolkit.controls.data_table import DataTable, columns_of
from toolkit.controls.fields import DateField, NumberField, TextArea, refuse_problems
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.status_line import StatusLine
from toolkit.language import Language
from toolkit.plans.builder.limits.widget import WaysOut
from toolkit.plans.conflicts import LimitsClash
from toolkit.plans.limits import Limits
from toolkit.plans.plan import Plan
from toolkit.plans.report import Catalogue, proof
from toolkit.plans.review.book import PlanBook
from toolkit.plans.review.report import CHANGE_LABELS, change_marks, change_rows
from toolkit.plans.widget import Names
from toolkit.wording import Text, text


def _changes(language: Language, caption: str, empty: str) -> DataTable:
    marks = {"change": change_marks(language)}
    return DataTable(columns_of(CHANGE_LABELS, language, marks=marks), language=language, caption=caption, empty=empty)


class PlanAgain(Panel):
    """Plans what is left again and shows what would change before it is taken over; also closes and drops a plan."""

    def __init__(self, book: Callable[[], PlanBook | None], names: Names, catalogue: Catalogue, *, today: dt.date,
                 language: Language, on_change: Callable[[Text], None]):  # fmt: skip
        say = self.language = language
        self.names, self.catalogue, self._book, self._on_change = names, catalogue, book, on_change
        self.draft: Plan | None = None
        self.status = StatusLine(say)
        self.ways_out = WaysOut(self.status, say)
        self.deadline = DateField(say("New deadline"), None, language=say, earliest=today + dt.timedelta(weeks=1))
        self.hours = NumberField(say("New hours per week"), None, language=say, least=0.25, most=60, step=0.5)
        self.again = button(say("Plan the rest again"), guarded(self.status, self._again), primary=True)
        self.changes = _changes(say, say("What would change"), say("Nothing would change."))
        self.proof = prose("")
        self.adopt = button(say("Take it over as a new version"), guarded(self.status, self._adopt), primary=True)
        self.discard = button(say("Leave it as it is"), self.forget)
        self.result = Panel([self.proof, self.changes, row(self.adopt, self.discard)], styled=False)
        self.why = TextArea(say("Why the plan is dropped"), rows=2)
        self.finish = button(say("Close as done"), guarded(self.status, self._finish))
        self.drop = button(say("Drop the plan"), guarded(self.status, self._drop))
        self.planning = card(
            heading(
                say("When life intervenes"),
                say("What is done or under way stays; what was planned or missed is planned again from today on."),
                level=3,
            ),
            row(self.deadline, self.hours, self.again),
        )
        self.ending = card(heading(say("End of the plan"), level=3), row(self.finish), row(self.why, self.drop))
        super().__init__([self.planning, self.status, self.ways_out, self.result, self.ending], styled=False)
        self.forget()

    def show(self) -> None:
        """Offer what the book's record allows."""
        book = self._book()
        self.planning.layout.display = None if book and book.record.is_open and "replan" in book.may else "none"
        self.ending.layout.display = None if book and book.record.is_open and "close" in book.may else "none"
        if book:
            self.hours.put(book.limits.hours_per_week)
            self.deadline.put(book.limits.deadline)
        self.forget()

    def forget(self) -> None:
        """Leave the plan as it is."""
        self.draft = None
        self.result.layout.display = "none"
        self.ways_out.offer()
        self.status.clear()

    def _again(self) -> None:
        refuse_problems(self.deadline, self.hours)
        self._plan()

    def _relax(self, limits: Limits) -> None:
        self.hours.put(limits.hours_per_week)
        self.deadline.put(limits.deadline)
        self._plan(limits)

    def _plan(self, limits: Limits | None = None) -> None:
        book = self._book()
        if book is None:
            return
        self.forget()
        self.status.say(text("Looking for the best plan…"), "busy")
        try:
            self.draft = book.replan(self.deadline.value, self.hours.value, limits=limits)
        except LimitsClash as clash:
            self.ways_out.offer([(one.words, partial(self._relax, one.limits)) for one in clash.relaxations])
            raise
        say = self.language
        rows = change_rows(book.record.plan, self.draft, self.names, self.catalogue, say)
        self.changes.show(rows)
        words = say.say(proof(self.draft))
        self.proof.value = prose(words).value
        self.result.layout.display = None
        self.status.clear()

    def _adopt(self) -> None:
        book = self._book()
        if book is not None and self.draft is not None:
            book.adopt(self.draft)
            self._on_change(text("Saved as version {version}.", version=book.record.version))

    def _finish(self) -> None:
        book = self._book()
        if book is not None:
            book.finish()
            self._on_change(text("The plan is closed as done."))

    def _drop(self) -> None:
        book = self._book()
        if book is not None:
            book.drop(self.why.value)
            self.why.put("")
            self._on_change(text("The plan is dropped. Its calendar file now cancels its entries."))


class Versions(Panel):
    """The newest version beside an earlier one."""

    def __init__(self, book: Callable[[], PlanBook | None], names: Names, catalogue: Catalogue, *, language: Language):
        say = self.language = language
        self.names, self.catalogue, self._book = names, catalogue, book
        self.version = choice(say("Compare with"), [], lambda _version: self._show_changes())
        self.none = prose(say("This is the first version."), quiet=True)
        self.table = _changes(say, say("Changes since that version"), say("Nothing has changed."))
        super().__init__([self.none, row(self.version), self.table], styled=False)

    def show(self) -> None:
        """Offer the earlier versions of the book's record."""
        book, say = self._book(), self.language
        earlier = book.record.earlier if book else {}
        self.none.layout.display = "none" if earlier else None
        self.version.layout.display = self.table.layout.display = None if earlier else "none"
        self.version.offer([(say("Version {version}", version=number), number) for number in earlier])
        self._show_changes()

    def _show_changes(self) -> None:
        book, number = self._book(), self.version.value
        if book is not None and number in book.record.earlier:
            old = book.record.earlier[number]
            self.table.show(change_rows(old, book.record.plan, self.names, self.catalogue, self.language))
