"""Full-text search over the respondent's own words, subject, sender, reference and what attachments say.

The words are taken apart here, once for both databases: no case, no accents, CJK signs one by one. So SQLite's FTS5
and PostgreSQL's tsvector, whose own ideas of a word differ (addresses, numbers, hyphens), find the same replies.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, column, false, func, literal_column, select, table, text

from harvester.model import Message, Respondent

INDEXED_CHARS = 200_000  # a tsvector holds 1 MB
WORDS_ASKED = 50

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_NO_ACCENT = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_ACCENT = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")

SQLITE_INDEX = "CREATE VIRTUAL TABLE search USING fts5(words, tokenize = 'unicode61 remove_diacritics 2')"

_search = table("search", column("reply_id"), column("words"))


def words_of(written: str) -> list[str]:
    """``Chief-Executive's Büro`` -> chief executive s buro."""
    if written.isascii():
        return _WORD.findall(written.lower())
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", written))
    return _WORD.findall(unicodedata.normalize("NFC", bare).casefold().translate(_NO_ACCENT))


def indexed(message: Message, respondent: Respondent, reference: str) -> str:
    """All that a reply can be found by, as words."""
    sources = [
        reference,
        message.sender.name,
        message.sender.address or "",
        respondent.organisation or "",
        message.subject,
        message.own_text,
        *(f"{file.name} {file.text}" for file in message.files),
    ]
    return " ".join(words_of("\n".join(sources)[:INDEXED_CHARS]))


def put(tx: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """(reply id, words) into the index."""
    if tx.dialect.name == "sqlite":
        statement = text("INSERT INTO search (rowid, words) VALUES (:reply_id, :words)")
    else:
        statement = text("INSERT INTO search (reply_id, words) VALUES (:reply_id, to_tsvector('simple', :words))")
    tx.execute(statement, [{"reply_id": reply_id, "words": words} for reply_id, words in rows])


def replace(tx: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """The same, in place of what stood there for these replies."""
    tx.execute(text(f"DELETE FROM search WHERE {_number(tx)} = :reply_id"), [{"reply_id": one} for one, _ in rows])  # noqa: S608
    put(tx, rows)


def rebuild(tx: Connection, pages: Iterable[Sequence[tuple[int, str]]]) -> int:
    """The whole index anew, without a trace of what it held before; returns how many replies it finds."""
    count = 0
    if tx.dialect.name == "sqlite":  # row by row it would look up each word, and an index that is damaged refuses that
        tx.execute(text("DROP TABLE search"))
        tx.execute(text(SQLITE_INDEX))
    else:
        tx.execute(text("DELETE FROM search"))
    for rows in pages:
        put(tx, rows)
        count += len(rows)
    return count


def strangers(tx: Connection) -> list[int]:
    """Numbers in the index that are of no reply that was read."""
    number = _number(tx)
    read = "SELECT id FROM reply WHERE state = 'understood'"
    return list(tx.scalars(text(f"SELECT {number} FROM search WHERE {number} NOT IN ({read}) ORDER BY {number}")))  # noqa: S608


def unlike(tx: Connection, rows: Sequence[tuple[int, str]]) -> list[int]:
    """Which of these replies the index does not hold with just these words."""
    return [reply_id for reply_id, words in rows if not _holds(tx, reply_id, words)]


def _holds(tx: Connection, reply_id: int, words: str) -> bool:
    if tx.dialect.name != "sqlite":
        same = "SELECT words = to_tsvector('simple', :words) FROM search WHERE reply_id = :reply_id"
        return bool(tx.execute(text(same), {"words": words, "reply_id": reply_id}).scalar())
    if tx.execute(text("SELECT words FROM search WHERE rowid = :one"), {"one": reply_id}).scalar() != words:
        return False
    every = words.split()
    query = " ".join(f'"{every[n]}"' for n in {0, len(every) // 2, len(every) - 1}) if every else ""
    hit = "SELECT 1 FROM search WHERE search MATCH :query AND rowid = :one"
    return not query or tx.execute(text(hit), {"query": query, "one": reply_id}).first() is not None


def _number(tx: Connection) -> str:
    return "rowid" if tx.dialect.name == "sqlite" else "reply_id"


def found(tx: Connection, asked: str, reply_id: ColumnElement[int]) -> ColumnElement[bool]:
    """True for replies that hold every word asked for; what belongs together (``Chief-Executive``) as a phrase."""
    phrases = [" ".join(words) for one in asked.split() if (words := words_of(one))][:WORDS_ASKED]
    if not phrases:
        return false()
    if tx.dialect.name == "sqlite":
        # quoted, so that FTS5 takes nothing for an operator of its query language
        query = " AND ".join(f'"{phrase}"' for phrase in phrases)
        match: ColumnElement[Any] = literal_column("search").op("MATCH")(bindparam("asked", query))
        return reply_id.in_(select(literal_column("rowid")).select_from(_search).where(match))
    wanted = [_search.c.words.op("@@")(func.phraseto_tsquery("simple", phrase)) for phrase in phrases]
    return reply_id.in_(select(_search.c.reply_id).where(*wanted))


def ours_alone(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """For alembic: the search index is no ordinary table and stands in no metadata."""
    return not (kind == "table" and name is not None and (name == "search" or name.startswith("search_")))
