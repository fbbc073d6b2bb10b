"""Compound files (MS-CFB), in which Office kept everything before 2007 and Outlook keeps mails: streams in folders.

A chain of sectors may be written to lead in circles, and streams to share their sectors: what is read is counted.
"""

import struct
from dataclasses import dataclass

from harvester.message.documents.transcript import Unreadable
from harvester.model import Limits, TextStatus

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LITTLE_ENDIAN = 0xFFFE
FREE = 0xFFFFFFFA  # this and higher numbers are no sectors (section 2.1)
STORAGE, STREAM = 1, 2
ENTRY = struct.Struct("<64sHBxIII36xIQ")  # section 2.6.1
HEADER = struct.Struct("<26xHHHH6x4xIIxxxxIIxxxxI")  # section 2.2
IN_HEADER = 76  # where the first numbers of the table's sectors stand


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Compound:
    """The streams by their path, ``folder/name``. Raises Unreadable: DAMAGED or TOO_LARGE."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._left = limits.archive_bytes
        self._most_entries = 20 * limits.archive_entries
        try:
            version, order, shift, mini_shift, _, directory, cutoff, mini_table, more = HEADER.unpack_from(data)
            if not data.startswith(MAGIC) or order != LITTLE_ENDIAN or shift not in (9, 12) or mini_shift != 6:
                raise Unreadable(TextStatus.DAMAGED)
            self._sector = 1 << shift
            self._cutoff = cutoff
            self._table = self._whole_table(more)
            self._entries = self._read_entries(self._chain(directory), version)
            self._mini_table = _numbers(self._chain(mini_table))
            self._mini = self._chain(self._entries[0].start)
        except (struct.error, IndexError) as fault:
            raise Unreadable(TextStatus.DAMAGED) from fault
        self._paths = self._tree()

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    @property
    def paths(self) -> list[str]:
        """Folders too, in no order."""
        return list(self._paths)

    def read(self, path: str) -> bytes:
        """The bytes of a stream; none for what is not there."""
        entry = self._paths.get(path)
        if entry is None or entry.kind != STREAM:
            return b""
        if entry.size >= self._cutoff:
            return self._chain(entry.start, entry.size)
        self._count(entry.size)
        return _followed(self._mini, self._mini_table, 64, entry.start, 0, entry.size)

    def _chain(self, start: int, size: int | None = None) -> bytes:
        data = _followed(self._data, self._table, self._sector, start, 1, size)
        self._count(len(data))
        return data

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise Unreadable(TextStatus.TOO_LARGE, "archive-size")

    def _whole_table(self, more: int) -> list[int]:
        """Which sector follows upon which (section 2.3); its own sectors are named in the header and beyond."""
        sectors = list(_numbers(self._data[IN_HEADER : IN_HEADER + 109 * 4]))
        seen: set[int] = set()
        while more < FREE and more not in seen:
            seen.add(more)
            numbers = _numbers(self._data[(more + 1) * self._sector : (more + 2) * self._sector])
            if not numbers:
                break
            sectors += numbers[:-1]
            more = numbers[-1]
        table: list[int] = []
        most = len(self._data) // self._sector + 1
        for one in dict.fromkeys(sector for sector in sectors if sector < FREE):
            if len(table) > most:  # there are no more sectors to speak of
                break
            table += _numbers(self._data[(one + 1) * self._sector : (one + 2) * self._sector])
        return table

    def _read_entries(self, data: bytes, version: int) -> list[_Entry]:
        if len(data) // ENTRY.size > self._most_entries:
            raise Unreadable(TextStatus.TOO_LARGE, "archive-entries")
        entries = []
        for at in range(0, len(data) - ENTRY.size + 1, ENTRY.size):
            name, length, kind, left, right, child, start, size = ENTRY.unpack_from(data, at)
            words = name[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if version == 3:
                size &= 0xFFFFFFFF  # some writers leave rubbish above
            entries.append(_Entry(words, kind, left, right, child, start, size))
        return entries

    def _tree(self) -> dict[str, _Entry]:
        """Folders hold their entries as a binary tree (section 2.6.4); each is visited once."""
        found: dict[str, _Entry] = {}
        seen: set[int] = set()
        waiting = [("", self._entries[0].child)]
        while waiting:
            folder, number = waiting.pop()
            if number >= len(self._entries) or number in seen:
                continue
            seen.add(number)
            entry = self._entries[number]
            path = f"{folder}{entry.name}"
            found.setdefault(path, entry)
            waiting += [(folder, entry.left), (folder, entry.right)]
            if entry.kind == STORAGE and len(path) < 1_000:
                waiting.append((f"{path}/", entry.child))
        return found


def _followed(data: bytes, table: list[int], sector: int, start: int, first: int, size: int | None) -> bytes:
    """The sectors of a chain behind one another. A chain that is broken ends there."""
    pieces: list[bytes] = []
    most = len(data) // sector + 1 if size is None else -(-size // sector)
    while start < FREE and len(pieces) < most:
        piece = data[(start + first) * sector : (start + first + 1) * sector]
        if not piece:
            break
        pieces.append(piece)
        start = table[start] if start < len(table) else FREE
    return b"".join(pieces)[:size]


def _numbers(data: bytes) -> list[int]:
    return [number for (number,) in struct.iter_unpack("<I", data[: len(data) // 4 * 4])]
