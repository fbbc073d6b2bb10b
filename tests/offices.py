"""An office that answers: a store with replies that wait, a scripted SMTP server, and a run now and then."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import select

from harvester import filing
from harvester.acknowledge.journal import Journal, load_key, make_key
from harvester.answer import answer
from harvester.classify import Classifier
from harvester.classify.rulebook import load
from harvester.message.reader import Reader
from harvester.model import Arrived, Due, Limits, Understanding
from harvester.store import acks, replies, runs
from harvester.store.lock import RunLock
from harvester.store.schema import acknowledgement
from harvester.understand import understand
from harvester.worker import Done
from harvester.workshop import Workshop
from letter_samples import REPO, shipped
from rulebooks import SHIPPED, compiled_rules
from scripted_smtp import ScriptedSmtp
from store_samples import NOW, stored, understanding

__all__ = ["NOW", "Office"]


@cache
def reading_room() -> tuple[Reader, Classifier]:
    """Read and judged as a worker does it, with the rules that ship."""
    request = (REPO / "data" / "request.txt").read_text(encoding="utf-8")
    return Reader([request], Limits()), Classifier(load(SHIPPED, compiled_rules()))


class Office:
    """A store with replies that wait, a server, and a run now and then."""

    def __init__(self, store, server: ScriptedSmtp) -> None:
        self.store, self.server = store, server
        self.settings: list[str] = []
        make_key(store.data / "answers.key")
        self.journal_path = store.data / "answers.jsonl"

    def queue(self, count: int) -> list[int]:
        return stored(self.store, *[understanding(n) for n in range(count)], now=NOW - timedelta(hours=1))[0]

    def take_in(self, mails: Sequence[bytes], now=NOW) -> list[int]:
        """As a run takes them in, understands them and decides; the numbers of the replies, in order."""
        keep = self.store.vault.put
        return self.file_away([(raw, now, understand(raw, *reading_room(), keep)) for raw in mails], now)

    def file_away(self, mails: Sequence[tuple[bytes, datetime, Understanding]], now=NOW) -> list[int]:
        """Mails with the moment at which each arrived, and what was understood of it."""
        shop = self.shop(now)
        arrived = [
            (Arrived(str(n), at, raw, len(raw)), hashlib.sha256(raw).hexdigest())
            for n, (raw, at, _) in enumerate(mails)
        ]
        with shop.store.begin() as tx:
            replies.take_in(tx, "box", f"{now}", "1", True, arrived, shop.run_id, now)
        with shop.store.begin() as tx:
            batch = replies.pending(tx)
            done = {
                one.reply_id: Done(one.reply_id, found, found.message.quarantine or "")
                for one, (_, _, found) in zip(batch, mails, strict=True)
            }
            filing.file_away(shop, tx, batch, done)
        return [one.reply_id for one in batch]

    def shop(self, now=NOW) -> Workshop:
        config = shipped(
            "outbox.host=127.0.0.1", f"outbox.port={self.server.port}", "outbox.tls=none", "outbox.timeout=0.5",
            'outbox.user=""', f'store.data="{self.store.data}"', *self.settings,
        )  # fmt: skip
        with self.store.begin() as tx:
            run_id = runs.start(tx, now)
        return Workshop(config, self.store, RunLock(self.store), now, run_id)

    def due(self, now=NOW) -> list[Due]:
        with self.store.read() as tx:
            return acks.due(tx, now, 1000)

    def run(self, now=NOW) -> Workshop:
        shop = self.shop(now)
        answer(shop, self.due(now))
        return shop

    def rows(self) -> list:
        with self.store.read() as tx:
            return list(tx.execute(select(acknowledgement).order_by(acknowledgement.c.reply_id)))

    @property
    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    def knows(self, sha256: str) -> bool:
        return Journal(self.journal_path, load_key(self.store.data / "answers.key")).knows(sha256)
