"""Times of day as people write them: 9:00, 9.30, 13：15; and breaks such as 10:30-10:45."""

import datetime as dt
import re
import unicodedata

from toolkit.errors import InputError
from toolkit.wording import Text, text

_TIME = re.compile(r"(\d{1,2})[:.](\d{2})")
_DASHES = re.compile(r"\s*[-–—−~至到]\s*")


def read_time(words: str, field: Text | str) -> dt.time:
    """Return the time of day somebody wrote in `field`; raises `InputError`."""
    found = _TIME.fullmatch(_plain(words))
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise InputError(
            text("“{words}” in “{field}” is not a time of day.", words=words.strip(), field=field),
            remedy=text("Write hours and minutes, such as 09:00."),
        )
    return dt.time(int(found[1]), int(found[2]))


def read_breaks(words: str, field: Text | str) -> list[tuple[dt.time, dt.time]]:
    """Return the breaks somebody listed in `field`, such as “10:30-10:45, 12:00-13:00”; raises `InputError`."""
    breaks = []
    for part in filter(None, re.split(r"[,;、\n]", _plain(words))):
        ends = _DASHES.split(part.strip())
        if len(ends) != 2:
            raise InputError(
                text("“{words}” in “{field}” is not a break.", words=part.strip(), field=field),
                remedy=text("Write from and to, such as 10:30-10:45, and a comma between two breaks."),
            )
        since, until = (read_time(one, field) for one in ends)
        if until <= since:
            raise InputError(
                text("The break “{words}” ends before it begins.", words=part.strip()),
                remedy=text("Correct its start or its end."),
            )
        breaks.append((since, until))
    return breaks


def breaks_in_words(breaks: list[tuple[dt.time, dt.time]]) -> str:
    """Return breaks as `read_breaks` takes them."""
    return ", ".join(f"{since:%H:%M}-{until:%H:%M}" for since, until in breaks)


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip()
