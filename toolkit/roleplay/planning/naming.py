"""Refusals of a timetable with names in the place of ids."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.wording import Text


@contextmanager
def named(names: Mapping[str, Any], language: Language) -> Iterator[None]:
    """Raise what `InputError` is raised inside with the names of people and scenarios instead of their ids."""
    try:
        yield
    except InputError as error:
        problem, where, remedy = (_named(part, names, language) for part in (error.problem, error.where, error.remedy))
        raise InputError(problem or error.problem, where=where, remedy=remedy) from error


def _named(said: Text | None, names: Mapping[str, Any], language: Language) -> Text | None:
    if said is None:
        return None
    values = {
        key: _named(value, names, language)
        if isinstance(value, Text)
        else language.say(names[value])
        if isinstance(value, str) and value in names
        else value
        for key, value in said.values.items()
    }
    return Text(said.msgid, values, said.plural, said.count)
