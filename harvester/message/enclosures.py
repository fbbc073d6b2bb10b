"""What is in the files of a mail: the words of each, and where its links lead."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from harvester.message import envelope
from harvester.message.attached_mail import is_mail, read_mail
from harvester.message.bounded import bounded
from harvester.message.charset import codec_of
from harvester.message.documents import Extracted, Extractor
from harvester.message.documents.codepages import LATIN
from harvester.message.flags import ATTACHMENT
from harvester.message.known import KnownTexts
from harvester.message.links import link_to, links_of
from harvester.message.media import type_of
from harvester.message.parts import File
from harvester.model import SIGNATURE, Attachment, Limits, Link, TextStatus

Keep = Callable[[bytes], str]
"""Takes an attachment's bytes to the vault; their SHA-256 comes back."""

Span = tuple[int, int]

SEALS = 3
"""Signed files that several people signed, one around the other."""
MAILS_SHARE = 0.2
"""Of the time for one mail, which those attached to it may take together; they are read in this very process."""


@dataclass(frozen=True, slots=True)
class Found:
    attachments: tuple[Attachment, ...] = ()
    links: tuple[tuple[Link, ...], ...] = ()  # of each file
    quotes_request: bool = False
    flags: tuple[str, ...] = ()  # of the mail


class Enclosures:
    """Reads the files of one mail after another. Without an extractor every ``text_status`` is not-tried."""

    def __init__(self, known: KnownTexts, limits: Limits, extractor: Extractor | None = None) -> None:
        self._known = known
        self._limits = limits
        self._extractor = extractor

    def read(self, files: Sequence[File], keep: Keep, charset: str = LATIN) -> Found:
        """``charset``: in which the sender writes plain text that does not say so. OutOfReach, if no process can
        be started that reads files.
        """
        times = _Times(time.monotonic() + self._limits.documents_seconds, MAILS_SHARE * self._limits.mail_seconds)
        kept: list[Attachment] = []
        links: list[tuple[Link, ...]] = []
        flags: dict[str, None] = {}
        quoted = False
        number = 0  # of the files that count: inline pictures are none
        for file in files:
            found = self._extracted(file, charset, times)
            ours = self._known.look(found.text)
            quoted = quoted or ours.quotes_request
            text, cut = bounded(_without(found.text, ours.spans), self._limits)
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
            written = links_of(text, [(0, len(text))], (), where, self._limits.links + 1)
            targets = [link for target in found.links if (link := link_to(target, where))]
            links.append((*written, *targets))
            number += 1
        return Found(tuple(kept), tuple(links), quoted, tuple(flags))

    def _extracted(self, file: File, charset: str, times: "_Times") -> Extracted:
        if self._extractor is None or file.inline or SIGNATURE in file.flags:
            return Extracted(TextStatus.NOT_TRIED)
        for _ in range(SEALS):
            if not _is_sealed(file):
                break
            inside = envelope.opened(file.data)
            if inside.kind is not envelope.Kind.SIGNED:
                encrypted = inside.kind is envelope.Kind.ENCRYPTED
                return Extracted(TextStatus.ENCRYPTED if encrypted else TextStatus.DAMAGED)
            file = _unsealed(file, inside.content)
        if not is_mail(file):
            return self._document(file, charset, times)
        if times.for_mails <= 0:
            return Extracted(TextStatus.TIMEOUT)
        began = time.process_time()
        try:
            return read_mail(file.data, self._known, self._limits, lambda one: self._document(one, charset, times))
        finally:
            times.for_mails -= time.process_time() - began

    def _document(self, file: File, charset: str, times: "_Times") -> Extracted:
        assert self._extractor is not None
        declared = codec_of(file.charset)
        charset = declared if declared and not declared.startswith("utf") else charset
        return self._extractor.text(file.data, file.media_type, file.name, times.ends - time.monotonic(), charset)


def _is_sealed(file: File) -> bool:
    return file.media_type in envelope.TYPES or file.name.lower().endswith(envelope.ENDING)


def _unsealed(file: File, content: bytes) -> File:
    """``plan.pdf.p7m`` -> ``plan.pdf``"""
    name = file.name[: -len(envelope.ENDING)] if file.name.lower().endswith(envelope.ENDING) else file.name
    kind = type_of(content, "application/octet-stream", name)
    return replace(file, name=name, media_type=kind, declared_type=kind, data=content)


@dataclass(slots=True)
class _Times:
    """What is left for the files of one mail."""

    ends: float  # by the monotonic clock, for documents
    for_mails: float  # seconds of computing


def _without(text: str, spans: Sequence[Span]) -> str:
    if not spans:
        return text
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]]).strip()
