"""What people and the program wrote down beside the replies, in whatever table: notes, titles, searches, complaints.

None of it belongs to one reply alone, so none goes by itself when a reply is erased; the words in it that tell of the
reply are taken out.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, select, update

from harvester.store.columns import Json
from harvester.store.schema import case, event, review, run
from harvester.store.schema_staff import audit_answer, audit_item, batch, decision, report, saved_view, trail

BATCH = 1_000

Redact = Callable[[str, Sequence[str]], str]
"""A text, and the words in it that somebody looked for -> the text without what tells of those who go."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One text in one row, and what becomes of it. ``reply_id``: the reply that it stands at, which is another's."""

    table: str
    column: str
    key: tuple[Any, ...]
    text: str
    reply_id: int | None = None
    instead: str = ""

    def told(self) -> str:
        what = _TOLD[self.table]
        return f"{what} on reply {self.reply_id}" if self.reply_id else what


_TOLD = {
    "review": "a note of staff",
    "decision": "the note that holds",
    "case": "the title or summary of a case",
    "event": "a line of the history",
    "trail": "a line of who did what",
    "audit_answer": "a note in an audit",
    "batch": "the name of a change to many",
    "run": "what a run complained about",
    "report": "the title of a frozen report",
    "saved_view": "a saved view of the table",
}

_PLACES: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (saved_view, ("name", "query")),
    (trail, ("detail",)),
    (report, ("title",)),
    (batch, ("what",)),
    (review, ("note",)),
    (decision, ("note",)),
    (case, ("title", "summary", "organisation")),
    (event, ("note",)),
    (audit_answer, ("note",)),
    (run, ("problems",)),
)


def telling(tx: Connection, going: Collection[int], redact: Redact) -> list[Remark]:
    """Those that do not stay as they are; without what goes with its reply anyway."""
    asked = _asked_about(tx, going)
    found = []
    for table, columns in _PLACES:
        for one in _of(tx, table, columns):
            if one.reply_id in going or (one.table == "audit_answer" and one.key[:2] in asked):
                continue
            sought = searched(one.text)
            instead = redact(one.text, sought)
            if instead != one.text or any(redact(words, [words]) != words for words in sought):
                found.append(replace(one, instead=instead))
    return found


def searched(text: str) -> list[str]:
    """The words that somebody looked for: in the address of a view, and as the pages tell of it."""
    of_a_view = parse_qs(text).get("search", [])
    return [*of_a_view, *(told.partition(")")[0] for told in text.split("Search: ")[1:])]


def blank(tx: Connection, remarks: Sequence[Remark]) -> None:
    """A saved view goes whole; all others stay, and say where words were erased."""
    tables = {table.name: table for table, _ in _PLACES}
    for one in remarks:
        table = tables[one.table]
        key = zip(table.primary_key.columns, one.key, strict=True)
        where: list[ColumnElement[bool]] = [column == value for column, value in key]
        if table is saved_view:
            tx.execute(delete(table).where(*where))
            continue
        value: object = one.instead.split("\n") if isinstance(table.c[one.column].type, Json) else one.instead
        tx.execute(update(table).where(*where).values({one.column: value}))


def _of(tx: Connection, table: Table, columns: Sequence[str]) -> Iterator[Remark]:
    key: list[Column[Any]] = list(table.primary_key.columns)
    at = [table.c.reply_id] if "reply_id" in table.c else []
    rows = select(*key, *(table.c[name] for name in columns), *at).execution_options(yield_per=BATCH)
    for row in tx.execute(rows):
        for number, name in enumerate(columns, len(key)):
            said = row[number]
            text = "\n".join(map(str, said)) if isinstance(said, list) else str(said or "")
            if text:
                yield Remark(table.name, name, tuple(row[: len(key)]), text, row[-1] if at else None)


def _asked_about(tx: Connection, going: Collection[int]) -> set[tuple[int, int]]:
    items = tx.execute(select(audit_item.c.audit_id, audit_item.c.number, audit_item.c.reply_id))
    return {(audit_id, number) for audit_id, number, reply_id in items if reply_id in going}
