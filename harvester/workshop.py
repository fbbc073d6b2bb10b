"""What a run holds in its hands while it works."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from harvester import log, refusals
from harvester.config import Config
from harvester.errors import HarvesterError
from harvester.model import Seen, Tally
from harvester.store.engine import Store
from harvester.store.lock import RunLock

if TYPE_CHECKING:
    from harvester.workers import Workers

Progress = Callable[[str, int, int], None]
"""What was done, to how many more, and how many there are in all."""


@dataclass
class Workshop:
    """What a run holds in its hands: settings, the store, the time it started, and its counts."""

    config: Config
    store: Store
    lock: RunLock
    now: datetime  # read once a run
    run_id: int = 0
    tally: Tally = field(default_factory=Tally)
    troubles: list[HarvesterError] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    refused: Mapping[str, Seen] = field(default_factory=dict)  # mailboxes that the last run could not log in to
    progress: Progress = lambda _what, _more, _of: None
    workers: "Workers | None" = None  # that began to load before anything was there for them
    held: ExitStack = field(default_factory=ExitStack)  # what ends with the run

    @contextmanager
    def going_on(self, step: str = "", account: str = "", folder: str = "") -> Iterator[None]:
        """What a person can put right is noted, and the run goes on with what does not depend on it.

        ``account``, ``folder``: the place that could not be read then.
        """
        began = time.monotonic()
        try:
            yield
        except HarvesterError as fault:
            self.troubles.append(fault)
            self.tally.problems.extend(p for p in fault.problems if p not in self.tally.problems)
            if account:
                whole = refusals.of_mailbox(account, fault, self.refused.get(account), self.now)
                self.seen.append(Seen(account, folder, fault="; ".join(fault.problems)) if folder else whole)
            log.tell_fault("fault", fault, step=step, **self._place(account, folder))
        else:
            if step and not account:
                log.tell("step-done", step=step, seconds=round(time.monotonic() - began, 3))

    def saw(self, seen: Seen) -> None:
        self.seen.append(seen)
        place = self._place(seen.account, seen.folder)
        log.tell("folder-read", **place, on_server=seen.on_server, new=seen.new)

    def _place(self, account: str, folder: str) -> dict[str, int | None]:
        """By their numbers in the settings: a name may hold an address."""
        boxes = self.config.mailbox
        box = next((n for n, one in enumerate(boxes) if one.name == account), None)
        if box is None:
            return {}
        return {"mailbox": box, "folder": next((n for n, f in enumerate(boxes[box].folders) if f.name == folder), None)}
