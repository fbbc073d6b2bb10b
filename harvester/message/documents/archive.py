"""ZIP files (APPNOTE.TXT of PKWARE) whose makers may be hostile: counted while reading, refused when odd."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from harvester.message.documents.transcript import Unreadable
from harvester.model import Limits, TextStatus

PIECE = 65_536
LOCAL_HEADER = 30  # bytes, without name and extra field
ENCRYPTED_BIT = 1
HARMLESS = 1_000_000  # bytes: below this no ratio is a danger


class Archive:
    """The entries of a ZIP file. No more than ``archive_bytes`` are ever unpacked, over all entries.

    zipfile believes offsets and sizes: entries that lie over one another let 13 KB read as 200 MB.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._limits = limits
        self._left = limits.archive_bytes
        if data.count(b"PK\x01\x02") > 20 * limits.archive_entries:  # before zipfile makes an object of each
            raise Unreadable(TextStatus.TOO_LARGE, "archive-entries")
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OverflowError) as fault:
            raise Unreadable(TextStatus.DAMAGED) from fault
        entries = self._zip.infolist()
        if len(entries) > limits.archive_entries:
            raise Unreadable(TextStatus.TOO_LARGE, "archive-entries")
        _refuse_overlaps(data, entries, self._zip.start_dir)
        self._entries = {entry.filename: entry for entry in entries}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def pieces(self, name: str) -> Iterator[bytes]:
        """The entry's bytes, unpacked a piece at a time. ENCRYPTED, TOO_LARGE or DAMAGED as Unreadable."""
        entry = self._entries.get(name)
        if entry is None:
            raise Unreadable(TextStatus.DAMAGED)
        if entry.flag_bits & ENCRYPTED_BIT:
            raise Unreadable(TextStatus.ENCRYPTED)
        most = max(HARMLESS, self._limits.archive_ratio * entry.compress_size)
        if entry.file_size > most or entry.file_size > self._left:
            raise Unreadable(TextStatus.TOO_LARGE, "archive-size")
        try:
            with self._zip.open(entry) as stream:
                while piece := stream.read(PIECE):
                    self._left -= len(piece)
                    most -= len(piece)
                    if self._left < 0 or most < 0:
                        raise Unreadable(TextStatus.TOO_LARGE, "archive-size")
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as fault:
            # RuntimeError: a password; NotImplementedError, a kind of it: a rare compression
            raise Unreadable(TextStatus.DAMAGED) from fault

    def read(self, name: str) -> bytes:
        return b"".join(self.pieces(name))

    def unpack_all(self) -> None:
        """Read every entry once, so that a reader without limits may open the file after us."""
        for name in self._entries:
            for _ in self.pieces(name):
                pass


def _refuse_overlaps(data: bytes, entries: list[zipfile.ZipInfo], directory: int) -> None:
    end = 0
    for entry in sorted(entries, key=lambda e: e.header_offset):
        start = entry.header_offset
        header = data[start : start + LOCAL_HEADER]
        if start < end or len(header) < LOCAL_HEADER or not header.startswith(b"PK\x03\x04"):
            raise Unreadable(TextStatus.DAMAGED, "archive-overlap")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        end = start + LOCAL_HEADER + name_length + extra_length + entry.compress_size
    if end > directory:
        raise Unreadable(TextStatus.DAMAGED, "archive-overlap")
