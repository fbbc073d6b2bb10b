"""Bytes on disk under their SHA-256: raw mails and attachments.

The order makes a power cut harmless: temp file, fsync, rename to the final name, fsync of the folder; the row that
names the bytes is committed after that. So a name in the vault always has all its bytes, whoever dies when.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from harvester import faults
from harvester.folders import make_folder, sync_folder
from harvester.store.disk import disk_trouble
from harvester.store.temp_file import TempFile, swept

TEMP = "tmp"  # below the vault, so that the rename stays in one file system
OPEN = 200  # temp files at once


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
        return self.put_all([data])[0]

    def put_all(self, many: Sequence[bytes]) -> list[str]:
        """``put`` for each, in a third of the time: the disk gets them together, and each folder is synced once."""
        hashes = [hashlib.sha256(data).hexdigest() for data in many]
        files = list(zip(map(self.path, hashes), many, strict=True))
        with self._told():
            for at in range(0, len(files), OPEN):
                self._write(files[at : at + OPEN])
        faults.point("after-folder-sync")
        return hashes

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
            sync_folder(path.parent)
        return True

    def has(self, sha256: str) -> bool:
        """Is there anything under this hash? ``get`` says whether it is sound."""
        return self.path(sha256).is_file()

    def sweep(self) -> int:
        """Remove the temp files of writers that died; those of living ones are locked. Returns how many."""
        with self._told():
            return swept(self.folder / TEMP)

    def torn(self) -> int:
        """How many temp files there are; those of living writers among them."""
        folder = self.folder / TEMP
        return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0

    def _write(self, files: Sequence[tuple[Path, bytes]]) -> None:
        with ExitStack() as begun:
            new: dict[Path, TempFile] = {}
            for path, data in files:
                if path not in new and _size(path) != len(data):  # missing, or cut short by what no rename of ours does
                    new[path] = begun.enter_context(TempFile(self.folder / TEMP))
                    new[path].write(data)
            for temp in new.values():
                temp.sync()
            for path, temp in new.items():
                if not path.parent.is_dir():
                    make_folder(path.parent)
                temp.name(path)
        for folder in dict.fromkeys(path.parent for path, _ in files):
            sync_folder(folder)  # also for bytes whose writer died before it came to this

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
