"""``harvester classify``: the rules changed, so what is stored is judged anew; read it is not.

Reviews stay as they are and win as before; nobody is answered, or answered again, because of it.
"""

import pickle
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import chain, pairwise

from harvester.classify.rulebook import hash_of
from harvester.ledger import recorded
from harvester.model import Message, Verdict
from harvester.store import replies
from harvester.workbench.changes import Change, change
from harvester.worker import Job, pack_values
from harvester.workers import Workers, recipe_of
from harvester.workshop import Workshop

BATCH = 200

Stored = Mapping[int, tuple[Message, Verdict]]


def reclassify(shop: Workshop, everything: bool = False, dry_run: bool = False) -> Iterator[Change]:
    """Judge every reply whose verdict is of another rulebook (``everything``: all), commit batch by batch, and tell
    of each that changed. Interrupted, it goes on where it stopped.
    """
    rules = hash_of(shop.config.classify.rules)
    with shop.store.read() as tx:
        stale = replies.judged_by_others(tx, "" if everything else rules)
    if not stale:
        return
    pack_values()
    recipe = recipe_of(shop.config, keep=not dry_run, mails=len(stale))
    with (
        nullcontext() if dry_run else recorded(shop, "classify"),
        Workers(recipe, shop.config.classify.workers, "harvester.worker:prepare_judging") as workers,
    ):
        loaded = (load(shop, stale[start : start + BATCH]) for start in range(0, len(stale), BATCH))
        nothing: tuple[Stored, list[Job]] = ({}, [])
        for (stored, jobs), (_, ahead) in pairwise(chain(loaded, [nothing])):  # while one is stored the next is judged
            done = workers.understand(jobs, ahead)
            judged = {one.key: one.understanding.verdict for one in done if one.understanding is not None}
            if not dry_run:
                with shop.store.begin() as tx:
                    replies.store_judged(tx, list(judged.items()), shop.run_id, shop.now)
            changes = (change(key, stored[key][1], verdict) for key, verdict in judged.items())
            yield from (one for one in changes if one is not None)
            shop.progress("judged", len(stored), len(stale))


def load(shop: Workshop, batch: Sequence[int]) -> tuple[Stored, list[Job]]:
    """Messages and verdicts as they are stored, and the orders to judge them."""
    with shop.store.read() as tx:
        stored = replies.load_all(tx, batch)
    return stored, [Job(reply_id, "", pickle.dumps(message)) for reply_id, (message, _) in stored.items()]
