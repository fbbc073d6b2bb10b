"""Replies that go: who wrote them, what goes with them by itself, and what nothing else would take along.

What is derived from a reply is deleted with its row. The moves in its history, who looked at it, the answers of
audits and its place in the search index belong to it by number only; they are dealt with here.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, or_, select, text, update

from harvester.store import search
from harvester.store.keys import address_key
from harvester.store.listing import pages
from harvester.store.schema import acknowledgement, attachment, event, location, reply
from harvester.store.schema_staff import audit_answer, audit_item, trail

PAGE = 500  # replies in one statement


@dataclass(frozen=True, slots=True)
class Row:
    """What the table knows of a reply. ``address`` None: not read yet, or it said none that could be understood."""

    id: int
    sha256: str
    mail_key: str | None
    received_at: datetime
    state: str
    reference: str
    address: str | None
    name: str
    subject: str


def rows(tx: Connection, ids: Sequence[int]) -> list[Row]:
    """Those of these that are there, in order."""
    one = reply.c
    columns = (
        one.id, one.sha256, one.mail_key, one.received_at, one.state, func.coalesce(one.reference, ""),
        one.from_address, func.coalesce(one.from_name, ""), func.coalesce(one.subject, ""),
    )  # fmt: skip
    found = []
    for page in pages(sorted(set(ids)), PAGE):
        found += [Row(*row) for row in tx.execute(select(*columns).where(one.id.in_(page)).order_by(one.id))]
    return found


def written_by(tx: Connection, address: str) -> list[int]:
    """All replies of an address, with or without a tag and in whatever case, and all that our letters to it answer."""
    key = address_key(address)
    wrote = tx.execute(select(reply.c.id, reply.c.from_address).where(reply.c.from_address.is_not(None)))
    ids = {one for one, wrote_from in wrote if address_key(wrote_from) == key}
    ids |= set(tx.scalars(select(acknowledgement.c.reply_id).where(acknowledgement.c.to_key == key)))
    return sorted(ids)


def names_of_others(tx: Connection, going: Collection[int]) -> dict[str, int]:
    """Display names as words -> how many addresses that stay write under each."""
    senders: dict[str, set[str]] = {}
    wrote = select(reply.c.id, reply.c.from_name, reply.c.from_address).where(reply.c.from_address.is_not(None))
    for one, name, address in tx.execute(wrote):
        if one not in going and name:
            senders.setdefault(" ".join(search.words_of(name)), set()).add(address_key(address))
    return {name: len(addresses) for name, addresses in senders.items()}


def of_no_address(tx: Connection) -> list[tuple[int, str]]:
    """(reply, hash) of those whose sender the table does not know: unread, or not to be understood."""
    unknown = select(reply.c.id, reply.c.sha256).where(reply.c.from_address.is_(None)).order_by(reply.c.id)
    return [(row.id, row.sha256) for row in tx.execute(unknown)]


def received_before(tx: Connection, moment: datetime) -> list[int]:
    return list(tx.scalars(select(reply.c.id).where(reply.c.received_at < moment).order_by(reply.c.id)))


def same_again(tx: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Others that say just the same: duplicates of these, and what these are duplicates of. Reply -> which of these."""
    mine = set(ids)
    first = {
        one: original or one
        for page in pages(sorted(mine), PAGE)
        for one, original in tx.execute(select(reply.c.id, reply.c.duplicate_of).where(reply.c.id.in_(page)))
    }
    of_first = {original: one for one, original in first.items()}
    found: dict[int, int] = {}
    for page in pages(sorted(of_first), PAGE):
        family = select(reply.c.id, reply.c.duplicate_of).where(
            or_(reply.c.id.in_(page), reply.c.duplicate_of.in_(page))
        )
        found |= {one: of_first[original or one] for one, original in tx.execute(family) if one not in mine}
    return found


def files(tx: Connection, ids: Sequence[int]) -> dict[int, set[str]]:
    """The hashes of all that lies in the vault of each: the mail and its files."""
    found: dict[int, set[str]] = {}
    for page in pages(sorted(ids), PAGE):
        for one, sha256 in tx.execute(select(reply.c.id, reply.c.sha256).where(reply.c.id.in_(page))):
            found.setdefault(one, set()).add(sha256)
        those = select(attachment.c.reply_id, attachment.c.sha256).where(attachment.c.reply_id.in_(page))
        for one, sha256 in tx.execute(those):
            found[one].add(sha256)
    return found


def places(tx: Connection, ids: Sequence[int]) -> Counter[str]:
    """Where the mails themselves lie, as far as we know: account/folder -> how many."""
    found: Counter[str] = Counter()
    for page in pages(sorted(ids), PAGE):
        lies = select(location.c.account, location.c.folder).where(
            location.c.reply_id.in_(page), location.c.vanished_at.is_(None)
        )
        found.update(f"{account}/{folder}".rstrip("/") for account, folder in tx.execute(lies))
    return found


def letters(tx: Connection, ids: Sequence[int]) -> set[str]:
    """The Message-IDs of our letters in answer to these."""
    ack = acknowledgement.c
    return {
        one
        for page in pages(sorted(ids), PAGE)
        for one in tx.scalars(select(ack.message_id).where(ack.reply_id.in_(page), ack.message_id.is_not(None)))
    }


def remove(tx: Connection, graves: dict[int, int]) -> None:
    """Reply -> tombstone: each goes with all that is about it alone."""
    ids = sorted(graves)
    _others_stay_together(tx, set(ids))
    buried = [{"reply": one, "grave": graves[one]} for one in ids]
    lies = update(location).where(location.c.reply_id == bindparam("reply"))
    tx.execute(lies.values(erased_id=bindparam("grave"), reply_id=None), buried)  # before the reply takes it along
    seen = update(trail).where(trail.c.reply_id == bindparam("reply"))
    tx.execute(
        seen.values(reply_id=None, detail=bindparam("told")),
        [{"reply": one, "told": f"reply {one}, erased"} for one in ids],
    )
    number = "rowid" if tx.dialect.name == "sqlite" else "reply_id"
    tx.execute(text(f"DELETE FROM search WHERE {number} = :reply"), [{"reply": one} for one in ids])  # noqa: S608
    for page in pages(ids, PAGE):
        items = list(
            tx.execute(select(audit_item.c.audit_id, audit_item.c.number).where(audit_item.c.reply_id.in_(page)))
        )
        if items:
            answer = delete(audit_answer).where(
                audit_answer.c.audit_id == bindparam("of_audit"), audit_answer.c.number == bindparam("of_number")
            )
            tx.execute(answer, [{"of_audit": audit_id, "of_number": number} for audit_id, number in items])
        tx.execute(delete(event).where(event.c.reply_id.in_(page)))
        tx.execute(delete(reply).where(reply.c.id.in_(page)))


def _others_stay_together(tx: Connection, going: set[int]) -> None:
    """The first of a thread, or of the same words again and again, goes: the next one takes its place."""
    for column in (reply.c.thread, reply.c.duplicate_of):
        left: dict[int, list[int]] = {}
        for page in pages(sorted(going), PAGE):
            for one, first in tx.execute(select(reply.c.id, column).where(column.in_(page))):
                if one not in going:
                    left.setdefault(first, []).append(one)
        changes = []
        for others in left.values():
            first = min(others)
            its_own = first if column.name == "thread" else None
            changes += [{"this": one, "first_now": its_own if one == first else first} for one in others]
        if changes:
            point = update(reply).where(reply.c.id == bindparam("this"))
            tx.execute(point.values({column.name: bindparam("first_now")}), changes)


def still_found(tx: Connection, word: str, without: Iterable[int]) -> bool:
    """Does any other reply hold this word, or these words in a row?"""
    gone = set(without)
    those = select(reply.c.id).where(search.found(tx, "-".join(word.split()), reply.c.id))
    return any(one not in gone for one in tx.scalars(those))
