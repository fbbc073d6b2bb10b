"""What the table shows, as it stands behind the question mark of an address: to be shared, and made anew for links.

?disposition=question&category=shared.service&late=yes&search=pool&sort=-received&page=2
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from harvester.review.number import number_in
from harvester.store.filters import NAMES
from harvester.store.inbox import SORTS, Asked

SIZES = (25, 50, 100, 200)
FARTHEST = 10_000_000  # page
VALUES, CHARS = 200, 200  # of one filter; of a search or value


def asked(query: QueryParams, order: tuple[str, ...] = ()) -> Asked:
    """What cannot be understood is left out: an address may come from anywhere. ``order``: as ``Asked.order``."""
    chosen = {
        name: values
        for name in NAMES
        if (values := tuple(dict.fromkeys(one[:CHARS] for one in query.getlist(name)[:VALUES] if one)))
    }
    sort = query.get("sort", "-received")
    down, key = sort.startswith("-"), sort.lstrip("-")
    if key not in SORTS:
        key, down = "received", True
    size = _number(query.get("size"), 50)
    return Asked(
        chosen, query.get("search", "")[:CHARS], key, down, _number(query.get("page"), 1),
        size if size in SIZES else 50, order,
    )  # fmt: skip


def _number(text: str | None, default: int) -> int:
    number = number_in(text)
    return number if number and number < FARTHEST else default


def query(wanted: Asked, **changes: object) -> str:
    """The same as text, without what is usual; ``changes`` as for ``dataclasses.replace``. Page 1 unless told."""
    one = replace(wanted, **({"page": 1} | changes))  # type: ignore[arg-type]
    pairs = [(name, value) for name in NAMES for value in one.chosen.get(name, ())]
    if one.search:
        pairs.append(("search", one.search))
    if (one.sort, one.down) != ("received", True):
        pairs.append(("sort", ("-" if one.down else "") + one.sort))
    if one.size != 50:
        pairs.append(("size", str(one.size)))
    if one.page != 1:
        pairs.append(("page", str(one.page)))
    return urlencode(pairs)


def without(chosen: Mapping[str, tuple[str, ...]], name: str, value: str) -> dict[str, tuple[str, ...]]:
    """The filters but for one value."""
    return {key: tuple(one for one in values if (key, one) != (name, value)) for key, values in chosen.items()}
