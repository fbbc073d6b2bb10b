"""Where a backup lies: a folder, or one tar file. Both hold the same names; whoever writes says what each must be."""

import fcntl
import hashlib
import io
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from harvester import faults
from harvester.errors import OutOfReach, Unusable

PIECE = 1 << 20
TEMP = "unfinished"


class Damaged(ValueError):
    """The bytes are not those of their hash."""


class Shelf(Protocol):
    """To write to. Nothing counts before ``close`` has put the manifest there."""

    def put(self, name: str, source: Path, sha256: str | None = None) -> tuple[str, bool]:
        """(SHA-256, whether it was new). Raises Damaged if ``source`` is not ``sha256``."""
        ...

    def vault(self) -> Iterator[str]: ...
    def keeps(self, name: str) -> int | None: ...
    def close(self, name: str, manifest: bytes) -> None: ...


class FolderShelf:
    """A folder that holds one backup; the one before is whole until the next is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, source: Path, sha256: str | None = None) -> tuple[str, bool]:
        target = self.folder / name
        if sha256 is not None and _size(target) == source.stat().st_size:
            return sha256, False  # hashed when it came; a restore hashes it again
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temp = self.folder / TEMP
        with source.open("rb") as given, _private(temp) as written:
            found = _copied(given, written)
        if sha256 not in (None, found):
            temp.unlink()
            raise Damaged(str(source))
        os.rename(temp, target)
        faults.point("after-backup-file")
        return found, True

    def close(self, name: str, manifest: bytes) -> None:
        os.sync()  # all files at once: one by one takes minutes
        faults.point("after-backup-sync")
        temp = self.folder / TEMP
        with _private(temp) as file:
            file.write(manifest)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temp, self.folder / name)
        os.sync()
        faults.point("after-manifest")

    def vault(self) -> Iterator[str]:
        """The hashes of the files that backups before this one brought."""
        yield from (one.name for one in self.folder.glob("vault/*/*"))

    def keeps(self, name: str) -> int | None:
        """The size of what is here under this name; None if nothing is."""
        return _size(self.folder / name)

    def tidy(self, folder: str, gone: Iterable[str] = ()) -> None:
        """Remove what belongs to no finished backup: older databases, and these names."""
        for one in sorted(self.folder.iterdir()):
            if one.is_dir() and one.name not in (folder, "vault"):
                shutil.rmtree(one)
                faults.point("after-backup-tidy")
        for name in gone:
            (self.folder / name).unlink(missing_ok=True)
            faults.point("after-backup-tidy")
        (self.folder / TEMP).unlink(missing_ok=True)


class TarShelf:
    """One file, whole under its name or not there."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._part = file.with_name(file.name + ".part")
        self._held = _private(self._part)
        self._tar = tarfile.open(fileobj=self._held, mode="w")  # noqa: SIM115  (closed by ``close``)

    def put(self, name: str, source: Path, sha256: str | None = None) -> tuple[str, bool]:
        with source.open("rb") as given:
            found = hashlib.file_digest(given, "sha256").hexdigest()
            if sha256 not in (None, found):
                raise Damaged(str(source))
            given.seek(0)
            self._add(name, given, os.fstat(given.fileno()).st_size)
        self._tar.members.clear()  # type: ignore[attr-defined]  # the list of what was written; we need none
        faults.point("after-backup-file")
        return found, True

    def vault(self) -> Iterator[str]:
        return iter(())

    def keeps(self, name: str) -> int | None:
        return None

    def close(self, name: str, manifest: bytes) -> None:
        self._add(name, io.BytesIO(manifest), len(manifest))
        self._tar.close()
        self._held.flush()
        os.fsync(self._held.fileno())
        self._held.close()
        faults.point("after-backup-sync")
        os.rename(self._part, self.file)
        os.sync()
        faults.point("after-manifest")

    def _add(self, name: str, given: BinaryIO, size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, given)


class Source(Protocol):
    """To read from."""

    def open(self, name: str) -> BinaryIO:
        """Raises FileNotFoundError."""
        ...


class FolderSource:
    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def open(self, name: str) -> BinaryIO:
        return (self._folder / name).open("rb")


class TarSource:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._places = {one.name: (one.offset_data, one.size) for one in tar}
        tar.members.clear()  # type: ignore[attr-defined]

    def open(self, name: str) -> BinaryIO:
        if name not in self._places:
            raise FileNotFoundError(name)
        info = tarfile.TarInfo(name)
        info.offset_data, info.size = self._places[name]
        found = self._tar.extractfile(info)
        assert found is not None, "we write plain files only"
        return found  # type: ignore[return-value]


@contextmanager
def opened(place: Path) -> Iterator[Source]:
    """A backup, folder or tar. Raises Unusable where there is neither."""
    if place.is_dir():
        yield FolderSource(place)
        return
    with ExitStack() as held:
        try:
            source = TarSource(held.enter_context(tarfile.open(place, "r:")))
        except FileNotFoundError as fault:
            raise Unusable(f"{place}: there is no such folder or file; `harvester backup` makes one") from fault
        except (tarfile.TarError, OSError) as fault:
            raise Unusable(f"{place}: is no backup, or is cut off ({fault}); take another one") from fault
        yield source


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else makes a backup in this folder meanwhile."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise OutOfReach(f"{folder}: another backup is being made there; try again when it has ended") from None
        yield
    finally:
        os.close(held)


def _copied(given: BinaryIO, written: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := given.read(PIECE):
        digest.update(piece)
        written.write(piece)
    return digest.hexdigest()


def _private(path: Path) -> BinaryIO:
    """For us alone: a backup holds names, addresses and letters."""
    with suppress(FileNotFoundError):
        path.unlink()
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
