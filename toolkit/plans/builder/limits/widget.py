"""The limits of a plan: one line of words, and folded behind it the fields to change them."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded
from toolkit.controls.fields import CheckField, DateField, NumberField, refuse_problems
from toolkit.controls.page import Panel, button, prose, row
from toolkit.controls.person_picker import Entry, SeveralPicker
from toolkit.controls.status_line import StatusLine
from toolkit.documents.plain_state import day, list_of, number, optional, record, whole, words, yes_or_no
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.plans.limits import MOST_GAIN, Limits
from toolkit.plans.report import KIND_WORDS
from toolkit.wording import Text, text

WEEKS = 26
# Ten hours that bring less than a tenth of a level are better spent with customers.
LEAST_GAIN = 0.1
INPUTS = record(
    {
        "start": optional(day),
        "deadline": optional(day),
        "hours_per_week": number(0.25, 60),
        "budget": number(0),
        "away": list_of(list_of(day)),
        "spacing_weeks": whole(0, 26),
        "mix": yes_or_no,
        "mentor": yes_or_no,
        "least_gain": number(0, MOST_GAIN),
        "interests": list_of(words),
    }
)


def least_gain_field(say: Language) -> NumberField:
    """Return the field for what ten hours must bring at least."""
    return NumberField(
        say("Ten hours must bring at least (weighted levels)"),
        LEAST_GAIN,
        language=say,
        required=True,
        least=0,
        most=MOST_GAIN,
        step=0.1,
        hint=say("Hours that would bring less stay free. 0 fills all hours."),
    )


class WaysOut(Panel):
    """What would put limits right, one button each; empty while nothing is wrong."""

    def __init__(self, status: StatusLine, language: Language):
        self._status, self.language = status, language
        super().__init__(styled=False)
        self.add_class("coach-row")

    def offer(self, ways: Sequence[tuple[Text, Callable[[], None]]] = ()) -> None:
        """Replace the buttons by one for each way: its words and what applies it."""
        self.children = [
            button(self.language("Apply: {change}", change=words), guarded(self._status, way)) for words, way in ways
        ]


class LimitsForm(Panel):
    """Hours, money, days and wishes for one plan; `limits()` gives them as `Limits`.

    `interests` are the competencies (bilingual names by id) offered beside the kinds of activity. `on_change()` is
    called whenever something was entered.
    """

    def __init__(
        self,
        today: dt.date,
        interests: Mapping[str, Mapping[str, str]],
        *,
        language: Language,
        currency: str,
        on_change: Callable[[], None] = lambda: None,
    ):
        say = self.language = language
        self.today, self.currency, self._on_change = today, currency, on_change
        needed: dict[str, Any] = {"language": say, "required": True}
        self.start = DateField(say("Start"), today, **needed)
        self.deadline = DateField(say("Deadline"), today + dt.timedelta(weeks=WEEKS), **needed)
        self.hours = NumberField(say("Hours per week"), 2.0, least=0.25, most=60, step=0.5, **needed)
        money = say("Budget ({currency})", currency=currency)
        self.budget = NumberField(money, 5000.0, least=0, step=500, **needed)
        self.spacing = NumberField(
            say("Weeks between practice of one competency"), 0, whole=True, least=0, most=26, **needed
        )
        self.least = least_gain_field(say)
        self.mentor = CheckField(say("With a mentor"))
        self.mix = CheckField(
            say("Prefer 70 % on the job, 20 % with others, 10 % courses"),
            hint=say("A rule of thumb; no study shows that it works better."),
        )
        entries = [Entry(one, say.pick(name)) for one, name in interests.items()]
        entries += [Entry(kind, say.say(name)) for kind, name in KIND_WORDS.items()]
        self.interests = SeveralPicker(say("Interests"), entries, language=say)
        self._make_away()
        self.summary = prose("")
        self.fold = button(say("Change the limits"), self._turn)
        self.fields = Panel(
            [
                row(self.start, self.deadline, self.hours, self.budget),
                row(self.spacing, self.least, self.mentor, self.mix),
                row(self.interests),
                row(self.away_first, self.away_last, self.add_away),
                self.away_status,
                self.away_list,
            ],
            styled=False,
        )
        self.fields.layout.display = "none"
        super().__init__([row(self.summary, self.fold), self.fields], styled=False)
        for field in (
            self.start,
            self.deadline,
            self.hours,
            self.budget,
            self.spacing,
            self.least,
            self.mentor,
            self.mix,
        ):
            field.on_change(lambda _value: self._changed())
        self.interests.on_change(lambda _value: self._changed())
        self._changed()

    def _make_away(self) -> None:
        say = self.language
        self.away: tuple[tuple[dt.date, dt.date], ...] = ()
        self.away_status = StatusLine(say)
        self.away_first = DateField(say("Away from"), None, language=say)
        self.away_last = DateField(say("Away until"), None, language=say)
        self.add_away = button(say("Add this time away"), guarded(self.away_status, self._add_away))
        self.away_list = ActionList(lambda entry, _action: self._drop_away(int(entry)))

    def unfold(self) -> None:
        """Show the fields."""
        self._fold(False)

    def _turn(self) -> None:
        self._fold(self.fields.layout.display != "none")

    def _fold(self, folded: bool) -> None:
        self.fields.layout.display = "none" if folded else None
        self.fold.label = self.language("Change the limits") if folded else self.language("Fold the limits")

    def limits(self) -> Limits:
        """Return what stands in the fields; raises `InputError` for limits no plan can have."""
        if self.start.value is None or self.deadline.value is None:
            raise InputError(text("A plan needs a start and a deadline."), remedy=text("Choose both dates."))
        refuse_problems(self.hours, self.budget, self.spacing, self.least, self.away_first, self.away_last)
        if self.start.value < self.today:
            raise InputError(text("The start lies in the past."), remedy=text("Choose today or a later day."))
        return Limits(
            self.start.value,
            self.deadline.value,
            float(self.hours.value),
            float(self.budget.value),
            self.away,
            int(self.spacing.value),
            self.mix.value,
            self.mentor.value,
            float(self.least.value),
        )

    def put(self, limits: Limits) -> None:
        """Show `limits`, from today on where they began earlier."""
        self.start.put(max(limits.start, self.today))
        self.deadline.put(limits.deadline)
        self.hours.put(limits.hours_per_week)
        self.budget.put(limits.budget)
        self.spacing.put(limits.spacing_weeks)
        self.mix.put(limits.mix)
        self.mentor.put(limits.mentor)
        self.least.put(limits.least_gain)
        self._show_away(limits.away)

    def reset(self, *, mentor: bool = False) -> None:
        """Show the defaults; `mentor` asks for one."""
        self.put(Limits(self.today, self.today + dt.timedelta(weeks=WEEKS), mentor=mentor, least_gain=LEAST_GAIN))
        self.wish(())

    @property
    def wishes(self) -> dict[str, float]:
        """The interests as `PersonPlanner` takes them."""
        return dict.fromkeys(self.interests.value, 1.0)

    def wish(self, interests: Iterable[str]) -> None:
        """Choose the interests; those that are not offered here are left out."""
        offered = {value for _, value in self.interests.options}
        self.interests.value = tuple(one for one in interests if one in offered)

    def to_dict(self) -> dict[str, Any]:
        """Return what stands in the fields."""
        start, deadline = (one.value.isoformat() if one.value else None for one in (self.start, self.deadline))
        return {
            "start": start,
            "deadline": deadline,
            "hours_per_week": self.hours.value,
            "budget": self.budget.value,
            "away": [[one.isoformat() for one in days] for days in self.away],
            "spacing_weeks": self.spacing.value,
            "mix": self.mix.value,
            "mentor": self.mentor.value,
            "least_gain": self.least.value,
            "interests": list(self.interests.value),
        }

    def restore(self, inputs: Mapping[str, Any]) -> None:
        """Take up what `to_dict` gave, as `INPUTS` reads it; interests that are not offered here are left out."""
        fields = {"start": self.start, "deadline": self.deadline, "hours_per_week": self.hours, "budget": self.budget}
        fields |= {"spacing_weeks": self.spacing, "mix": self.mix, "mentor": self.mentor, "least_gain": self.least}
        for name, field in fields.items():
            field.put(inputs[name])
        self.wish(inputs["interests"])
        self._show_away(tuple((first, last) for first, last in inputs["away"]))

    def _add_away(self) -> None:
        self.away_status.clear()
        first, last = self.away_first.value, self.away_last.value
        if first is None or last is None:
            raise InputError(
                text("A time away has a first and a last day."), remedy=text("Choose both days; they may be the same.")
            )
        if last < first:
            raise InputError(
                text("The time away from {first} to {last} ends before it begins.", first=first, last=last),
                remedy=text("Exchange the two dates."),
            )
        self.away_first.put(None)
        self.away_last.put(None)
        self._show_away((*self.away, (first, last)))

    def _drop_away(self, place: int) -> None:
        self._show_away(tuple(days for number, days in enumerate(self.away) if number != place))

    def _show_away(self, away: Iterable[tuple[dt.date, dt.date]]) -> None:
        say = self.language
        self.away = tuple(sorted(set(away)))
        remove = [{"id": "remove", "label": say("Remove")}]
        self.away_list.entries = [
            {"id": str(place), "title": say("Away {first} – {last}", first=first, last=last), "actions": remove}
            for place, (first, last) in enumerate(self.away)
        ]
        self._changed()

    def _changed(self) -> None:
        self.summary.value = prose(self._words()).value
        self._on_change()

    def _words(self) -> str:
        say = self.language
        if self.start.value is None or self.deadline.value is None:
            return say("Both dates are needed.")
        parts = [
            say("{start} – {end}", start=self.start.value, end=self.deadline.value),
            say("{hours} h a week", hours=say.number(self.hours.value, 1)),
            say("up to {money}", money=say.money(self.budget.value, self.currency)),
        ]
        if self.least.value:
            parts.append(say("ten hours bring at least {size}", size=say.number(self.least.value, 1)))
        parts += [say("with a mentor")] if self.mentor.value else []
        parts += [say("70-20-10 preferred")] if self.mix.value else []
        parts += [say("{weeks} weeks between practice", weeks=self.spacing.value)] if self.spacing.value else []
        parts += [say("away {first} – {last}", first=first, last=last) for first, last in self.away]
        parts += [words for words, value in self.interests.options if value in self.interests.value]
        return " · ".join(parts)
