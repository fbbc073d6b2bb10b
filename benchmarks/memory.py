"""How much memory a command and all its children really take: PSS, in which shared pages are split among them."""

import contextlib
import threading
from pathlib import Path


class Peak:
    """Watches a process tree in a thread; ``bytes`` is the highest sum of PSS that was seen."""

    def __init__(self, pid: int, every: float = 0.2) -> None:
        self.bytes = 0
        self._pid = pid
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            self.bytes = max(self.bytes, sum(map(pss, tree(self._pid))))


def tree(root: int) -> list[int]:
    """This process and whatever descends from it."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
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
