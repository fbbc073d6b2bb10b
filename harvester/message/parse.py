"""The one door of mail-parser: bytes -> bodies and files.

Our own scanner has read the header block; the parser gets a new one that holds only what structure needs, so
that nothing a sender writes there can mislead or slow it. Attached messages are kept whole: for the parser they
are files of an unknown type, and what belongs to them never mixes with what belongs to the mail.
"""

import hashlib
import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message as Tree
from functools import cache, partial
from typing import TYPE_CHECKING

from harvester.message import headers as scanner
from harvester.message.boundaries import renamed
from harvester.message.detached import Detached, detach
from harvester.message.headers import Block, read_block
from harvester.message.limits import excess, excess_of_parts
from harvester.message.parts import Body, File, Over, Walk, unrelated
from harvester.model import Headers, Limits, Part, Sender

if TYPE_CHECKING:
    from mailparser import MailParser

_STRUCTURE = ("content-type", "content-transfer-encoding", "content-disposition", "content-id", "mime-version")
_ATTACHED = re.compile(
    rb"^(content-type[ \t]*:(?:[ \t]*\r?\n)?[ \t]+|content-type[ \t]*:)"
    rb"(message(?=/[a-z0-9-])|multipart/(?=digest\b))",
    re.I | re.M,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail taken apart. With ``quarantine`` only the headers' fields are filled."""

    headers: Headers
    sender: Sender
    subject: str
    date: datetime | None
    message_id: str | None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    bodies: tuple[Body, ...] = ()
    files: tuple[File, ...] = ()
    parts: tuple[Part, ...] = ()
    flags: tuple[str, ...] = ()
    quarantine: str | None = None


def open_mail(raw: bytes, limits: Limits) -> Opened:
    """Take a mail apart. Never raises because the mail is odd: see ``Opened.quarantine``."""
    block = read_block(raw, limits.header_block_bytes + 2)
    mail = _headed(block)
    code = excess(raw, block, limits)
    if code is None:
        try:
            return _opened(raw, block, mail, limits)
        except Over as over:
            code = over.code
        except RecursionError:
            code = "too-deep"
    return replace(mail, quarantine=code)


def head_of(raw: bytes, code: str, most: int) -> Opened:
    """Only what the headers say, of a mail that is in quarantine; no parser is loaded."""
    return replace(_headed(read_block(raw[: most + 2], most)), quarantine=code)


def _headed(block: Block) -> Opened:
    found = block.headers
    return Opened(
        found,
        scanner.sender(found),
        scanner.subject(found),
        scanner.date(found),
        scanner.message_id(found),
        scanner.in_reply_to(found),
        scanner.references(found),
        flags=block.flags,
    )


def _opened(raw: bytes, block: Block, mail: Opened, limits: Limits) -> Opened:
    token = b"-" + hashlib.sha256(raw).hexdigest()[:16].encode() + b"-"
    body = raw[block.body_at :]
    detached = detach(body, token, encoded=_is_base64(block))
    walk = _walked(block, detached, mail, limits)
    if detached.missing:
        walk = _walked(block, Detached.nothing(body, token), mail, limits)
    return replace(
        mail,
        bodies=tuple(walk.bodies),
        files=tuple(unrelated(walk.files, walk.bodies)),
        parts=tuple(walk.parts),
        flags=tuple(walk.flags),
    )


def _is_base64(block: Block) -> bool:
    return any(name == "content-transfer-encoding" and value.lower() == b"base64" for name, value in block.raw)


def _walked(block: Block, detached: Detached, mail: Opened, limits: Limits) -> Walk:
    if code := excess_of_parts(block, detached.body, limits):
        raise Over(code)
    tree, flags = _tree(_rebuilt(block, detached.body, detached.token))
    inside = partial(_inside, limits, detached.token)
    walk = Walk(limits, detached, {**dict.fromkeys(mail.flags), **dict.fromkeys(flags)}, inside)
    walk.over(tree)
    return walk


def _inside(limits: Limits, token: bytes, raw: bytes) -> Tree | None:
    """The parts of a mail that was signed whole. What base64 hid from our limits is counted now."""
    block = read_block(raw, limits.header_block_bytes + 2)
    body = raw[block.body_at :]
    if not block.headers.has("content-type") or excess(raw, block, limits) or excess_of_parts(block, body, limits):
        return None
    return _tree(_rebuilt(block, body, token))[0]


def _rebuilt(block: Block, body: bytes, token: bytes) -> bytes:
    """A short block of our own, and the body in which ``message/...`` is no word for the parser; nor is
    ``multipart/digest``, whose parts are mails without saying so (RFC 2046, section 5.1.5)."""
    head = [(name, value) for name, value in block.raw if name in _STRUCTURE]
    types = [value for name, value in head if name == "content-type"]
    if len(types) == 1:
        kind, body = renamed(types[0], body)
        head = [(name, kind if name == "content-type" else value) for name, value in head]
    whole = b"".join([b"%s: %s\r\n" % (name.encode(), value) for name, value in head]) + b"\r\n" + body
    small = whole.lower()
    if b"message/" not in small and b"multipart/digest" not in small:
        return whole  # most mails; the expression takes a tenth of their parsing
    return _ATTACHED.sub(rb"\1\2" + token, whole)


def _tree(raw: bytes) -> tuple[Tree, list[str]]:
    """mail-parser's message; where it stumbles, the standard library's."""
    try:
        tree = _structure().from_bytes(raw).message
    except RecursionError:
        raise
    except Exception:  # it raises AttributeError, TypeError, binascii.Error ... on mails that can be read well
        import email

        tree = email.message_from_bytes(raw)
    assert tree is not None
    defects = {type(defect).__name__ for part in tree.walk() for defect in part.defects}
    return tree, ["malformed-structure"] if defects & STRUCTURAL else []


@cache
def _structure() -> "type[MailParser]":
    """mail-parser without its second pass, which copies every file as base64 text and looks for names: ``Walk`` takes
    both from the parts themselves. A tenth of a mail's time, and for a large file four times its size."""
    import mailparser

    logging.getLogger("mailparser").setLevel(logging.CRITICAL)

    class Structure(mailparser.MailParser):  # type: ignore[misc, unused-ignore]
        def parse(self) -> "Structure":
            return self

    return Structure


STRUCTURAL = frozenset({
    "NoBoundaryInMultipartDefect", "StartBoundaryNotFoundDefect", "CloseBoundaryNotFoundDefect",
    "MultipartInvariantViolationDefect", "InvalidMultipartContentTransferEncodingDefect",
})  # fmt: skip
