"""Replies with all that a page can show, put on a desk."""

from dataclasses import replace

from harvester.model import (
    Arrived,
    Attachment,
    CategoryVerdict,
    Disposition,
    Evidence,
    Link,
    LinkKind,
    Message,
    Part,
    Segment,
    SegmentKind,
    Standing,
    TextStatus,
    Understanding,
    Verdict,
)
from harvester.review.desk import Desk
from harvester.store import replies, runs
from store_samples import NOW, PREFIX, answer, hashed, understanding

OWN = "We share a chief executive with East March.\nIt saves 90,000 pounds a year."
QUOTED = "\n> Two or more authorities merging"


def evidence(text: str, words: str, standing=Standing.EXAMPLE, where="own_text", kind="shared.chief_executive"):
    start = text.index(words)
    return Evidence(kind.partition(".")[0], kind, words, start, start + len(words), where, f"rule of {words[:8]}",
                    f"says {words[:8]}", standing)  # fmt: skip


def told(*pieces: Evidence, near: tuple[CategoryVerdict, ...] = (), **changes) -> Verdict:
    """A verdict that rests on these pieces."""
    kinds = tuple(dict.fromkeys(piece.kind for piece in pieces))
    counted = (CategoryVerdict("shared", kinds[0], kinds, 4.0, Standing.EXAMPLE, pieces),) if pieces else ()
    what = Disposition.EVIDENCE if pieces else Disposition.UNCLEAR
    said = {"categories": counted, "near": near, "disposition": what, "review_suggested": False}
    return replace(understanding(1).verdict, **said | changes)


def written(own: str = OWN, **changes) -> Message:
    """A message with these own words above a quote."""
    text = own + QUOTED
    plain = understanding(1).message
    return replace(
        plain,
        **{
            "text": text,
            "own_text": own,
            "segments": (
                Segment(SegmentKind.OWN, 0, len(own)),
                Segment(SegmentKind.QUOTED, len(own), len(text)),
            ),
            "attachments": (),
            "links": (),
            "flags": (),
        }
        | changes,
    )


def file(desk: Desk, name: str, data: bytes, media_type: str = "application/pdf", **changes) -> Attachment:
    """A file whose bytes are in the vault."""
    sha256 = desk.store.vault.put(data)
    plain = Attachment(name, media_type, media_type, len(data), sha256, False, TextStatus.READ, "")
    return replace(plain, **changes)


def put(desk: Desk, message: Message | None, verdict: Verdict | None = None, raw: bytes = b"", now=NOW) -> int:
    """Take a mail in, its bytes too; ``message`` None leaves it unread. Returns its id."""
    raw = raw or f"Subject: of {message!r} {now}\r\n\r\n".encode()
    mail = Arrived(f"{hash(raw)}", now, raw, len(raw))
    desk.store.vault.put(raw)
    with desk.store.begin() as tx:
        run_id = runs.start(tx, now)
        replies.take_in(tx, "box", "INBOX", "1", True, [hashed(mail)], run_id, now)
        reply_id = replies.pending(tx)[-1].reply_id
        if message is not None:
            message = replace(message, sha256=hashed(mail)[1])
            one = Understanding(message, verdict or told(evidence(message.own_text, message.own_text[:8])))
            replies.store_understood(tx, [(reply_id, one, answer(one))], run_id, now, PREFIX)
    return reply_id


def link(url: str, host: str, kind=LinkKind.WEB, raw: str = "") -> Link:
    return Link(url, raw or url, host, False, kind, "own_text")


HTML = Part("text/html", ())
