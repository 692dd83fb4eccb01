"""Reading CSV files: which encoding, which delimiter, which rows."""

import codecs
import csv
import io
from collections import Counter

from toolkit.errors import InputError
from toolkit.wording import text

DELIMITERS = (",", ";", "\t")
_SNIFFED_ROWS = 200
_FOREIGN_SHARE = 0.3
"""Share of characters outside everyday Chinese above which gb18030 has decoded something else."""


def read_delimited(content: bytes, file_name: str) -> list[list[object]]:
    """Return the rows of a CSV file as lists of strings, ``None`` where a cell is blank.

    Position i is what Excel shows as row i + 1, blank lines included. Raises `InputError` if the
    encoding is unknown, the bytes are no text, or a quotation mark is never closed.
    """
    words = _decode(content, file_name)
    delimiter = None
    first, _, rest = words.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        # Excel counts the line "sep=;" as no row, so it is dropped, not blanked.
        delimiter, words = first.strip()[4], rest
    delimiter = delimiter or _delimiter(words)
    rows: list[list[object]] = []
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            rows.append([cell if cell.strip() else None for cell in row])
    except csv.Error:
        raise InputError(
            text("A quotation mark is opened but not closed properly, or one cell is far too long."),
            where=text("File “{file}”, row {row}", file=file_name, row=len(rows) + 1),
            remedy=text("Open the file in Excel and save it as .xlsx, or repair the quotation marks in that row."),
        ) from None
    return rows


def _decode(content: bytes, file_name: str) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "utf-8", "gb18030")
    for encoding in encodings:
        try:
            words = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in words or (encoding == "gb18030" and not _looks_chinese(words)):
            break
        return words
    raise InputError(
        text("The characters of the file cannot be read: it is neither UTF-8 nor GB18030 (GBK)."),
        where=text("File “{file}”", file=file_name),
        remedy=text("In Excel choose “Save as” and the type “CSV UTF-8”, or save it as .xlsx."),
    )


def _looks_chinese(words: str) -> bool:
    """Tell Chinese from Western text, which gb18030 happily decodes into rare characters."""
    foreign = [character for character in words[:200_000] if ord(character) > 127]
    if not foreign:
        return True
    counts = Counter(foreign)
    rare = 0
    for character, times in counts.items():
        try:
            character.encode("gb2312")
        except UnicodeEncodeError:
            rare += times
    return rare / len(foreign) <= _FOREIGN_SHARE


def _delimiter(words: str) -> str:
    """Return the delimiter that gives most rows the same number of cells, and more than one."""
    best, best_score = DELIMITERS[0], (0.0, 0)
    sample = words[:200_000]
    for delimiter in DELIMITERS:
        widths: list[int] = []
        try:
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
                if row:
                    widths.append(len(row))
                if len(widths) >= _SNIFFED_ROWS:
                    break
        except csv.Error:
            continue
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        width, times = Counter(wide).most_common(1)[0]
        score = (times / len(widths), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best
