"""The JSON that outside scripts rely on: one dictionary a reply, every key always there."""

from datetime import UTC, datetime
from typing import Any

from harvester.model import Attachment, Bounce, CategoryVerdict, Decision, Evidence, Link, Message, Segment, Verdict

BEGINS = 80  # characters of a segment that are shown


def instant(moment: datetime | None) -> str | None:
    """``2027-08-16T22:59:59Z``; None where there is none."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def explained(path: str, message: Message, verdict: Verdict, decision: Decision) -> dict[str, Any]:
    """What ``harvester explain --json`` says of one mail."""
    return {
        "path": path,
        "sha256": message.sha256,
        "message_id": message.message_id,
        "from": message.sender.address,
        "from_name": message.sender.name or None,
        "subject": message.subject,
        "date": instant(message.date),
        "language": verdict.language,
        "disposition": str(verdict.disposition),
        "quarantine": message.quarantine,
        "own_text": message.own_text,
        "request_quoted": message.request_quoted,
        "segments": [segment(one, message.text) for one in message.segments],
        "flags": list(message.flags),
        "review_suggested": verdict.review_suggested,
        "confidential": verdict.confidential,
        "links": [link(one) for one in message.links],
        "attachments": [attachment(one) for one in message.files],
        "categories": [category(one) for one in verdict.categories],
        "near": [{**category(one), "why": one.why} for one in verdict.near],
        "acknowledgement": {
            "answer": decision.answer,
            "to": decision.to if decision.answer else None,
            "language": decision.language,
            "reasons": list(dict.fromkeys(objection.code for objection in decision.objections)),
        },
    }


def notes(verdict: Verdict, decision: Decision) -> list[tuple[str, str]]:
    """What people want to know besides, as (label, sentence): why this disposition, what asks for
    confidence, and each reason for silence."""
    told = [("because", verdict.because)] if verdict.because else []
    if verdict.bounce:
        told.append(("bounce", _bounced(verdict.bounce)))
    if verdict.absence and verdict.absence.back:
        told.append(("away", f"until {verdict.absence.back}"))
    if verdict.absence and verdict.absence.deputy:
        told.append(("deputy", verdict.absence.deputy))
    if verdict.confidential:
        told.append(("confidential", f'asks not to be published: "{verdict.confidential}"'))
    for one in decision.objections:
        told.append(("no answer", f"{one.sentence} ({one.code}; {one.reference})" if one.sentence else one.code))
    return told


def _bounced(bounce: Bounce) -> str:
    """``hard: a@town.example (5.1.1), about <id>``"""
    status = f" ({bounce.status})" if bounce.status else ""
    about = f", about {bounce.returned}" if bounce.returned else ""
    return f"{bounce.failure}: {bounce.recipient or 'nobody is named'}{status}{about}"


def segment(one: Segment, text: str) -> dict[str, Any]:
    """Whose words ``text[start:end]`` are, in which language, and how they begin."""
    return {
        "kind": str(one.kind),
        "start": one.start,
        "end": one.end,
        "language": one.language or None,
        "begins": " ".join(text[one.start : one.end].split())[:BEGINS],
    }


def link(one: Link) -> dict[str, Any]:
    return {
        "url": one.url,
        "raw": one.raw,
        "host": one.host,
        "wrapped": one.wrapped,
        "kind": str(one.kind),
        "found_in": one.found_in,
    }


def attachment(one: Attachment) -> dict[str, Any]:
    return {
        "name": one.name,
        "media_type": one.media_type,
        "size": one.size,
        "sha256": one.sha256,
        "text_status": str(one.text_status),
    }


def category(one: CategoryVerdict) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "kinds": list(one.kinds),
        "score": round(one.score, 3),
        "standing": str(one.standing),
        "evidence": [evidence(piece) for piece in one.evidence],
    }


def evidence(one: Evidence) -> dict[str, Any]:
    return {
        "text": one.text,
        "start": one.start,
        "end": one.end,
        "where": one.where,
        "rule": one.rule,
        "because": one.because,
        "standing": str(one.standing),
    }
