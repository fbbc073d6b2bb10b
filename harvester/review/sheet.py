"""All that the page of one reply shows, worked out before a template sees it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_string
from email.policy import default
from typing import Any

from harvester.classify.topics import Topics
from harvester.classify.unread import something_unread, unread
from harvester.message.flags import ATTACHMENT, sentence
from harvester.message.headers import decoded
from harvester.model import Attachment, LinkKind, Message, TextStatus
from harvester.review.blocks import Block, blocks
from harvester.review.pieces import Piece, pieces
from harvester.review.runs import Run, runs
from harvester.review.story import Told, story
from harvester.store.one import One

TEXT_SHOWN = 100_000  # characters of what is folded; the rest is in the file or the original
NESTED = ("message/rfc822", "message/global", "application/vnd.ms-outlook")
HEAD = ("from", "to", "cc", "reply-to", "date")


@dataclass(frozen=True, slots=True)
class File:
    """``number``: as it is downloaded; ``where``: as its evidence names it, empty for a picture within the text."""

    number: int
    where: str
    one: Attachment
    runs: tuple[Run, ...]
    cut: bool
    flags: tuple[tuple[str, str], ...]  # with their meaning
    nested: bool
    unread: bool
    marks: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A link. ``href`` None: its scheme is none that we lead to."""

    href: str | None
    url: str
    host: str
    raw: str  # as written, where it is another
    kind: LinkKind
    where: str


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    date: str
    body: str


@dataclass(frozen=True)
class Sheet:
    one: One
    topics: Topics
    pieces: Sequence[Piece]
    more_pieces: int
    subject: tuple[Run, ...]
    blocks: Sequence[Block]
    files: Sequence[File]
    pictures: Sequence[File]
    links: Sequence[Shown]
    flags: Sequence[tuple[str, str]]
    head: Sequence[tuple[str, str]]
    headers: Sequence[tuple[str, str]]
    letter: Letter | None
    story: Sequence[Told]
    why_not: Sequence[str]

    @property
    def row(self) -> Mapping[str, Any]:
        return self.one.row

    @property
    def has_html(self) -> bool:
        return bool(self.one.message and any(part.media_type == "text/html" for part in self.one.message.parts))

    def of(self, category: str, *, counts: bool) -> list[Piece]:
        return [one for one in self.pieces if one.category == category and one.counts is counts]


def sheet(one: One, topics: Topics) -> Sheet:
    message = one.message
    found, more = pieces(one.verdict, one.decided.marks if one.decided else (), topics)
    files = list(_files(message, found)) if message else []
    subject = one.row["subject"] or ""
    return Sheet(
        one=one,
        topics=topics,
        pieces=found,
        more_pieces=more,
        subject=tuple(runs(subject, [piece for piece in found if piece.where == "subject"])),
        blocks=blocks(message, found) if message else (),
        files=[file for file in files if file.where],
        pictures=[file for file in files if not file.where],
        links=list(_links(message)) if message else (),
        flags=[(flag, sentence(flag)) for flag in message.flags] if message else (),
        head=[(name, decoded(value)) for name in HEAD for value in message.headers.all(name)] if message else (),
        headers=[(name, decoded(value)) for name, value in message.headers] if message else (),
        letter=_letter(one.row),
        story=story(one.happened, topics),
        why_not=list(_why_not(one)),
    )


def _files(message: Message, found: Sequence[Piece]) -> Iterator[File]:
    place = 0
    for number, one in enumerate(message.attachments, 1):
        where = "" if one.inline else f"attachment:{place}"
        place += not one.inline
        here = [piece for piece in found if where and piece.where == where]
        yield File(
            number=number,
            where=where,
            one=one,
            runs=tuple(runs(one.text[:TEXT_SHOWN], here)),
            cut=len(one.text) > TEXT_SHOWN,
            flags=tuple((flag, sentence(ATTACHMENT + flag)) for flag in one.flags),
            nested=one.media_type in NESTED,
            unread=not one.inline and unread(one),
            marks=len(here),
        )


def _links(message: Message) -> Iterator[Shown]:
    """Only what leads to the web can be followed; mail addresses and all else are text."""
    for link in message.links:
        web = link.kind is not LinkKind.MAILTO and link.url[:8].lower().startswith(("http://", "https://"))
        raw = link.raw if _bare(link.raw) != _bare(link.url) else ""
        yield Shown(link.url if web else None, link.url, link.host, raw, link.kind, link.found_in)


def _bare(address: str) -> str:
    """Without what people leave out when they write an address."""
    return address.partition("://")[2].rstrip("/") if "://" in address else address.removeprefix("mailto:").rstrip("/")


def _letter(row: Mapping[str, Any]) -> Letter | None:
    """Our own letter, as it went out or may have gone out."""
    raw = (row["acknowledgement"] or {}).get("letter")
    if not raw:
        return None
    mail = message_from_string(raw, policy=default)
    body = mail.get_body(("plain",))
    words = body.get_content() if body else ""
    return Letter(str(mail["to"] or ""), str(mail["subject"] or ""), str(mail["date"] or ""), words.strip())


def _why_not(one: One) -> Iterator[str]:
    """What keeps the machine from saying more; empty where a reply counts for something and was read whole."""
    message, verdict = one.message, one.verdict
    if message is None or verdict is None:
        return
    if not message.own_text.strip():
        yield "The mail has no words of its own: what is in it was quoted, is ours, or is a signature."
    if not verdict.categories and not verdict.near:
        yield "No rule spoke, and none came near."
    if not verdict.categories and verdict.language == "unknown":
        yield "Its language could not be told, so it was read by the rules of all languages."
    if something_unread(message):
        named = [file.name for file in message.enclosures if unread(file)]
        which = f": {', '.join(named)}" if named else ""
        yield f"Something in it could not be read{which}. What it says, nobody but a person can tell."
    if any(file.text_status is TextStatus.NOT_TRIED for file in message.enclosures):
        yield "The words of its files were not read (classify.documents is off)."
