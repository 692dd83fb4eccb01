"""What an uploaded file really is, judged by its bytes first and its name second."""

import io
import zipfile
import zlib
from pathlib import PurePath
from typing import Literal

from toolkit.errors import InputError
from toolkit.wording import Text, text

FileKind = Literal["xlsx", "xls", "ods", "text"]
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
UNPACKED_PER_MB = 15
"""How many times its allowed size a workbook may grow when unpacked; real ones stay below ten."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00")
_PLAIN_XLSX = text("Open it in Excel, choose “Save as” and the type “Excel Workbook (.xlsx)”, then upload that file.")

_COPY_TABLE = text("Copy the table into Excel, save it as .xlsx and upload that file.")


def recognise(content: bytes, file_name: str, limit_mb: int) -> FileKind:
    """Return which reader the bytes need.

    `limit_mb` is the largest size allowed, in megabytes of 1024 x 1024 bytes. Raises `InputError`
    for a file that is empty, too large, damaged, protected or no table at all.
    """
    if not content:
        raise _refusal(
            file_name,
            text("The file is empty: it holds no bytes at all."),
            text("Check that it was saved and fully downloaded, then upload it again."),
        )
    if len(content) > limit_mb * 1024 * 1024:
        raise _refusal(
            file_name,
            text(
                "The file has {size} MB, more than the {limit} MB allowed.",
                size=round(len(content) / 1024 / 1024, 1),
                limit=limit_mb,
            ),
            text(
                "Remove pictures, other sheets and columns that are not needed, or split the rows over several files."
            ),
        )
    _refuse_foreign(content, file_name)
    if content.startswith(b"PK"):
        return _agree(_zipped(content, file_name, limit_mb), file_name)
    if content.startswith(_OLE):
        return _agree(_compound(content, file_name), file_name)
    return _agree("text", file_name)


def ending(file_name: str) -> str:
    """Return the ending of a file name in small letters, such as ``.xlsx``; empty if it has none."""
    return PurePath(file_name.strip()).suffix.lower()


def damaged(file_name: str) -> InputError:
    """Return the error for a workbook that cannot be opened."""
    return _refusal(
        file_name,
        text("The workbook is damaged or was not fully downloaded."),
        text("Open it in Excel, let Excel repair it, save it as .xlsx and upload it again."),
    )


def protected(file_name: str) -> InputError:
    """Return the error for a workbook that opens only with a password."""
    return _refusal(
        file_name,
        text("The workbook is protected by a password, so it cannot be read."),
        text("In Excel choose File, Info, Protect Workbook, Encrypt with Password, clear the password and save."),
    )


def _refusal(file_name: str, problem: Text, remedy: Text) -> InputError:
    return InputError(problem, where=text("File “{file}”", file=file_name), remedy=remedy)


def _not_a_table(file_name: str, what: Text, remedy: Text | None = None) -> InputError:
    return _refusal(
        file_name,
        text("This is {what}, not a table.", what=what),
        remedy or text("Upload an Excel workbook (.xlsx) or a CSV file."),
    )


def _refuse_foreign(content: bytes, file_name: str) -> None:
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"%pdf"):
        raise _not_a_table(file_name, text("a PDF document"))
    is_bitmap = content[:2] == b"BM" and content[6:10] == bytes(4)
    if content.startswith(_PICTURES) or content[:12].endswith(b"WEBP") or is_bitmap:
        raise _not_a_table(
            file_name, text("a picture"), text("Upload the Excel workbook or CSV file the picture was taken from.")
        )
    if start.startswith(b"{\\rtf"):
        raise _not_a_table(file_name, text("a text document"))
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body", b"<style", b"<div")):
        raise _refusal(
            file_name,
            text("This is a web page, although its name says it is a table; many systems export such files as .xls."),
            _PLAIN_XLSX,
        )
    if start.startswith(b"<?xml") or start.startswith(b"<workbook"):
        raise _refusal(file_name, text("This is an XML file, not an Excel workbook."), _PLAIN_XLSX)
    if content.startswith(_OLD_EXCEL):
        raise _too_old(file_name)


def _too_old(file_name: str) -> InputError:
    return _refusal(file_name, text("The workbook was written by an Excel older than Excel 97."), _PLAIN_XLSX)


def _zipped(content: bytes, file_name: str, limit_mb: int) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > limit_mb * UNPACKED_PER_MB * 1024 * 1024:
                raise _refusal(
                    file_name,
                    text(
                        "Unpacked, the file would take {size} MB; at most {limit} MB are allowed.",
                        size=round(unpacked / 1024 / 1024),
                        limit=limit_mb * UNPACKED_PER_MB,
                    ),
                    text("Copy the cells that are needed into a new workbook and upload that one."),
                )
            if archive.testzip() is not None:
                raise damaged(file_name)
            return _zipped_kind(archive, names, file_name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError) as error:
        # RuntimeError is how zipfile says that a member needs a password.
        raise (protected(file_name) if "password" in str(error) else damaged(file_name)) from None
    except zlib.error:
        raise damaged(file_name) from None


def _zipped_kind(archive: zipfile.ZipFile, names: list[str], file_name: str) -> FileKind:
    if any(name.startswith("word/") for name in names):
        raise _not_a_table(
            file_name,
            text("a Word document"),
            _COPY_TABLE,
        )
    if any(name.startswith("ppt/") for name in names):
        raise _not_a_table(file_name, text("a PowerPoint file"))
    if "xl/workbook.bin" in names:
        raise _refusal(file_name, text("Binary workbooks (.xlsb) cannot be read."), _PLAIN_XLSX)
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "mimetype" in names and b"opendocument" in (mime := archive.read("mimetype")):
        if b"spreadsheet" not in mime:
            raise _not_a_table(file_name, text("a text document"))
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise protected(file_name)
        return "ods"
    if any(name.endswith(".iwa") for name in names):
        raise _refusal(
            file_name, text("Apple Numbers files cannot be read."), text("In Numbers choose Export to, Excel.")
        )
    raise _not_a_table(file_name, text("a zip archive"), text("Unpack it and upload the table inside."))


def _compound(content: bytes, file_name: str) -> FileKind:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise protected(file_name)
    if holds("WordDocument"):
        raise _not_a_table(
            file_name,
            text("a Word document"),
            _COPY_TABLE,
        )
    if holds("PowerPoint Document"):
        raise _not_a_table(file_name, text("a PowerPoint file"))
    if holds("Workbook"):
        return "xls"
    if holds("Book"):
        raise _too_old(file_name)
    raise damaged(file_name)


def _agree(kind: FileKind, file_name: str) -> FileKind:
    """Return `kind`, or refuse a name that promises something else."""
    name = ending(file_name)
    if name not in WORKBOOK_ENDINGS + TEXT_ENDINGS:
        raise _refusal(
            file_name,
            text("Files ending in “{ending}” are not read as tables.", ending=name or "–"),
            text("Upload an Excel workbook (.xlsx) or a CSV file."),
        )
    if kind == "text" and name in WORKBOOK_ENDINGS:
        raise _refusal(
            file_name,
            text("The name ends in “{ending}”, but the file is no Excel workbook.", ending=name),
            text("If it opens in Excel, save it there as .xlsx; if it is plain text with commas, rename it to .csv."),
        )
    if kind != "text" and name in TEXT_ENDINGS:
        raise _refusal(
            file_name,
            text("The name ends in “{ending}”, but the file is an Excel workbook.", ending=name),
            text("Rename it so that it ends in .{right} and upload it again.", right=kind),
        )
    return kind
