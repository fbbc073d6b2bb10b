"""Which replies belong together: by In-Reply-To and References (RFC 5322, section 3.6.4); where they lead nowhere, by
the reference number that somebody quotes; never by other words of the subject.

A thread is named after its first reply. A reply to our letter belongs to the reply that the letter answered; so does
a letter that came back. That all replies answer the one request makes no thread of them. Who names an id or a number
may lie: threads are for reading, nothing is decided by them.
"""

import re
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from harvester.model import Understanding
from harvester.store.keys import id_key
from harvester.store.schema import acknowledgement, reply

MOST = 20  # ids of a mail that are looked up, the nearest ones
_HYPHEN = "[-\u2010\u2011\u2013]"  # some programs make others of what was typed


def threads_of(tx: Connection, batch: Sequence[tuple[int, Understanding]], prefix: str) -> dict[int, int]:
    """The first reply of each one's thread, often itself; earlier ones of the batch count too. ``prefix``: of our
    reference numbers."""
    named = {reply_id: _named(one) for reply_id, one in batch}
    quoted = {reply_id: _quoted(one, prefix) for reply_id, one in batch}
    wanted = {name for names in named.values() for name in names}
    known = _replies(tx, {id_key(name) for name in wanted})
    letters = _letters(tx, wanted)
    numbered = _numbered(tx, {number for number in quoted.values() if number})
    threads: dict[int, int] = {}
    for reply_id, one in batch:
        names = named[reply_id]
        parents = [known[key] for key in map(id_key, names) if key in known]
        parents += [letters[name] for name in names if name in letters]
        threads[reply_id] = min(parents, default=numbered.get(quoted[reply_id], reply_id))
        if one.message.message_id:
            known.setdefault(id_key(one.message.message_id), threads[reply_id])
    return threads


def in_thread(tx: Connection, thread: int) -> list[int]:
    """The replies of a thread, in the order of taking in."""
    return list(tx.scalars(select(reply.c.id).where(reply.c.thread == thread).order_by(reply.c.id)))


def letter_of(tx: Connection, message_id: str) -> tuple[int, str | None] | None:
    """The reply that our letter with this id answered, and the letter's recipient. Its id is signed and fixed by us
    alone (``acknowledge.signed_id``), so who names it has seen the letter."""
    ack = acknowledgement.c
    row = tx.execute(select(ack.reply_id, ack.to_address).where(ack.message_id == message_id.lower())).one_or_none()
    return None if row is None else (row.reply_id, row.to_address)


def _named(one: Understanding) -> list[str]:
    message, bounce = one.message, one.verdict.bounce
    names = [*message.references[-MOST:], *message.in_reply_to[:MOST]]
    if bounce and bounce.returned:
        names.append(bounce.returned)
    own = message.message_id
    return [name for spelt in names if spelt != own for name in {spelt, spelt.lower()}]


def _quoted(one: Understanding, prefix: str) -> str:
    """The reference number in the subject, else the first one in the text, ours that is quoted there included."""
    if prefix.partition("-")[0].lower() not in f"{one.message.subject}\n{one.message.text}".lower():
        return ""  # of most mails; the pattern takes ten times as long
    start = _HYPHEN.join(map(re.escape, prefix.split("-")))
    number = re.compile(rf"(?<![\w-]){start}{_HYPHEN}(\d{{1,9}})(?![\w-])", re.IGNORECASE)
    found = number.search(one.message.subject) or number.search(one.message.text)
    return f"{prefix}-{int(found[1]):04d}" if found else ""


def _replies(tx: Connection, keys: set[str]) -> dict[str, int]:
    thread = func.min(func.coalesce(reply.c.thread, reply.c.id))
    found = select(reply.c.id_key, thread).where(reply.c.id_key.in_(keys)).group_by(reply.c.id_key)
    return {key: first for key, first in tx.execute(found)}


def _numbered(tx: Connection, numbers: set[str]) -> dict[str, int]:
    if not numbers:
        return {}
    found = select(reply.c.reference, func.coalesce(reply.c.thread, reply.c.id)).where(reply.c.reference.in_(numbers))
    return {number: first for number, first in tx.execute(found)}


def _letters(tx: Connection, names: set[str]) -> dict[str, int]:
    ack = acknowledgement.c
    found = select(ack.message_id, func.coalesce(reply.c.thread, reply.c.id)).join(reply, reply.c.id == ack.reply_id)
    return {message_id: first for message_id, first in tx.execute(found.where(ack.message_id.in_(names)))}
