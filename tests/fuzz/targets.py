"""What must hold for any bytes. Each target takes bytes and raises AssertionError, or whatever the code raised."""

import re
from collections.abc import Callable, Sequence
from functools import cache

from fuzz.shapes import OURS, headers_from, mail_from, text_from
from harvester.message.headers import (
    date,
    decoded,
    in_reply_to,
    message_id,
    read_block,
    references,
    sender,
    subject,
    without_comments,
)
from harvester.message.known import KnownTexts
from harvester.message.segments import segment
from harvester.model import Segment, SegmentKind

Target = Callable[[bytes], None]

NAME = re.compile(r"[!-9;-~]{1,200}")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
KINDS = tuple(SegmentKind)


def headers(data: bytes) -> None:
    """The header scanner: the first byte says whether pieces or plain bytes follow, and whether fields are read."""
    if not data:
        return
    mode, rest = data[0], data[1:]
    raw = headers_from(rest) if mode & 1 else rest
    block = read_block(raw)
    assert 0 <= block.body_at <= len(raw)
    assert block.size <= len(raw) and block.largest <= len(raw) + 200
    assert len(block.headers.fields) == len(block.raw)
    for (name, value), (raw_name, raw_value) in zip(block.headers.fields, block.raw, strict=True):
        assert name == raw_name == name.lower() and NAME.fullmatch(name)
        assert "\r" not in value and "\n" not in value and "\0" not in value
        assert b"\r" not in raw_value and b"\n" not in raw_value
        value.encode("utf-8")
    if mode & 2:
        _fields_read(raw)
    elif b"\r" not in raw:  # a mail server turns line ends: the same fields must be there
        turned = read_block(raw.replace(b"\n", b"\r\n"))
        assert turned.headers == block.headers, "other fields with CR LF"


def _fields_read(raw: bytes) -> None:
    found = read_block(raw).headers
    assert not CONTROL.search(subject(found))
    one = sender(found)
    if one.address is not None:
        assert "@" in one.address and not CONTROL.search(one.address)
    for text in (message_id(found) or "", *in_reply_to(found), *references(found)):
        assert not CONTROL.search(text)
        text.encode("utf-8")
    date(found)
    for _, value in found.fields:
        decoded(value).encode("utf-8")
        without_comments(value)


@cache
def _ours() -> KnownTexts:
    return KnownTexts([OURS])


def segments(data: bytes) -> None:
    """The segmenter: plain, with our own words known, with marks of HTML."""
    if not data:
        return
    mode, rest = data[0] % 4, data[1:]
    marks: list[Segment] = []
    if mode == 2:
        cut, rest = rest[:3], rest[3:]
        text = text_from(rest)
        marks = _marks(cut, len(text))
    else:
        text = text_from(rest)
    known = _ours().spans(text) if mode == 1 else []
    found = segment(text, marks, known)
    covers(text, found, known)


def _marks(cut: bytes, length: int) -> list[Segment]:
    ends = sorted({byte * length // 255 for byte in cut})
    return [Segment(KINDS[byte % len(KINDS)], a, b) for byte, a, b in zip(cut, ends, ends[1:], strict=False)]


def covers(text: str, found: Sequence[Segment], known: Sequence[tuple[int, int]]) -> None:
    """From start to end, in order, no gaps; at line starts but for our own words, of which none is taken for theirs."""
    at = 0
    before: SegmentKind | None = None
    for part in found:
        assert part.start == at < part.end, "a gap, an overlap or an empty segment"
        if SegmentKind.KNOWN not in (part.kind, before):
            assert at == 0 or text[at - 1] == "\n", "a segment begins inside a line"
        if part.kind is SegmentKind.OWN:
            assert not any(start < part.end and part.start < end for start, end in known), "our words taken for theirs"
        at, before = part.end, part.kind
    assert at == len(text), "the end is missing"


def understanding(understand: Callable[[bytes], object]) -> Target:
    """``understand`` as a target: a mail of pieces, or plain bytes below a mail's first headers."""
    head = b"From: Anna <a@north.example>\r\nTo: replies@lga.example\r\nSubject: Re: x\r\nMIME-Version: 1.0\r\n"

    def target(data: bytes) -> None:
        if data:
            understand({0: data[1:], 1: mail_from(data[1:])}.get(data[0] % 4, head + mail_from(data[1:])))

    return target
