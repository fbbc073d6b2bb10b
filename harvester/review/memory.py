"""What took long to count is kept while nothing changes: the overview's figures, the numbers beside the filters."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from harvester.store.stamp import Stamp, stamp

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST = 64

T = TypeVar("T")


class Memory:
    """For many threads at once. Each asks the database whether what is kept is still true: nobody sees old counts."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Stamp, Any]] = OrderedDict()
        self._lock = Lock()

    def recall(self, tx: "Connection", what: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` finds in this transaction; ``what`` names it with all that it depends on besides the store."""
        now = stamp(tx)
        with self._lock:
            kept = self._kept.get(what)
        if now is not None and kept is not None and kept[0] == now:
            found: T = kept[1]
            return found
        made = make()
        if now is not None:
            with self._lock:
                self._kept[what] = (now, made)
                self._kept.move_to_end(what)
                while len(self._kept) > MOST:
                    self._kept.popitem(last=False)
        return made

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()
