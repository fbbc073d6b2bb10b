"""Message <-> rows: what was found in a mail, numbered below its reply, and equal when it is read back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from harvester.model import (
    Attachment,
    Headers,
    Link,
    LinkKind,
    Message,
    Part,
    Segment,
    SegmentKind,
    Sender,
    TextStatus,
)
from harvester.store.bulk import Row, insert_all
from harvester.store.schema import attachment, link, reply, text

Read = tuple[int, Message]


def store_messages(tx: Connection, batch: Sequence[Read]) -> None:
    """Texts, attachments and links of replies that have none; the reply's own row is ``derived``'s."""
    insert_all(tx, text, [_text_row(reply_id, one) for reply_id, one in batch])
    insert_all(tx, attachment, [row for reply_id, one in batch for row in _attachment_rows(reply_id, one)])
    insert_all(tx, link, [row for reply_id, one in batch for row in _link_rows(reply_id, one)])


def load_messages(tx: Connection, ids: Sequence[int]) -> dict[int, Message]:
    """Without those of which nothing was read."""
    heads = {row.id: row for row in tx.execute(select(reply).where(reply.c.id.in_(ids)))}
    links, attachments = _below(tx, link, ids), _below(tx, attachment, ids)
    texts = tx.execute(select(text).where(text.c.reply_id.in_(ids)))
    return {
        words.reply_id: _message(
            heads[words.reply_id], words, links.get(words.reply_id, ()), attachments.get(words.reply_id, ())
        )
        for words in texts
    }


def _message(head: Any, words: Any, links: Sequence[Any], attachments: Sequence[Any]) -> Message:
    return Message(
        sha256=head.sha256,
        size=head.size,
        headers=Headers(_pairs(words.headers)),
        message_id=head.message_id,
        sender=Sender(head.from_address, head.from_name, head.from_problem),
        subject=head.subject,
        date=head.date,
        in_reply_to=tuple(words.in_reply_to),
        references=tuple(words.references),
        text=words.text,
        segments=tuple(Segment(SegmentKind(kind), *rest) for kind, *rest in words.segments),
        own_text=words.own_text,
        signature=words.signature,
        request_quoted=words.request_quoted,
        links=tuple(
            Link(one.url, one.raw, one.host, one.wrapped, LinkKind(one.kind), one.found_in) for one in links
        ),
        attachments=tuple(
            Attachment(
                one.name, one.media_type, one.declared_type, one.size, one.sha256, one.inline,
                TextStatus(one.text_status), one.text, tuple(one.flags),
            )
            for one in attachments
        ),
        parts=tuple(Part(media_type, _pairs(parameters), said) for media_type, parameters, said in words.parts),
        quarantine=head.quarantine,
        flags=tuple(words.flags),
    )  # fmt: skip


def _below(tx: Connection, table: Table, ids: Sequence[int]) -> dict[int, list[Any]]:
    """The rows that are numbered below each reply, in order."""
    found: dict[int, list[Any]] = {}
    rows = select(table).where(table.c.reply_id.in_(ids)).order_by(table.c.reply_id, table.c.number)
    for row in tx.execute(rows):
        found.setdefault(row.reply_id, []).append(row)
    return found


def _pairs(pairs: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)


def _text_row(reply_id: int, message: Message) -> Row:
    return {
        "reply_id": reply_id,
        "headers": message.headers.fields,
        "in_reply_to": message.in_reply_to,
        "references": message.references,
        "text": message.text,
        "segments": [(one.kind, one.start, one.end, one.language) for one in message.segments],
        "own_text": message.own_text,
        "signature": message.signature,
        "request_quoted": message.request_quoted,
        "parts": [(one.media_type, one.parameters, one.text) for one in message.parts],
        "flags": message.flags,
    }


def _attachment_rows(reply_id: int, message: Message) -> list[Row]:
    return [
        {
            "reply_id": reply_id,
            "number": number,
            "name": one.name,
            "media_type": one.media_type,
            "declared_type": one.declared_type,
            "size": one.size,
            "sha256": one.sha256,
            "inline": one.inline,
            "text_status": one.text_status,
            "flags": one.flags,
            "text": one.text,
        }
        for number, one in enumerate(message.attachments, 1)
    ]


def _link_rows(reply_id: int, message: Message) -> list[Row]:
    return [
        {
            "reply_id": reply_id,
            "number": number,
            "url": one.url,
            "raw": one.raw,
            "host": one.host,
            "wrapped": one.wrapped,
            "kind": one.kind,
            "found_in": one.found_in,
        }
        for number, one in enumerate(message.links, 1)
    ]
