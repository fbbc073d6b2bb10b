"""A small world that is backed up, loses its machine and lives again from the backup."""

import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from harvester.backup.check import checked
from harvester.backup.make import backup
from harvester.backup.manifest import Manifest
from harvester.backup.restore import Restored, restore
from harvester.backup.shelf import FolderSource
from harvester.custody.verify import Figures, verify
from harvester.errors import HarvesterError
from harvester.store.engine import Store
from harvester.store.schema import acknowledgement, reply
from plugs import Ended, Run
from scripted_smtp import DEFAULTS
from small_world import SmallWorld, mail

A_MOMENT = timedelta(seconds=1)


def place(world: SmallWorld) -> Path:
    return world.home / "backup"


def backs_up(world: SmallWorld, at: int = 0, how: Any = "") -> Ended:
    """In a process of its own, as the command does."""

    def work() -> int:
        store = Store.for_reading(world.config.store.url, world.data)
        made = backup(world.config, store, place(world), False, world.now)
        store.close()
        return made.new_files

    world.now += A_MOMENT
    return Run(work, at, how, world.home).end()


def looked_at(world: SmallWorld) -> Manifest:
    """Raises Unusable if it is no whole backup."""
    return checked(FolderSource(place(world)), "backup")


def restores(world: SmallWorld, at: int = 0, how: Any = "", **options: bool) -> Ended:
    def work() -> Restored | str:
        try:
            source = FolderSource(place(world))
            return restore(world.config, source, checked(source, "backup"), world.now, **options)
        except HarvesterError as fault:
            return "; ".join(fault.problems)

    world.now += A_MOMENT
    return Run(work, at, how, world.home).end()


def first_life(world: SmallWorld) -> None:
    """Mails 1 and 2 are answered and 3 waits when the backup is made; then 3 and 4 are answered too."""
    world.post.deliver(mail(1, True), mail(2))
    world.run()
    world.smtp.says("RCPT", "451 later")
    world.post.deliver(mail(3, True))
    world.run()
    assert not backs_up(world).died
    world.smtp.says("RCPT", DEFAULTS["RCPT"])
    world.now += timedelta(hours=5)
    world.post.deliver(mail(4), at=world.now)
    world.run()
    assert states(world) == {1: "sent", 2: "sent", 3: "sent", 4: "sent"}


def machine_dies(world: SmallWorld) -> None:
    """All is gone but the backup; PostgreSQL lives, or it is emptied by the test."""
    shutil.rmtree(world.data)


def states(world: SmallWorld) -> dict[int, str]:
    """What became of the letter to each officer."""
    store = Store.open(world.config.store.url, world.data)
    with store.read() as tx:
        rows = tx.execute(
            select(reply.c.message_id, acknowledgement.c.state)
            .join(acknowledgement, acknowledgement.c.reply_id == reply.c.id)
            .order_by(reply.c.id)
        ).all()
    store.close()
    return {int(row.message_id.removeprefix("<reply").partition("@")[0]): row.state for row in rows}


def wrong(world: SmallWorld, unknown: int) -> list[str]:
    """Every sentence is something that must never be. ``unknown``: as many letters may be."""
    world.silences = unknown
    store = Store.open(world.config.store.url, world.data)
    faults = [f"{one.what}: {one.sentence}" for one in verify(world.config, store, Figures(), lambda *_: None)]
    store.close()
    return world.books() + faults


def letters(world: SmallWorld) -> Counter[bytes]:
    """How many went out to each."""
    return Counter(line for one in world.smtp.letters for line in one.splitlines() if line.startswith(b"In-Reply-To:"))
