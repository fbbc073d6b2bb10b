"""``harvester preview``: the letter that a reply would get, byte for byte; nothing is sent or stored."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from harvester.acknowledge.compose import Composer, Letter
from harvester.acknowledge.journal import load_key
from harvester.acknowledge.policy import Settings, decide, recipient
from harvester.config import Config
from harvester.errors import Unusable
from harvester.model import Circumstances, Due, Message, Verdict
from harvester.report.explain import mails, outcome
from harvester.store import listing, replies
from harvester.store.engine import Store
from harvester.worker import Job
from harvester.workers import Workers, recipe_of

NO_KEY = b"preview" * 5
"""Signs what is only looked at, where there is no key yet."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter, and why such a reply gets none all the same: codes of objections."""

    letter: Letter
    objections: tuple[str, ...]

    @property
    def text(self) -> str:
        """As a mail program shows it."""
        mail = email.message_from_bytes(self.letter.raw, policy=email.policy.default)
        head = "".join(f"{name}: {mail[name]}\n" for name in ("From", "To", "Subject"))
        return f"{head}\n{mail.get_content()}".replace("\r\n", "\n")


def of_stored(config: Config, store: Store, reply_id: int, now: datetime, language: str = "") -> Preview:
    """Raises Unusable for an id that does not exist or was not understood."""
    with store.read() as tx:
        row = listing.show(tx, reply_id)
        if row is None:
            raise Unusable(f"reply {reply_id}: no such reply; `harvester list` shows the ids")
        try:
            message, verdict = replies.load(tx, reply_id)
        except KeyError:
            raise Unusable(f"reply {reply_id}: was not understood (yet), so it gets no letter") from None
    received = datetime.fromisoformat(row["received_at"])
    one = due(config, message, verdict, received, language, reply_id, row["reference"])
    return Preview(composed(config, one, now), tuple(row["acknowledgement"]["reasons"]))


def of_file(config: Config, path: Path, now: datetime, language: str = "") -> Preview:
    """For a mail on disk, as if it were received now."""
    (_, raw), *_ = mails([path])
    with Workers(recipe_of(config, keep=False), 1) as workers:
        [done] = workers.understand([Job(1, "", raw)])
    message, verdict = outcome(done, raw)
    if message.quarantine:
        raise Unusable(f"{path}: would go into quarantine ({message.quarantine}), so it gets no letter")
    decision = decide(message, verdict, Circumstances(now=now, received_at=now), Settings.of(config))
    letter = composed(config, due(config, message, verdict, now, language), now)
    return Preview(letter, tuple(one.code for one in decision.objections))


def due(
    config: Config,
    message: Message,
    verdict: Verdict,
    received: datetime,
    language: str = "",
    reply_id: int = 0,
    reference: str = "",
) -> Due:
    """What the letter would say. Without an address it goes to nobody@town.example."""
    settings = Settings.of(config)
    detected = verdict.language if verdict.language in settings.languages else settings.reply_language
    return Due(
        reply_id=reply_id,
        sha256=message.sha256,
        to=recipient(message) or "nobody@town.example",
        language=language or detected,
        reference=reference or f"{config.request.reference_prefix}-0000",
        disposition=verdict.disposition,
        received_at=received,
        in_reply_to=message.message_id,
        references=message.references,
        subject=message.subject,
        files=tuple(file.name for file in message.enclosures),
        links=len(message.links),
        categories=tuple(one.id for one in verdict.categories),
    )


def composed(config: Config, one: Due, now: datetime) -> Letter:
    """Raises Unusable for a language without a letter, ConfigError for a broken template."""
    path = config.store.data / "answers.key"
    composer = Composer(config.acknowledge.templates, config, load_key(path) if path.exists() else NO_KEY)
    if one.language not in composer.templates.languages:
        there = ", ".join(sorted(composer.templates.languages))
        raise Unusable(f"no letter in {one.language!r}; there are: {there}")
    return composer.compose(one, now)
