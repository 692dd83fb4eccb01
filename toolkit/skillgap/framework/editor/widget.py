"""The widget that edits a competency's wording and what a role asks, usable in any notebook."""

from collections.abc import Callable, Mapping
from typing import Any

from toolkit.controls.actions import guarded
from toolkit.controls.fields import NumberField, TextArea, TextField, refuse_problems
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.status_line import StatusLine
from toolkit.documents.plain_state import PlainState
from toolkit.errors import InputError
from toolkit.language import CODES, Language
from toolkit.organisation.content import competencies
from toolkit.organisation.framework_checks import LEVELS
from toolkit.organisation.framework_form import LONGEST
from toolkit.skillgap.framework.report import TIER_LABELS, finding_rows
from toolkit.skillgap.framework.state import FrameworkDraft
from toolkit.skillgap.framework.widget import ChangeTable, finding_table
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW
from toolkit.wording import Text, text

_NAME = {"en": text("Competency name, English"), "zh": text("Competency name, Chinese")}
_DESCRIPTION = {"en": text("Description, English"), "zh": text("Description, Chinese")}
_LEVEL = {"en": text("Level {level}, English"), "zh": text("Level {level}, Chinese")}
Publish = Callable[[dict[str, Any], dict[str, Any]], Text]


class FrameworkEditor(PlainState, Panel):
    """Edit a competency's wording in both languages, and a role's expected levels, with checks while typing.

    `framework` and `roles` are content packs; `on_publish(framework, roles)` gets both once nothing is refused and returns
    what to say. `draft` is the `FrameworkDraft` behind it; its dictionary is that of the draft.
    """

    def __init__(
        self,
        framework: Mapping[str, Any],
        roles: Mapping[str, Any],
        *,
        on_publish: Publish | None = None,
        language: str = "en",
    ):
        say = self.language = Language(language)
        self.draft, self._on_publish, self._filling = FrameworkDraft(framework, roles), on_publish, False
        self.status = StatusLine(say)
        self.competency = choice(say("Competency"), self._offers(), lambda _value: self._show_wording())
        self.competency.walk = [say("Previous"), say("Next")]
        self.name = {code: TextField(say.say(_NAME[code]), longest=LONGEST, required=True) for code in CODES}
        self.description = {code: TextArea(say.say(_DESCRIPTION[code]), longest=LONGEST, rows=3) for code in CODES}
        self.level = {
            (level, code): TextArea(_labelled(say, code, level), longest=LONGEST, rows=2)
            for level in LEVELS
            for code in CODES
        }
        for field in [*self.name.values(), *self.description.values(), *self.level.values()]:
            field.on_change(lambda _value: self._reworded())
        self.role = choice(
            say("Role"),
            [(say.pick(one["name"]), one["id"]) for one in roles.get("roles", [])],
            lambda _v: self._show_asked(),
        )
        self.tier = choice(
            say("Tier"), [(say.say(words), tier) for tier, words in TIER_LABELS.items()], lambda _v: self._show_asked()
        )
        self.asked = {one["id"]: self._pair(one) for one, _ in competencies(framework)}
        self.findings, self.changes = finding_table(say), ChangeTable(say, say("What changes"))
        self.publish = button(say("Publish as a new version"), guarded(self.status, self._publish), primary=True)
        self.publish.layout.display = None if on_publish else "none"
        self.back = button(say("Discard all changes"), guarded(self.status, self._discard))
        wording = card(
            heading(say("Wording"), say("The id of a competency stays, so that evidence keeps what it refers to.")),
            row(self.competency),
            row(*self.name.values()),
            row(*self.description.values()),
            *(row(*(self.level[level, code] for code in CODES)) for level in LEVELS),
        )
        expected = card(
            heading(
                say("What roles ask"),
                say(
                    "Level from 1 to 5, half levels too; weight from 0 to 5. An empty level means that it is not asked for."
                ),
            ),
            row(self.role, self.tier),
            *(row(*pair) for pair in self.asked.values()),
        )
        super().__init__([wording, expected, self.changes, self.findings, row(self.publish, self.back), self.status])
        self.draft.observe(lambda _change: self._show_checks(), names=["framework", "roles"])
        self.show()

    def to_dict(self) -> dict[str, Any]:
        """Return the draft."""
        return self.draft.to_dict()

    def restore(self, body: object) -> None:
        """Take up a draft."""
        self.draft.restore(body)
        self.show()

    def show(self) -> None:
        """Draw the draft anew."""
        self.competency.offer(self._offers(), self.competency.value)
        self._show_wording()
        self._show_asked()
        self._show_checks()

    def _offers(self) -> list[tuple[str, Any]]:
        say = self.language
        return [
            (say("{group}: {name}", group=group["name"], name=one["name"]), one["id"])
            for one, group in competencies(self.draft.framework)
        ]

    def _pair(self, competency: Mapping[str, Any]) -> tuple[NumberField, NumberField]:
        say, key = self.language, competency["id"]
        level = NumberField(
            say("{competency}: level", competency=competency["name"]),
            language=say,
            least=SCALE_LOW,
            most=SCALE_HIGH,
            step=0.5,
        )
        weight = NumberField(
            say("{competency}: weight", competency=competency["name"]), language=say, least=0.0, most=5.0, step=1.0
        )
        for field in (level, weight):
            field.on_change(lambda _value: self._asks(key))
        return level, weight

    def _show_wording(self) -> None:
        if self.competency.value is None:
            return
        one = self.draft.competency(self.competency.value)
        levels = {str(level): said for level, said in (one.get("levels") or {}).items()}
        self._filling = True
        for code in CODES:
            self.name[code].put(one["name"].get(code, ""))
            self.description[code].put((one.get("description") or {}).get(code, ""))
            for level in LEVELS:
                self.level[level, code].put(levels.get(level, {}).get(code, ""))
        self._filling = False

    def _show_asked(self) -> None:
        self._filling = True
        for role in self.draft.roles.get("roles", []):
            if role["id"] == self.role.value:
                asked = role.get("expectations", {}).get(self.tier.value, {})
                for key, (level, weight) in self.asked.items():
                    pair = asked.get(key)
                    level.put(None if pair is None else float(pair[0]))
                    weight.put(None if pair is None else float(pair[1]))
        self._filling = False

    def _reworded(self) -> None:
        if self._filling:
            return
        before = self.draft.competency(self.competency.value)
        parts = {"name": self.name, "description": self.description}
        words: dict[str, Any] = {
            part: {**(before.get(part) or {}), **{code: field.value.strip() for code, field in fields.items()}}
            for part, fields in parts.items()
        }
        words["levels"] = {level: {code: self.level[level, code].value.strip() for code in CODES} for level in LEVELS}
        self.draft.put_wording(self.competency.value, **words)

    def _asks(self, competency: str) -> None:
        if not self._filling:
            level, weight = self.asked[competency]
            self.draft.put_expectation(self.role.value, self.tier.value, competency, level.value, weight.value)

    def _show_checks(self) -> None:
        found = self.draft.findings
        self.findings.show(finding_rows(found, self.language))
        changes = self.draft.changes
        self.changes.show_changes(changes)
        self.publish.disabled = not changes or any(one.severity == "error" for one in found)
        self.back.disabled = not changes

    def _publish(self) -> None:
        refuse_problems(*(field for pair in self.asked.values() for field in pair))
        if self._on_publish is None or not self.draft.changes:
            raise InputError(text("There is nothing to publish."))
        self.status.say(self._on_publish(dict(self.draft.framework), dict(self.draft.roles)), "good")

    def begin(self, framework: Mapping[str, Any], roles: Mapping[str, Any]) -> None:
        """Begin a new draft with these packs."""
        self.draft = FrameworkDraft(framework, roles)
        self.draft.observe(lambda _change: self._show_checks(), names=["framework", "roles"])
        self.show()

    def _discard(self) -> None:
        self.begin(*self.draft.began)
        self.status.say(text("The draft is as it was at the beginning."), "info")


def _labelled(say: Language, code: str, level: str) -> str:
    return say(_LEVEL[code].msgid, level=level)
