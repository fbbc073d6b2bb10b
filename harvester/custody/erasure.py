"""Legal erasure: a mail, all that was made of it and all that tells of it go; a tombstone with a reason stays.

In three steps, each of which may be killed and repeated. Files first: they are copies, and only the rows still know
whose they are. Then one transaction for all rows, which leaves tombstones. Then the bytes: the vault, the index, the
database's own files; until they are gone a tombstone is unfinished, `verify` and `status` say so, and the next run, or
`harvester erase --finish`, does the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from harvester import faults
from harvester.config import Config
from harvester.custody import papers
from harvester.custody.plan import Going, Plan, of_the_old, quoting_reports
from harvester.custody.unread import files_of
from harvester.errors import OutOfReach, Unusable
from harvester.model import ReplyState
from harvester.store import inventory, leaving, queue, remarks, reports, tombstones, trail, wiping
from harvester.store.engine import Store
from harvester.store.tombstones import Buried

if TYPE_CHECKING:
    from sqlalchemy import Connection

LONGEST_REASON = 500
BUSY = (
    "somebody was reading the database all the time (an export, a backup, a page that hangs), so what was erased still "
    "stands in its files; the next run tries again, or `harvester erase --finish`"
)


@dataclass(frozen=True, slots=True)
class Done:
    """How much went. ``left``: why the last traces are not gone yet; empty: they are."""

    replies: int
    remarks: int
    reports: int
    papers: int
    left: str = ""


def reason_of(said: str, plan: Plan) -> str:
    """The reason as it is kept. Raises Unusable for one that says nothing, or holds what is to be erased."""
    because = " ".join(said.split())
    if not because or len(because) > LONGEST_REASON:
        raise Unusable(f"--reason: say why in 1 to {LONGEST_REASON} characters; it stays on the tombstone")
    if held := plan.telling.held_by(because):
        raise Unusable(
            f"--reason: holds “{held}”, which is of the mails that go, and the reason stays; say it in other words, or "
            "give the number of a file in which the request lies"
        )
    return because


def may_begin(store: Store) -> None:
    """Raises OutOfReach while workers are going: one of them may hold a mail that is to go. The caller has the lock."""
    with store.read() as tx:
        if queue.is_there(tx) and queue.workers(tx):
            raise OutOfReach(
                "a worker was at work less than a minute ago and may hold what is to be erased; nothing was erased. "
                "Stop the workers, wait that long, then erase"
            )


def erase(config: Config, store: Store, plan: Plan, who: str, because: str, now: datetime) -> Done:
    """All that the plan names, with the run lock held. What came in since the plan was made stays."""
    may_begin(store)
    papers.remove(plan.papers.going)
    unread = {one.row.id: _unread_files(config, store, one) for one in plan.going}
    with store.begin() as tx:
        wiping.overwrite(tx)
        there = {row.id for row in leaving.rows(tx, plan.ids)}
        going = [one for one in plan.going if one.row.id in there]
        told, quoting = _beside(tx, plan, there)
        graves = tombstones.put(tx, _buried(tx, going, unread), who, because, now)
        leaving.remove(tx, graves)
        remarks.blank(tx, told)
        reports.erase(tx, [one.id for one in quoting], because, now)
        numbers = ", ".join(map(str, sorted(graves)))
        trail.write(tx, now, who, "erased", None, f"{_some(graves)} ({numbers}): {because}" if graves else because)
        faults.point("after-burial")
    faults.point("after-burial-commit")
    return Done(len(graves), len(told), len(quoting), len(plan.papers.going), finish(store, now))


def finish(store: Store, now: datetime) -> str:
    """The bytes of all that has a tombstone. Returns why some are still there; nothing: none is."""
    with store.read() as tx:
        open_ = tombstones.unfinished(tx)
    if not open_:
        return ""
    for name in sorted({name for one in open_ for name in one.files}):
        with store.read() as tx:
            others = inventory.is_held(tx, name)
        if not others:
            store.vault.remove(name)
    store.vault.sweep()
    papers.sweep()
    if not wiping.wipe(store):
        return BUSY
    with store.begin() as tx:
        tombstones.done(tx, [one.id for one in open_], now)
    faults.point("after-done")
    return ""


def forget(config: Config, store: Store, now: datetime) -> int:
    """For a run: what is due goes, and how much that was. Raises OutOfReach as ``finish_or_say`` does."""
    before = config.retention.due_before(now)
    if before is None:
        return 0
    plan = of_the_old(config, store, before)
    if not plan.going:
        return 0
    done = erase(config, store, plan, "the program", reason_of(config.retention.reason, plan), now)
    if done.left:
        raise OutOfReach(done.left)
    return done.replies


def finish_or_say(store: Store, now: datetime) -> None:
    """For a run: what was cut short is done. Raises OutOfReach as long as somebody reads, or a worker is going."""
    may_begin(store)
    if left := finish(store, now):
        raise OutOfReach(left)


def _beside(tx: "Connection", plan: Plan, there: set[int]) -> tuple[Sequence[remarks.Remark], Sequence[reports.Frozen]]:
    """Anew, inside the transaction: somebody may have written a note, or frozen a report, since the plan was made."""
    return remarks.telling(tx, there, plan.telling.redacted), quoting_reports(tx, there, plan.telling)


def _buried(tx: "Connection", going: Sequence[Going], unread: dict[int, set[str]]) -> list[Buried]:
    held = leaving.files(tx, [one.row.id for one in going])
    return [
        Buried(one.row.id, one.row.sha256, one.mail_key, tuple(sorted(held[one.row.id] | unread[one.row.id])))
        for one in going
    ]


def _unread_files(config: Config, store: Store, one: Going) -> set[str]:
    if one.row.state == ReplyState.UNDERSTOOD:
        return set()
    try:
        return files_of(store.vault.get(one.row.sha256), config.limits)
    except (FileNotFoundError, ValueError):
        return set()


def _some(graves: dict[int, int]) -> str:
    return "1 reply" if len(graves) == 1 else f"{len(graves)} replies"
