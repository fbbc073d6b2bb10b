"""How a tricky mail is written: an ordinary reply, and what is different about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

OWN = "replies@lga.example"
OFFICER = "officer@town.example"
AUTHSERV_ID = "mx.lga.example"
ID = "<reply@town.example>"
TEXT = "Dear colleagues,\n\nThe council of town.example and its neighbour have shared a chief executive since May.\n"
ORDINARY = {
    "Return-Path": f"<{OFFICER}>",
    "Received": f"from mail.town.example by {AUTHSERV_ID} with ESMTPS; Tue, 10 Aug 2027 10:00:00 +0000",
    "From": f"An Officer <{OFFICER}>",
    "To": f"International Desk <{OWN}>",
    "Subject": "Re: Innovative models of local service delivery",
    "Date": "Tue, 10 Aug 2027 09:59:58 +0000",
    "Message-ID": ID,
    "MIME-Version": "1.0",
}


@dataclass(frozen=True)
class Tricky:
    """``reasons``: one of these stands first among the objections; none: it is answered, to ``to`` alone.

    ``thread``: whether our letter names the mail's own id. Every mail gets a town of its own (``of_town``), so that
    none is taken for another's duplicate.
    """

    name: str
    raw: bytes
    reasons: frozenset[str] = frozenset()
    to: str = OFFICER
    thread: bool = True

    def of_town(self, number: int) -> "Tricky":
        town = f"town{number}.example"
        raw = self.raw.replace(b"town.example", town.encode())
        return replace(self, raw=raw, to=self.to.replace("town.example", town))


def mail(*lines: str, top: Sequence[str] = (), text: str | bytes = TEXT, **changed: str | None) -> bytes:
    """An ordinary reply with more header ``lines`` (on ``top``: above all others), some changed or (None) left out.

    Odd bytes are written as ``\\udc80`` to ``\\udcff``.
    """
    fields = {**ORDINARY, **{name.replace("_", "-"): value for name, value in changed.items()}}
    head = [*top, *(f"{name}: {value}" for name, value in fields.items() if value is not None), *lines]
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")
    return "\n".join(head).encode("utf-8", "surrogateescape").replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


def parts(kind: str, *pieces: str) -> dict[str, str]:
    """``Content-Type`` and ``text`` of a multipart mail; a piece is header lines, an empty line, a body."""
    text = "".join(f"--cut\n{piece}\n" for piece in pieces) + "--cut--\n"
    return {"Content_Type": f'{kind}; boundary="cut"', "text": text}


WORDS = f"Content-Type: text/plain; charset=utf-8\n\n{TEXT}"
"""What the respondent says, as the first part of several."""


def answered(name: str, raw: bytes, to: str = OFFICER, thread: bool = True) -> Tricky:
    return Tricky(name, raw, to=to, thread=thread)


def silent(reasons: str, name: str, raw: bytes) -> Tricky:
    """``reasons``: the one that stands first, or several of which one does."""
    return Tricky(f"{reasons}: {name}", raw, frozenset(reasons.split()))
