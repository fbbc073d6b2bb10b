"""``harvester rules diff OLD NEW``: which replies two folders of rules file differently, before anyone deploys."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from harvester.classify import Classifier
from harvester.classify.rulebook import Rulebook
from harvester.model import Message
from harvester.workbench.changes import Change, change

if TYPE_CHECKING:
    from harvester.store.engine import Store

BATCH = 200


def differences(old: Rulebook, new: Rulebook, messages: Iterable[tuple[int | str, Message]]) -> Iterator[Change]:
    """Each reply that the new rules file otherwise than the old ones, with the words that make it so."""
    if old.hash == new.hash:
        return
    before, after = Classifier(old), Classifier(new)
    for name, message in messages:
        found = change(name, before.judge(message), after.judge(message))
        if found is not None:
            yield found


def stored(store: "Store") -> Iterator[tuple[int | str, Message]]:
    """Every understood reply, a few at a time."""
    from harvester.store import replies

    with store.read() as tx:
        ids = replies.judged_by_others(tx, "")
    for first in range(0, len(ids), BATCH):
        with store.read() as tx:
            some: list[tuple[int | str, Message]] = [
                (reply_id, replies.load(tx, reply_id)[0]) for reply_id in ids[first : first + BATCH]
            ]
        yield from some
