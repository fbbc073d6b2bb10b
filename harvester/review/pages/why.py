"""Why not: which rules nearly spoke of a reply's own words, and what each of them lacks. Asked for, never by itself."""

from starlette.responses import Response

from harvester.classify.rulebook import ready
from harvester.review.pages.reply import fetch
from harvester.review.visit import NotHere, Visit
from harvester.workbench.nearly import nearly

CHARS = 20_000  # of own words; more would keep a reader waiting


def why(visit: Visit) -> Response:
    """For one category or rule (``about``), or for all; a piece of the reply's page where htmx asks."""
    found = fetch(visit)
    if found.message is None or found.verdict is None:
        raise NotHere("This mail was not read, so no rule could speak of it.")
    about = visit.query.get("about", "").strip()[:200]
    config = visit.desk.config
    book = ready(config.classify.rules, config.cache_folder())
    return visit.page(
        "why_piece.html.j2" if visit.partial else "why.html.j2",
        row=found.row, about=about, topics=visit.desk.topics,
        nearest=None if book is None else nearly(book, found.message.own_text[:CHARS], found.verdict.language, about),
    )  # fmt: skip
