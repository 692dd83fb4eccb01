"""Two languages of equal standing, chosen per session and never taken from the process locale."""

import datetime as dt
import gettext
import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from toolkit.wording import Text, counted, text

Code = Literal["en", "zh"]
CODES: tuple[Code, ...] = ("en", "zh")
NAMES: dict[Code, str] = {"en": "English", "zh": "中文"}
_BABEL = {"en": "en_GB", "zh": "zh_Hans_CN"}
_QUARTERS = {"en": {"QQQ": "QQQ", "yQQQ": "QQQ y"}, "zh": {"QQQ": "第Q季度", "yQQQ": "y年第Q季度"}}
_CATALOGUES = Path(__file__).parent / "locale"


@cache
def catalogue(code: Code) -> gettext.NullTranslations:
    """Return the gettext catalogue of `code`, compiled from its .po file on first use."""
    if code == "en":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (_CATALOGUES / code / "LC_MESSAGES" / "toolkit.po").open("rb") as source:
        messages = read_po(source, locale="zh")
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Language:
    """Turns sentences, numbers and dates into words of one language."""

    def __init__(self, code: str = "en"):
        self.code: Code = "zh" if code == "zh" else "en"

    def __call__(self, msgid: str, **values: object) -> str:
        """Translate `msgid` and fill its places."""
        return self.say(text(msgid, **values))

    def count(self, singular: str, plural: str, count: int, **values: object) -> str:
        """Translate a sentence that depends on `count`."""
        return self.say(counted(singular, plural, count, **values))

    def say(self, sentence: Text | str | Mapping[str, str] | None) -> str:
        """Return `sentence` in this language; plain strings are taken as already worded."""
        if sentence is None:
            return ""
        if isinstance(sentence, Mapping):
            return self.pick(sentence)
        if isinstance(sentence, str):
            return sentence
        words = catalogue(self.code)
        if sentence.plural is None:
            template = words.gettext(sentence.msgid)
        else:
            template = words.ngettext(sentence.msgid, sentence.plural, sentence.count or 0)
        return template.format(**{name: self._word(value) for name, value in sentence.values.items()})

    def pick(self, both: Mapping[str, str]) -> str:
        """Return this language's wording of a bilingual text, or the other's where it is missing."""
        return both.get(self.code) or next((words for words in both.values() if words), "")

    def join(self, items: list[str]) -> str:
        """Return `items` as one enumeration with this language's separator."""
        return ("、" if self.code == "zh" else ", ").join(items)

    def number(self, value: float | None, digits: int = 1) -> str:
        """Return `value` with `digits` decimals and this language's separators; a dash if missing."""
        if value is None or value != value:
            return "–"
        from babel.numbers import format_decimal

        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        # The 0.0 is for what would be written as -0.0.
        return format_decimal(
            round(value, digits) + 0.0 if abs(value) < 1 else value, format=pattern, locale=_BABEL[self.code]
        )

    def percent(self, share: float | None, digits: int = 0) -> str:
        """Return a share between 0 and 1 as a percentage."""
        if share is None or share != share:
            return "–"
        return self.number(100 * share, digits) + ("%" if self.code == "zh" else " %")

    def interval(self, low: float | None, high: float | None, digits: int = 1) -> str:
        """Return an interval such as ``2.1–3.4``, or a dash if either end is missing."""
        if low is None or high is None or low != low or high != high:
            return "–"
        ends = {"low": self.number(low, digits), "high": self.number(high, digits)}
        # A dash beside a minus would be read twice.
        return self("{low} to {high}", **ends) if "-" in (ends["low"] + ends["high"]) else "{low}–{high}".format(**ends)

    def money(self, amount: float, currency: str = "CNY") -> str:
        """Return an amount in whole units of `currency`."""
        from babel.numbers import format_currency

        return format_currency(amount, currency, format="¤#,##0", locale=_BABEL[self.code], currency_digits=False)

    def date(self, day: dt.date | None) -> str:
        """Return a date in this language's medium form."""
        if day is None:
            return "–"
        from babel.dates import format_date

        return format_date(day, "medium", locale=_BABEL[self.code])

    def date_part(self, day: dt.date, skeleton: str) -> str:
        """Return the parts of a date named by a CLDR skeleton in this language's order.

        Skeletons: d, MMMd, MMM, yMMM, QQQ, yQQQ, y.
        """
        from babel.dates import format_date, format_skeleton

        if skeleton in _QUARTERS[self.code]:  # of which Babel has no skeletons in Chinese
            return format_date(day, _QUARTERS[self.code][skeleton], locale=_BABEL[self.code])
        return format_skeleton(skeleton, day, locale=_BABEL[self.code])

    def time(self, moment: dt.datetime) -> str:
        """Return the time of day as ``14:05:09``."""
        return moment.strftime("%H:%M:%S")

    def _word(self, value: object) -> object:
        if isinstance(value, Text | Mapping):
            return self.say(value)
        if isinstance(value, dt.datetime):
            return f"{self.date(value.date())} {self.time(value)}"
        if isinstance(value, dt.date):
            return self.date(value)
        return value
