"""The state of a widget as a plain dictionary that goes into a JSON file and comes back checked.

Only what the form names is taken, so that a file from elsewhere can neither bring in something
else nor leave an object half changed.
"""

import datetime as dt
import math
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Self

from toolkit.errors import InputError
from toolkit.wording import Text, text

Shape = Callable[[Any, str], Any]


class PlainState:
    """Gives an object `to_dict` and `from_dict`.

    The dictionary is the only way to keep such an object or to make a second one like it: it holds
    callables and, if it is a widget, a line to a browser, so it can be neither pickled nor copied.
    The dictionary holds JSON-ready values only: ids, numbers, ISO dates, lists. The tables an object
    was made from are not in it; hand them in again.
    """

    def to_dict(self) -> dict[str, Any]:
        """Return what `from_dict` and `restore` take: JSON-ready, with a kind and a version."""
        raise NotImplementedError

    def restore(self, body: object) -> None:
        """Take up what `to_dict` gave, all of it, or raise `InputError` and stay as it was."""
        raise NotImplementedError

    @classmethod
    def from_dict(cls, body: object, *tables: Any, **options: Any) -> Self:
        """Return a new object in the state `body`; `tables` and `options` are what the class itself takes."""
        made = cls(*tables, **options)
        made.restore(body)
        return made

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} cannot be pickled or copied: use to_dict() and from_dict()")


@dataclass(frozen=True)
class StateForm:
    """What the dictionary of a `kind` of object holds: names, and for each the shape of its value."""

    kind: str
    version: int
    shapes: Mapping[str, Shape]

    def write(self, **values: Any) -> dict[str, Any]:
        """Return the dictionary."""
        return {"kind": self.kind, "version": self.version, **values}

    def read(self, body: object, where: str = "") -> dict[str, Any]:
        """Return the checked values by name, dates as dates, or raise `InputError` saying what is wrong."""
        if not isinstance(body, Mapping) or body.get("kind") != self.kind:
            raise InputError(
                text("This is not a saved state of {kind}.", kind=self.kind),
                where=_place(where),
                remedy=text("Take the dictionary that to_dict() of the same class gave."),
            )
        # Not 1.0 nor True: what comes out of another hand is no version of ours.
        if type(body.get("version")) is not int or body["version"] != self.version:
            raise InputError(
                text(
                    "This state has the version {found}; version {known} can be read.",
                    found=str(body.get("version")),
                    known=self.version,
                ),
                where=_place(where),
            )
        return record(self.shapes)({name: body[name] for name in body if name not in ("kind", "version")}, where)


def record(shapes: Mapping[str, Shape]) -> Callable[[Any, str], dict[str, Any]]:
    """Return the shape of a dictionary with exactly these names."""

    def read(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            refuse(where, value)
        for name in (*shapes, *value):
            if name not in value or name not in shapes:
                raise InputError(
                    text("“{name}” is missing from this state.", name=name)
                    if name in shapes
                    else text("“{name}” has no place in this state.", name=str(name)),
                    where=_place(where),
                )
        return {name: shape(value[name], f"{where}.{name}".lstrip(".")) for name, shape in shapes.items()}

    return read


def list_of(shape: Shape) -> Shape:
    """Return the shape of a list of such values."""

    def read(value: Any, where: str) -> list[Any]:
        if not isinstance(value, list):
            refuse(where, value)
        return [shape(one, f"{where}[{number}]") for number, one in enumerate(value)]

    return read


def by_id(shape: Shape) -> Shape:
    """Return the shape of a dictionary from any ids to such values."""

    def read(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            refuse(where, value)
        return {name: shape(one, f"{where}.{name}") for name, one in value.items()}

    return read


def optional(shape: Shape) -> Shape:
    """Return the shape of such a value or None."""
    return lambda value, where: None if value is None else shape(value, where)


def words(value: Any, where: str) -> str:
    """Take text."""
    return value if isinstance(value, str) else refuse(where, value)


def yes_or_no(value: Any, where: str) -> bool:
    """Take True or False."""
    return value if isinstance(value, bool) else refuse(where, value)


def day(value: Any, where: str) -> dt.date:
    """Take an ISO date."""
    try:
        return dt.date.fromisoformat(words(value, where))
    except ValueError:
        refuse(where, value)


def moment(value: Any, where: str) -> dt.datetime:
    """Take an ISO date and time with its distance from UTC."""
    try:
        found = dt.datetime.fromisoformat(words(value, where))
    except ValueError:
        refuse(where, value)
    return found if found.tzinfo is not None else refuse(where, value)


def number(least: float = -math.inf, most: float = math.inf) -> Shape:
    """Return the shape of a finite number from `least` to `most`."""

    def read(value: Any, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            refuse(where, value)
        return value if least <= value <= most else refuse(where, value)

    return read


def whole(least: int, most: int) -> Shape:
    """Return the shape of a whole number from `least` to `most`."""
    inside = number(least, most)
    return lambda value, where: inside(value, where) if type(value) is int else refuse(where, value)


def sentence(value: Any, where: str) -> Text:
    """Take a sentence as `sentence_as_dict` gives it; its places take nothing but its own words and numbers."""
    found = _SENTENCE(value, where)
    allowed = found["values"].keys()
    for form in (found["msgid"], found["plural"]):
        try:
            places = [part[1:] for part in string.Formatter().parse(form or "") if part[1] is not None]
        except ValueError:
            refuse(where, form)
        # A place like {name.attribute} would reach into objects.
        if any(name not in allowed or spec or conversion for name, spec, conversion in places):
            refuse(where, form)
    return Text(**found)


def sentence_as_dict(said: Text) -> dict[str, Any]:
    """Return a sentence whose values are words and numbers as a dictionary."""
    return {"msgid": said.msgid, "values": dict(said.values), "plural": said.plural, "count": said.count}


def words_or_number(value: Any, where: str) -> str | float:
    """Take text or a finite number."""
    return value if isinstance(value, str) else number()(value, where)


_SENTENCE = record(
    {
        "msgid": words,
        "values": by_id(words_or_number),
        "plural": optional(words),
        "count": optional(whole(0, 10**9)),
    }
)


def known(value: object, offered: Iterable[object], where: str) -> None:
    """Raise `InputError` where `value`, which may be a list of values, is not among `offered`."""
    here = set(offered)
    for one in value if isinstance(value, list) else [value]:
        if one not in here:
            raise InputError(
                text("“{value}” is not among what this object was made from.", value=str(one)),
                where=_place(where),
                remedy=text("Hand in the same tables as when the state was saved."),
            )


def refuse(where: str, value: object) -> NoReturn:
    """Raise `InputError` for a value that cannot stand at its place."""
    shown = repr(value)
    raise InputError(
        text("{value} cannot stand here.", value=shown if len(shown) <= 60 else shown[:59] + "…"), where=_place(where)
    )


def _place(where: str) -> Text | None:
    return text("In the saved state, at “{place}”", place=where) if where else None
