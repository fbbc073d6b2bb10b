"""Everything that is to be read in the replies, text by text, to look for somebody in it."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from harvester.model import ReplyState
from harvester.store.schema import attachment, reply, text

BATCH = 100


def each(tx: Connection) -> Iterator[tuple[int, str]]:
    """(reply, text): whole texts with what they quote, headers, and what files say."""
    mails = select(text.c.reply_id, text.c.text, text.c.headers).execution_options(yield_per=BATCH)
    for reply_id, words, headers in tx.execute(mails):
        yield reply_id, "\n".join([words, *(value for _, value in headers)])
    files = select(attachment.c.reply_id, attachment.c.name, attachment.c.text).execution_options(yield_per=BATCH)
    for reply_id, name, words in tx.execute(files):
        yield reply_id, f"{name}\n{words}"


def unread(tx: Connection) -> list[tuple[int, str]]:
    """(reply, hash) of those of which no text is here."""
    found = select(reply.c.id, reply.c.sha256).where(reply.c.state != ReplyState.UNDERSTOOD)
    return [(row.id, row.sha256) for row in tx.execute(found)]
