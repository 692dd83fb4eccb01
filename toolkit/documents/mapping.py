"""Guessing which column of a file is meant by which column of a form."""

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence

from toolkit.documents.columns import Column, TableForm, in_both

SIMILAR = 0.86
"""Similarity (0 to 1, difflib) from which two names are taken to be the same."""
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")


def suggest_mapping(
    columns: Sequence[str], form: TableForm, remembered: Mapping[str, str | None] | None = None
) -> dict[str, str | None]:
    """Return for each column of `form` the header of the file it is probably found under, or ``None``.

    `columns` are the headers of the file, `remembered` an earlier mapping of the same kind of
    file. Tried in turn: the remembered header, the column's name, its label in either language,
    its aliases, then similar spelling. A header is used once; a header remembered as ``None``
    stays unmapped.
    """
    chosen: dict[str, str | None] = {}
    free = list(columns)
    for name, header in (remembered or {}).items():
        if header is None and any(column.name == name for column in form.columns):
            chosen[name] = None
        elif header in free and any(column.name == name for column in form.columns):
            chosen[name] = header
            free.remove(header)
    for rank in range(3):
        for column in form.columns:
            if column.name not in chosen and (found := _equal(_names(column)[rank], free)):
                chosen[column.name] = found
                free.remove(found)
    for _, name, header in sorted(_similar(form, chosen, free), reverse=True):
        if name not in chosen and header in free:
            chosen[name] = header
            free.remove(header)
    return {column.name: chosen.get(column.name) for column in form.columns}


def signature(columns: Sequence[str]) -> str:
    """Return a key for remembering the mapping of files with these headers, in whatever order."""
    spelled = "\n".join(sorted(normal(column) for column in columns))
    return hashlib.sha256(spelled.encode()).hexdigest()[:32]


def normal(name: str) -> str:
    """Return `name` without case, blanks, underscores, punctuation and full-width forms."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def _spellings(name: str) -> set[str]:
    return {spelled for spelled in (normal(name), normal(_BRACKETS.sub("", name))) if spelled}


def _names(column: Column) -> tuple[list[str], list[str], list[str]]:
    return [column.name], in_both(column.label), list(column.aliases)


def _equal(names: list[str], free: list[str]) -> str | None:
    for header in free:
        if header in names:
            return header
    wanted = set().union(*(_spellings(name) for name in names)) if names else set()
    return next((header for header in free if wanted & _spellings(header)), None)


def _similar(form: TableForm, chosen: Mapping[str, str | None], free: list[str]) -> list[tuple[float, str, str]]:
    found = []
    for column in form.columns:
        if column.name in chosen:
            continue
        wanted = {spelled for names in _names(column) for name in names for spelled in _spellings(name)}
        for header in free:
            score = max(
                (difflib.SequenceMatcher(None, one, other).ratio() for one in wanted for other in _spellings(header)),
                default=0.0,
            )
            if score >= SIMILAR:
                found.append((score, column.name, header))
    return found
