"""The header block as we read it ourselves (RFC 5322, section 2.2), and what its plain fields say.

Parsers of mail end the block at the first line they do not like; what follows, ``Auto-Submitted`` for
instance, becomes text. Here only an empty line ends it: a mbox ``From `` line, leading empty lines, a byte
order mark, CR or LF alone as line end, blanks before the colon and lines of junk are all passed over.
"""

import re
from dataclasses import dataclass

from harvester.message.addresses import sender as sender  # noqa: PLC0414  (part of this room's contract)
from harvester.message.charset import MULTIBYTE, codec_of, text_of
from harvester.message.comments import without_comments as without_comments  # noqa: PLC0414
from harvester.message.dates import date as date  # noqa: PLC0414
from harvester.message.encoded_words import decoded as decoded  # noqa: PLC0414
from harvester.model import Headers

JUNK, NO_GAP, REPEATED = "junk-in-headers", "no-blank-line-after-headers", "repeated-header"

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_OF_MBOX = re.compile(rb">{0,5}From [ \t]*[^ \t:]")
_BREAKS = re.compile(rb"[\r\n]*")
_PIECE = re.compile(rb"[\r\n\v\f]+")
_LABEL = re.compile(rb"charset\s*=\s*\"?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_ID = re.compile(r"<[^<>\s]{1,500}@[^<>\s]{1,500}>")
_BARE_ID = re.compile(r"[^<>\s,;@]{1,500}@[^<>\s,;@]{1,500}")
_ONCE = frozenset(
    ("from", "subject", "date", "message-id", "sender", "reply-to", "in-reply-to", "references", "content-type",
     "content-transfer-encoding")
)  # fmt: skip
_OF_MAIL = _ONCE | frozenset(
    ("to", "cc", "received", "return-path", "delivered-to", "mime-version", "content-type", "content-transfer-encoding",
     "x-mailer", "content-disposition", "x-original-to", "envelope-to", "auto-submitted", "list-id")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """What the scanner found: the headers, and where the text begins."""

    headers: Headers
    body_at: int
    flags: tuple[str, ...] = ()
    broken: bool = False  # no field of a mail, or more junk than fields
    size: int = 0  # bytes
    largest: int = 0  # bytes of the largest field
    raw: tuple[tuple[str, bytes], ...] = ()  # lower-case name, unfolded bytes


def scan(raw: bytes) -> Headers:
    return read_block(raw).headers


def read_block(raw: bytes, most: int = 20_000_000) -> Block:
    """Scan the block in linear time; ``most``: bytes looked at if no empty line comes."""
    start = _beginning(raw)
    lines, body_at = _lines(raw, start, min(len(raw), start + most))
    fields: list[tuple[bytes, list[bytes]]] = []
    junk = 0  # lines that are no field
    since = 0  # those after the last field: the text may begin there
    text_at = body_at
    for at, line in lines:
        if line[:1] in (b" ", b"\t"):
            if fields and not since:
                fields[-1][1].append(line)
            elif line.strip():
                junk += not since
            continue
        match = _FIELD.match(line)
        if match is None:
            if since == 0:
                text_at = at
            junk += 1
            since += 1
            continue
        since = 0
        fields.append((match.group(1).lower(), [line[match.end() :]]))
    flags = [JUNK] if junk > since else []
    if since:
        body_at = text_at
        flags.append(NO_GAP)
    unfolded = [(name.decode("ascii"), b"".join(parts).strip()) for name, parts in fields]
    names = [name for name, _ in unfolded]
    if any(names.count(name) > 1 for name in _ONCE.intersection(names)):
        flags.append(REPEATED)
    return Block(
        headers=Headers(tuple(_texts(unfolded))),
        body_at=body_at,
        flags=tuple(flags),
        broken=not _OF_MAIL.intersection(names) or junk > max(3, len(fields)),
        size=body_at - start,
        largest=max((len(name) + sum(map(len, parts)) for name, parts in fields), default=0),
        raw=tuple(unfolded),
    )


def _beginning(raw: bytes) -> int:
    """Past a byte order mark, empty lines and the ``From `` line of an mbox."""
    start = _after_breaks(raw, 3 if raw.startswith(b"\xef\xbb\xbf") else 0)
    if _OF_MBOX.match(raw, start):
        ends = [end for end in (raw.find(b"\n", start), raw.find(b"\r", start)) if end >= 0]
        start = _after_breaks(raw, min(ends, default=len(raw)))
    return start


def _after_breaks(raw: bytes, at: int) -> int:
    match = _BREAKS.match(raw, at)
    return match.end() if match else at


def _lines(raw: bytes, start: int, stop: int) -> tuple[list[tuple[int, bytes]], int]:
    """The block's lines with their offsets, and where the text after the empty line begins."""
    ending = b"\r" if _ends_with_cr(raw, start) else b"\n"
    lines: list[tuple[int, bytes]] = []
    at = start
    while at < stop:
        end = raw.find(ending, at, stop)
        nextline = end + 1 if end >= 0 else stop
        line = raw[at : end if end >= 0 else stop].strip(b"\r\n\x00")
        if not line:
            return lines, nextline
        if line.isspace() and not _goes_on(raw, nextline):
            return lines, nextline
        if b"\r" in line or b"\n" in line or b"\v" in line or b"\f" in line:
            # other programs see several lines here; so do we, lest a field hides in another one
            lines += [(at, piece) for piece in _PIECE.split(line) if piece]
        else:
            lines.append((at, line))
        at = nextline
    return lines, stop


def _ends_with_cr(raw: bytes, start: int) -> bool:
    """CR is the only line end (old Macintosh) if no LF comes before the first empty line made of CRs."""
    feed = raw.find(b"\n", start)
    first = raw.find(b"\r", start, feed if feed >= 0 else len(raw))
    if first < 0 or raw[first:feed].strip(b"\r") == b"":
        return feed < 0 <= first  # LF, CR LF, or CR CR LF: a line end that was converted twice
    gap = raw.find(b"\r\r", start)
    return 0 <= gap < feed or feed < 0


def _goes_on(raw: bytes, at: int) -> bool:
    """A line of blanks is a fold if headers follow it, the empty line if anything else does."""
    following = raw[at : at + 300]
    return following[:1] in (b" ", b"\t") or _FIELD.match(following) is not None


def _texts(fields: list[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """8-bit values without a character set: UTF-8, else what Content-Type says, else windows-1252."""
    hint = None
    for name, value in fields:
        if name == "content-type" and (label := _LABEL.search(value)):
            hint = label.group(1).decode("ascii")
            break
    codec = codec_of(hint)
    texts = []
    for name, value in fields:
        if value.isascii() and b"\x1b" not in value:
            text = value.decode("ascii")
        else:
            # bytes of a multi-byte character may look like "@" or a quote: only text may be read that way
            text = text_of(value, hint if codec not in MULTIBYTE or name == "subject" else None)
        texts.append((name, text.replace("\x00", "")))
    return texts


def subject(headers: Headers) -> str:
    """The first Subject, decoded, on one line."""
    return decoded(headers.first("subject"))


def message_id(headers: Headers) -> str | None:
    """``<left@right>`` where it can be found, else the text that stands there; None without one."""
    value = decoded(headers.first("message-id"))
    found = _ID.search(value)
    return found.group() if found else value[:998] or None


def in_reply_to(headers: Headers) -> tuple[str, ...]:
    return _ids(headers, "in-reply-to")


def references(headers: Headers) -> tuple[str, ...]:
    return _ids(headers, "references")


def _ids(headers: Headers, name: str) -> tuple[str, ...]:
    """The ids of all such headers, each once, oldest first (RFC 5322, section 3.6.4)."""
    found: list[str] = []
    for value in headers.all(name):
        text = without_comments(decoded(value))
        ids = _ID.findall(text) or [f"<{bare}>" for bare in _BARE_ID.findall(text)]
        found += ids
    return tuple(dict.fromkeys(found))
