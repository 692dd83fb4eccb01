"""Makes a small .xls workbook (BIFF8 in a compound file) byte by byte: no library here writes them."""

import struct


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _cell(row: int, column: int, value: object) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str) and value.startswith("#"):
        return _record(0x0205, place + bytes([{"#N/A": 42, "#REF!": 23}[value], 1]))
    if isinstance(value, str):
        return _record(0x0204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    assert isinstance(value, int | float)
    return _record(0x0203, place + struct.pack("<d", value))


def make_xls(rows: list[list[object]], stream_name: str = "Workbook", encrypted: bool = False) -> bytes:
    """Return a workbook with one sheet “Data”; `encrypted` marks it as protected by a password."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    locked = _record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if encrypted else b""
    top = _record(0x0809, begin) + locked + _record(0x0022, b"\0\0")
    name = struct.pack("<BB", 4, 0) + b"Data"
    length = len(top) + 4 + 6 + len(name) + 4
    top += _record(0x0085, struct.pack("<IBB", length, 0, 0) + name) + _record(0x000A)
    begin = struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6)
    body = _record(0x0809, begin) + _record(
        0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(len(row) for row in rows), 0)
    )
    for r, row in enumerate(rows):
        body += b"".join(_cell(r, c, value) for c, value in enumerate(row) if value is not None)
    stream = top + body + _record(0x000A)
    return _compound(stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0"), stream_name)


def _compound(stream: bytes, name: str) -> bytes:
    sectors = len(stream) // 512
    end, free, table_mark = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    table = [table_mark, end, *(n + 3 for n in range(sectors - 1)), end]
    table += [free] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)

    def entry(title: str, kind: int, child: int, start: int, size: int) -> bytes:
        spelled = title.encode("utf-16-le") + b"\0\0"
        data = spelled.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(spelled) if title else 0, kind, 1, free, free, child
        )
        return data + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, 2, len(stream))
    directory += entry("", 0, free, 0, 0) * 2
    return header + struct.pack("<128I", *table) + directory + stream
