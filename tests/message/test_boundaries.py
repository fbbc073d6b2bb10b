"""All mails have one boundary for the parser, and nobody can tell from what is read."""

import random
import re
from dataclasses import replace

import pytest

from harvester.message import boundaries, parse
from harvester.model import Limits

HEAD = b"From: Anna <a@town.example>\r\nSubject: hello\r\nMIME-Version: 1.0\r\nContent-Type: "
OWN = b'multipart/mixed; boundary="b1-0f8e"'
PARTS = (
    b"preamble\r\n--b1-0f8e\r\nContent-Type: text/plain\r\n\r\nWe share a chief.\r\n\r\n"
    b"--b1-0f8e\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1.4 --b2\r\n--b1-0f8e--\r\nepilogue\r\n"
)
NESTED = PARTS.replace(
    b"Content-Type: text/plain\r\n\r\nWe share a chief.\r\n",
    b'Content-Type: multipart/alternative; boundary="b1"\r\n\r\n--b1\r\n\r\nWe share.\r\n--b1\r\n'
    b"Content-Type: text/html\r\n\r\n<p>We share.</p>\r\n--b1--\r\n",
)
MADE_ANEW = [(OWN, PARTS), (OWN.upper().replace(b"B1-0F8E", b"b1-0f8e"), PARTS), (OWN, NESTED)]
MADE_ANEW += [(OWN, body.replace(b"\r\n", b"\n")) for body in (PARTS, NESTED)]
MADE_ANEW += [
    (OWN, PARTS[10:]),
    (OWN, PARTS.removesuffix(b"\r\nepilogue\r\n")),
    (OWN, b""),
    (OWN, b"no part at all\r\n"),
]
MADE_ANEW += [
    (value, PARTS)
    for value in (
        b"multipart/mixed; boundary=b1-0f8e", b"multipart/mixed;boundary=b1-0f8e ;charset=utf-8",
        b'multipart/signed; protocol="application/x"; micalg=sha1; boundary="b1-0f8e"; x="y"',
        b'multipart/mixed;\tboundary="b1-0f8e" ; comment="no boundary"',
    )
]  # fmt: skip
MADE_ANEW += [(b'multipart/mixed; boundary="mixed"', PARTS.replace(b"b1-0f8e", b"mixed"))]
LEFT = [
    (OWN, PARTS.replace(b"%PDF-1.4 ", b"%PDF-1.4 --b1-0f8e")),  # within a line
    (OWN, PARTS.replace(b"%PDF-1.4 ", b"--b1-0f8e is no end\r\n")),  # begins another line
    (OWN, PARTS.replace(b"%PDF-1.4 ", b"--b1-0f8e--, said Anna\r\n")),
    (OWN, PARTS.replace(b"--b1-0f8e\r\n", b"--b1-0f8e \t\r\n")),  # the parser allows blanks
    (OWN, PARTS.replace(b"\r\n", b"\r")),  # it takes this for a line end too
    (OWN, PARTS.replace(b"\r\n--b1", b"\r--b1")),
    (OWN, PARTS.replace(b"chief", boundaries.OURS)),
    (b'multipart/mixed; boundary="b1-0f8e "', PARTS),
    (b"multipart/mixed; boundary=b1-0f8e 2", PARTS),
    (b'multipart/mixed; boundary=b1-0f8e"', PARTS),
    (b'multipart/mixed; boundary = "b1-0f8e"', PARTS),
    (b'multipart/mixed; boundary="b1-0f8e"2', PARTS),
    (b'multipart/mixed; boundary="b1-0f8e"; boundary*="b2"', PARTS),
    (b'multipart/mixed; boundary="b1-\\0f8e"', PARTS),
    (b'multipart/mixed; boundary=b1-0f8e; boundary="b2"', PARTS),
    (b'multipart/mixed; x-boundary="b1-0f8e"', PARTS),
    (b'multipart/mixed; boundary*0="b1-0f8e"', PARTS),
    (b'text/plain; boundary="b1-0f8e"', PARTS),
]  # fmt: skip


def read(raw: bytes) -> parse.Opened:
    """Without the parameter itself."""
    mail = parse.open_mail(raw, Limits())
    parts = [replace(one, parameters=tuple(p for p in one.parameters if p[0] != "boundary")) for one in mail.parts]
    return replace(mail, parts=tuple(parts))


def as_it_stands(monkeypatch: pytest.MonkeyPatch, raw: bytes) -> parse.Opened:
    with monkeypatch.context() as patched:
        patched.setattr(parse, "renamed", lambda value, body: (value, body))
        return read(raw)


@pytest.mark.parametrize(("value", "body"), MADE_ANEW)
def test_a_mail_with_our_boundary_reads_the_same(value, body, monkeypatch):
    other_value, other_body = boundaries.renamed(value, body)
    lines = re.findall(rb"^--(?:b1-0f8e|mixed)", body, re.MULTILINE)
    assert boundaries.OURS in other_value and other_body.count(boundaries.OURS) == len(lines)
    raw = HEAD + value + b"\r\n\r\n" + body
    assert read(raw) == as_it_stands(monkeypatch, raw)


@pytest.mark.parametrize(("value", "body"), LEFT)
def test_where_more_than_lines_would_change_it_stays(value, body, monkeypatch):
    assert boundaries.renamed(value, body) == (value, body)
    raw = HEAD + value + b"\r\n\r\n" + body
    assert read(raw) == as_it_stands(monkeypatch, raw)


def test_the_parser_sees_one_boundary_of_all_mails(monkeypatch):
    seen = []
    tree = parse._tree
    monkeypatch.setattr(parse, "_tree", lambda raw: seen.append(raw) or tree(raw))
    for n in range(3):
        read(HEAD + OWN.replace(b"0f8e", b"%d" % n) + b"\r\n\r\n" + PARTS.replace(b"0f8e", b"%d" % n))
    assert len(seen) == 3 and len(set(seen)) == 1


def test_mails_of_pieces_at_random_read_the_same(monkeypatch):
    dice = random.Random(1)
    pieces = [b"--b", b"--b--", b"--bb", b"-b", b"\r\n", b"\n", b"\r", b"\r\n\r\n", b" ", b"word", boundaries.OURS]
    pieces += [b"\r\n--b\r\n", b"\r\n--b--\r\n", b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n', b"\r\n--c\r\n"]
    pieces += [b'Content-Type: multipart/mixed; boundary="bb"\r\n\r\n', b"Content-Type: message/rfc822\r\n\r\n"]
    changed = 0
    for _ in range(3_000):
        body = b"".join(dice.choices(pieces, k=dice.randint(0, 12)))
        raw = HEAD + b'multipart/mixed; boundary="b"\r\n\r\n' + body
        changed += boundaries.renamed(b'multipart/mixed; boundary="b"', body)[1] != body
        assert read(raw) == as_it_stands(monkeypatch, raw)
    assert changed > 300
