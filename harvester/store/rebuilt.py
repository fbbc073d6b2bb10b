"""Rows -> Message and Verdict, equal to what was stored."""

from collections.abc import Sequence
from typing import Any

from harvester.model import (
    Attachment,
    CategoryVerdict,
    Disposition,
    Evidence,
    Headers,
    Link,
    LinkKind,
    Message,
    Part,
    Respondent,
    Segment,
    SegmentKind,
    Sender,
    Standing,
    TextStatus,
    Verdict,
)

Row = Any


def message_of(reply: Row, text: Row, links: Sequence[Row], attachments: Sequence[Row]) -> Message:
    return Message(
        sha256=reply.sha256,
        size=reply.size,
        headers=Headers(_pairs(text.headers)),
        message_id=reply.message_id,
        sender=Sender(reply.from_address, reply.from_name, reply.from_problem),
        subject=reply.subject,
        date=reply.date,
        in_reply_to=tuple(text.in_reply_to),
        references=tuple(text.references),
        text=text.text,
        segments=tuple(Segment(SegmentKind(kind), start, end) for kind, start, end in text.segments),
        own_text=text.own_text,
        signature=text.signature,
        request_quoted=text.request_quoted,
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
        parts=tuple(Part(media_type, _pairs(parameters), words) for media_type, parameters, words in text.parts),
        quarantine=reply.quarantine,
        flags=tuple(text.flags),
    )  # fmt: skip


def verdict_of(verdict: Row, respondent: Row, categories: Sequence[Row], evidence: Sequence[Row]) -> Verdict:
    pieces: dict[int, list[Evidence]] = {}
    for one in evidence:
        pieces.setdefault(one.category_number, []).append(
            Evidence(
                one.category, one.kind, one.text, one.start, one.end, one.where, one.rule, one.because,
                Standing(one.standing), one.weight,
            )
        )  # fmt: skip
    found = [
        CategoryVerdict(
            one.category, one.kind, tuple(one.kinds), one.score, Standing(one.standing),
            tuple(pieces.get(one.number, ())), one.why,
        )
        for one in categories
    ]  # fmt: skip
    return Verdict(
        disposition=Disposition(verdict.disposition),
        because=verdict.because,
        language=verdict.language,
        categories=tuple(one for one, row in zip(found, categories, strict=True) if row.counts),
        near=tuple(one for one, row in zip(found, categories, strict=True) if not row.counts),
        respondent=Respondent(respondent.organisation, respondent.country, respondent.domain),
        review_suggested=verdict.review_suggested,
        rulebook=verdict.rulebook,
    )


def _pairs(pairs: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)
