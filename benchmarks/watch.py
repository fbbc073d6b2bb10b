"""What a command and all its descendants really take: memory as PSS (shared pages are split among them), CPU time."""

import contextlib
import os
import threading
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Seen:
    """A process as it was when it was last looked at; times in ticks."""

    parent: int
    own: int
    buried: int  # of children that it has waited for, and of theirs
    look: int = 0


class Watch:
    """Looks at a process tree every so often, in a thread.

    ``bytes``: the highest sum of PSS that was seen. ``cpu_seconds``: of all processes, each as it was last seen; what
    lived shorter than a look is known by who waited for it.
    """

    def __init__(self, pid: int, every: float = 0.1) -> None:
        self.bytes = 0
        self._seen: dict[int, Seen] = {}
        self._pid = pid
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def cpu_seconds(self) -> float:
        known: Counter[int] = Counter()  # of children that were seen, by who has buried them
        for one in self._seen.values():
            if one.parent in self._seen and self._seen[one.parent].look > one.look:
                known[one.parent] += one.own + one.buried
        missed = sum(max(0, one.buried - known[pid]) for pid, one in self._seen.items())
        return (sum(one.own for one in self._seen.values()) + missed) / TICKS

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        look = 0
        while not self._over.wait(self._every):
            look += 1
            stats = processes()
            family = tree(self._pid, {pid: one.parent for pid, one in stats.items()})
            self._seen |= {pid: replace(stats[pid], look=look) for pid in family if pid in stats}
            self.bytes = max(self.bytes, sum(map(pss, family)))


def processes() -> dict[int, Seen]:
    """Every process there is (proc(5), stat)."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            words = stat.read_text().rpartition(")")[2].split()
            parent, own, buried = int(words[1]), sum(map(int, words[11:13])), sum(map(int, words[13:15]))
            found[int(stat.parent.name)] = Seen(parent, own, buried)
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
