"""A mail's words as they are read: the respondent's own with the evidence marked, all others folded between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harvester.message.cited import without_marks
from harvester.model import Message, SegmentKind
from harvester.review.pieces import Piece
from harvester.review.runs import Run, runs

BEGINS = 70  # characters of folded words that show what is in the fold


@dataclass(frozen=True, slots=True)
class Block:
    """``start``: where it begins in ``Message.own_text``; None for words of others."""

    kind: SegmentKind
    text: str
    start: int | None = None
    runs: tuple[Run, ...] = ()

    @property
    def begins(self) -> str:
        words = " ".join(self.text.split())
        return words if len(words) <= BEGINS else words[: BEGINS - 1].rsplit(" ", 1)[0] + " …"

    @property
    def lines(self) -> int:
        return self.text.count("\n") + 1


def blocks(message: Message, pieces: Sequence[Piece]) -> list[Block]:
    """In the order of the mail. Where its own words were cut for the rules, they come first and in one piece."""
    pieces = [one for one in pieces if one.where == "own_text"]
    places = _places(message)
    if places is None:
        folded = [Block(one.kind, message.text[one.start : one.end]) for one in message.segments if not _own(one.kind)]
        return [*_own_blocks(message.own_text, 0, pieces), *_merged(folded)]
    found: list[Block] = []
    own = iter(places)
    for one in message.segments:
        if _own(one.kind):
            text, start = next(own)
            found += _own_blocks(text, start, pieces)
        else:
            found.append(Block(one.kind, message.text[one.start : one.end]))
    return _merged(found)


def _own(kind: SegmentKind) -> bool:
    return kind is SegmentKind.OWN


def _places(message: Message) -> list[tuple[str, int]] | None:
    """Each own segment's words, and where in ``own_text`` they begin. None: it is not made of them (too long)."""
    words = [without_marks(message.text[one.start : one.end]) for one in message.segments if _own(one.kind)]
    joined = "".join(words)
    if joined.strip() != message.own_text:
        return None
    at = len(joined.lstrip()) - len(joined)  # negative: blanks before the first word are not in own_text
    found = []
    for text in words:
        skipped = min(max(-at, 0), len(text))
        found.append((text[skipped : max(len(message.own_text) - at, 0)], at + skipped))
        at += len(text)
    return found


def _own_blocks(text: str, start: int, pieces: Sequence[Piece]) -> Iterator[Block]:
    """Without the empty lines around it."""
    inner = text.lstrip("\n")
    start += len(text) - len(inner)
    inner = inner.rstrip()
    if inner:
        yield Block(SegmentKind.OWN, inner, start, tuple(runs(inner, pieces, start)))


def _merged(found: Sequence[Block]) -> list[Block]:
    """Folds of one kind that follow each other are one fold; empty ones are none."""
    merged: list[Block] = []
    for one in found:
        if one.start is None and not one.text.strip():
            continue
        if one.start is None and merged and merged[-1].start is None and merged[-1].kind is one.kind:
            merged[-1] = Block(one.kind, merged[-1].text + one.text)
        else:
            merged.append(one)
    return [one if one.start is not None else Block(one.kind, one.text.strip("\n")) for one in merged]
