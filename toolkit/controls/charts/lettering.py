"""How wide words are, and where long ones break, without a browser to ask."""

import re
import unicodedata
from functools import cache

SIZE = 13.0
LINE = 16.0
_NARROW, _SLIM, _WIDE = set("iljI.,:;'|!’‘ "), set('frt()[]{}-/\\"J*'), set("mwMW%@&")
_CHINESE = r"[\u3400-\u9fff\uf900-\ufaff·\U00020000-\U0003ffff]"
_PIECES = re.compile(rf"{_CHINESE}+|[^\s\u3000-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|\s+|.", re.DOTALL)
_ALL_CHINESE = re.compile(rf"{_CHINESE}+\Z")
_CLOSING = "，。、；：？！）》」』”’,.;:?!)]}%…"
_LONGEST_NAME = 4


def measure(words: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Return how many pixels `words` take at most at `size` pixels; Chinese characters are one em each.

    The table follows the widest of the usual faces (Verdana, DejaVu Sans), so that nothing is cut in any.
    """
    ems = sum(_em(character) for character in words)
    return ems * size * (1.13 if bold else 1.0)


@cache
def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF" or character == "·":
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    if character in _NARROW:
        return 0.31
    if character in _SLIM:
        return 0.41
    if character in _WIDE:
        return 0.93
    if character.isupper():
        return 0.71
    # Dashes, dots and signs are a whole em in Chinese fonts, half of it in others.
    return 1.0 if unicodedata.east_asian_width(character) == "A" and not character.isalpha() else 0.62


def shorten(words: str, most: float, size: float = SIZE, *, bold: bool = False) -> str:
    """Return `words`, or as much of their beginning as fits into `most` pixels with an ellipsis."""
    if measure(words, size, bold=bold) <= most:
        return words
    kept = words
    while kept and measure(kept.rstrip() + "…", size, bold=bold) > most:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrap(words: str, most: float, lines: int = 2, size: float = SIZE) -> list[str]:
    """Return `words` in at most `lines` balanced lines of `most` pixels; what does not fit is shortened.

    Lines break at spaces and inside long Chinese phrases. Up to four Chinese characters stay
    together, and any number joined by “·”, since they may be a name.
    """
    words = " ".join(words.split())
    if measure(words, size) <= most:
        return [words]
    found = _filled(words, most, size)
    if len(found) > lines:
        return [shorten(line, most, size) for line in (*found[: lines - 1], _tail(words, found, lines))]
    narrow, wide = most / 2, most
    for _ in range(6):  # as even as can be without another line
        middle = (narrow + wide) / 2
        tried = _filled(words, middle, size)
        if len(tried) <= len(found) and max(measure(line, size) for line in tried) <= middle:
            found, wide = tried, middle
        else:
            narrow = middle
    return [shorten(line, most, size) for line in found]


def _tail(words: str, found: list[str], lines: int) -> str:
    """Return what of `words` does not stand on the lines before the last."""
    position = 0
    for line in found[: lines - 1]:
        position = words.index(line, position) + len(line)
    return words[position:].strip()


def _filled(words: str, most: float, size: float) -> list[str]:
    lines, line = [], ""
    for unit in _units(words):
        if line.strip() and measure((line + unit).rstrip(), size) > most:
            lines.append(line.strip())
            line = ""
        line += unit
    return [*lines, line.strip()] if line.strip() else lines


def _units(words: str) -> list[str]:
    """Return the pieces between which a line may break."""
    units: list[str] = []
    for piece in _PIECES.findall(words):
        if units and piece[0] in _CLOSING:
            units[-1] += piece
        elif _ALL_CHINESE.match(piece) and "·" not in piece and len(piece) > _LONGEST_NAME:
            units += [piece[at : at + 2] for at in range(0, len(piece), 2)]
        else:
            units.append(piece)
    return units


def is_chinese(words: str) -> bool:
    """Say whether `words` are Chinese characters only, so that they can be written from top to bottom."""
    return bool(_ALL_CHINESE.match(words))
