"""The framework for reading, usable in any notebook on the two content packs."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.controls.data_table import Column, DataTable, Mark, Tone, columns_of
from toolkit.controls.page import Panel, card, choice, heading, row
from toolkit.language import Language
from toolkit.organisation.content import competencies
from toolkit.organisation.framework_changes import ContentChange
from toolkit.skillgap.framework.report import (
    CHANGE_LABELS,
    CHANGE_WORDS,
    COMPETENCY_LABELS,
    FINDING_LABELS,
    FINDING_WORDS,
    RANK_LABELS,
    TIER_LABELS,
    behaviour_rows,
    change_rows,
    competency_rows,
    expectation_table,
    rank_rows,
)

CHANGE_TONES: dict[str, Tone] = {"removed": "bad", "changed": "accent", "added": "good"}
FINDING_TONES: dict[str, Tone] = {"error": "bad", "warning": "warn"}


class FrameworkReader(Panel):
    """Competencies with their behaviours, what each role asks at each tier, and the ladders; `framework` and `roles` are packs."""

    def __init__(self, framework: Mapping[str, Any], roles: Mapping[str, Any], *, language: str = "en"):
        say = self.language = Language(language)
        self.framework, self.roles = framework, roles
        self._all = {one["id"]: (one, group) for one, group in competencies(framework)}
        self.source = widgets.HTML(_source(framework, say))
        self.table = DataTable(columns_of(COMPETENCY_LABELS, say), language=say, caption=say("Competencies"))
        self.table.show(competency_rows(framework, roles, say), ids=list(self._all))
        options = [
            (say("{group}: {name}", group=group["name"], name=one["name"]), key)
            for key, (one, group) in self._all.items()
        ]
        self.competency = choice(say("Behaviours of"), options, lambda _value: self._show_behaviours())
        self.competency.walk = [say("Previous"), say("Next")]
        self.description = widgets.HTML()
        self.behaviours = DataTable(
            [Column("level", say("Level"), width=5), Column("behaviour", say("What is seen at this level"))],
            language=say,
            caption=say("Behaviours per level"),
            empty=say("No behaviours are described, so raters have nothing to go by."),
        )
        self.role = choice(
            say("Role"),
            [(say.pick(one["name"]), one["id"]) for one in roles.get("roles", [])],
            lambda _value: self._show_role(),
        )
        tiers = [Column(tier, say.say(words), "number") for tier, words in TIER_LABELS.items()]
        self.expectations = DataTable(
            [Column("competency", say("Competency")), *tiers],
            language=say,
            caption=say("Expected level and weight per tier"),
            empty=say("This role asks for nothing yet."),
        )
        self.duties = widgets.HTML()
        self.ranks = DataTable(columns_of(RANK_LABELS, say), language=say, caption=say("Ranks of the ladders"))
        self.ranks.show(rank_rows(roles, framework, say))
        title = heading(say.pick(framework.get("name") or {"en": "–"}))
        super().__init__(
            [
                card(title, self.source),
                self.table,
                card(row(self.competency), self.description),
                self.behaviours,
                card(row(self.role), self.duties),
                self.expectations,
                self.ranks,
            ]
        )
        self._show_behaviours()
        self._show_role()

    def _show_behaviours(self) -> None:
        say = self.language
        if self.competency.value is None:
            return
        one = self._all[self.competency.value][0]
        words = say.pick(one.get("description") or {"en": ""})
        self.description.value = Markup("<p class='coach-prose'>{}</p>").format(words)
        self.behaviours.show(behaviour_rows(one, say))

    def _show_role(self) -> None:
        say = self.language
        for role in self.roles.get("roles", []):
            if role["id"] == self.role.value:
                items = Markup("").join(Markup("<li>{}</li>").format(say.pick(duty)) for duty in role.get("duties", []))
                self.duties.value = Markup("<ul>{}</ul>").format(items) if items else ""
                self.expectations.show(expectation_table(role, self.framework, say))


class ChangeTable(DataTable):
    """Changes of content before and after."""

    def __init__(self, language: Language, caption: str):
        marks = {key: Mark(language.say(words), CHANGE_TONES[key]) for key, words in CHANGE_WORDS.items()}
        columns = columns_of(CHANGE_LABELS, language, marks={"kind": marks})
        super().__init__(
            [columns[1], columns[0], *columns[2:]],
            language=language,
            caption=caption,
            empty=language("Nothing changes."),
        )

    def show_changes(self, changes: list[ContentChange]) -> None:
        """Show changes."""
        self.show(change_rows(changes, self._language))


def finding_table(language: Language) -> DataTable:
    """Return a table for findings of the checks."""
    marks = {key: Mark(language.say(words), FINDING_TONES[key]) for key, words in FINDING_WORDS.items()}
    columns = columns_of(FINDING_LABELS, language, marks={"severity": marks})
    return DataTable(
        [columns[1], columns[0], *columns[2:]],
        language=language,
        caption=language("Checks"),
        empty=language("Nothing to mend."),
    )


def _source(framework: Mapping[str, Any], say: Language) -> Markup:
    found = framework.get("attribution") or {}
    if not found:
        return Markup("")
    words = say(
        "Source: {words} Licence: {licence}. {url}",
        words=found.get("text", ""),
        licence=found.get("licence", "–"),
        url=found.get("url", ""),
    )
    return Markup("<p class='coach-quiet'>{}</p>").format(words)
