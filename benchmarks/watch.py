"""What a command and all its descendants really take: memory as PSS (shared pages are split among them), CPU time."""

import contextlib
import os
import threading
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Watch:
    """Looks at a process tree every so often, in a thread.

    ``bytes``: the highest sum of PSS that was seen. ``cpu_seconds``: of all processes, each as it was last seen; what
    lived shorter than a look is missed.
    """

    def __init__(self, pid: int, every: float = 0.1) -> None:
        self.bytes = 0
        self._ticks: dict[int, int] = {}
        self._pid = pid
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def cpu_seconds(self) -> float:
        return sum(self._ticks.values()) / TICKS

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            stats = processes()
            family = tree(self._pid, {pid: parent for pid, (parent, _) in stats.items()})
            self._ticks |= {pid: stats[pid][1] for pid in family if pid in stats}
            self.bytes = max(self.bytes, sum(map(pss, family)))


def processes() -> dict[int, tuple[int, int]]:
    """Parent and CPU ticks of every process (proc(5), stat)."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            words = stat.read_text().rpartition(")")[2].split()
            found[int(stat.parent.name)] = (int(words[1]), int(words[11]) + int(words[12]))
    return found


def tree(root: int, parents: dict[int, int]) -> list[int]:
    """This process and whatever descends from it."""
    found = [root]
    for one in found:
        found += [pid for pid, parent in parents.items() if parent == one]
    return found


def pss(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
