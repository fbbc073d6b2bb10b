"""Reading on many machines: each ``harvester worker`` takes batches of replies from one PostgreSQL (Procrastinate).

The run on one host fetches and answers; workers read and file, by the same functions as a run. A batch that a worker
took and did not finish is done again by another; a reply that another filed meanwhile is left alone.
"""

import logging
import os
import signal
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from harvester import log
from harvester.errors import Unusable
from harvester.filing import read_batch
from harvester.ledger import recorded
from harvester.store import queue, replies
from harvester.workers import MANY, Workers, recipe_of
from harvester.workshop import Workshop

if TYPE_CHECKING:
    from procrastinate import App

POLL = 5.0  # seconds between looks at the queue if the server's notification got lost


def work(shop: Workshop, clock: Callable[[], datetime], until_empty: bool = False) -> None:
    """Take batches until SIGTERM or SIGINT, or until none is left; the batch at hand is finished first.

    Raises Unusable without PostgreSQL, without Procrastinate or without the vault that the others use, and what a
    person can put right when it comes up during a batch; the batch goes back into the queue then.
    """
    app = _app(shop)
    look_for_the_vault(shop)
    ended: list[BaseException] = []
    with recorded(shop, "worker"), Workers(recipe_of(shop.config, mails=MANY), shop.config.classify.workers) as workers:

        def read(replies: list[int]) -> None:
            if ended:  # on the way out
                raise ended[0]
            try:
                shop.now = clock()
                _batch(shop, workers, replies)
            except BaseException as fault:
                ended.append(fault)
                os.kill(os.getpid(), signal.SIGTERM)  # no more batches; who starts us starts us again
                raise

        app.task(name=queue.TASK, queue=queue.QUEUE)(read)
        with shop.store.begin() as tx:
            queue.sweep(tx)
        log.tell("worker-began")
        app.run_worker(
            queues=[queue.QUEUE],
            wait=not until_empty,
            fetch_job_polling_interval=POLL,
            delete_jobs="successful",
            stalled_worker_timeout=queue.SILENT,
        )
        if ended:
            raise ended[0]


def look_for_the_vault(shop: Workshop) -> None:
    """Raises Unusable where the newest replies' bytes are not to be seen: the data folder is another one."""
    with shop.store.read() as tx:
        newest = replies.newest_bytes(tx)
    if newest and not any(shop.store.vault.has(sha256) for sha256 in newest):
        raise Unusable(
            f"{shop.store.data}: the bytes of the replies are not here; mount the folder that the other hosts use as "
            "store.data, or name it in harvester.toml"
        )


def _batch(shop: Workshop, workers: Workers, about: Sequence[int]) -> None:
    """The replies of a job that still wait."""
    with shop.store.read() as tx:
        pending = replies.pending(tx, about)
    if not pending:
        return
    if not any(shop.store.vault.has(reply.sha256) for reply in pending):
        look_for_the_vault(shop)
    read_batch(shop, workers, pending)
    log.tell("batch-read", replies=len(pending))


def _app(shop: Workshop) -> "App":
    if shop.store.dialect != "postgresql":
        raise Unusable("workers need a database that several hosts reach: set store.url to postgresql+psycopg://...")
    try:
        from procrastinate import App, PsycopgConnector
        from procrastinate.schema import SchemaManager
    except ImportError as fault:
        raise Unusable("workers need the extra: pip install 'harvester[cluster]'") from fault
    with shop.store.begin() as tx:
        queue.make(tx, SchemaManager.get_schema())
    logging.getLogger("procrastinate").propagate = False  # what a person can put right is told in our words
    logging.getLogger("procrastinate").addHandler(logging.NullHandler())
    return App(connector=PsycopgConnector(conninfo=shop.store.conninfo, min_size=1, max_size=3))
