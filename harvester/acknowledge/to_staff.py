"""The head of a mail to our own people: digest and alarm."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, formataddr

from harvester.config import Config
from harvester.message.domains import ascii_domain


def fields(config: Config, kind: str, to: str, subject: str, now: datetime) -> list[tuple[str, str]]:
    """RFC 3834, section 5: generated, not in answer to anything, and for no robot to answer.

    ``kind`` begins the Message-ID; the same mail of the same moment gets the same one.
    """
    domain = ascii_domain(config.outbox.from_.rpartition("@")[2]) or "localhost"
    mark = hashlib.sha256(f"{kind} {to} {now.isoformat()}".encode()).hexdigest()[:20]
    return [
        ("From", formataddr((config.outbox.from_name, config.outbox.from_))),
        ("To", to),
        ("Subject", subject),
        ("Date", format_datetime(now.astimezone(UTC))),
        ("Message-ID", f"<{kind}.{mark}@{domain}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
