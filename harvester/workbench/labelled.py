"""Replies that people have labelled: in a file of JSON lines, or by their reviews of what is stored."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harvester.errors import Unusable
from harvester.message.reader import Reader
from harvester.model import Message

if TYPE_CHECKING:
    from harvester.store.engine import Store

NONE = "none"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A reply and the categories that a person gave it; none: empty. ``kinds`` only where the person told them."""

    message: Message
    labels: frozenset[str]
    where: str  # file:line, or the reply's number
    kinds: frozenset[str] | None = None


def in_file(path: Path, reader: Reader) -> list[Labelled]:
    """One JSON object a line: ``text``, ``labels`` (``[]`` or ``["none"]``: no category) and, if wanted, ``kinds``.
    Raises Unusable with every line that is something else."""
    problems, found = [], []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise Unusable(f"{path}: cannot be read: {fault}") from fault
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path.name}:{number}"
        try:
            one = json.loads(line)
            labels = frozenset(map(str, one["labels"])) - {NONE}
            kinds = frozenset(map(str, one["kinds"])) if "kinds" in one else None
            text = str(one["text"])
        except (ValueError, KeyError, TypeError):
            problems.append(f'{where}: must look like {{"text": "...", "labels": ["shared"]}}')
        else:
            found.append(Labelled(message_of(text, reader), labels, where, kinds))
    if problems:
        raise Unusable(problems)
    return found


def reviewed(store: "Store") -> Iterator[Labelled]:
    """The stored replies whose categories a person has decided; the last decision holds."""
    from harvester.store import replies, reviews

    with store.read() as tx:
        for reply_id, decision in reviews.filed(tx).items():
            message, _ = replies.load(tx, reply_id)
            kinds = frozenset(map(str, decision["kinds"])) if "kinds" in decision else None
            labels = frozenset(map(str, decision["categories"]))
            yield Labelled(message, labels, str(reply_id), kinds)


HEAD = (
    b"From: somebody@town.example\r\nTo: replies@lga.example\r\nSubject: Re: Request\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
)


def message_of(text: str, reader: Reader) -> Message:
    """A text as if it had come by mail, so that what it quotes is taken out first."""
    return reader.read(HEAD + text.encode("utf-8", "replace"), lambda _data: "")
