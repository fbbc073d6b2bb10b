"""An erasure that dies at any point: the next run or the same command does the rest, and nobody is answered twice."""

import hashlib
from collections.abc import Callable

from canaries import SENDER, canary_mail, found_in, found_in_tables
from harvester.custody import erasure
from harvester.custody.plan import of_people
from harvester.custody.verify import Figures, verify
from harvester.report.reconcile import reconcile
from harvester.store import replies, tombstones
from harvester.store.engine import Store
from harvester.store.lock import RunLock
from plugs import Ended, Run
from small_world import OWN, SmallWorld, again, mail

WHY = "asked for by letter, file 17"
MAILS = (canary_mail(1, OWN), mail(3, True), canary_mail(2, OWN))


def lived(make: Callable[[], SmallWorld]) -> SmallWorld:
    """A run has read and answered all, and an export lies in the data folder."""
    world = make()
    world.post.deliver(*MAILS)
    assert world.run().value["sent"] == 3
    (world.data / "export.csv").write_text(f"1,{SENDER}\n")
    return world


def erases(world: SmallWorld, at: int = 0) -> Ended:
    """In a process of its own, as the command does."""

    def work() -> tuple[int, str]:
        store = Store.open(world.config.store.url, world.data)
        with RunLock(store) as lock:
            assert lock.held
            plan = of_people(world.config, store, [SENDER])
            done = erasure.erase(world.config, store, plan, "officer", WHY, world.now) if plan.going else None
        store.close()
        return (done.replies, done.left) if done else (0, "")

    return Run(work, at, "kill" if at else "", world.data).end()


def wrong(world: SmallWorld, went: bool) -> list[str]:
    """Every sentence is something that must never be. ``went``: the erasure has been carried out to its end."""
    store = Store.open(world.config.store.url, world.data)
    try:
        with store.read() as tx:
            unfinished, count, here = tombstones.unfinished(tx), tombstones.count(tx), set(replies.hashes(tx))
        faults = [f"{one.what}: {one.sentence}" for one in verify(world.config, store, Figures(), lambda *_: None)]
        if not went:
            return faults
        if unfinished or count != 2 or here != {hashlib.sha256(MAILS[1]).hexdigest()}:
            faults.append(f"{len(unfinished)} of {count} tombstones are unfinished, {len(here)} replies are here")
        totals = reconcile(world.config, store)["totals"]
        if (totals["missing"], totals["erased"]) != (0, 2):
            faults.append(f"reconcile does not balance: {totals}")
        faults += found_in_tables(store)
    finally:
        store.close()
    if len(world.smtp.letters) != 3:
        faults.append(f"{len(world.smtp.letters)} letters went out")
    return faults + found_in(world.data)


def test_an_erasure_that_dies_anywhere_is_ended_by_the_next_run_or_by_the_same_command(make_world):
    points = erases(lived(make_world)).points
    assert {"after-paper", "after-burial", "after-burial-commit", "after-unlink", "after-vacuum", "after-checkpoint",
            "after-done"} <= set(points)  # fmt: skip
    faults = {}
    for at, name in enumerate(points, 1):
        world = lived(make_world)
        assert erases(world, at).died
        buried = _buried(world)
        world.run()
        faults[at, name] = wrong(world, went=buried)  # what has a tombstone is ended by the run
        assert erases(world).value == ((0, "") if buried else (2, ""))
        faults[at, name] += wrong(world, went=True)
        world.post.deliver(again(MAILS[0]))
        world.run()
        faults[at, name] += [] if len(world.smtp.letters) == 3 else ["answered again"]
    assert {at: told for at, told in faults.items() if told} == {}


def test_the_same_on_postgresql(make_on_postgres):
    points = erases(lived(make_on_postgres)).points
    for name in ("after-burial", "after-burial-commit", "after-unlink", "after-vacuum"):
        world = lived(make_on_postgres)
        assert erases(world, points.index(name) + 1).died
        world.run()
        assert erases(world).value == ((2, "") if name == "after-burial" else (0, ""))
        assert wrong(world, went=True) == [], name


def _buried(world: SmallWorld) -> bool:
    store = Store.open(world.config.store.url, world.data)
    with store.read() as tx:
        found = tombstones.any_there(tx)
    store.close()
    return found
