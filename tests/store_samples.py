"""Replies as they come to the store: bytes that arrived, and what was understood of them."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from harvester.model import (
    Arrived,
    Attachment,
    CategoryVerdict,
    Decision,
    Disposition,
    Evidence,
    Headers,
    Link,
    LinkKind,
    Message,
    Objection,
    Part,
    Respondent,
    Segment,
    SegmentKind,
    Sender,
    Standing,
    TextStatus,
    Understanding,
    Verdict,
)
from harvester.store import replies, runs

NOW = datetime(2027, 8, 10, 12, 0, tzinfo=UTC)
PREFIX = "LGA-2027"


def arrived(number: int, **changes) -> Arrived:
    """One ordinary mail, received ``number`` minutes after NOW."""
    raw = f"Subject: reply {number}\r\n\r\nWords of number {number}.\r\n".encode()
    return replace(Arrived(str(number), NOW + timedelta(minutes=number), raw, len(raw)), **changes)


def hashed(mail: Arrived) -> tuple[Arrived, str]:
    return mail, hashlib.sha256(mail.header_block if mail.raw is None else mail.raw).hexdigest()


def understanding(number: int, *, address: str | None = None, own: str | None = None, **changes) -> Understanding:
    """What was understood of it: two links, a file, one category with three pieces of evidence and one near."""
    own = f"We and our neighbour share a chief executive, says number {number}." if own is None else own
    mail, sha256 = hashed(arrived(number))
    message = Message(
        sha256=sha256,
        size=len(mail.raw or b""),
        headers=Headers((("from", "An Officer <officer@town.example>"), ("subject", f"reply {number}"))),
        message_id=f"<{number}@town.example>",
        sender=Sender(f"Officer{number}@town.example" if address is None else address, "An Officer"),
        subject=f"reply {number}",
        date=NOW,
        in_reply_to=("<request@lga.example>",),
        references=("<request@lga.example>", "<other@lga.example>"),
        text=own + "\n> quoted",
        segments=(Segment(SegmentKind.OWN, 0, len(own)), Segment(SegmentKind.QUOTED, len(own), len(own) + 9)),
        own_text=own,
        signature="An Officer",
        request_quoted=True,
        links=(
            Link("https://town.example/a", "https://town.example/a", "town.example", False, LinkKind.WEB, "own_text"),
            Link("https://share.example/x", "https://w.example/?u=x", "share.example", True, LinkKind.SHARE, "html"),
        ),
        attachments=(
            Attachment(
                "plan.pdf", "application/pdf", "application/octet-stream", 12, "ab" * 32, False, TextStatus.READ,
                f"zeppelin{number} in a file", ("type-differs",),
            ),
        ),
        parts=(Part("text/plain", (("charset", "utf-8"),)), Part("application/pdf", (("name", "plan.pdf"),))),
        flags=("odd-date",),
    )  # fmt: skip
    pieces = tuple(
        Evidence("shared", "shared.chief_executive", "share", n, n + 5, "own_text", f"rule-{n}", "because",
                 Standing.EXAMPLE, 1.5)
        for n in range(3)
    )  # fmt: skip
    verdict = Verdict(
        Disposition.EVIDENCE,
        "tells an example",
        "en",
        (CategoryVerdict("shared", "shared.chief_executive", ("shared.chief_executive", "shared.merger"), 4.5,
                         Standing.EXAMPLE, pieces),),
        (CategoryVerdict("costcut", None, (), 0.5, Standing.REJECTED, (), "below-threshold"),),
        Respondent("Town Council", "GB", "town.example"),
        True,
        "rulebook-hash",
    )  # fmt: skip
    return Understanding(replace(message, **changes), verdict)


def answer(one: Understanding) -> Decision:
    return Decision(one.message.sender.address, "en")


def silence(*codes: str, duplicate_of: int | None = None) -> Decision:
    return Decision(None, "en", tuple(Objection(code, "A sentence.", "RFC 3834") for code in codes), duplicate_of)


def take(store, *mails: Arrived, account: str = "box", folder: str = "INBOX", validity: str = "1", now=NOW):
    """Rows for these mails; (ids in order of arrival that wait, run id)."""
    with store.begin() as tx:
        run_id = runs.start(tx, now)
        replies.take_in(tx, account, folder, validity, True, [hashed(mail) for mail in mails], run_id, now)
        return [one.reply_id for one in replies.pending(tx)], run_id


def stored(store, *ones: Understanding, now=NOW, decision=answer) -> tuple[list[int], int]:
    """These understandings, stored as replies that came in this order; (ids, run id)."""
    with store.begin() as tx:
        run_id = runs.start(tx, now)
        mails = []
        for number, one in enumerate(ones):
            raw = f"{now} {number} {one!r}".encode()
            when = now + timedelta(minutes=number)
            mails.append(Arrived(f"{now.timestamp()}-{number}", when, raw, len(raw)))
        replies.take_in(tx, "box", "INBOX", "1", True, [hashed(mail) for mail in mails], run_id, now)
        ids = [one.reply_id for one in replies.pending(tx)][-len(ones) :]
        batch = [(reply_id, one, decision(one)) for reply_id, one in zip(ids, ones, strict=True)]
        assert replies.store_understood(tx, batch, run_id, now, PREFIX) == ids
    return ids, run_id
