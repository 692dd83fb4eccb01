"""Reading numbers as people write them: separators, full-width digits, currency signs, percent."""

import math
import re
import unicodedata

BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff"
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMERAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


def parse_number(words: str, keep_percent: bool = False) -> float | None:
    """Return the number a person wrote, or ``None``; 12% is 0.12 unless `keep_percent`."""
    plain = unicodedata.normalize("NFKC", words).strip(BLANKS + "'").replace("\u2212", "-")
    plain = re.sub(r"[\s\u200b]", "", plain)
    percent = plain.endswith("%")
    plain = re.sub(r"^([+-]?)[¥$€£]|(?:元|RMB|CNY|%)$|^(?:RMB|CNY)", r"\1", plain)
    plain = re.sub(r"^(?:RMB|CNY)|^[¥$€£](?=[+-])", "", plain)
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _NUMERAL.fullmatch(plain):
        return None
    number = float(plain)
    if not math.isfinite(number):
        return None
    return number / 100 if percent and not keep_percent else number
