"""What a run holds in its hands while it works."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from harvester.config import Config
from harvester.errors import HarvesterError
from harvester.model import Tally
from harvester.store.engine import Store
from harvester.store.lock import RunLock

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
    progress: Progress = lambda _what, _more, _of: None

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """What a person can put right is noted, and the run goes on with what does not depend on it."""
        try:
            yield
        except HarvesterError as fault:
            self.troubles.append(fault)
            self.tally.problems.extend(p for p in fault.problems if p not in self.tally.problems)
