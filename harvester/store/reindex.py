"""What the search index should hold, and the whole of it made anew from what was read of each reply."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from harvester.model import Message, Verdict
from harvester.store import listing, replies, search

PAGE = 50  # replies read at once: some are long


def words_of(tx: Connection, read: Mapping[int, tuple[Message, Verdict]]) -> list[tuple[int, str]]:
    """Of each of these replies."""
    references = replies.references(tx, list(read))
    return [
        (one, search.indexed(message, verdict.respondent, references[one])) for one, (message, verdict) in read.items()
    ]


def index_anew(tx: Connection) -> int:
    """How many replies can be found again."""
    return search.rebuild(tx, _pages(tx))


def _pages(tx: Connection) -> Iterator[list[tuple[int, str]]]:
    for page in listing.pages(replies.understood(tx), PAGE):
        yield words_of(tx, replies.load_all(tx, page))
