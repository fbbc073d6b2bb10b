"""What was read from the mails, against itself: the index holds its words, each quotation stands where it says."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harvester.errors import Unusable
from harvester.model import Message, Verdict
from harvester.report.cases import texts_of
from harvester.store import cases, listing, reindex, replies, search
from harvester.store.engine import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Unlike:
    """``what``: search | quotation. ``reply_id`` None: it is about all."""

    what: str
    reply_id: int | None
    sentence: str


def compare(store: Store, tick: Callable[[int, int], None] = lambda _more, _of: None) -> Iterator[Unlike]:
    """Page by page, each on one state of the database; what goes meanwhile is not missed, what comes is sound."""
    try:
        with store.read() as tx:
            every = replies.understood(tx)
            for stranger in search.strangers(tx):
                yield Unlike("search", stranger, f"knows words of a reply {stranger} that is not there")
        for page in listing.pages(every, reindex.PAGE):
            with store.read() as tx:
                yield from _page(tx, page)
            tick(len(page), len(every))
    except Unusable as fault:  # FTS5 says so of an index that is damaged in itself
        yield Unlike("search", None, f"cannot be read ({'; '.join(fault.problems)})")


def _page(tx: "Connection", page: Sequence[int]) -> Iterator[Unlike]:
    read, made = replies.load_all(tx, page), cases.of_all(tx, page)
    for one in search.unlike(tx, reindex.words_of(tx, read)):
        yield Unlike("search", one, f"does not hold reply {one} as it was read")
    for one, (message, verdict) in read.items():
        yield from _quotations(one, message, verdict, made.get(one, ()))


def _quotations(reply_id: int, message: Message, verdict: Verdict, made: Sequence[cases.Kept]) -> Iterator[Unlike]:
    texts = texts_of(message)
    pieces = [piece for one in (*verdict.categories, *verdict.near) for piece in one.evidence]
    for piece in pieces:
        if texts.get(piece.where, "")[piece.start : piece.end] != piece.text:
            told = f"the evidence of rule {piece.rule} is not what stands at {piece.where}[{piece.start}:{piece.end}]"
            yield Unlike("quotation", reply_id, told)
    for case in made:
        for where, start, end in case.quotations:
            if not 0 <= start < end <= len(texts.get(where, "")):
                told = f"case {case.number} quotes {where}[{start}:{end}], where there is no text"
                yield Unlike("quotation", reply_id, told)
