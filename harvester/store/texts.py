"""The respondents' own words, of several replies at once."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from harvester.store.schema import text

SHOWN = 20_000  # characters of each: enough to show a hit


def own_texts(tx: Connection, ids: Sequence[int]) -> dict[int, str]:
    """How each reply begins in its own words; those that were read."""
    found = select(text.c.reply_id, func.substr(text.c.own_text, 1, SHOWN)).where(text.c.reply_id.in_(ids))
    return {reply_id: words for reply_id, words in tx.execute(found)}
