"""A file that gets its name only when all its bytes are on the disk."""

import contextlib
import fcntl
import os
import secrets
from pathlib import Path

from harvester import faults
from harvester.folders import make_folder


class TempFile:
    """Locked as long as we live: the kernel tells ``swept`` who died. Gone at the end if it has got no name."""

    def __init__(self, folder: Path) -> None:
        self._path, self._held = _new(folder)
        self._named = False

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._held, view) :]
        faults.point("after-temp-write")

    def sync(self) -> None:
        os.fsync(self._held)
        faults.point("after-sync")

    def name(self, path: Path) -> None:
        """The name lasts when its folder is synced (``sync_folder``)."""
        os.rename(self._path, path)
        self._named = True
        faults.point("after-rename")

    def __enter__(self) -> "TempFile":
        return self

    def __exit__(self, *_: object) -> None:
        if not self._named:
            with contextlib.suppress(OSError):
                self._path.unlink()
        os.close(self._held)


def _new(folder: Path) -> tuple[Path, int]:
    while True:
        path = folder / f"{os.getpid()}-{secrets.token_hex(8)}"
        try:
            held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            make_folder(folder)
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(held).st_nlink:
                return path, held
        except BlockingIOError:
            pass  # a sweep came between the two calls
        os.close(held)


def swept(folder: Path) -> int:
    """Remove the temp files of writers that died; those of living ones are locked. Returns how many."""
    found = 0
    with contextlib.suppress(FileNotFoundError):
        for path in list(folder.iterdir()):
            with contextlib.suppress(FileNotFoundError, BlockingIOError):
                held = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                try:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()
                    faults.point("after-sweep")
                    found += 1
                finally:
                    os.close(held)
    return found
