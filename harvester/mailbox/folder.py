"""Mail that lies on disk: Maildir, mbox, folder of .eml files. Read only; flags are ignored."""

import hashlib
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from harvester.config import MailboxConfig
from harvester.errors import Unusable
from harvester.mailbox import BATCH_BYTES, BATCH_MAILS
from harvester.model import Arrived, FolderState, Limits

VALIDITY = "files"  # names of files are never given out anew
ENVELOPE = re.compile(rb"From \S+(?:\s*|\s.*\b\d{4}\b.*)$")
ENVELOPE_WITH_TIME = re.compile(rb"From \S+\s.*\d\d:\d\d.*\b\d{4}\b.*$")

Span = tuple[Path, int, int]  # file, first byte, length


class _OnDisk(ABC):
    """What the three kinds share: a listing of UID -> span of a file, and reading it in batches."""

    def __init__(self, config: MailboxConfig, limits: Limits, now: datetime) -> None:
        self.name = config.name
        self.folders = config.folders
        self.certificate_ends = ""
        self.path = config.path or Path()
        self.limits = limits
        self.now = now
        self._listed: dict[str, dict[str, Span]] = {}

    def __enter__(self) -> Self:
        if not self.path.exists():
            raise Unusable(f"mailbox {self.name!r}: {self.path} does not exist; correct `path`")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listed.clear()

    def open(self, folder: str) -> FolderState:
        found = self._list(folder)
        listing = "\n".join(sorted(found)).encode("utf-8", "surrogateescape")
        return FolderState(VALIDITY, hashlib.sha256(listing).hexdigest(), len(found))

    def uids(self, folder: str) -> set[str]:
        return set(self._listed.get(folder) or self._list(folder))

    def junk(self) -> list[tuple[str, int]]:
        """Nothing on a disk is called junk."""
        return []

    def batches(self, folder: str, new: Sequence[str]) -> Iterator[list[Arrived]]:
        """Files that cannot be read are told after all others were handed over, as Unusable."""
        found = self._listed.get(folder) or self._list(folder)
        unreadable = []
        batch: list[Arrived] = []
        size = 0
        for uid in new:
            try:
                mail = self._read(uid, found.get(uid)) or self._read(uid, self._list(folder).get(uid))
            except OSError as fault:
                unreadable.append(f"mailbox {self.name!r}: {uid} cannot be read: {fault.strerror}")
                continue
            if mail is None:
                continue  # gone
            if batch and (len(batch) == BATCH_MAILS or size + mail.size > BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(mail)
            size += mail.size
        if batch:
            yield batch
        if unreadable:
            raise Unusable(unreadable)

    def _read(self, uid: str, span: Span | None) -> Arrived | None:
        """One mail; None if it has gone (a mail reader renames files when it changes flags)."""
        if span is None:
            return None
        file, start, size = span
        try:
            with file.open("rb") as stream:
                stream.seek(start)
                if size > self.limits.stored_bytes:
                    head = stream.read(self.limits.header_block_bytes)
                    return Arrived(uid, self.now, None, size, "too-large", head_of(head))
                raw = stream.read(size)
        except FileNotFoundError:
            return None
        if not raw:
            return Arrived(uid, self.now, None, 0, "empty")
        return Arrived(uid, self.now, raw, len(raw), "too-large" if size > self.limits.raw_bytes else None)

    def _list(self, folder: str) -> dict[str, Span]:
        try:
            found = dict(self._look(self._place(folder)))
        except OSError as fault:
            where = fault.filename or self.path
            raise Unusable(f"mailbox {self.name!r}: {where} cannot be read: {fault.strerror}") from fault
        self._listed[folder] = found
        return found

    def _missing(self, place: Path, folder: str, there: Sequence[str]) -> Unusable:
        names = ", ".join(there[:20]) or "none"
        return Unusable(f"mailbox {self.name!r}: no folder {folder!r} ({place}); there are: {names}")

    @abstractmethod
    def _place(self, folder: str) -> Path: ...

    @abstractmethod
    def _look(self, place: Path) -> Iterator[tuple[str, Span]]: ...


def head_of(raw: bytes) -> bytes:
    """The header block at the beginning of these bytes, blank line included."""
    end = re.search(rb"\r?\n\r?\n", raw)
    return raw[: end.end()] if end else raw


class Maildir(_OnDisk):
    """``new`` and ``cur``; the UID is the base name, which stays when flags change.

    INBOX is the Maildir itself, other folders are its ``.Name`` (Maildir++).
    """

    def _place(self, folder: str) -> Path:
        place = self.path if folder.upper() == "INBOX" else self.path / f".{folder.replace('/', '.')}"
        if not (place / "cur").is_dir() and not (place / "new").is_dir():
            there = sorted(p.name[1:] for p in self.path.glob(".*") if (p / "cur").is_dir())
            raise self._missing(place, folder, ["INBOX", *there] if (self.path / "cur").is_dir() else there)
        return place

    def _look(self, place: Path) -> Iterator[tuple[str, Span]]:
        for sub in (place / "new", place / "cur"):
            if sub.is_dir():
                yield from _files_of(sub)


def _files_of(folder: Path) -> Iterator[tuple[str, Span]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(".") and entry.is_file():
                yield entry.name.partition(":")[0], (Path(entry.path), 0, entry.stat().st_size)


class EmlFolder(_OnDisk):
    """.eml files, and Maildirs, searched below; the UID is the relative path. ``path`` may be one file."""

    def _place(self, folder: str) -> Path:
        place = self.path if folder.upper() == "INBOX" else self.path / folder
        if not place.exists():
            raise self._missing(place, folder, sorted(p.name for p in self.path.iterdir() if p.is_dir()))
        return place

    def _look(self, place: Path) -> Iterator[tuple[str, Span]]:
        if place.is_file():
            yield place.name, (place, 0, place.stat().st_size)
            return
        for top, folders, files in os.walk(place):
            folders.sort()
            here = Path(top)
            if _in_maildir(here):
                for base, span in _files_of(here):
                    yield (here.parent / base).relative_to(place).as_posix(), span
                continue
            for name in sorted(files):
                file = here / name
                if file.suffix.lower() == ".eml" and file.is_file():
                    yield file.relative_to(place).as_posix(), (file, 0, file.stat().st_size)


def passed_over(folder: Path) -> int:
    """How many visible files below are no mail by their names: no ``.eml``, and not in a Maildir."""
    return sum(
        not name.startswith(".") and not name.lower().endswith(".eml")
        for top, _, files in os.walk(folder)
        if not _in_maildir(Path(top))
        for name in files
    )


def _in_maildir(folder: Path) -> bool:
    return folder.name in ("cur", "new") and (folder.parent / "tmp").is_dir()


class Mbox(_OnDisk):
    """One file, mails parted by ``From `` lines (RFC 4155). Nothing is unescaped: bytes first.

    The UID is the mail's SHA-256 and a running number among equal ones.
    """

    def _place(self, folder: str) -> Path:
        place = self.path / folder if self.path.is_dir() else self.path
        if not place.is_file():
            raise self._missing(place, folder, sorted(p.name for p in self.path.iterdir() if p.is_file()))
        return place

    def _look(self, place: Path) -> Iterator[tuple[str, Span]]:
        seen: dict[str, int] = {}
        with place.open("rb") as stream:
            spans = list(_mails_of(stream))
            for start, size in spans:
                digest = _digest(stream, start, size)
                seen[digest] = seen.get(digest, 0) + 1
                yield f"{digest}-{seen[digest]}", (place, start, size)


def _mails_of(stream: BinaryIO) -> Iterator[tuple[int, int]]:
    """(first byte, length) of every mail, without its ``From `` line and the blank line that ends it."""
    begin = -1
    at = blank = 0  # blank: length of the blank line just before, 0 if there is none
    first = True
    while line := stream.readline(100_000):  # a longer line is no envelope, and is read in pieces
        parts = line.startswith(b"From ") and bool(
            (ENVELOPE if first or blank else ENVELOPE_WITH_TIME).match(line.rstrip(b"\r\n"))
        )
        if parts:
            if begin >= 0:
                yield begin, at - blank - begin
            begin = at + len(line)
        blank = len(line) if line in (b"\n", b"\r\n") and not parts else 0
        first = False
        at += len(line)
    if begin >= 0:
        yield begin, at - blank - begin


def _digest(stream: BinaryIO, start: int, size: int) -> str:
    digest = hashlib.sha256()
    stream.seek(start)
    while size > 0 and (piece := stream.read(min(size, 1 << 20))):
        digest.update(piece)
        size -= len(piece)
    return digest.hexdigest()
