"""Encoded words in headers (RFC 2047; language suffix: RFC 2231, section 5), in all their abuses.

What mail programs really send: words cut in the middle of a character, glued to their neighbours, with
blanks inside, with bad padding, inside quoted strings, with a character set nobody knows.
"""

import binascii
import re
from collections.abc import Iterator

from harvester.message.charset import text_of
from harvester.message.clean import one_line

WORDS = 200
"""Words decoded in one header; what follows stays as it is. Such mail is quarantined anyway."""

_START = re.compile(r"=\?([^?\s=]{0,75})\?([bBqQ])\?")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")

Piece = tuple[str, str | None, bytes]  # text | charset and the bytes of a word


def decoded(value: str) -> str:
    """The value as a reader sees it: one line, no control or direction characters, never an exception."""
    if "=?" not in value:
        return one_line(value)
    text: list[str] = []
    waiting: list[bytes] = []  # bytes of adjacent words in one character set
    charset = ""

    def settle() -> None:
        if waiting:
            text.append(text_of(b"".join(waiting), charset))
            waiting.clear()

    for plain, named, data in _pieces(value):
        if named is None:
            settle()
            text.append(plain)
            continue
        if named != charset:
            settle()
            charset = named
        waiting.append(data)
    settle()
    return one_line("".join(text))


def _pieces(value: str) -> Iterator[Piece]:
    """Plain text and words in order; blanks between two words are not text (section 6.2)."""
    done = 0  # all before this is told
    words = 0
    after_word = False
    end = -1
    start = _START.search(value)
    while start and words < WORDS:
        if end < start.end():
            end = value.find("?=", start.end())
        if end < 0:
            break
        following = _START.search(value, start.end())
        if following and following.start() < end:
            start = following  # the first one was never closed: it is text
            continue
        between = value[done : start.start()]
        if not (after_word and between.strip() == ""):
            yield between, None, b""
        charset = start.group(1).partition("*")[0].lower()
        yield "", charset, _bytes_of(start.group(2), value[start.end() : end])
        words += 1
        after_word = True
        done = end + 2
        start = following if following and following.start() >= done else _START.search(value, done)
    yield value[done:], None, b""


def _bytes_of(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return _HEX.sub(lambda m: bytes([int(m.group(1), 16)]), data.replace(b"_", b" "))
    letters = _NOT_BASE64.sub(b"", data)
    if len(letters) % 4 == 1:
        letters = letters[:-1]  # one letter alone holds no byte
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
