"""Living with one person's plan, usable in any notebook on plain tables."""

import datetime as dt
from collections.abc import Callable, Sequence

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded
from toolkit.controls.download import Download
from toolkit.controls.fields import DateField
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, button, card, heading, row
from toolkit.controls.print_button import PrintButton
from toolkit.controls.status_line import StatusLine
from toolkit.controls.tabs import Tabs
from toolkit.language import Language
from toolkit.plans.charts import gap_closing, plan_strip
from toolkit.plans.plan import PlanItem
from toolkit.plans.progress import ITEM_STATUSES, ItemProgress
from toolkit.plans.report import Catalogue, calendar_plan, item_facts, plan_facts, word_plan
from toolkit.plans.review.book import PlanBook
from toolkit.plans.review.goals.widget import GoalList, Rows
from toolkit.plans.review.meetings.widget import ReviewDates
from toolkit.plans.review.report import (
    STATUS_WORDS,
    goals_by_item,
    plan_workbook,
    progress_words,
    reminder_rows,
    standing_words,
)
from toolkit.plans.review.versions.widget import PlanAgain, Versions
from toolkit.plans.widget import Names
from toolkit.wording import Text, text


class PlanReview(Panel):
    """One plan to agree on, follow, review and plan again; shows nothing until `show`.

    `activities` is the catalogue with names and summaries, `names` bilingual competency names. `show(book, person)`
    takes a `PlanBook`, which keeps the plan and says what its reader may do.
    """

    def __init__(
        self,
        activities: pd.DataFrame,
        names: Names,
        *,
        today: dt.date,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        language: str = "en",
        currency: str = "CNY",
        time_zone: str = "Asia/Shanghai",
    ):
        say = self.language = Language(language)
        self.activities, self.names, self.today, self.currency = activities, names, today, currency
        self._clock, self._zone = clock, time_zone
        self.book: PlanBook | None = None
        self.person = ""
        self.catalogue = Catalogue(activities, say)
        self.status = StatusLine(say)
        self.standing, self.facts = widgets.HTML(), widgets.HTML()
        self.sign = button(say("I agree to this plan"), guarded(self.status, self._sign), primary=True)
        self.due = widgets.HTML()
        self.due_card = card(self.due)
        self._make_items()
        self.goals = GoalList(self.catalogue, language=say, on_save=self._keep_goals)
        self.dates = ReviewDates(self._read, today=today, language=say, on_change=self._show)
        self.again = PlanAgain(self._read, names, self.catalogue, today=today, language=say, on_change=self._changed)
        self.versions = Versions(self._read, names, self.catalogue, language=say)
        sections = {
            say("Activities"): Panel([self.done_row, self.items, card(self.strip), card(self.gaps)], styled=False),
            say("Goals"): self.goals,
            say("Reviews"): self.dates,
            say("Versions"): self.versions,
            say("Change or end"): self.again,
        }
        self.parts = Tabs(sections, label=say("The plan"))
        files = row(
            Download(say("Word"), self._word, self.status),
            Download(say("Excel"), self._excel, self.status),
            Download(say("Calendar (.ics)"), self._calendar, self.status),
            PrintButton(say("Print")),
        )
        files.add_class("coach-screen-only")
        head = card(self.standing, row(self.sign), self.facts, files)
        super().__init__([head, self.status, self.due_card, self.parts])
        self.layout.display = "none"

    def _make_items(self) -> None:
        say = self.language
        self.done_on = DateField(say("Day for “Done”"), self.today, language=say, latest=self.today, required=True)
        self.done_row = row(self.done_on)
        self.items = ActionList(guarded(self.status, self._mark))
        self.strip, self.gaps = FigureView(language=say), FigureView(language=say)

    def show(self, book: PlanBook | None, person: str = "") -> None:
        """Show the plan in `book`, that of `person` (a name for headings and files)."""
        self.book, self.person = book, person
        self.status.clear()
        self._show()

    def _read(self) -> PlanBook | None:
        return self.book

    def _changed(self, words: Text) -> None:
        self._show()
        self.status.say(words, "good")

    def _show(self) -> None:
        book, say = self.book, self.language
        self.layout.display = None if book else "none"
        if book is None:
            return
        record, plan = book.record, book.record.plan
        lines = standing_words(record, say)
        if record.high_potential and "track" in book.may:
            lines.append(say("High-potential track: {why}", why=record.high_potential))
        self.standing.value = _sentences(say("Development plan {name}", name=self.person), lines)
        able = record.is_open and "sign" in book.may and book.party not in record.signed
        self.sign.layout.display = None if able else "none"
        self.facts.value = plan_facts(plan, say, self.currency)
        due = reminder_rows(record, self.catalogue, self.today, say) if record.is_open else []
        self.due_card.layout.display = None if due else "none"
        self.due.value = _sentences(say("Due now and in the next two weeks"), due, level=3)
        strip = plan_strip(plan, self.activities, say, currency=self.currency, today=self.today)
        self.strip.show(strip if plan.items else None)
        self.gaps.show(gap_closing(plan, self.names, say) if plan.items else None)
        self._list()
        self.goals.show(record.goals, editable=record.status == "draft" and "goals" in book.may)
        for part in (self.dates, self.again, self.versions):
            part.show()

    def _list(self) -> None:
        book, say = self.book, self.language
        if book is None:
            return
        record, plan, goals = book.record, book.record.plan, goals_by_item(book.record)
        able = record.is_open and "progress" in book.may
        self.done_row.layout.display = None if able else "none"
        titles = {item.activity_id: self.catalogue.name(item.activity_id) for item in plan.items}

        def lines(item: PlanItem) -> list[str]:
            why = say.say(plan.why(item.activity_id, self.names, titles))
            wanted = [
                say.pick({"en": one["words_en"], "zh": one["words_zh"]}) for one in goals.get(item.activity_id, ())
            ]
            return [why, *wanted]

        self.items.entries = [
            {
                "id": item.activity_id,
                "title": titles[item.activity_id],
                "marks": [self.catalogue.kind(item.activity_id), progress_words(record, item.activity_id, say)],
                "lines": lines(item),
                "facts": item_facts(item, say, self.currency),
                "actions": self._statuses(item, record.of(item.activity_id).status) if able else [],
            }
            for item in plan.items
        ]

    def _statuses(self, item: PlanItem, now: str) -> list[dict[str, object]]:
        # What lies ahead cannot have been missed.
        offered: Sequence[str] = [one for one in ITEM_STATUSES if one != "missed" or item.starts_on <= self.today]
        return [{"id": one, "label": self.language.say(STATUS_WORDS[one]), "pressed": one == now} for one in offered]

    def _mark(self, activity_id: str, status: str) -> None:
        if self.book is None:
            return
        day = self.done_on.value if status == "done" else None
        self.book.set_progress(activity_id, ItemProgress(status, day))
        name = self.catalogue.name(activity_id)
        self._changed(text("“{activity}”: {status}.", activity=name, status=STATUS_WORDS[status]))

    def _sign(self) -> None:
        if self.book is not None:
            self.book.sign()
            agreed = self.book.record.status != "draft"
            self._changed(
                text("The plan is agreed by both.")
                if agreed
                else text("You have agreed. The other's agreement is still to come.")
            )

    def _keep_goals(self, rows: Rows) -> None:
        if self.book is not None:
            self.book.keep_goals(rows)
            self._show()

    def _word(self) -> tuple[str, bytes] | None:
        if self.book is None:
            return None
        record = self.book.record
        content = word_plan(
            record.plan,
            self.person,
            self.names,
            self.activities,
            self.language,
            currency=self.currency,
            today=self.today,
            goals=record.goals,
            signed=record.signed,
        )
        return f"{self.person}.docx", content

    def _excel(self) -> tuple[str, bytes] | None:
        if self.book is None:
            return None
        content = plan_workbook(self.book.record, self.person, self.names, self.catalogue, self.language)
        return f"{self.person}.xlsx", content

    def _calendar(self) -> tuple[str, bytes] | None:
        if self.book is None:
            return None
        record = self.book.record
        content = calendar_plan(
            record.plan,
            self.activities,
            self.language,
            stamp=self._clock(),
            version=record.version,
            earlier=list(record.earlier.values()),
            dropped=record.status == "dropped",
            done=record.all_done,
            reviews=record.reviews_to_come,
            cancelled_reviews=record.cancelled_reviews,
            time_zone=self._zone,
        )
        return f"{self.person}.ics", content


def _sentences(title: str, lines: Sequence[str], *, level: int = 2) -> str:
    items = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    return str(heading(title, level=level).value) + str(Markup("<ul>{}</ul>").format(items) if items else "")
