"""``harvester explain``: what would be made of these mails; touches no database and no network."""

import hashlib
import mailbox
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from harvester.acknowledge import policy
from harvester.config import Config
from harvester.errors import Unusable
from harvester.message.headers import scan, sender
from harvester.model import Circumstances, Disposition, Message, Verdict
from harvester.report.shape import explained
from harvester.workers import Done, Job, Workers, recipe_of

CHUNK = 200


def explain(
    config: Config, paths: Sequence[Path], now: datetime, received: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """One dictionary a mail (see ``report.shape``), in the order of paths. Raises Unusable for a missing path."""
    settings = policy.Settings.of(config)
    count = config.classify.workers
    chunk: list[tuple[str, bytes]] = []
    with Workers(recipe_of(config, keep=False), count) as workers:
        for mail in mails(paths):
            chunk.append(mail)
            if len(chunk) == CHUNK:
                yield from _explain(workers, chunk, config, settings, now, received or now)
                chunk = []
        if chunk:
            yield from _explain(workers, chunk, config, settings, now, received or now)


def _explain(
    workers: Workers,
    chunk: list[tuple[str, bytes]],
    config: Config,
    settings: policy.Settings,
    now: datetime,
    received: datetime,
) -> Iterator[dict[str, Any]]:
    jobs = [Job(key, "", raw) for key, (_, raw) in enumerate(chunk)]
    done = {one.key: one for one in workers.understand(jobs)}
    for key, (path, raw) in enumerate(chunk):
        message, verdict = outcome(done[key], raw)
        circumstances = Circumstances(now=now, received_at=received)
        objections = policy.objections(message, verdict, circumstances, settings)
        language = verdict.language if verdict.language != "unknown" else config.request.reply_language
        yield explained(path, message, verdict, policy.recipient(message), language, objections)


def outcome(done: Done, raw: bytes) -> tuple[Message, Verdict]:
    """What was understood; of a mail that could not be read at all, its headers."""
    if done.understanding is not None:
        return done.understanding.message, done.understanding.verdict
    headers = scan(raw)
    message = Message(
        hashlib.sha256(raw).hexdigest(), len(raw), headers, sender=sender(headers), quarantine=done.code
    )
    return message, Verdict(Disposition.UNCLEAR, f"quarantined: {done.code}", review_suggested=True)


def mails(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """(path, bytes) of every mail below: .eml files, folders of them, Maildirs, mboxes (``file#number``)."""
    for path in paths:
        if not path.exists():
            raise Unusable(
                f"{path}: no such file or folder; give an .eml file, a folder, a Maildir or an mbox"
            )
        if path.is_dir():
            for file in sorted(p for p in path.rglob("*") if p.is_file() and is_mail(p)):
                yield str(file), file.read_bytes()
        elif path.suffix.lower() != ".eml" and path.open("rb").read(5) == b"From ":
            box = mailbox.mbox(path, create=False)
            try:
                for number, key in enumerate(box.keys(), 1):
                    yield f"{path}#{number}", box.get_bytes(key)
            finally:
                box.close()
        else:
            yield str(path), path.read_bytes()


def is_mail(path: Path) -> bool:
    """An .eml file, or a file in the ``cur`` or ``new`` of a Maildir."""
    if path.suffix.lower() == ".eml":
        return True
    return path.parent.name in ("cur", "new") and (path.parent.parent / "tmp").is_dir()
