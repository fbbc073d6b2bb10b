"""Large base64 bodies, decoded before any parser sees them.

A parser goes through a mail line by line, which takes forty times as long as the decoding. So a body that is base64
beyond doubt gives way to a short stand-in, and comes back when the parser hands that out. Where one does not come
back, its part was none; then the mail is to be parsed as it stands.
"""

import binascii
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field

FEWEST = 2_000
"""Bytes; with fewer the parser is done as fast."""
MOST = 2_000
"""Places looked at; hostile mails have more."""

_NAME = b"content-transfer-encoding:"
_LONGEST_NAME = 100
_LONGEST_HEAD = 4_096
"""Bytes of a part's headers below the encoding."""
_GAP = re.compile(rb"\r?\n\r?\n")
_NUMBER = b"%06d"
_AS_IS = ("", "7bit", "8bit", "binary")


@dataclass(slots=True)
class Detached:
    """``source`` without some bodies is ``body``, what the parser shall see. ``token``: 18 bytes that stand nowhere in
    the mail."""

    source: bytes
    token: bytes
    body: bytes
    spans: list[tuple[int, int]] = field(default_factory=list)  # of the source, what was taken out
    decoded: list[bytes] = field(default_factory=list)
    missing: set[int] = field(default_factory=set)

    @classmethod
    def nothing(cls, source: bytes, token: bytes) -> "Detached":
        return cls(source, token, source)

    def take(self, start: int, end: int, decoded: bytes) -> bytes:
        """The stand-in for it, base64 like itself."""
        number = len(self.spans)
        self.spans.append((start, end))
        self.decoded.append(decoded)
        self.missing.add(number)
        return b64encode(self.token) + b64encode(_NUMBER % number)

    def back(self, data: bytes, encoding: str) -> bytes:
        """What the parser would have handed out of a part without us. ``encoding``: how the part says it is encoded."""
        if data.startswith(self.token) and data[len(self.token) :].isdigit():
            number = int(data[len(self.token) :])
            self.missing.discard(number)
            return self.decoded[number]
        sign = b64encode(self.token)
        if encoding in _AS_IS and sign in data:
            return re.sub(re.escape(sign) + rb"(.{8})", self._as_written, data)
        return data

    def _as_written(self, found: re.Match[bytes]) -> bytes:
        number = int(binascii.a2b_base64(found[1]))
        self.missing.discard(number)
        start, end = self.spans[number]
        return self.source[start:end]


def detach(source: bytes, token: bytes, *, encoded: bool) -> Detached:
    """In linear time. ``encoded``: the source as a whole is declared as base64."""
    found = Detached.nothing(source, token)
    pieces: list[bytes] = []
    done = looked_at = 0
    for start in _starts(source, encoded=encoded):
        if start < looked_at:
            continue
        end = source.find(b"\n--", start)  # no "-" is base64
        looked_at = len(source) if end < 0 else end
        written = source[start:looked_at].rstrip(b"\r\n")
        decoded = _decoded(written) if len(written) >= FEWEST else None
        if decoded is not None:
            pieces += [source[done:start], found.take(start, start + len(written), decoded)]
            done = start + len(written)
    if pieces:
        found.body = b"".join([*pieces, source[done:]])
    return found


def _starts(source: bytes, *, encoded: bool) -> Iterator[int]:
    """Where something begins that is declared as base64."""
    if encoded:
        yield 0
    at = 0
    for _ in range(MOST):
        at = source.find(b"base64", at)
        if at < 0:
            return
        name = source[max(0, at - _LONGEST_NAME) : at].rpartition(b"\n")[2]
        at += len(b"base64")
        if name.strip().lower() == _NAME and (gap := _GAP.search(source, at, at + _LONGEST_HEAD)):
            yield gap.end()


def _decoded(written: bytes) -> bytes | None:
    """None for what is not base64 to the last letter: the parser makes the best of it."""
    letters = written.translate(None, b"\r\n")
    try:
        return binascii.a2b_base64(letters, strict_mode=True) if len(letters) % 4 == 0 else None
    except binascii.Error:
        return None
