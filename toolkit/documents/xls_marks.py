"""Error cells of an .xls workbook (BIFF8 inside a compound file), which calamine leaves blank."""

import struct

from toolkit.documents.workbook_marks import Marks

_HEADER, _END, _FREE = 512, 0xFFFFFFFE, 0xFFFFFFFF
_FORMULA, _BOUNDSHEET, _BOOLERR, _DATEMODE, _FILEPASS, _EOF = 0x0006, 0x0085, 0x0205, 0x0022, 0x002F, 0x000A
_CODES = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


def xls_marks(content: bytes, sheet: str) -> Marks:
    """Return the error cells of a sheet and whether its dates count from 1904.

    Raises `ValueError` if the compound file is damaged.
    """
    try:
        stream = _workbook_stream(content)
        start = None
        marks = Marks()
        for kind, data in _records(stream, 0):
            if kind == _DATEMODE:
                marks.starts_1904 = struct.unpack_from("<H", data)[0] == 1
            elif kind == _BOUNDSHEET and _sheet_name(data) == sheet:
                start = struct.unpack_from("<I", data)[0]
        if start is not None:
            for kind, data in _records(stream, start):
                _note_error(kind, data, marks)
        return marks
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError("damaged compound file") from error


def is_locked(content: bytes) -> bool:
    """Return whether the workbook opens only with a password; raises `ValueError` if it is damaged."""
    try:
        return any(kind == _FILEPASS for kind, _ in _records(_workbook_stream(content), 0))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError("damaged compound file") from error


def _note_error(kind: int, data: bytes, marks: Marks) -> None:
    if kind == _BOOLERR and data[7]:
        code = data[6]
    elif kind == _FORMULA and data[6] == 2 and data[12:14] == b"\xff\xff":
        code = data[8]
    else:
        return
    row, column = struct.unpack_from("<HH", data)
    marks.errors[(row, column)] = _CODES.get(code, "#VALUE!")


def _sheet_name(data: bytes) -> str:
    length, wide = data[6], data[7] & 1
    return data[8 : 8 + 2 * length].decode("utf-16-le") if wide else data[8 : 8 + length].decode("latin-1")


def _records(stream: bytes, start: int) -> list[tuple[int, bytes]]:
    """Return the records from `start` up to the end of that substream."""
    found = []
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, start)
        if kind == _EOF:
            break
        found.append((kind, stream[start + 4 : start + 4 + length]))
        start += 4 + length
    return found


def _workbook_stream(content: bytes) -> bytes:
    """Return the stream ``Workbook`` of the compound file, following its sector chains."""
    sector = 1 << struct.unpack_from("<H", content, 30)[0]
    small = 1 << struct.unpack_from("<H", content, 32)[0]
    directory_at, cutoff, small_table_at = struct.unpack_from("<I4xII", content, 48)
    more_at, more_count = struct.unpack_from("<II", content, 68)
    if not 64 <= sector <= 1 << 16 or not 16 <= small <= sector:
        raise ValueError("damaged compound file")

    def block(number: int) -> bytes:
        return content[sector * (number + 1) : sector * (number + 2)]

    listed = list(struct.unpack_from("<109I", content, 76))
    for _ in range(min(more_count, len(content) // sector)):
        part = struct.unpack(f"<{sector // 4}I", block(more_at))
        listed.extend(part[:-1])
        more_at = part[-1]
    table: list[int] = []
    for number in listed:
        if number < _END - 1:
            table.extend(struct.unpack(f"<{sector // 4}I", block(number)))
    directory = b"".join(block(number) for number in _chain(table, directory_at))
    root_at = struct.unpack_from("<I", directory, 116)[0]
    for entry in range(0, len(directory), 128):
        length = struct.unpack_from("<H", directory, entry + 64)[0]
        name = directory[entry : entry + max(length - 2, 0)].decode("utf-16-le")
        if name == "Workbook":
            start, size = struct.unpack_from("<II", directory, entry + 116)
            if size >= cutoff:
                return b"".join(block(number) for number in _chain(table, start))[:size]
            box = b"".join(block(number) for number in _chain(table, root_at))
            small_raw = b"".join(block(number) for number in _chain(table, small_table_at))
            small_table = list(struct.unpack(f"<{len(small_raw) // 4}I", small_raw))
            return b"".join(box[small * n : small * (n + 1)] for n in _chain(small_table, start))[:size]
    raise ValueError("no workbook stream")


def _chain(table: list[int], start: int) -> list[int]:
    numbers: list[int] = []
    while start < _END - 1 and len(numbers) <= len(table):
        numbers.append(start)
        start = table[start]
    return numbers
