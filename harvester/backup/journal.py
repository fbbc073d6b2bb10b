"""The answer journal after a restore: the lines that are here, and those of the backup that are not.

What is here was written to longer than any backup was, so it is never thrown away.
"""

from dataclasses import dataclass
from pathlib import Path

from harvester.backup.manifest import Manifest
from harvester.backup.shelf import Source
from harvester.errors import NeedsPerson

JOURNAL, KEY = "answers.jsonl", "answers.key"


@dataclass(frozen=True, slots=True)
class Merged:
    """``files``: what is to be written, by name; ``told``: what became of the journal, in words."""

    files: dict[str, bytes]
    told: str


def merged(data: Path, source: Source, found: Manifest, complete: bool) -> Merged:
    """Raises NeedsPerson where the two are of different requests, or ``complete`` is said of one that is not."""
    ours, theirs = _bytes(data / JOURNAL), _saved(source, found, JOURNAL)
    our_key, their_key = _bytes(data / KEY), _saved(source, found, KEY)
    if ours and our_key and their_key and our_key.strip() != their_key.strip():
        raise NeedsPerson(
            f"{data}: the answer journal that lies here has another key than the backup's: it is of another request. "
            f"Move {JOURNAL} and {KEY} away, then restore"
        )
    known = _whole_lines(ours)
    here = set(known)
    more = [one for one in _whole_lines(theirs) if one not in here]
    if complete and (not ours or more):
        raise NeedsPerson(
            f"{data}: --journal-complete, but the answer journal here "
            f"{'lacks letters that the backup knows' if ours else 'is missing'}; restore without it"
        )
    wanted = {KEY: their_key} if their_key and not (ours and our_key) else {}
    if more:
        wanted[JOURNAL] = b"".join(one + b"\n" for one in (*known, *more))
    told = "kept the answer journal that was here" if ours else "brought back the answer journal of the backup"
    return Merged(wanted, told)


def _whole_lines(journal: bytes) -> list[bytes]:
    """Without a last one that is cut off: a backup may copy a journal while a line is written, and its letter had not
    left yet."""
    return journal.splitlines() if journal.endswith(b"\n") else journal.splitlines()[:-1]


def _saved(source: Source, found: Manifest, name: str) -> bytes:
    try:
        with source.open(f"{found.folder}/{name}") as file:
            return file.read()
    except FileNotFoundError:
        return b""


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
