"""What people, criteria and scenarios are called, and sentences with these names instead of ids."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from toolkit.wording import Text


class Speaker(Protocol):
    """Puts sentences into words of one language, as `Language` does."""

    def say(self, sentence: Text) -> str:
        """Return a sentence in words."""

    def join(self, items: list[str]) -> str:
        """Return an enumeration."""


_KINDS = {"criterion": "criteria", "scenario": "scenarios"}


@dataclass(frozen=True)
class Names:
    """Words by id, in the reader's language; whoever is not in it is called by the id."""

    people: Mapping[str, str] = field(default_factory=dict)
    criteria: Mapping[str, str] = field(default_factory=dict)
    scenarios: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, given: "Mapping[str, str] | Names | None") -> "Names":
        """Return `given`, or its words for people, criteria and scenarios alike."""
        return given if isinstance(given, Names) else cls(given or {}, given or {}, given or {})

    def person(self, person_id: str) -> str:
        """Return what a rep or rater is called."""
        return self.people.get(person_id, person_id)

    def criterion(self, criterion_id: str) -> str:
        """Return what a criterion is called."""
        return self.criteria.get(criterion_id, criterion_id)

    def scenario(self, scenario_id: str) -> str:
        """Return what a scenario is called."""
        return self.scenarios.get(scenario_id, scenario_id)

    def say(self, sentence: Text | None, language: Speaker) -> str:
        """Return a sentence of the statistics in words, with names where it has ids."""
        if sentence is None:
            return ""
        return language.say(self._named(sentence, language))

    def _named(self, sentence: Text, language: Speaker) -> Text:
        values = {
            key: self._named(value, language) if isinstance(value, Text) else self._word(key, value, language)
            for key, value in sentence.values.items()
        }
        return replace(sentence, values=values)

    def _word(self, key: str, value: object, language: Speaker) -> object:
        if not isinstance(value, str):
            return value
        first = [getattr(self, _KINDS[key])] if key in _KINDS else []
        known = (*first, self.people, self.scenarios, self.criteria)
        found = [next((names[one] for names in known if one in names), None) for one in value.split(", ")]
        return value if None in found else language.join([str(word) for word in found])
