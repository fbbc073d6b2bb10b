"""The table of replies: filters, search, order, pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from harvester.review.address import SIZES, asked, query, without
from harvester.review.filters import COLUMNS, PICKED, TITLES, groups, picked_in_words, title_of
from harvester.review.hits import excerpt, marked
from harvester.review.number import number_in
from harvester.review.visit import Visit
from harvester.store import batches, inbox, texts, views
from harvester.store.inbox import Asked
from harvester.store.search import words_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

BUILT_IN = (
    ("To review", "review=suggested"),
    ("Questions", "disposition=question&review=suggested&review=untouched&review=open"),
    ("Late", "late=yes"),
    ("Files to fetch", "share=yes"),
    ("Acknowledgements of unknown fate", "answer=unknown"),
    ("Acknowledgements that failed", "answer=failed"),
    ("In quarantine", "state=quarantined"),
    ("Worth quoting", "quoteworthy=yes"),
)
"""Views that everybody wants: name and what stands behind the question mark."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One chosen value, and the address without it."""

    title: str
    address: str


def table(visit: Visit) -> Response:
    """The whole page. The counts beside the filters come with it where they are asked for without scripts."""
    wanted = asked(visit.request.query_params, visit.desk.topics.ids)
    deadline = visit.desk.config.request.deadline
    with visit.desk.store.read() as tx:
        number = inbox.total(tx, wanted, deadline)
        last = max(1, -(-number // wanted.size))
        rows = inbox.rows(tx, wanted, deadline) if wanted.page <= last else []
        counts = _counts(visit, tx, wanted) if visit.query.get("counts") == "yes" else {}
        named = views.all_of(tx)
        batch = batches.one(tx, _batch(visit))
        own = texts.own_texts(tx, [row["id"] for row in rows]) if wanted.search else {}
        anything = number > 0 or inbox.total(tx, Asked(), None) > 0
    looked_for = frozenset(words_of(wanted.search))
    columns = [name for name in COLUMNS if name == "subject" or name in _columns(visit)]
    return visit.page(
        "inbox.html.j2", rows=rows, number=number, last=last, wanted=wanted, anything=anything, batch=batch,
        columns=columns, all_columns=COLUMNS, sizes=SIZES, query=query, address=query(wanted, page=wanted.page),
        chips=list(_chips(visit, wanted)), groups=groups(wanted.chosen, counts, visit.desk.topics), views=named,
        built_in=BUILT_IN,
        marked=lambda text: marked(text, looked_for),
        excerpts={reply_id: excerpt(text, looked_for) for reply_id, text in own.items()},
        counted=bool(counts), topics=visit.desk.topics, problem=visit.query.get("problem", "")[:200],
    )  # fmt: skip


def counts(visit: Visit) -> Response:
    """The filters with their counts: a piece of the page, asked for when the table already stands."""
    wanted = asked(visit.request.query_params)
    with visit.desk.store.read() as tx:
        found = _counts(visit, tx, wanted)
    return visit.page("filters.html.j2", groups=groups(wanted.chosen, found, visit.desk.topics), counted=True)


def _counts(visit: Visit, tx: "Connection", wanted: Asked) -> dict[str, dict[str, int]]:
    deadline = visit.desk.config.request.deadline
    those = tuple(sorted(wanted.chosen.items())), wanted.search, deadline
    return visit.desk.memory.recall(tx, ("counts", *those), lambda: inbox.counts(tx, wanted, deadline))


def _batch(visit: Visit) -> int:
    """The batch whose undoing is offered."""
    return number_in(visit.query.get("batch")) or 0


def _columns(visit: Visit) -> list[str]:
    chosen = visit.member.settings.get("columns")
    return list(COLUMNS) if chosen is None else chosen


def _chips(visit: Visit, wanted: Asked) -> Iterator[Chip]:
    for name, values in wanted.chosen.items():
        if name == PICKED:
            yield Chip(picked_in_words(values), query(wanted, chosen={**wanted.chosen, PICKED: ()}))
            continue
        for value in values:
            title = f"{TITLES[name]}: {title_of(name, value, visit.desk.topics)}"
            yield Chip(title, query(wanted, chosen=without(wanted.chosen, name, value)))
    if wanted.search:
        yield Chip(f"Search: {wanted.search}", query(wanted, search=""))
