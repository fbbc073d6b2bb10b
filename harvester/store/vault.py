"""Bytes on disk under their SHA-256: raw mails and attachments.

The order makes a power cut harmless: temp file, fsync, rename to the final name, fsync of the folder; the row that
names the bytes is committed after that. So a name in the vault always has all its bytes, whoever dies when.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harvester import faults
from harvester.store.disk import disk_trouble

TEMP = "tmp"  # below the vault, so that the rename stays in one file system


class Vault:
    """A folder with 256 folders by the first two hex digits. Workers and runs may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where these bytes lie, or would lie."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise ValueError(f"not a SHA-256 in hex: {sha256!r}")
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Keep these bytes for good; returns their SHA-256 in hex. The same bytes again change nothing.

        Raises OutOfReach when the disk is full, Unusable when the folder may not be written.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        with self._told():
            if _size(path) != len(data):  # missing, or cut short by what no rename of ours can do
                self._write(path, data)
            _sync_folder(path.parent)  # also for bytes whose writer died before it came to this
        faults.point("after-folder-sync")
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; FileNotFoundError if they are not here, ValueError if they are not what they were."""
        path = self.path(sha256)
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"{path}: damaged, its bytes are not those of its name; restore it from a backup")
        return data

    def hash_now(self, sha256: str) -> tuple[str, int] | None:
        """The hash and the size of what lies under this name now, read in pieces; None: nothing does."""
        try:
            with self.path(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
        except FileNotFoundError:
            return None

    def names(self) -> Iterator[str]:
        """What lies here, in order: hashes, and whatever else somebody put beside them. Not the temp files."""
        for folder in _listed(self.folder):
            if folder == TEMP:
                continue
            if not (self.folder / folder).is_dir():
                yield folder
                continue
            yield from (one if one[:2] == folder else f"{folder}/{one}" for one in _listed(self.folder / folder))

    def lies_here(self, name: str) -> bool:
        """Is there anything under this name, of those that ``names`` gives?"""
        return any((self.folder / one).exists() for one in (name, f"{name[:2]}/{name}"))

    def remove(self, sha256: str) -> bool:
        """False: nothing lay there. Gone for good only when the disk writes something else in its place."""
        path = self.path(sha256)
        with self._told():
            try:
                path.unlink()
            except FileNotFoundError:
                return False
            faults.point("after-unlink")
            _sync_folder(path.parent)
        return True

    def has(self, sha256: str) -> bool:
        """Is there anything under this hash? ``get`` says whether it is sound."""
        return self.path(sha256).is_file()

    def sweep(self) -> int:
        """Remove the temp files of writers that died; those of living ones are locked. Returns how many."""
        swept = 0
        with self._told(), contextlib.suppress(FileNotFoundError):
            for path in list((self.folder / TEMP).iterdir()):
                with contextlib.suppress(FileNotFoundError, BlockingIOError):
                    held = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                    try:
                        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        path.unlink()
                        faults.point("after-sweep")
                        swept += 1
                    finally:
                        os.close(held)
        return swept

    def torn(self) -> int:
        """How many temp files there are; those of living writers among them."""
        folder = self.folder / TEMP
        return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0

    def _write(self, path: Path, data: bytes) -> None:
        if not path.parent.is_dir():
            _make_folder(path.parent)
        temp, held = self._temp()
        try:
            try:
                view = memoryview(data)
                while view:
                    view = view[os.write(held, view) :]
                faults.point("after-temp-write")
                os.fsync(held)
                faults.point("after-sync")
                os.rename(temp, path)
            except BaseException:
                with contextlib.suppress(OSError):
                    temp.unlink()
                raise
        finally:
            os.close(held)
        faults.point("after-rename")

    def _temp(self) -> tuple[Path, int]:
        """A new temp file and our descriptor, locked as long as we live: the kernel tells ``sweep`` who died."""
        while True:
            temp = self.folder / TEMP / f"{os.getpid()}-{secrets.token_hex(8)}"
            try:
                held = os.open(temp, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            except FileNotFoundError:
                _make_folder(temp.parent)
                continue
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(held).st_nlink:
                    return temp, held
            except BlockingIOError:
                pass  # a sweep came between the two calls
            os.close(held)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            trouble = disk_trouble(fault, self.folder)
            if trouble is None:
                raise
            raise trouble from fault


def _listed(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _make_folder(folder: Path) -> None:
    """Make it and what is missing above it, for us alone, and make their names last."""
    for one in reversed([folder, *folder.parents]):
        if not one.is_dir():
            with contextlib.suppress(FileExistsError):
                one.mkdir(mode=0o700)
            faults.point("after-mkdir")
            _sync_folder(one.parent)


def _sync_folder(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(held)
    finally:
        os.close(held)
