"""A letter as bytes: a fixed set of headers, plain text, and nothing that a sender could slip in.

Lines are written by hand, because the standard library's writer obeys encoded words in what it is given
(CVE-2024-6923); then its reader must find exactly what was meant, or the letter is not sent.
"""

import binascii
import email
import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from email.errors import HeaderParseError
from email.header import Header, decode_header, make_header
from functools import lru_cache

HEADER_WIDTH = 78  # RFC 5322, section 2.1.1
TEXT_WIDTH = 72
LONGEST_LINE = 998
CRLF = "\r\n"
_INDENT = re.compile(r"\s*(?:[-*•]\s+)?")

Fields = Sequence[tuple[str, str]]


class Spoilt(ValueError):
    """What was written does not read as it was meant; it must not be sent."""


def one_line(text: str) -> str:
    """A word from outside as part of one line: line ends, control and bidi characters become blanks."""
    if text.isascii() and text.isprintable():
        return text
    return " ".join(
        "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") else c for c in text).split()
    )


def cut(text: str, width: int) -> str:
    """At most ``width`` characters, at a blank where there is one."""
    if len(text) <= width:
        return text
    head, blank, _ = text[:width].rpartition(" ")
    return (head if blank and len(head) > width // 2 else text[: width - 1]).rstrip(" ,;:-") + "…"


def set_out(text: str) -> str:
    """Each line of the template is a line of the letter; long ones are wrapped, blank ones never follow another.

    No-break spaces keep words together here; they are sent as ordinary ones, which every old reader can show.
    """
    return "\n".join(_set_out(text)).strip("\n").replace("\u00a0", " ").replace("\u202f", " ") + "\n"


def _set_out(text: str) -> Iterator[str]:
    blank = True
    for line in map(str.rstrip, text.split("\n")):
        if not line:
            if not blank:
                yield ""
            blank = True
            continue
        blank = False
        yield from (line,) if len(line) <= TEXT_WIDTH else _wrapped(line)


@lru_cache(1024)  # most paragraphs of a letter are those of the last one
def _wrapped(line: str) -> tuple[str, ...]:
    indent = _INDENT.match(line)
    hanging = " " * len(indent[0] if indent else "")
    return tuple(
        textwrap.wrap(line, TEXT_WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
    )


# ---------------------------------------------------------------------- writing


def write(fields: Fields, text: str) -> bytes:
    """RFC 5322 and 2045: CRLF, folded headers, the text as 7-bit or quoted-printable UTF-8 (safe for DKIM).

    Raises Spoilt if anything is in it that does not belong in a letter, or if it does not read as it was written.
    """
    if not text.strip() or any(c in text for c in "\r\0"):
        raise Spoilt("the text is empty or holds control characters")
    simple = text.isascii() and max(map(len, text.split("\n"))) <= LONGEST_LINE
    body = text.encode("utf-8")
    encoded = body if simple else binascii.b2a_qp(body, istext=True)
    fields = [
        *fields,
        ("MIME-Version", "1.0"),
        ("Content-Type", 'text/plain; charset="utf-8"'),
        ("Content-Transfer-Encoding", "7bit" if simple else "quoted-printable"),
    ]
    head = "".join(_header(name, value) for name, value in fields)
    raw = head.encode("utf-8") + b"\r\n" + encoded.replace(b"\n", b"\r\n")
    _reread(raw, fields, text)
    return raw


def _header(name: str, value: str) -> str:
    if not value or not value.isprintable():
        raise Spoilt(f"{name} is empty or holds a line end, a control or an invisible character")
    if name == "Subject" and (not value.isascii() or "=?" in value):  # RFC 2047, section 5
        return f"Subject: {Header(value, 'utf-8', HEADER_WIDTH - 2, name).encode(linesep=CRLF)}\r\n"
    if len(name) + 2 + len(value) <= HEADER_WIDTH:
        return f"{name}: {value}\r\n"
    return "\r\n".join(_folded(f"{name}:", value.split(" "))) + "\r\n"


def _folded(line: str, words: Sequence[str]) -> Iterator[str]:
    """Section 2.2.3: a line may end before any blank; a word that is too long stands alone."""
    for word in words:
        if len(line) + 1 + len(word) > HEADER_WIDTH and line.strip():
            yield line
            line = ""
        line += f" {word}"
    yield line


# ---------------------------------------------------------------------- reading again


def _reread(raw: bytes, fields: Fields, text: str) -> None:
    """The standard library's reader, which wrote nothing of it, must find these headers, this text, no more."""
    mail = email.message_from_bytes(raw)
    if mail.keys() != [name for name, _ in fields]:
        raise Spoilt(f"the headers read as {', '.join(mail.keys())[:200]}")
    for (name, meant), (_, found) in zip(fields, mail.raw_items(), strict=True):
        if _unfolded(name, str(found)) != meant:
            raise Spoilt(f"{name} reads as {str(found)[:100]!r} instead of {meant[:100]!r}")
    body = mail.get_payload(decode=True)
    if mail.defects or not isinstance(body, bytes) or body.decode("utf-8").replace("\r\n", "\n") != text:
        raise Spoilt("the text does not read as it was written")
    if any(len(line) > LONGEST_LINE for line in raw.split(b"\r\n")):
        raise Spoilt(f"a line is longer than {LONGEST_LINE} bytes")


def _unfolded(name: str, value: str) -> str:
    value = value.replace("\r\n", "").lstrip(" ")
    if not value.isascii():  # the reader keeps bytes beyond ASCII as surrogates
        value = value.encode("utf-8", "surrogateescape").decode("utf-8")
    if name != "Subject" or "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, UnicodeError) as fault:
        raise Spoilt(f"{name} cannot be decoded: {fault}") from fault
