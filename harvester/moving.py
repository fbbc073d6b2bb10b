"""``harvester move``: every row into another, empty database of either kind; the old one stays as it is."""

from contextlib import closing

from harvester.config import Config
from harvester.errors import Unusable
from harvester.store import queue
from harvester.store.copying import copy
from harvester.store.engine import Store
from harvester.store.lock import RunLock


def move(config: Config, source: Store, url: str) -> tuple[str, dict[str, int]]:
    """Where it went, and how many rows of each table. Killed on the way it has copied nothing.

    Raises Unusable while a run or a worker is going, where there are rows already, or where not the same comes back.
    """
    with closing(Store.open(url, config.store.data)) as target, RunLock(source) as ours, RunLock(target) as theirs:
        if source.url == target.url:
            raise Unusable(f"{target.where}: this is the database that is in use")
        same_lock = source.dialect == target.dialect == "sqlite"  # it lies in the data folder
        for lock in (ours,) if same_lock else (ours, theirs):
            if not lock.held:
                raise Unusable(f"a run is going ({lock.holder}); move when it has ended")
        with source.read() as of_old, target.begin() as of_new:
            if any(queue.is_there(tx) and queue.workers(tx) for tx in (of_old, of_new)):
                raise Unusable(
                    "a worker was at work less than a minute ago; stop the workers, wait that long, then move"
                )
            return target.where, copy(of_old, of_new)
