"""Acknowledgements that are due, the shipped settings, and letters as a recipient reads them."""

import email
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from pathlib import Path

from harvester.acknowledge.compose import Composer
from harvester.config import Config, load
from harvester.model import Disposition, Due

REPO = Path(__file__).parent.parent
TEMPLATES = REPO / "templates" / "acknowledge"
KEY = bytes(range(32))
DEADLINE = datetime(2027, 8, 16, 22, 59, 59, tzinfo=UTC)  # the last second of 16 August in London
NOW = DEADLINE - timedelta(days=6)


def shipped(*overrides: str) -> Config:
    return load(REPO / "harvester.toml", overrides)


def composer(*overrides: str, templates: Path = TEMPLATES) -> Composer:
    return Composer(templates, shipped(*overrides), KEY)


def due(**changes: object) -> Due:
    """One ordinary reply in English, six days before the deadline."""
    one = Due(
        reply_id=42,
        sha256="ab" * 32,
        to="officer@town.example",
        language="en",
        reference="LGA-2027-0042",
        disposition=Disposition.EVIDENCE,
        received_at=NOW,
        in_reply_to="<reply@town.example>",
        references=("<request@lga.example>",),
        subject="Re: local service delivery",
    )
    return replace(one, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Read:
    """A letter as a mail program shows it; ``flowing`` without the line breaks inside paragraphs."""

    headers: dict[str, str]
    subject: str
    text: str

    @property
    def flowing(self) -> str:
        return "\n".join(" ".join(paragraph.split()) for paragraph in self.text.split("\n\n"))


def read(raw: bytes) -> Read:
    mail = email.message_from_bytes(raw)
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    headers = {name: " ".join(str(value).split()) for name, value in mail.items()}
    subject = str(make_header(decode_header(str(mail["Subject"]).replace("\r\n", ""))))
    return Read(headers, subject, body.decode("utf-8").replace("\r\n", "\n"))
