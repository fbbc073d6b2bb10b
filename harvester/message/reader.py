"""bytes -> Message: one mail read whole, with whose words are whose. No verdict yet."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from harvester.message.bounded import bounded
from harvester.message.cited import without_marks
from harvester.message.documents import Extractor
from harvester.message.documents.codepages import LATIN, codepage_of
from harvester.message.enclosures import Enclosures, Keep
from harvester.message.known import KnownTexts
from harvester.message.links import links_of, merged, misleading
from harvester.message.parse import Opened, head_of, open_mail
from harvester.message.readable import readable
from harvester.message.segments import segment
from harvester.model import Limits, Message, SegmentKind


class Reader:
    """Reads one mail after another; our own texts are indexed once.

    ``known_texts``: the request in all its versions; ``letters``: the words of our acknowledgements. ``extractor``
    reads the text of files; without one every ``text_status`` is not-tried.
    """

    def __init__(
        self, known_texts: Sequence[str], limits: Limits, extractor: Extractor | None = None, letters: str = ""
    ) -> None:
        self._known = KnownTexts(known_texts, [letters])
        self._limits = limits
        self._enclosures = Enclosures(self._known, limits, extractor)

    def read(self, raw: bytes, keep: Keep) -> Message:
        """Never raises because the mail is odd: see ``Message.quarantine``. OutOfReach, if files cannot be read
        because no process can be started.
        """
        mail = open_mail(raw, self._limits)
        head = _headed(mail, hashlib.sha256(raw).hexdigest(), len(raw))
        if mail.quarantine:
            return head
        flags = dict.fromkeys(mail.flags)
        found = readable(mail.bodies, self._limits)
        ours = self._known.look(found.text)
        segments = segment(found.text, found.marks, ours.spans)
        own = [(s.start, s.end) for s in segments if s.kind is SegmentKind.OWN]
        own_text = "".join(without_marks(found.text[start:end]) for start, end in own).strip()
        own_text, cut = bounded(own_text, self._limits)
        if cut or found.cut:
            flags["text-cut"] = None
        if misleading(found.text, found.anchors):
            flags["link-text-mismatch"] = None
        files = self._enclosures.read(mail.files, keep, codepage_of(own_text) if mail.files else LATIN)
        flags |= dict.fromkeys(files.flags)
        most = self._limits.links
        links = links_of(found.text, own, found.anchors, "own_text", most + 1)
        links = merged((links, *files.links), most + 1)
        if len(links) > most:
            flags["links-cut"] = None
        return replace(
            head,
            text=found.text,
            segments=segments,
            own_text=own_text,
            signature="\n".join(
                found.text[s.start : s.end].strip() for s in segments if s.kind is SegmentKind.SIGNATURE
            ),
            request_quoted=ours.quotes_request or files.quotes_request,
            links=tuple([link for link in links[:most] if not self._known.is_link(link.url)]),
            attachments=files.attachments,
            parts=mail.parts,
            flags=tuple(flags),
        )


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
