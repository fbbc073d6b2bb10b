"""The parts of a mail as a person sees them: texts, files, pictures within the text, and notices about mails."""

import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.message import Message as Tree

from harvester.message import envelope, media
from harvester.message import headers as scanner
from harvester.message.charset import decode, html_label, is_ascii_label
from harvester.message.clean import storable
from harvester.message.detached import Detached
from harvester.message.encoded_words import decoded
from harvester.message.flowed import unflowed
from harvester.message.names import safe_name
from harvester.message.parameters import Typed, media_type, parse
from harvester.model import SIGNATURE, Limits, Part

_NOTICE_BYTES = 20_000
_GAP = re.compile(rb"\r?\n\r?\n|\r\r")
_NOTICES = ("delivery-status", "global-delivery-status", "disposition-notification", "feedback-report")
_PICTURES = ("image/jpeg", "image/jpg", "image/pjpeg", "image/png", "image/gif", "image/tiff", "image/bmp")
_NO_WORDS = (*_PICTURES, "audio/", "video/")
"""Declared types whose files never consist of words."""
_NO_WORDS_AFTER = " \t\r\n\0-\u00a0"
_KINDS = {
    "application/ms-tnef": "tnef", "application/vnd.ms-tnef": "tnef", "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime", "application/pgp-encrypted": "pgp-encrypted", "text/calendar": "calendar",
    "application/vnd.ms-outlook": "outlook-message", "message/partial": "partial-message",
    "message/external-body": "external-body",
}  # fmt: skip
"""Content that a person should know of; flags of the mail."""
_UUENCODED = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} \S", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Body:
    """A text of the mail. Bodies with the same ``alternative`` number say the same in two forms (RFC 2046, 5.1.4)."""

    media_type: str  # text/plain | text/html | text/enriched ...
    text: str
    alternative: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A part that a person would call an attachment, or (``inline``) a picture within the HTML."""

    name: str
    media_type: str
    declared_type: str
    data: bytes
    inline: bool = False
    flags: tuple[str, ...] = ()
    charset: str = ""  # as declared


class Over(Exception):
    """A limit is reached; the code says which."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(slots=True)
class _Place:
    """Where a part stands."""

    alternative: int | None = None
    related: bool = False  # inside multipart/related, not its root
    report: bool = False
    digest: bool = False  # right inside multipart/digest
    depth: int = 0


@dataclass(slots=True)
class Walk:
    """One pass over the parts in their order, without recursion."""

    limits: Limits
    detached: Detached
    flags: dict[str, None]
    unseal: Callable[[bytes], Tree | None]  # the bytes of a mail inside -> its parts; None for what no parser may see
    bodies: list[Body] = field(default_factory=list)
    files: list[tuple[File, str]] = field(default_factory=list)  # with their Content-ID
    parts: list[Part] = field(default_factory=list)
    decoded_bytes: int = 0

    def over(self, tree: Tree) -> None:
        waiting: list[tuple[Tree, _Place]] = [(tree, _Place())]
        alternatives = 0
        while waiting:
            part, place = waiting.pop()
            if len(self.parts) >= self.limits.parts:
                raise Over("too-many-parts")
            if place.depth > self.limits.depth:
                raise Over("too-deep")
            typed = self._typed(part, "message/rfc822" if place.digest else "text/plain")
            if (inside := self._unsealed(part, typed)) is not None:
                self.flags["smime"] = None
                self.parts.append(Part(typed.value, typed.parameters))
                waiting.append((inside, replace(place, depth=place.depth + 1, digest=False)))
                continue
            if not (part.is_multipart() and typed.value.startswith("multipart/")):
                self._leaf(part, typed, place)
                continue
            self.parts.append(Part(typed.value, typed.parameters))
            if str(part.epilogue or "").strip(_NO_WORDS_AFTER):
                self.flags["text-after-end"] = None
            if typed.value == "multipart/alternative":
                alternatives += 1
            inner: list[tuple[Tree, _Place]] = []
            for n, child in enumerate(_children(part)):
                here = replace(place, depth=place.depth + 1, digest=typed.value == "multipart/digest")
                if typed.value == "multipart/alternative":
                    here.alternative = alternatives
                elif typed.value == "multipart/related":
                    here.related = place.related or n > 0
                elif typed.value == "multipart/report":
                    here.report = True
                inner.append((child, here))
            waiting.extend(reversed(inner))

    def _unsealed(self, part: Tree, typed: Typed) -> Tree | None:
        """The mail inside an envelope that is only signed (RFC 8551, section 3.5.2); mail programs show it as the mail.
        A signed file, ``plan.pdf.p7m``, stays one."""
        if typed.value not in envelope.TYPES:
            return None
        written = parse(_field(part, "content-disposition")).get("filename") or typed.get("name")
        if written and written.lower() != f"smime{envelope.ENDING}":
            return None
        before = self.decoded_bytes
        inside = envelope.opened(self._bytes(part))
        found = self.unseal(inside.content) if inside.kind is envelope.Kind.SIGNED else None
        if found is None:
            self.decoded_bytes = before  # it will be a file, and counted as such
        return found

    def _typed(self, part: Tree, usual: str) -> Typed:
        """Content-Type as we read it. Where there is none, the part is of the usual type; what is nonsense is
        text/plain (RFC 2045, section 5.2)."""
        value = _field(part, "content-type").replace(self.detached.token.decode(), "")
        typed = parse(value or usual)
        if any(_count(part, name) > 1 for name in ("content-type", "content-transfer-encoding")):
            self.flags[scanner.REPEATED] = None
        if typed.repeated:
            self.flags["repeated-parameter"] = None
        kind = media_type(typed.value)
        if kind is None:  # odd words, among which the parser may still have found parts
            return replace(typed, value="multipart/mixed" if part.is_multipart() else "text/plain")
        if kind.startswith("multipart/") and not part.is_multipart():
            return replace(typed, value="text/plain")  # without a boundary nothing can be told apart
        return replace(typed, value=kind)

    def _leaf(self, part: Tree, typed: Typed, place: _Place) -> None:
        disposition = parse(_field(part, "content-disposition"))
        written = disposition.get("filename") or typed.get("name")
        kind = typed.value
        if flag := _KINDS.get(kind):
            self.flags[flag] = None
        if kind.partition("/")[0] == "message":
            self._message(part, typed, disposition.value, written, place)
            return
        data = self._bytes(part)
        headers = _head(data) if kind == "text/rfc822-headers" else ""
        self.parts.append(Part(kind, typed.parameters, headers))
        if media.is_signature(kind, data, decoded(written)):
            self.flags["signed"] = None
            if disposition.value == "attachment":  # only then mail programs list it beside the files
                self._file(data, typed, written, disposition.value, part, place)
            return
        attached = disposition.value == "attachment" or bool(written)
        if kind.startswith(_NO_WORDS) and not attached and media.is_words(data):
            self.flags["text-mislabelled"] = None
            self._body(data, replace(typed, value="text/plain"), place)
            return
        if kind.startswith("text/") and not attached and kind not in ("text/calendar", "text/vcard", "text/x-vcard"):
            if kind == "text/rfc822-headers":
                return
            self._body(data, typed, place)
            return
        if kind == "text/calendar" and not attached and place.alternative is not None:
            return  # the invitation itself; its words stand in the other alternatives
        if kind == "application/pgp-encrypted":
            return  # a version line
        self._file(data, typed, written, disposition.value, part, place)

    def _message(self, part: Tree, typed: Typed, disposition: str, written: str, place: _Place) -> None:
        """A notice about a mail is read, an attached mail is one file."""
        data = self._bytes(part)
        subtype = typed.value.partition("/")[2]
        notice = subtype in _NOTICES
        returned = place.report and subtype in ("rfc822", "global", "rfc822-headers", "global-headers")
        said = _plain(data[:_NOTICE_BYTES]) if notice else _head(data) if returned else ""
        self.parts.append(Part(typed.value, typed.parameters, said))
        sent_on = notice and disposition == "attachment" and not place.report  # by somebody, as a file like any other
        if (notice and not sent_on) or returned:
            return
        if not written and subtype in ("rfc822", "global"):
            subject = scanner.subject(scanner.scan(data[:65_536]))
            written = f"{subject[:100]}.eml" if subject else ""
        self._file(data, typed, written, disposition, part, place)

    def _body(self, data: bytes, typed: Typed, place: _Place) -> None:
        label = typed.get("charset") or None
        if typed.value == "text/html" and is_ascii_label(label):
            label = html_label(data) or label
        found = decode(data, label)
        if found.flag:
            self.flags[found.flag] = None
        text = found.text
        if typed.value != "text/html" and typed.get("format").lower() == "flowed":
            text = unflowed(text, delsp=typed.get("delsp").lower() == "yes")
        if typed.value == "text/plain" and _UUENCODED.search(data):
            self.flags["uuencoded"] = None
        self.bodies.append(Body(typed.value, text, place.alternative))

    def _file(self, data: bytes, typed: Typed, written: str, disposition: str, part: Tree, place: _Place) -> None:
        declared = typed.value
        if len(self.files) >= self.limits.attachments:
            raise Over("too-many-parts")
        number = len(self.files) + 1
        kind = media.type_of(data, declared, decoded(written))
        if flag := _KINDS.get(kind):
            self.flags[flag] = None
        flags = []
        if media.is_signature(declared, data, decoded(written)):
            flags.append(SIGNATURE)
        elif media.mismatch(kind, declared):
            flags.append("type-mismatch")
        if len(data) > self.limits.attachment_bytes:
            flags.append("large")
        content_id = _field(part, "content-id").strip().strip("<>")
        picture = kind.startswith("image/") and disposition != "attachment"
        inline = picture and (place.related or bool(content_id) or (disposition == "inline" and not written))
        file = File(safe_name(written, kind, number), kind, declared, data, inline, tuple(flags), typed.get("charset"))
        self.files.append((file, content_id))

    def _bytes(self, part: Tree) -> bytes:
        """Decoded; what is broken is kept as far as it goes."""
        try:
            data = part.get_payload(decode=True)
        except (ValueError, binascii.Error, LookupError, AssertionError):
            data = None
        if not isinstance(data, bytes):
            text = part.get_payload()
            data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else _written_again(part)
        if any(type(defect).__name__.startswith("InvalidBase64") for defect in part.defects):
            self.flags["damaged-encoding"] = None
        else:
            data = self.detached.back(data, _field(part, "content-transfer-encoding").lower())
        data = data.replace(self.detached.token, b"")  # a text may speak of "Content-Type: message/rfc822" too
        self.decoded_bytes += len(data)
        if self.decoded_bytes > self.limits.decoded_bytes:
            raise Over("too-large")
        return data


def _written_again(part: Tree) -> bytes:
    """The parser saw parts where we see one file."""
    try:
        return b"\n".join(bytes(child) for child in _children(part))
    except (ValueError, LookupError, AttributeError, TypeError):  # what it has read it cannot always write
        return b""


def _children(part: Tree) -> list[Tree]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Tree)] if isinstance(payload, list) else []


def _count(part: Tree, name: str) -> int:
    return sum(1 for key, _ in part.raw_items() if key.strip().lower() == name)


def _field(part: Tree, name: str) -> str:
    """A header of a part on one line, its 8-bit letters read as UTF-8 or windows-1252."""
    for key, value in part.raw_items():
        if key.strip().lower() == name:
            raw = str(value).encode("ascii", "surrogateescape") if not isinstance(value, bytes) else value
            return " ".join(decode(raw).text.split())
    return ""


def _head(data: bytes) -> str:
    """The header block of a returned mail: which of our mails it was."""
    return _plain(_GAP.split(data[:_NOTICE_BYTES].lstrip(b"\r\n"), 1)[0])


def _plain(data: bytes) -> str:
    return storable(decode(data).text)


def unrelated(files: list[tuple[File, str]], bodies: list[Body]) -> Iterator[File]:
    """A picture that the HTML does not show is an attachment, whatever the mail calls it."""
    source = "\n".join(body.text for body in bodies if body.media_type == "text/html")
    for file, content_id in files:
        if file.inline and (not source or (content_id and f"cid:{content_id}" not in source)):
            yield replace(file, inline=False)
        else:
            yield file
