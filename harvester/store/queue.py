"""Batches of replies that wait for workers: Procrastinate's jobs, in the PostgreSQL that holds the replies.

A row's state is the truth and a job only a wake-up. Jobs are enqueued in the transaction that stores the replies; what
a dead worker left behind is given back, and what no job is about any more is enqueued again, by the next run and by
every worker that begins. Procrastinate's own functions are called (its ``schema.sql``), so that a run needs neither
that library nor a second connection.
"""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from harvester import faults
from harvester.errors import Unusable
from harvester.model import ReplyState
from harvester.store.schema import reply
from harvester.store.turns import turn_to_enqueue

QUEUE = "replies"
TASK = "read"
BATCH = 100  # replies a job: what a dead worker was about is done again
REMOVE = r"""
DO $$
DECLARE command text;
BEGIN
    FOR command IN
        SELECT format('DROP TABLE IF EXISTS %s CASCADE', oid::regclass) FROM pg_class
        WHERE relkind = 'r' AND relname LIKE 'procrastinate\_%' AND relnamespace = current_schema()::regnamespace
        UNION ALL
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc
        WHERE proname LIKE 'procrastinate\_%' AND pronamespace = current_schema()::regnamespace
        UNION ALL
        SELECT format('DROP TYPE IF EXISTS %s CASCADE', kind.oid::regtype) FROM pg_type kind
        LEFT JOIN pg_class made_of ON made_of.oid = kind.typrelid
        WHERE kind.typname LIKE 'procrastinate\_%' AND kind.typnamespace = current_schema()::regnamespace
        AND (kind.typtype = 'e' OR made_of.relkind = 'c')
    LOOP
        EXECUTE command;
    END LOOP;
END $$
"""
SILENT = 30  # seconds without a heartbeat after which a worker counts as dead; it sends one every 10


def is_there(tx: Connection) -> bool:
    """Whether a worker ever began: the first one makes the tables."""
    if tx.dialect.name != "postgresql":
        return False
    return bool(tx.scalar(text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")))


def make(tx: Connection, definitions: str) -> None:
    """Procrastinate's tables and functions, once, however many workers begin at the same time.

    Those of another version of Procrastinate are made anew: they hold nothing but wake-ups, and ``sweep`` gives a new
    one to whatever waits. Raises Unusable while workers of that version are at work.
    """
    turn_to_enqueue(tx)
    version = hashlib.sha256(definitions.encode()).hexdigest()
    if is_there(tx):
        if tx.scalar(text("SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')")) == version:
            return
        if alive := workers(tx):
            raise Unusable(f"workers with another version of Procrastinate are at work ({alive}): stop them all first")
        _execute(tx, REMOVE)
    _execute(tx, definitions)
    _execute(tx, f"COMMENT ON TABLE procrastinate_jobs IS '{version}'")


def _execute(tx: Connection, script: str) -> None:
    """As it stands: its colons and per cent signs name no parameters."""
    line = tx.connection.dbapi_connection
    assert line is not None
    line.cursor().execute(script)


def enqueue(tx: Connection, replies: Sequence[int]) -> None:
    """Jobs about these replies, there if the transaction commits and not otherwise."""
    for start in range(0, len(replies), BATCH):
        tx.execute(
            text(
                "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, NULL, NULL, CAST(:args AS jsonb), NULL)"
                "::procrastinate_job_to_defer_v1])"
            ),
            {"queue": QUEUE, "task": TASK, "args": json.dumps({"replies": list(replies[start : start + BATCH])})},
        )
        faults.point("enqueued")


def sweep(tx: Connection) -> int:
    """Jobs of dead workers are given back, jobs that failed are forgotten, and what waits in no job gets one.

    How many replies got one.
    """
    turn_to_enqueue(tx)
    tx.execute(
        text(  # the rows are locked first: the function refuses a job that somebody else ended or gave back meanwhile
            "WITH stalled AS MATERIALIZED (SELECT job.id FROM procrastinate_jobs job"
            " LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
            " WHERE job.queue_name = :queue AND job.status = 'doing'"
            " AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => :silent))"
            " FOR UPDATE OF job)"
            " SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM stalled"
        ),
        {"queue": QUEUE, "silent": SILENT},
    )
    tx.execute(text("DELETE FROM procrastinate_jobs WHERE queue_name = :queue AND status = 'failed'"), {"queue": QUEUE})
    in_a_job = text(
        "reply.id NOT IN (SELECT CAST(jsonb_array_elements(args->'replies') AS bigint) FROM procrastinate_jobs"
        " WHERE queue_name = :queue AND status IN ('todo', 'doing'))"
    )
    waiting = select(reply.c.id).where(reply.c.state == ReplyState.RECEIVED, in_a_job)
    left = list(tx.scalars(waiting.order_by(reply.c.received_at, reply.c.id), {"queue": QUEUE}))
    enqueue(tx, left)
    return len(left)


def workers(tx: Connection) -> int:
    """How many were heard of lately."""
    heard = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat >= now() - make_interval(secs => :silent)"
    return int(tx.scalar(text(heard), {"silent": SILENT}) or 0)
