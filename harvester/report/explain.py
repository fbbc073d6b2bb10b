"""``harvester explain``: what would be made of these mails; touches no database and no network."""

import mailbox
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from harvester.acknowledge import policy
from harvester.config import Config
from harvester.errors import Unusable
from harvester.model import Circumstances, Disposition, Message, Verdict
from harvester.report.shape import explained, notes
from harvester.workers import Done, Job, Workers, recipe_of

CHUNK_MAILS, CHUNK_BYTES = 200, 50_000_000


def explain(
    config: Config, paths: Sequence[Path], now: datetime, received: datetime | None = None
) -> Iterator[tuple[dict[str, Any], list[tuple[str, str]]]]:
    """The dictionary of each mail and its notes for people (see ``report.shape``), in the order of paths. Raises
    Unusable for a missing path.
    """
    settings = policy.Settings.of(config)
    with Workers(recipe_of(config, keep=False), config.classify.workers) as workers:
        for chunk in chunks(paths):
            jobs = [Job(key, "", raw) for key, (_, raw) in enumerate(chunk) if len(raw) <= config.limits.raw_bytes]
            done = {one.key: one for one in workers.understand(jobs)}
            for key, (path, raw) in enumerate(chunk):
                message, verdict = outcome(done.get(key) or Done(key, None, "too-large"), raw)
                circumstances = Circumstances(now=now, received_at=received or now)
                decision = policy.decide(message, verdict, circumstances, settings)
                yield explained(path, message, verdict, decision), notes(verdict, decision)


def outcome(done: Done, raw: bytes) -> tuple[Message, Verdict]:
    """What was understood; of a mail that could not be read at all, its headers."""
    if done.understanding is not None:
        message, verdict = done.understanding.message, done.understanding.verdict
        return (replace(message, quarantine=done.code) if done.code else message), verdict
    from harvester.message.reader import headers_only  # no parser is loaded for it

    message = headers_only(raw, done.code)
    return message, Verdict(Disposition.UNCLEAR, f"quarantined: {done.code}", review_suggested=True)


def chunks(paths: Sequence[Path]) -> Iterator[list[tuple[str, bytes]]]:
    """Mails in bites that fit into memory."""
    chunk: list[tuple[str, bytes]] = []
    size = 0
    for path, raw in mails(paths):
        if chunk and (len(chunk) == CHUNK_MAILS or size + len(raw) > CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append((path, raw))
        size += len(raw)
    if chunk:
        yield chunk


def mails(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of every mail below: .eml files, folders of them, Maildirs, mboxes (``file#number``)."""
    for path in paths:
        if not path.exists():
            raise Unusable(f"{path}: no such file or folder; give an .eml file, a folder, a Maildir or an mbox")
        if path.is_dir():
            for file in sorted(p for p in path.rglob("*") if p.is_file() and is_mail(p)):
                yield str(file), bytes_of(file)
        elif path.suffix.lower() != ".eml" and bytes_of(path, 5) == b"From ":
            box = mailbox.mbox(path, create=False)
            try:
                for number, key in enumerate(box.keys(), 1):
                    yield f"{path}#{number}", box.get_bytes(key)
            finally:
                box.close()
        else:
            yield str(path), bytes_of(path)


def bytes_of(path: Path, at_most: int = -1) -> bytes:
    """Raises Unusable for a file that cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(at_most)
    except OSError as fault:
        raise Unusable(f"{path}: cannot be read: {fault.strerror}") from fault


def is_mail(path: Path) -> bool:
    """An .eml file, or a file in the ``cur`` or ``new`` of a Maildir."""
    if path.suffix.lower() == ".eml":
        return True
    return path.parent.name in ("cur", "new") and (path.parent.parent / "tmp").is_dir()
