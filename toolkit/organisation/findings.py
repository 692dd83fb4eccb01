"""What is wrong with edited content, collected in one pass before anything is stored."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from toolkit.errors import InputError
from toolkit.wording import Text, counted, first_three, text

Content = Mapping[str, Any]
LANGUAGES = ("en", "zh")
_ID = re.compile(r"[a-z0-9_]{1,60}")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with content; an ``error`` keeps it from being stored, a ``warning`` does not."""

    severity: Literal["error", "warning"]
    where: Text
    message: Text
    remedy: Text


def error(where: Text, message: Text, remedy: Text) -> Finding:
    """Return a finding that keeps content from being stored."""
    return Finding("error", where, message, remedy)


def require_sound(findings: Iterable[Finding]) -> None:
    """Raise `InputError` naming the first errors among `findings`, if there are any."""
    errors = [found for found in findings if found.severity == "error"]
    if not errors:
        return
    raise InputError(
        first_three([text("{where}: {message}", where=one.where, message=one.message) for one in errors]),
        where=counted(
            "{count} error in the content; nothing was stored.",
            "{count} errors in the content; nothing was stored.",
            len(errors),
        ),
        remedy=errors[0].remedy,
    )


def both_languages(words: object, where: Text) -> Iterator[Finding]:
    """Find which language a text lacks."""
    said = words if isinstance(words, Mapping) else {}
    missing = [code for code in LANGUAGES if not str(said.get(code) or "").strip()]
    names = {"en": text("the English wording"), "zh": text("the Chinese wording")}
    for code in missing:
        yield error(
            where,
            text("It lacks {wording}.", wording=names[code]),
            text("Write it in both languages: people choose theirs."),
        )


def sound_ids(contents: Iterable[Content], what: Text, taken: Collection[str] = ()) -> Iterator[Finding]:
    """Find ids that are missing, oddly spelled or given twice."""
    seen = set(taken)
    for position, content in enumerate(contents, start=1):
        found = str(content.get("id") or "")
        where = text("{what} “{id}”", what=what, id=found) if found else text("{what} {n}", what=what, n=position)
        if not _ID.fullmatch(found):
            yield error(
                where,
                text("“{id}” cannot be an id.", id=found),
                text("Ids have small letters a–z, digits and _, at most 60."),
            )
        elif found in seen:
            yield error(where, text("The id stands twice."), text("Give one of the two another id."))
        seen.add(found)


def is_number(value: object) -> bool:
    """Say whether `value` is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300


def off_scale(value: object, low: float, high: float, where: Text, what: Text) -> Iterator[Finding]:
    """Find a number outside its scale."""
    if not is_number(value) or not low <= value <= high:  # type: ignore[operator]
        yield error(
            where,
            text("{what} is {value}.", what=what, value=str(value)),
            text("Allowed is a number from {low} to {high}.", low=low, high=high),
        )
