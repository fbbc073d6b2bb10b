"""bytes -> Message: one mail read whole, with whose words are whose. No verdict yet."""

import hashlib
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from harvester.message.clean import storable
from harvester.message.documents import Extracted, Extractor
from harvester.message.flags import ATTACHMENT
from harvester.message.html import read_html
from harvester.message.known import KnownTexts
from harvester.message.links import link_to, links_of, merged, misleading
from harvester.message.page import Anchor, Page
from harvester.message.parse import Opened, head_of, open_mail
from harvester.message.parts import Body, File
from harvester.message.segments import segment
from harvester.model import SIGNATURE, Attachment, Limits, Link, Message, Segment, SegmentKind, TextStatus

Keep = Callable[[bytes], str]
"""Takes an attachment's bytes to the vault; their SHA-256 comes back."""

Span = tuple[int, int]

FEW_WORDS = 0.5
"""HTML with less than this share of the plain text's words is not the mail but its wrapping."""

ROOM = {"text/plain": 10, "text/html": 20}
"""So many times what is classified is read of all bodies of a kind: quotes are long and HTML is wordy, but the time
to tell whose words are whose grows with the text, and a mail of 38 MB of words would not end in time."""

_PICTURE = re.compile(r"data:[^\s\"'<>,]{0,200},[A-Za-z0-9+/=%_-]*")
"""A file written into the HTML itself (RFC 2397); no words."""


@dataclass(frozen=True, slots=True)
class _Text:
    """The mail's readable text, and what HTML adds to it."""

    text: str = ""
    anchors: tuple[Anchor, ...] = ()
    marks: tuple[Segment, ...] = ()


class Reader:
    """Reads one mail after another; our own texts are indexed once.

    ``known_texts``: the request in all its versions; ``letters``: the words of our acknowledgements. ``extractor``
    reads the text of files; without one every ``text_status`` is not-tried.
    """

    def __init__(
        self, known_texts: Sequence[str], limits: Limits, extractor: Extractor | None = None, letters: str = ""
    ) -> None:
        self._known = KnownTexts([*known_texts, letters])
        self._request = KnownTexts(known_texts)
        self._limits = limits
        self._extractor = extractor

    def read(self, raw: bytes, keep: Keep) -> Message:
        """Never raises because the mail is odd: see ``Message.quarantine``. OutOfReach, if files cannot be read
        because no process can be started.
        """
        mail = open_mail(raw, self._limits)
        head = _headed(mail, hashlib.sha256(raw).hexdigest(), len(raw))
        if mail.quarantine:
            return head
        flags = dict.fromkeys(mail.flags)
        bodies, beyond = _readable(mail.bodies, self._limits)
        found = _whole(bodies)
        known = self._known.spans(found.text)
        segments = segment(found.text, found.marks, known)
        own = [(s.start, s.end) for s in segments if s.kind is SegmentKind.OWN]
        own_text = "".join(found.text[start:end] for start, end in own).strip()
        own_text, cut = _bounded(own_text, self._limits)
        if cut or beyond:
            flags["text-cut"] = None
        if misleading(found.text, found.anchors):
            flags["link-text-mismatch"] = None
        quotes_request = bool(known) and self._request.quoted(found.text)
        attachments, of_files, quoted = self._attachments(mail.files, keep, flags)
        links = links_of(found.text, own, found.anchors, "own_text", self._limits.links)
        ours = [link for link in merged((links, *of_files), self._limits.links) if not self._known.is_link(link.url)]
        return replace(
            head,
            text=found.text,
            segments=segments,
            own_text=own_text,
            signature="\n".join(
                found.text[s.start : s.end].strip() for s in segments if s.kind is SegmentKind.SIGNATURE
            ),
            request_quoted=quotes_request or quoted,
            links=tuple(ours),
            attachments=attachments,
            parts=mail.parts,
            flags=tuple(flags),
        )

    def _attachments(
        self, files: Sequence[File], keep: Keep, flags: dict[str, None]
    ) -> tuple[tuple[Attachment, ...], list[tuple[Link, ...]], bool]:
        """The files, the links in each, and whether one of them quotes us."""
        ends = time.monotonic() + self._limits.documents_seconds
        kept: list[Attachment] = []
        links: list[tuple[Link, ...]] = []
        quoted = False
        number = 0  # of the files that count: inline pictures are none
        for file in files:
            found = self._extracted(file, ends)
            known = self._known.spans(found.text)
            quoted = quoted or (bool(known) and self._request.quoted(found.text))
            text, cut = _bounded(_without(found.text, known), self._limits)
            odd = tuple(dict.fromkeys((*file.flags, *found.flags, *(("text-cut",) if cut else ()))))
            flags |= {f"{ATTACHMENT}{flag}": None for flag in odd}
            kept.append(
                Attachment(
                    name=file.name,
                    media_type=file.media_type,
                    declared_type=file.declared_type,
                    size=len(file.data),
                    sha256=keep(file.data),
                    inline=file.inline,
                    text_status=found.status,
                    text=text,
                    flags=odd,
                )
            )
            if file.inline:
                continue
            where = f"attachment:{number}"
            written = links_of(text, [(0, len(text))], (), where, self._limits.links)
            targets = [link for target in found.links if (link := link_to(target, where))]
            links.append((*written, *targets))
            number += 1
        return tuple(kept), links, quoted

    def _extracted(self, file: File, ends: float) -> Extracted:
        if self._extractor is None or file.inline or SIGNATURE in file.flags:
            return Extracted(TextStatus.NOT_TRIED)
        return self._extractor.text(file.data, file.media_type, file.name, ends - time.monotonic())


def headers_only(raw: bytes, code: str, limits: Limits | None = None) -> Message:
    """What the headers alone say of a mail in quarantine; no parser is loaded for it."""
    most = (limits or Limits()).header_block_bytes
    return _headed(head_of(raw, code, most), hashlib.sha256(raw).hexdigest(), len(raw))


def _headed(mail: Opened, sha256: str, size: int) -> Message:
    return Message(
        sha256=sha256,
        size=size,
        headers=mail.headers,
        message_id=mail.message_id,
        sender=mail.sender,
        subject=mail.subject,
        date=mail.date,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        quarantine=mail.quarantine,
        flags=mail.flags,
    )


def _readable(bodies: Sequence[Body], limits: Limits) -> tuple[list[Body], bool]:
    """The bodies as far as there is room for them, and whether something was left out."""
    left = {kind: times * limits.classified_chars for kind, times in ROOM.items()}
    readable: list[Body] = []
    cut = False
    for body in bodies:
        kind = "text/html" if body.media_type == "text/html" else "text/plain"
        text = body.text
        if kind == "text/html" and len(text) > left[kind]:
            text = _PICTURE.sub("data:,", text)
        cut = cut or len(text) > left[kind]
        text = text[: left[kind]]
        left[kind] -= len(text)
        readable.append(replace(body, text=text))
    return readable, cut


def _whole(bodies: Sequence[Body]) -> _Text:
    """The bodies one below the other; of alternatives the one that says most."""
    pages: list[Page] = []
    done: set[int] = set()
    for body in bodies:
        if body.alternative is None:
            pages.append(_page(body))
        elif body.alternative not in done:
            done.add(body.alternative)
            pages += _chosen([other for other in bodies if other.alternative == body.alternative])
    text, anchors, marks = "", [], []
    for page in pages:
        if not page.text.strip():
            continue
        at = len(text) + 2 if text else 0
        text = f"{text}\n\n{page.text}" if text else page.text
        anchors += [Anchor(a.start + at, a.end + at, a.href) for a in page.anchors]
        marks += [Segment(m.kind, m.start + at, m.end + at) for m in page.marks]
    return _Text(text, tuple(anchors), tuple(marks))


def _chosen(bodies: Sequence[Body]) -> list[Page]:
    """HTML knows what is quoted and where links lead; unless it holds less than the plain text."""
    html = [_page(body) for body in bodies if body.media_type == "text/html"]
    plain = [_page(body) for body in bodies if body.media_type != "text/html"]
    if html and _words(html) >= FEW_WORDS * _words(plain):
        return html
    return plain or html


def _words(pages: Sequence[Page]) -> int:
    return sum(len(page.text.split()) for page in pages)


def _page(body: Body) -> Page:
    if body.media_type == "text/html":
        page = read_html(storable(body.text))
        return page if page.text.strip() else Page("")
    return Page(storable(body.text).strip("\n"))


def _without(text: str, spans: Sequence[Span]) -> str:
    if not spans:
        return text
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]]).strip()


def _bounded(text: str, limits: Limits) -> tuple[str, bool]:
    """Not longer than what is classified, and no run without blanks that would take a tokenizer minutes."""
    run = limits.unbroken_run
    bounded = re.sub(rf"(\S{{{run}}})\S+", r"\1", text[: limits.classified_chars])
    return bounded, len(bounded) < len(text)
