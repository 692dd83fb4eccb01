"""The text files of an O*NET database release: which layout they have, and their rows."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

import pandas as pd

from toolkit.errors import InputError
from toolkit.wording import Text, text

Layout = Literal["skills", "essential_transferable"]
OLD, NEW = ("Skills.txt",), ("Essential Skills.txt", "Transferable Skills.txt")
ALONGSIDE = ("Occupation Data.txt", "Content Model Reference.txt", "Level Scale Anchors.txt", "Scales Reference.txt")
READ_ME = "Read Me.txt"
FIRST, SPLIT = (5, 1), (30, 3)
"""Releases with the columns of today, and with skills in two files (data dictionaries 22.2 to 30.3)."""
RATING_COLUMNS = (
    "O*NET-SOC Code",
    "Element ID",
    "Element Name",
    "Scale ID",
    "Data Value",
    "N",
    "Standard Error",
    "Recommend Suppress",
    "Not Relevant",
)
LARGEST = 200_000_000
_STATED = re.compile(r"O\*NET\W{0,3}\s+(\d{1,2}\.\d)\s+Database|db_(\d{1,2}_\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Release:
    """The files of one release: the ratings, other tables by file name, the release as far as it is stated."""

    layout: Layout
    number: str
    ratings: pd.DataFrame
    tables: dict[str, pd.DataFrame]


def open_release(files: Mapping[str, bytes] | bytes, stated: str = "") -> Release:
    """Return the rating rows and the tables alongside; cells are text as in the file, rows keep their number.

    `files` gives contents by file name (folders before it are passed over), or is the release's zip
    archive. Raises `InputError` where this is not a layout this importer knows.
    """
    found, place = (_unzipped(files), "") if isinstance(files, bytes) else (dict(files), "")
    place = " ".join(found)
    named = {PurePosixPath(name.replace("\\", "/")).name: content for name, content in found.items()}
    layout = _layout(set(named))
    number = stated or _stated(named.get(READ_ME, b""), place)
    _require_known(layout, number)
    wanted = NEW if layout == "essential_transferable" else OLD
    ratings = pd.concat([_table(named[name], name, RATING_COLUMNS) for name in wanted], ignore_index=True)
    return Release(layout, number, ratings, {name: _table(named[name], name) for name in ALONGSIDE if name in named})


def _unzipped(content: bytes) -> dict[str, bytes]:
    known = {*OLD, *NEW, *ALONGSIDE, READ_ME}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [one for one in archive.infolist() if PurePosixPath(one.filename).name in known]
            if sum(one.file_size for one in entries) > LARGEST:
                raise InputError(
                    text("The archive holds more than an O*NET release does."),
                    remedy=text("Download the text version of the database again, or give its files one by one."),
                )
            return {one.filename: archive.read(one) for one in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise InputError(
            text("The file is no zip archive that can be read."),
            remedy=text("Download the text version of the database again, or give its files one by one."),
        ) from None


def _layout(names: set[str]) -> Layout:
    old, new = names & set(OLD), names & set(NEW)
    if old and new:
        raise _unknown(
            text("The files come from two releases: {names}.", names=", ".join(sorted(old | new))),
            text("Give the files of one release only."),
        )
    if new and len(new) < len(NEW):
        missing = next(name for name in NEW if name not in names)
        raise _unknown(text("The file {name} is missing.", name=missing), text("Give both files of skills together."))
    if not old and not new:
        raise _unknown(
            text("There is no file of skills among: {names}.", names=", ".join(sorted(names)) or "–"),
            text(
                "Read are the text files of O*NET: Skills.txt (releases 5.1 to 30.2), or Essential Skills.txt and "
                "Transferable Skills.txt (from 30.3)."
            ),
        )
    return "skills" if old else "essential_transferable"


def _stated(read_me: bytes, names: str) -> str:
    for words in (read_me.decode("utf-8", errors="replace"), names):
        if found := _STATED.search(words):
            return (found[1] or found[2]).replace("_", ".")
    return ""


def _require_known(layout: Layout, number: str) -> None:
    if not number:
        return
    parts = number.split(".")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        raise _unknown(text("“{release}” is no O*NET release.", release=number), text("Write it as 30.3."))
    release = (int(parts[0]), int(parts[1]))
    if release < FIRST or (release >= SPLIT) != (layout == "essential_transferable"):
        raise _unknown(
            text("Release {release} does not have its skills in these files.", release=number),
            text(
                "Read are the text files of O*NET: Skills.txt (releases 5.1 to 30.2), or Essential Skills.txt and "
                "Transferable Skills.txt (from 30.3)."
            ),
        )


def _unknown(problem: Text, remedy: Text) -> InputError:
    return InputError(problem, where=text("O*NET files of an unknown version"), remedy=remedy)


def _table(content: bytes, name: str, required: tuple[str, ...] = ()) -> pd.DataFrame:
    where = text("File “{file}”", file=name)
    try:
        table = pd.read_csv(
            io.BytesIO(content), sep="\t", dtype=str, keep_default_na=False, quoting=3, encoding="utf-8-sig"
        )
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise InputError(
            text("The file is no table of text with tabs between the columns."),
            where=where,
            remedy=text("Give the text file as it is in the download, not a saved copy."),
        ) from None
    missing = [column for column in required if column not in table]
    if missing:
        raise InputError(
            text("It lacks the columns: {columns}.", columns=", ".join(missing)),
            where=text("O*NET files of an unknown version: {file}", file=name),
            remedy=text("Give the text files of release 5.1 or later, as they are in the download."),
        )
    return table.assign(file=name, row=range(2, len(table) + 2))
