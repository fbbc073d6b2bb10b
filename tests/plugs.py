"""Pulling plugs: a run in a process of its own that dies, loses what was not synced, or waits at the nth point.

A process is forked for each run, so that what dies is a process and not an exception that somebody might tidy up after.
"""

import contextlib
import errno
import os
import pickle
import select
import shutil
import signal
import stat
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from harvester import faults

End = Literal["kill", "power"]
How = Literal["kill", "power", "pause", "full", ""]
FILLER = "filler"


@dataclass
class Points:
    """Counts the fault points that this process passes, and does what is asked for at one of them."""

    at: int = 0  # from 1; 0: at none
    do: Callable[[], None] = lambda: None
    names: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.at:
            self.do()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fill(disk: Path) -> None:
    """Nothing more goes onto this file system, until the file ``FILLER`` in this folder of it goes."""
    with (disk / FILLER).open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        for size in (1 << 20, 1 << 12):
            with contextlib.suppress(OSError):
                while filler.write(bytes(size)) == size:
                    pass


class Disk:
    """Remembers what was written below a folder and not synced yet; ``lose`` is the power cut.

    Harsher than any real disk: all that was not promised by an fsync is gone, bytes and names alike. SQLite's own files
    are not watched: it writes them without us.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._short: dict[tuple[int, int], int] = {}  # inode -> bytes that are safe
        self._names: dict[str, set[str]] = {}  # folder -> names in it that are not safe

    def watch(self) -> None:
        """From now on, in this process. Below whatever else stands in the place of these calls."""
        self._open, self._write, self._fsync = os.open, os.write, os.fsync
        self._rename, self._mkdir, self._sync = os.rename, os.mkdir, os.sync
        os.open, os.write, os.fsync = self.open, self.write, self.fsync  # type: ignore[assignment]
        os.rename, os.mkdir, os.sync = self.rename, self.mkdir, self.sync  # type: ignore[assignment]

    def open(self, path: Any, flags: int, mode: int = 0o777, **how: Any) -> int:
        is_new = bool(flags & os.O_CREAT) and not how and not os.path.lexists(path)
        held = self._open(path, flags, mode, **how)
        if is_new:
            self._named(str(path))
            info = os.fstat(held)
            self._short[info.st_dev, info.st_ino] = 0  # whoever writes into it by whatever way
        return held

    def write(self, held: int, data: Any) -> int:
        info = os.fstat(held)
        if stat.S_ISREG(info.st_mode):
            self._short.setdefault((info.st_dev, info.st_ino), info.st_size)
        return self._write(held, data)

    def fsync(self, held: int) -> None:
        self._fsync(held)
        info = os.fstat(held)
        if stat.S_ISDIR(info.st_mode):
            self._names.pop(os.readlink(f"/proc/self/fd/{held}"), None)
        self._short.pop((info.st_dev, info.st_ino), None)

    def sync(self) -> None:
        """Linux waits until all of it is on the disk."""
        self._sync()
        self._names.clear()
        self._short.clear()

    def rename(self, old: Any, new: Any) -> None:
        self._rename(old, new)
        self._named(str(new))

    def mkdir(self, path: Any, mode: int = 0o777) -> None:
        self._mkdir(path, mode)
        self._named(str(path))

    def _named(self, path: str) -> None:
        self._names.setdefault(os.path.dirname(path), set()).add(path)

    def lose(self) -> None:
        for path in [Path(one) for names in self._names.values() for one in names]:
            if path.is_relative_to(self._folder) and _ours(path):
                with contextlib.suppress(OSError):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in Path(self._folder).rglob("*"):
            info = path.lstat()
            if (info.st_dev, info.st_ino) in self._short and path.is_file() and _ours(path):
                os.truncate(path, self._short[info.st_dev, info.st_ino])


def _ours(path: Path) -> bool:
    """Not the database's, and no lock: an empty file that is gone harms nobody."""
    return ".db" not in path.name and path.suffix != ".lock"


@dataclass(frozen=True)
class Ended:
    """How a run ended. ``points``: the names of those it passed, as far as it could tell us."""

    died: bool
    value: Any = None
    points: tuple[str, ...] = ()


class Run:
    """A piece of work in a forked process.

    ``pause`` makes it wait at a point until ``go_on``; at ``full`` the disk of ``folder`` is full from this point on.
    """

    def __init__(self, work: Callable[[], Any], at: int = 0, how: How = "", folder: Path | None = None) -> None:
        self._told, theirs = os.pipe()
        orders, self._orders = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # our threads are servers; the child has none of them
            self.pid = os.fork()
        if self.pid == 0:
            os.close(self._told)
            os.close(self._orders)
            _live(work, at, how, folder, theirs, orders)
        os.close(theirs)
        os.close(orders)
        self._text = b""

    def paused(self) -> bool:
        """Wait until it has come to its point (True) or to its end."""
        self._text = os.read(self._told, 1)
        return self._text == b"."

    def wait(self, seconds: float) -> None:
        """Until it has ended, but not for longer."""
        select.select([self._told], [], [], seconds)

    def go_on(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(self._orders, b".")

    def end(self) -> Ended:
        while piece := os.read(self._told, 1 << 16):
            self._text += piece
        os.close(self._told)
        os.close(self._orders)
        _, status = os.waitpid(self.pid, 0)
        text = self._text.lstrip(b".")
        if not text:
            assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
            return Ended(died=True)
        kind, value, points = pickle.loads(text)
        if kind == "raised":
            raise AssertionError(f"a run ended in a traceback:\n{value}")
        return Ended(False, value, tuple(points))


def _live(work: Callable[[], Any], at: int, how: str, folder: Path | None, told: int, orders: int) -> None:
    """The child's life; never returns."""

    def pause() -> None:
        os.write(told, b".")
        os.read(orders, 1)

    def power() -> None:
        assert disk is not None
        disk.lose()
        die()

    def full() -> None:
        assert folder is not None
        fill(folder)

    disk = Disk(folder) if how == "power" and folder else None
    if disk:
        disk.watch()
    points = Points(at, {"kill": die, "power": power, "pause": pause, "full": full}.get(how, lambda: None))
    faults.point = points  # type: ignore[assignment]
    try:
        said: tuple[str, Any, list[str]] = ("ended", work(), points.names)
    except BaseException:
        said = ("raised", traceback.format_exc(), points.names)
    text = memoryview(pickle.dumps(said))
    try:
        while text:
            text = text[os.write(told, text) :]
    except OSError as fault:
        assert fault.errno == errno.EPIPE
    finally:
        os._exit(0)
