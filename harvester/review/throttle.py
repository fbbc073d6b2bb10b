"""Who guesses passwords is slowed down: per account and per address (S18 of the guarantees).

In memory, because the pages are one process; a restart forgives. Bounded: the oldest are forgotten first.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

FREE = 5  # wrong tries without a wait
REMEMBERED = 10_000
FORGIVEN = timedelta(hours=1)
LONGEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Tries:
    wrong: int
    last: datetime


class Throttle:
    """Waits double with each wrong try: 1 s, 2 s, 4 s ... up to 15 minutes; an hour of quiet forgives."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = Lock()

    def wait(self, keys: tuple[str, ...], now: datetime) -> timedelta:
        """How long until the next try is heard; zero: now."""
        with self._lock:
            return max((self._left(key, now) for key in keys), default=timedelta())

    def wrong(self, keys: tuple[str, ...], now: datetime) -> None:
        with self._lock:
            for key in keys:
                old = self._tries.pop(key, None)
                fresh = old is None or now - old.last > FORGIVEN
                self._tries[key] = _Tries(1 if fresh or old is None else old.wrong + 1, now)
            while len(self._tries) > REMEMBERED:
                self._tries.popitem(last=False)

    def right(self, key: str) -> None:
        """The account's owner came in. The address stays suspect: others may share it."""
        with self._lock:
            self._tries.pop(key, None)

    def _left(self, key: str, now: datetime) -> timedelta:
        tries = self._tries.get(key)
        if tries is None or tries.wrong < FREE or now - tries.last > FORGIVEN:
            return timedelta()
        pause = min(timedelta(seconds=2 ** min(tries.wrong - FREE, 20)), LONGEST)
        return max(tries.last + pause - now, timedelta())
