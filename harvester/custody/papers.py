"""Files outside the vault that may hold what senders wrote: exports that somebody put into the data folder, half-made
ones of runs that died, letters in the trial outbox. What is found is judged by ``Telling``; nothing is opened twice.
"""

import contextlib
import email
import gzip
import io
import os
import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harvester import faults
from harvester.acknowledge.kill_switch import STOP
from harvester.config import Config
from harvester.custody.telling import Telling
from harvester.folders import sync_folder
from harvester.store.disk import disk_trouble
from harvester.store.keys import address_key
from harvester.store.search import words_of

PIECE = 1_000_000  # characters looked at at once
OVERLAP = 4_000
MOST_UNPACKED = 2_000_000_000  # bytes of one archive
OURS = ("vault", "cache", "sample", "answers.key", "answers.jsonl", STOP)  # below the data folder, and no papers
EXPORTS = frozenset((".csv", ".xlsx", ".jsonl", ".json", ".zip", ".html", ".docx", ".txt", ".eml", ".part"))
HALF_MADE = re.compile(r"\.(?:.*\.part|index-.*)")  # of an export whose program died, or that is going
AN_HOUR = 3600.0
Judge = Callable[[Sequence[str]], bool]
"""Are these the words of somebody who goes?"""
_TAG = re.compile(r"<[^<>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class Papers:
    """``going``: made from what is in the store, or letters that nobody got: they can be made again. ``left``: of
    another kind, or perhaps about somebody else; these are named, and left to a person."""

    going: tuple[Path, ...] = ()
    left: tuple[Path, ...] = ()


def find(config: Config, telling: Telling, letters: set[str]) -> Papers:
    """``letters``: the Message-IDs of ours that answered what goes."""
    going = list(_letters(config, telling, letters))
    left: list[Path] = []
    for path in _in_data(config):
        if HALF_MADE.fullmatch(path.name):
            going.append(path)
        elif _holds(path, telling.is_of_them):
            (going if path.suffix.lower() in EXPORTS else left).append(path)
        elif _holds(path, telling.may_be_of_them):
            left.append(path)
    left += [path for path in _of_staff(config) if _holds(path, telling.is_of_them)]
    return Papers(tuple(going), tuple(left))


def remove(paths: tuple[Path, ...]) -> None:
    """Gone for good before anybody may say so: after a power cut, too."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
            sync_folder(path.parent)
        except OSError as fault:
            trouble = disk_trouble(fault, path)
            if trouble is None:
                raise
            raise trouble from fault
        faults.point("after-paper")


def sweep() -> None:
    """What the pages' exports left behind when their program died."""
    folder = Path(tempfile.gettempdir())
    for path in folder.glob("harvester-export-*"):
        with contextlib.suppress(OSError):
            if path.stat().st_uid == os.getuid() and time.time() - path.stat().st_mtime > AN_HOUR:
                shutil.rmtree(path)


def _in_data(config: Config) -> Iterator[Path]:
    data = config.store.data
    not_ours = {one.resolve() for one in (*config.request.texts, *(box.path for box in config.mailbox if box.path))}
    if config.outbox.path:
        not_ours.add(config.outbox.path.resolve())
    not_ours |= {(data / name).resolve() for name in OURS}
    database = config.store.url.removeprefix("sqlite:///") if config.store.url.startswith("sqlite:") else None
    for folder, folders, files in os.walk(data):
        here = Path(folder)
        folders[:] = sorted(one for one in folders if (here / one).resolve() not in not_ours)
        for name in sorted(files):
            path = here / name
            if path.is_symlink() or not path.is_file() or path.resolve() in not_ours or name.endswith(".lock"):
                continue
            if database and str(path.resolve()).startswith(str(Path(database).resolve())):
                continue  # and what SQLite keeps beside it
            yield path


def _of_staff(config: Config) -> Iterator[Path]:
    """Rules may have a sentence of a mail for an example."""
    for folder in (config.classify.rules, config.acknowledge.templates, config.digest.templates):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _letters(config: Config, telling: Telling, letters: set[str]) -> Iterator[Path]:
    """Of the outbox for trials: to these people, or a digest that tells staff of them."""
    if config.outbox.type != "maildir" or not config.outbox.path:
        return
    keys = {address_key(one) for one in telling.addresses}
    for name in ("tmp", "new", "cur"):
        folder = config.outbox.path / name
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            raw = path.read_bytes()
            mail = email.message_from_bytes(raw)
            to = str(mail["To"] or "").strip()
            if (
                str(mail["Message-ID"] or "").strip().lower() in letters
                or address_key(to) in keys
                or _in_mail(raw, telling.is_of_them)
            ):
                yield path


def _holds(path: Path, judge: Judge) -> bool:
    try:
        with path.open("rb") as file:
            return _any(file, judge, depth=2)
    except OSError:
        return False


def _any(file: "io.BufferedIOBase | io.BufferedReader", judge: Judge, depth: int) -> bool:
    """Looks into archives too."""
    start = file.read(4)
    file.seek(0)
    if depth and start[:2] == b"PK":
        with contextlib.suppress(zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError):
            return _in_zip(file, judge, depth)
        file.seek(0)
    if depth and start[:2] == b"\x1f\x8b":
        with contextlib.suppress(OSError, EOFError), gzip.GzipFile(fileobj=file) as inside:
            return _text(inside.read, judge)
        file.seek(0)
    return _text(file.read, judge)


def _in_zip(file: "io.BufferedIOBase | io.BufferedReader", judge: Judge, depth: int) -> bool:
    left = MOST_UNPACKED
    with zipfile.ZipFile(file) as archive:
        for one in archive.infolist():
            left -= one.file_size
            if left < 0:
                return False
            if one.filename.endswith((".zip", ".docx", ".xlsx")):
                if _any(io.BytesIO(archive.read(one)), judge, depth - 1):
                    return True
                continue
            if one.filename.endswith(".eml"):
                if _in_mail(archive.read(one), judge):
                    return True
                continue
            with archive.open(one) as member:
                if _text(member.read, judge):
                    return True
    return False


def _text(read: Callable[[int], bytes], judge: Judge) -> bool:
    """Piece by piece; a piece begins with the end of the last one."""
    before = ""
    while piece := read(PIECE):
        text = before + _decoded(piece)
        if _says(text, judge):
            return True
        before = text[-OVERLAP:]
    return False


def _in_mail(raw: bytes, judge: Judge) -> bool:
    """A mail: its headers, and each text part decoded."""
    if _says(_decoded(raw), judge):
        return True
    mail = email.message_from_bytes(raw)
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and _says(_decoded(payload), judge):
                return True
    return False


def _decoded(piece: bytes) -> str:
    if piece[:200].count(0) > 20:
        return piece.decode("utf-16-le", "replace")
    return piece.decode("utf-8", "replace")


def _says(text: str, judge: Judge) -> bool:
    """As it stands, and without tags: Word cuts a sentence into pieces where it likes."""
    variants = [text, _TAG.sub(" ", text), _TAG.sub("", text)] if "<" in text else [text]
    return any(judge(words_of(one)) for one in variants)
