"""What is derived from a reply: written in bulk with the decision to answer, and read back as it was.

A batch costs a fixed number of statements, however many replies are in it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from harvester.model import AckState, Decision, Message, Objection, ReplyState, Understanding, Verdict
from harvester.store import events, holdings, search
from harvester.store.bulk import Row, insert_all
from harvester.store.events import Move
from harvester.store.keys import address_key, domain_of, id_key, mail_key, words_key
from harvester.store.messages import load_messages, store_messages
from harvester.store.schema import acknowledgement, category, evidence, filed, reply, respondent, verdict
from harvester.store.threads import threads_of
from harvester.store.verdicts import Judged, filed_rows, load_verdicts, store_verdicts

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
    threads = threads_of(tx, [(reply_id, one) for reply_id, one, _ in batch], reference_prefix)
    changes = [_reply_change(*one, references[one[0]], now) | {"thread": threads[one[0]]} for one in batch]
    change = update(reply).where(reply.c.id == bindparam("this"))
    tx.execute(change.values({name: bindparam(name) for name in changes[0] if name != "this"}), changes)
    store_messages(tx, [(reply_id, one.message) for reply_id, one, _ in batch])
    store_verdicts(tx, [(reply_id, one.verdict) for reply_id, one, _ in batch], run_id, now)
    insert_all(tx, filed, [row for reply_id, one, _ in batch for row in filed_rows(reply_id, one.verdict)])
    answers = [_acknowledgement_row(reply_id, decision, now) for reply_id, _, decision in batch]
    insert_all(tx, acknowledgement, answers)
    words = [search.indexed(one.message, one.verdict.respondent, references[reply_id]) for reply_id, one, _ in batch]
    search.put(tx, list(zip(references, words, strict=True)))
    events.write(tx, _moves(batch, answers), now, run_id)
    return list(references)


def judged_by_others(tx: Connection, rulebook: str) -> list[int]:
    """Understood replies whose verdict another rulebook made, in order."""
    others = select(verdict.c.reply_id).where(verdict.c.rulebook != rulebook).order_by(verdict.c.reply_id)
    return list(tx.scalars(others))


def store_judged(tx: Connection, batch: Sequence[Judged], run_id: int, now: datetime) -> None:
    """New verdicts in place of the machine's old ones; what was read, answered or reviewed stays as it is."""
    if not batch:
        return
    ids = [reply_id for reply_id, _ in batch]
    found = tx.execute(select(reply.c.id, reply.c.disposition).where(reply.c.id.in_(ids)))
    before = {reply_id: disposition for reply_id, disposition in found}
    names = select(respondent.c.reply_id, respondent.c.organisation).where(respondent.c.reply_id.in_(ids))
    was = {reply_id: organisation for reply_id, organisation in tx.execute(names)}
    for table in (evidence, category, verdict, respondent):
        tx.execute(delete(table).where(table.c.reply_id.in_(ids)))
    store_verdicts(tx, batch, run_id, now)
    _index_again(tx, {one: judged for one, judged in batch if judged.respondent.organisation != was.get(one)})
    change = update(reply).where(reply.c.id == bindparam("this"))
    tx.execute(
        change.values(language=bindparam("said_language"), review_suggested=bindparam("said_review_suggested")),
        [
            {"this": reply_id, "said_language": one.language, "said_review_suggested": one.review_suggested}
            for reply_id, one in batch
        ],
    )
    holdings.settle(tx, ids)
    moves = [
        Move(reply_id, "verdict", before[reply_id], str(one.disposition), f"by the rules {one.rulebook[:12]}")
        for reply_id, one in batch
        if before[reply_id] != one.disposition
    ]
    events.write(tx, moves, now, run_id)


def _index_again(tx: Connection, judged: Mapping[int, Verdict]) -> None:
    """Whose organisation has another name now is found by that."""
    read = load_messages(tx, list(judged))
    names = select(reply.c.id, reply.c.reference).where(reply.c.id.in_(read))
    rows = [(one, search.indexed(read[one], judged[one].respondent, name or "")) for one, name in tx.execute(names)]
    if rows:
        search.replace(tx, rows)


def load(tx: Connection, reply_id: int) -> tuple[Message, Verdict]:
    """Message and verdict as they were stored, so that classify could run on them again. KeyError for a reply
    that is not understood."""
    return load_all(tx, [reply_id])[reply_id]


def load_all(tx: Connection, ids: Sequence[int]) -> dict[int, tuple[Message, Verdict]]:
    """The same of many at the cost of one; without those that are not understood."""
    messages, verdicts = load_messages(tx, ids), load_verdicts(tx, ids)
    return {one: (messages[one], verdicts[one]) for one in ids if one in messages and one in verdicts}


def _still_received(tx: Connection, ids: Sequence[int]) -> set[int]:
    """Which of these wait to be understood; they are ours until this transaction ends."""
    waiting = select(reply.c.id).where(reply.c.id.in_(ids), reply.c.state == ReplyState.RECEIVED)
    return set(tx.scalars(waiting.order_by(reply.c.id).with_for_update()))


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
        "id_key": id_key(message.message_id) if message.message_id else None,
        "duplicate_of": decision.duplicate_of,
        "organisation": one.verdict.respondent.organisation,
        "country": one.verdict.respondent.country,
    }


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


def _moves(batch: Sequence[Decided], answers: Sequence[Row]) -> list[Move]:
    understood = [
        Move(reply_id, "reply", ReplyState.RECEIVED, ReplyState.UNDERSTOOD, str(one.verdict.disposition))
        for reply_id, one, _ in batch
    ]
    decided = [
        Move(row["reply_id"], "acknowledgement", None, row["state"], ", ".join(code for code, *_ in row["objections"]))
        for row in answers
    ]
    return understood + decided
