"""A mail that is attached to a mail (RFC 2046, section 5.2.1), read as an archive is: its words, then its files one
level deep. What its own writer quotes is left out, as it is left out of any mail.
"""

from collections.abc import Callable

from harvester.message.documents import Extracted
from harvester.message.documents.transcript import Enough, Transcript
from harvester.message.known import KnownTexts
from harvester.message.page import anchors_in
from harvester.message.parse import open_mail
from harvester.message.parts import File
from harvester.message.readable import readable
from harvester.message.segments import segment
from harvester.model import SIGNATURE, Limits, SegmentKind, TextStatus

MAILS = ("message/rfc822", "message/global")


def is_mail(file: File) -> bool:
    return file.declared_type in MAILS or file.media_type in MAILS


def read_mail(data: bytes, known: KnownTexts, limits: Limits, read_file: Callable[[File], Extracted]) -> Extracted:
    mail = open_mail(data, limits)
    if mail.quarantine == "empty":
        return Extracted(TextStatus.EMPTY)
    if mail.quarantine:
        too_large = mail.quarantine.startswith("too-")
        return Extracted(TextStatus.TOO_LARGE if too_large else TextStatus.DAMAGED)
    transcript = Transcript(limits)
    try:
        found = readable(mail.bodies, limits)
        segments = segment(found.text, found.marks, known.spans(found.text))
        kept = [s for s in segments if s.kind in (SegmentKind.OWN, SegmentKind.KNOWN)]  # who calls takes ours out
        for anchor in anchors_in(found.anchors, kept):
            transcript.link(anchor.href)
        transcript.add("".join(found.text[s.start : s.end] for s in kept) + "\n")
        for file in mail.files:
            if not file.inline and SIGNATURE not in file.flags:
                _add(file, transcript, Extracted(TextStatus.UNSUPPORTED) if is_mail(file) else read_file(file))
    except Enough:
        pass
    return transcript.extracted()


def _add(file: File, transcript: Transcript, inside: Extracted) -> None:
    for link in inside.links:
        transcript.link(link)
    if inside.status not in (TextStatus.READ, TextStatus.EMPTY):
        transcript.flag(f"packed-{inside.status}")
    transcript.add(f"{file.name}\n{inside.text}\n\n")
