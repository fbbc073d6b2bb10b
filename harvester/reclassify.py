"""``harvester classify``: the rules changed, so what is stored is judged anew; read it is not.

Reviews stay as they are and win as before; nobody is answered, or answered again, because of it.
"""

import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harvester.classify.rulebook import load
from harvester.harvest import batches
from harvester.model import Verdict
from harvester.store import replies, runs
from harvester.worker import Job
from harvester.workers import Workers, recipe_of
from harvester.workshop import Workshop

BATCH = 500

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A reply of which the rules now say something else. Labels are the categories that count."""

    reply_id: int
    disposition: tuple[str, str]  # before, now
    labels: tuple[Labels, Labels]
    because: tuple[str, ...]  # the words that speak now, or spoke before

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.reply_id,
            "disposition": list(self.disposition),
            "categories": [list(labels) for labels in self.labels],
            "because": list(self.because),
        }

    def told(self) -> str:
        """``12: unclear -> evidence, +shared   + shared: «share a town clerk» [rule]``"""
        before, now = (f"{kind} ({', '.join(labels) or 'no category'})" for kind, labels in zip(
            self.disposition, self.labels, strict=True
        ))  # fmt: skip
        return "\n    ".join([f"{self.reply_id}: {before} -> {now}", *self.because])


def reclassify(shop: Workshop, everything: bool = False, dry_run: bool = False) -> Iterator[Change]:
    """Judge every reply whose verdict is of another rulebook (``everything``: all), commit batch by batch, and tell
    of each that changed. Interrupted, it goes on where it stopped.
    """
    book = load(shop.config.classify.rules, shop.config.store.data / "cache" if not dry_run else None)
    with shop.store.read() as tx:
        stale = replies.judged_by_others(tx, "" if everything else book.hash)
    if not stale:
        return
    run_id = 0
    if not dry_run:
        with shop.store.begin() as tx:
            run_id = runs.start(tx, shop.now)
    recipe = recipe_of(shop.config, keep=not dry_run)
    with Workers(recipe, shop.config.classify.workers, "harvester.worker:prepare_judging") as workers:
        for batch in batches(stale, BATCH):
            with shop.store.read() as tx:
                stored = {reply_id: replies.load(tx, reply_id) for reply_id in batch}
            jobs = [Job(reply_id, "", pickle.dumps(message)) for reply_id, (message, _) in stored.items()]
            judged = {
                one.key: one.understanding.verdict for one in workers.understand(jobs) if one.understanding is not None
            }
            if not dry_run:
                with shop.store.begin() as tx:
                    replies.store_judged(tx, list(judged.items()), run_id, shop.now)
            yield from changes({key: verdict for key, (_, verdict) in stored.items()}, judged)
            shop.progress("judged", len(batch), len(stale))
    if not dry_run:
        with shop.store.begin() as tx:
            runs.finish(tx, run_id, shop.tally, shop.now)


def changes(before: Mapping[int, Verdict], now: Mapping[int, Verdict]) -> Iterator[Change]:
    """What a person would notice: another disposition, or other categories."""
    for key, verdict in now.items():
        old = before[key]
        labels = (labels_of(old), labels_of(verdict))
        if old.disposition != verdict.disposition or labels[0] != labels[1]:
            yield Change(
                key, (str(old.disposition), str(verdict.disposition)), labels, tuple(words(old, verdict, labels))
            )


def labels_of(verdict: Verdict) -> Labels:
    return tuple(sorted(one.id for one in verdict.categories))


def words(old: Verdict, new: Verdict, labels: Sequence[Labels]) -> Iterator[str]:
    """For each category that came or went, the words that made it count."""
    for verdict, mark, others in ((new, "+", labels[0]), (old, "-", labels[1])):
        for one in verdict.categories:
            if one.id not in others and one.evidence:
                strongest = max(one.evidence, key=lambda piece: piece.weight)
                yield f"{mark} {one.id}: «{' '.join(strongest.text.split())}» [{strongest.rule}]"
