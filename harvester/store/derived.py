"""What is derived from a reply: written in bulk with the decision to answer, and read back as it was.

A batch costs a fixed number of statements, however many replies are in it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from harvester.model import AckState, Decision, Message, Objection, ReplyState, Understanding, Verdict
from harvester.store import events, search
from harvester.store.events import Move
from harvester.store.keys import address_key, domain_of, mail_key, words_key
from harvester.store.rebuilt import message_of, verdict_of
from harvester.store.schema import (
    acknowledgement,
    attachment,
    category,
    evidence,
    link,
    reply,
    respondent,
    text,
    verdict,
)

Row = dict[str, Any]
Decided = tuple[int, Understanding, Decision]

NOBODY = Objection("no-valid-sender", "There is no address to answer to.", "RFC 5322, section 3.6.2")


def store_understood(
    tx: Connection, batch: Sequence[Decided], run_id: int, now: datetime, reference_prefix: str
) -> list[int]:
    """``received -> understood`` with everything derived and the acknowledgement, queued or withheld.

    Returns the ids that were stored; a reply that is no longer ``received`` (another host was faster) is left alone.
    """
    ours = _still_received(tx, [reply_id for reply_id, _, _ in batch])
    batch = [one for one in batch if one[0] in ours]
    if not batch:
        return []
    references = {reply_id: f"{reference_prefix}-{reply_id:04d}" for reply_id, _, _ in batch}
    changes = [_reply_change(*one, references[one[0]], now) for one in batch]
    tx.execute(
        update(reply)
        .where(reply.c.id == bindparam("this"))
        .values({name: bindparam(name) for name in changes[0] if name != "this"}),
        changes,
    )
    _insert_all(tx, text, [_text_row(reply_id, one.message) for reply_id, one, _ in batch])
    _insert_all(tx, attachment, [row for reply_id, one, _ in batch for row in _attachment_rows(reply_id, one.message)])
    _insert_all(tx, link, [row for reply_id, one, _ in batch for row in _link_rows(reply_id, one.message)])
    store_verdicts(tx, [(reply_id, one.verdict) for reply_id, one, _ in batch], run_id, now)
    answers = [_acknowledgement_row(reply_id, decision, now) for reply_id, _, decision in batch]
    _insert_all(tx, acknowledgement, answers)
    search.put(
        tx,
        [
            (reply_id, search.indexed(one.message, one.verdict.respondent, references[reply_id]))
            for reply_id, one, _ in batch
        ],
    )
    understood = [
        Move(reply_id, "reply", ReplyState.RECEIVED, ReplyState.UNDERSTOOD, str(one.verdict.disposition))
        for reply_id, one, _ in batch
    ]
    decided = [
        Move(row["reply_id"], "acknowledgement", None, row["state"], ", ".join(code for code, *_ in row["objections"]))
        for row in answers
    ]
    events.write(tx, understood + decided, now, run_id)
    return [reply_id for reply_id, _, _ in batch]


def store_verdicts(tx: Connection, batch: Sequence[tuple[int, Verdict]], run_id: int, now: datetime) -> None:
    """The machine's verdicts on replies that have none."""
    _insert_all(
        tx,
        verdict,
        [
            {
                "reply_id": reply_id,
                "rulebook": one.rulebook,
                "disposition": one.disposition,
                "because": one.because,
                "language": one.language,
                "review_suggested": one.review_suggested,
                "judged_at": now,
                "run_id": run_id,
            }
            for reply_id, one in batch
        ],
    )
    categories, pieces = [], []
    for reply_id, one in batch:
        for number, found in enumerate((*one.categories, *one.near), 1):
            categories.append(
                {
                    "reply_id": reply_id,
                    "number": number,
                    "category": found.id,
                    "kind": found.kind,
                    "kinds": found.kinds,
                    "score": found.score,
                    "standing": found.standing,
                    "counts": number <= len(one.categories),
                    "why": found.why,
                }
            )
            pieces += [
                {
                    "reply_id": reply_id,
                    "category_number": number,
                    "number": place,
                    "category": piece.category,
                    "kind": piece.kind,
                    "text": piece.text,
                    "start": piece.start,
                    "end": piece.end,
                    "where": piece.where,
                    "rule": piece.rule,
                    "because": piece.because,
                    "standing": piece.standing,
                    "weight": piece.weight,
                }
                for place, piece in enumerate(found.evidence, 1)
            ]
    _insert_all(tx, category, categories)
    _insert_all(tx, evidence, pieces)
    _insert_all(
        tx,
        respondent,
        [
            {
                "reply_id": reply_id,
                "organisation": one.respondent.organisation,
                "country": one.respondent.country,
                "domain": one.respondent.domain,
            }
            for reply_id, one in batch
        ],
    )


def load(tx: Connection, reply_id: int) -> tuple[Message, Verdict]:
    """Message and verdict as they were stored, so that classify could run on them again. KeyError for a reply
    that is not understood."""

    def rows(table: Table, *order: Any) -> Sequence[Any]:
        return tx.execute(select(table).where(table.c.reply_id == reply_id).order_by(*order)).all()

    head = tx.execute(select(reply).where(reply.c.id == reply_id)).one_or_none()
    words, judged, who = rows(text), rows(verdict), rows(respondent)
    if head is None or not words or not judged:
        raise KeyError(reply_id)
    message = message_of(head, words[0], rows(link, link.c.number), rows(attachment, attachment.c.number))
    pieces = rows(evidence, evidence.c.category_number, evidence.c.number)
    return message, verdict_of(judged[0], who[0], rows(category, category.c.number), pieces)


def _still_received(tx: Connection, ids: Sequence[int]) -> set[int]:
    """Which of these wait to be understood; they are ours until this transaction ends."""
    waiting = select(reply.c.id).where(reply.c.id.in_(ids), reply.c.state == ReplyState.RECEIVED)
    return set(tx.scalars(waiting.order_by(reply.c.id).with_for_update()))


def _insert_all(tx: Connection, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        tx.execute(insert(table), rows)


def _reply_change(reply_id: int, one: Understanding, decision: Decision, reference: str, now: datetime) -> Row:
    message = one.message
    return {
        "this": reply_id,
        "state": ReplyState.UNDERSTOOD,
        "state_at": now,
        "reader": one.reader,
        "reference": reference,
        "message_id": message.message_id,
        "from_address": message.sender.address,
        "from_name": message.sender.name,
        "from_problem": message.sender.problem,
        "subject": message.subject,
        "date": message.date,
        "language": one.verdict.language,
        "disposition": one.verdict.disposition,
        "review_suggested": one.verdict.review_suggested,
        "attachments": len(message.files),
        "links": len(message.links),
        "mail_key": mail_key(message),
        "words_key": words_key(message),
        "duplicate_of": decision.duplicate_of,
    }


def _text_row(reply_id: int, message: Message) -> Row:
    return {
        "reply_id": reply_id,
        "headers": message.headers.fields,
        "in_reply_to": message.in_reply_to,
        "references": message.references,
        "text": message.text,
        "segments": [(one.kind, one.start, one.end) for one in message.segments],
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


def _acknowledgement_row(reply_id: int, decision: Decision, now: datetime) -> Row:
    objections = decision.objections
    if not objections and not decision.to:
        objections = (NOBODY,)  # whoever decided: nobody is answered without an address
    return {
        "reply_id": reply_id,
        "state": AckState.WITHHELD if objections else AckState.QUEUED,
        "state_at": now,
        "to_address": decision.to,
        "to_key": address_key(decision.to) if decision.to else None,
        "to_domain": domain_of(decision.to) if decision.to else None,
        "language": decision.language,
        "objections": [(one.code, one.sentence, one.reference) for one in objections],
        "tries": 0,
        "note": "",
    }
