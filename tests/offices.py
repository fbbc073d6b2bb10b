"""An office that answers: a store with replies that wait, a scripted SMTP server, and a run now and then."""

from datetime import timedelta

from sqlalchemy import select

from harvester.acknowledge.journal import Journal, load_key, make_key
from harvester.answer import answer
from harvester.model import Due
from harvester.store import acks, runs
from harvester.store.lock import RunLock
from harvester.store.schema import acknowledgement
from harvester.workshop import Workshop
from letter_samples import shipped
from scripted_smtp import ScriptedSmtp
from store_samples import NOW, stored, understanding

__all__ = ["NOW", "Office"]


class Office:
    """A store with replies that wait, a server, and a run now and then."""

    def __init__(self, store, server: ScriptedSmtp) -> None:
        self.store, self.server = store, server
        self.settings: list[str] = []
        make_key(store.data / "answers.key")
        self.journal_path = store.data / "answers.jsonl"

    def queue(self, count: int) -> list[int]:
        return stored(self.store, *[understanding(n) for n in range(count)], now=NOW - timedelta(hours=1))[0]

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
            return acks.due(tx, now, 100)

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
