"""Where the demo's servers are this time."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Servers:
    """A mailbox full of replies, and an SMTP server that puts what it is given into ``sink_folder``."""

    host: str
    imap_port: int
    smtp_port: int
    user: str
    password: str = field(repr=False)
    sink_folder: Path

    @property
    def overrides(self) -> list[str]:
        """Where they are this time, as ``--set`` takes it."""
        return [
            f"mailbox.0.host={self.host}",
            f"mailbox.0.port={self.imap_port}",
            f"outbox.host={self.host}",
            f"outbox.port={self.smtp_port}",
        ]
