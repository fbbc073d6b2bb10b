"""What was erased after the backup was made stays erased when the backup comes back over it."""

from datetime import datetime
from itertools import groupby

from harvester.config import Config
from harvester.custody import erasure
from harvester.custody.plan import of_people
from harvester.store import snapshot, tombstones
from harvester.store.engine import Store


def bury_again(config: Config, old: Store, restored: Store, now: datetime) -> int:
    """Tombstones of ``old`` come along into ``restored`` (a file that nobody uses yet); the mails of theirs that the
    backup holds are erased from it, for the same reason. Returns how many. The run lock is held."""
    with old.read() as before, restored.begin() as tx:
        again = tombstones.carry(before, tx)
        snapshot.number_on(tx, "reply", tombstones.last_number(tx))
    count = 0
    for (who, because), graves in groupby(again, key=lambda one: (one.erased_by, one.because)):
        plan = of_people(config, restored, [str(one.reply_id) for one in graves])
        count += erasure.erase(config, restored, plan, who, because, now).replies
    return count
