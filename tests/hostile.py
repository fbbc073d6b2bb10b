"""Mails that mean harm, each with its name, its bytes and the quarantine codes that are right for it."""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harvester.worker import Recipe

HEAD = (
    b"From: Anna Berg <a.berg@north.example>\r\nTo: replies@lga.example\r\nSubject: Shared services\r\n"
    b"Message-ID: <1@north.example>\r\nMIME-Version: 1.0\r\n"
)
FINE = frozenset({None})
ANY = frozenset(
    {None, "empty", "too-large", "header-too-large", "too-many-headers", "too-many-parts", "too-deep",
     "malformed-header", "malformed-mime"}
)  # fmt: skip

BUSY = (
    b"(", b"=", b"_", b"#", b">", b"> ", b"<", b"&", b"-", b"http://a:", b"www.", b"@", b"a@", b"\n>", b"\n\n",
    b"<div>", b"<b><i>", b"<a href=", b"&#", b"\x1b$B", b"\xff", b"[", b"*", b"\xe2\x80\xae", b"--\n", b"On a wrote:\n",
    b"From: a\n", b"a ", b"We share a council. ", b"a\n", b". ", b"' ",
)  # fmt: skip
"""Repeated, they keep somebody busy: tokenizers, searchers of links, readers of HTML, finders of quotes."""
CHARSETS = (
    "unicode_escape", "utf-7", "idna", "undefined", "punycode", "zlib", "rot13", "hex", "base64", "utf-16", "utf-32",
    "iso-2022-jp", "hz", "../../etc",
)  # fmt: skip


class Patient(Recipe):
    """Five seconds of computing as for any mail, but a clock on the wall that allows for a busy machine."""

    @property
    def seconds(self) -> float:
        return 60.0


@dataclass(frozen=True, slots=True)
class Hostile:
    name: str
    raw: bytes
    codes: frozenset[str | None]


def bombs() -> Iterator[Hostile]:
    """Made to keep a parser busy: by depth, by number, by size, by punctuation."""
    yield from _headers()
    yield from _structures()
    yield from _texts()
    yield from _names()


def mutations(mails: list[Path], count: int) -> Iterator[Hostile]:
    """Ordinary mails with bytes changed, cut, doubled, swapped; the same ones every time."""
    dice = random.Random(20270816)
    for number in range(count):
        raw = bytearray(dice.choice(mails).read_bytes())
        for _ in range(dice.randint(1, 12)):
            at, other = (dice.randrange(len(raw) + 1) for _ in range(2))
            piece = raw[at : at + dice.randint(1, 200)]
            match dice.randrange(6):
                case 0:
                    raw[at : at + 1] = bytes([dice.randrange(256)])
                case 1:
                    del raw[at : at + len(piece)]
                case 2:
                    raw[other:other] = piece
                case 3:
                    raw[at:at] = dice.choice(
                        [b"\r\n\r\n", b"\x00", b"--cut-here\r\n", b"=?utf-8?q?", b'"', b"\xff\xfe", b"\r"]
                    )
                case 4:
                    raw[at:at] = piece * dice.randint(2, 50)
                case _:
                    del raw[max(at, 1) :]
        yield Hostile(f"mutation-{number}", bytes(raw), ANY)


def _mail(*headers: bytes, body: bytes = b"Our council shares.\r\n") -> bytes:
    return HEAD + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body


def _headers() -> Iterator[Hostile]:
    large, many = frozenset({"header-too-large"}), frozenset({"too-many-headers"})
    for mark in (
        b'"',
        b",",
        b"\\",
        b"(",
        b")",
        b"<",
        b">",
        b";",
        b":",
        b"@",
        b"=?",
        b"=?utf-8?q?",
        b"[",
        b"'",
        b"\xff",
    ):
        shown = mark.decode("latin-1")
        for name in (b"From", b"To", b"Subject", b"Date", b"References", b"Message-ID", b"Auto-Submitted"):
            line = name + b": " + mark * (30_000 // len(mark))
            yield Hostile(f"{name.decode()} of 30 KB {shown}", _mail(line), frozenset({None, "malformed-header"}))
        yield Hostile(f"To of 97 KB {shown}", _mail(b"To: " + mark * (97_000 // len(mark))), large)
    yield Hostile("Content-Type of 200 KB semicolons", _mail(b"Content-Type: text/plain" + b";" * 200_000), large)
    yield Hostile(
        "Content-Type of 30 KB semicolons",
        _mail(b"Content-Type: text/plain" + b";" * 30_000),
        frozenset({"malformed-mime"}),
    )
    yield Hostile("60,000 encoded words", _mail(b"Subject: " + b" =?utf-8?q?a?=" * 60_000), large)
    yield Hostile(
        "1,000 encoded words", _mail(b"Subject: " + b" =?utf-8?q?a?=" * 1_000), frozenset({"malformed-header"})
    )
    yield Hostile("1,200 headers", _mail(*[b"X-A: 1"] * 1_200), many)
    yield Hostile("50,000 headers", _mail(*[b"X-A: 1"] * 50_000), frozenset({"header-too-large", "too-many-headers"}))
    yield Hostile("300 KB of headers", _mail(*[b"X-A: " + b"a" * 1_000] * 300), large)
    yield Hostile("a header of 10 MB", _mail(b"X-A: " + b"a" * 10_000_000), large)
    yield Hostile(
        "no empty line in 2 MB", HEAD + b"X: y\r\n" * 300_000, frozenset({"header-too-large", "too-many-headers"})
    )
    yield Hostile("a fold of 30,000 blanks", _mail(b"X-A: a\r\n" + b" " * 30_000), FINE)
    yield Hostile("5,000 folds", _mail(b"X-A: a" + b"\r\n b" * 5_000), FINE)
    yield Hostile("only junk", b"\x00\xff" * 5_000, frozenset({"malformed-header"}))
    yield Hostile("nothing", b"", frozenset({"empty"}))


def _structures() -> Iterator[Hostile]:
    def nest(depth: int, kind: bytes = b"mixed") -> bytes:
        opened = b"".join(
            b'Content-Type: multipart/%s; boundary="b%d"\r\n\r\n--b%d\r\n' % (kind, n, n) for n in range(depth)
        )
        return HEAD + opened + b"\r\nx\r\n" + b"".join(b"--b%d--\r\n" % n for n in reversed(range(depth)))

    deep = frozenset({"too-deep"})
    for depth in (25, 60, 200, 1_000):
        for kind in (b"mixed", b"alternative", b"related", b"report", b"signed", b"digest"):
            yield Hostile(f"multipart/{kind.decode()} {depth} deep", nest(depth, kind), deep)
    yield Hostile("multipart 4,500 deep", nest(4_500), frozenset({"malformed-mime", "too-many-parts", "too-deep"}))
    messages = b"Content-Type: message/rfc822\r\n\r\n" * 3_000
    yield Hostile("3,000 messages in each other", HEAD + messages + b"\r\nx", FINE)
    parts = _mail(
        b"Content-Type: multipart/mixed; boundary=b", body=b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 50_000
    )
    yield Hostile("50,000 parts", parts, frozenset({"too-many-parts"}))
    bare = _mail(b"Content-Type: multipart/mixed; boundary=b", body=b"--b\r\n" * 50_000)
    yield Hostile("50,000 boundary lines", bare, frozenset({"malformed-mime"}))
    file = b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\nx\r\n"
    yield Hostile(
        "400 files", _mail(b"Content-Type: multipart/mixed; boundary=b", body=file * 400), frozenset({"too-many-parts"})
    )
    yield Hostile(
        "an empty boundary", _mail(b'Content-Type: multipart/mixed; boundary=""', body=b"--\r\n" * 3_000), ANY
    )
    yield Hostile("a boundary of 20 KB", _mail(b"Content-Type: multipart/mixed; boundary=" + b"b" * 20_000), ANY)
    yield Hostile(
        "two boundaries",
        _mail(b"Content-Type: multipart/mixed; boundary=a; boundary=b", body=b"--b\r\n\r\nx\r\n--a\r\n\r\ny\r\n"),
        ANY,
    )
    yield Hostile(
        "multipart in base64",
        _mail(
            b"Content-Type: multipart/mixed; boundary=b",
            b"Content-Transfer-Encoding: base64",
            body=b"--b\r\n\r\nx\r\n--b--\r\n",
        ),
        FINE,
    )
    pieces = b"; ".join(b"filename*%d*=%%41" % n for n in range(400))
    yield Hostile("a name of 400 pieces", _mail(b"Content-Disposition: attachment; " + pieces), ANY)


def _texts() -> Iterator[Hostile]:
    for mark in BUSY:
        body = mark * (400_000 // len(mark))
        for kind in (b"text/plain; charset=utf-8", b"text/html", b"text/plain; format=flowed"):
            name = f"400 KB of {mark.decode('latin-1')!r} as {kind.decode()}"
            yield Hostile(name, _mail(b"Content-Type: " + kind, body=body), FINE)
    for label in CHARSETS:
        kind = b"Content-Type: text/plain; charset=" + label.encode()
        yield Hostile(f"charset {label}", _mail(kind, body=b"+ADw-\\u003cscript> " * 6_000), FINE)
    for way in (b"base64", b"quoted-printable", b"x-uuencode", b"uuencode", b"8bit", b"binary"):
        header = b"Content-Transfer-Encoding: " + way
        yield Hostile(f"noise as {way.decode()}", _mail(header, body=bytes(range(256)) * 2_000), FINE)


def _names() -> Iterator[Hostile]:
    for name in (
        b'"../../../etc/passwd"', b'"C:\\\\Windows\\\\x.dll"', b'"NUL"', b'"com1.txt"', b'"....."', b'"a\x00b.pdf"',
        b'"a\tb.pdf"', b"\"=?utf-8?q?=2E=2E=2Fa=0D=0Ab?=\"", b"*=utf-8''%00%0d%0a..%5c..%5cx.exe",
        b"*=utf-8''%E2%80%AEfdp.exe", b"*=utf-8''" + b"%F0%9F%98%80" * 300, b'"' + b"a" * 5_000 + b'.pdf"',
        b'"<script>alert(1)</script>"', b'"a|b?c*d"', b'""', b'" . . "', b'"\xff\xfe\xfd"', b'"/"', b'"con .txt"',
    ):  # fmt: skip
        sign = b"" if name.startswith(b"*") else b"="
        line = b"Content-Disposition: attachment; filename" + sign + name
        body = base64.encodebytes(b"%PDF-1.4")
        raw = _mail(b"Content-Type: application/pdf", b"Content-Transfer-Encoding: base64", line, body=body)
        yield Hostile(f"the name {name[:40]!r}", raw, ANY)
