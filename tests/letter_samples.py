"""Acknowledgements that are due, the shipped settings, and letters as a recipient reads them."""

import email
import email.policy
import re
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


def faults_of_form(raw: bytes) -> list[str]:
    """Where a letter is not what RFC 5322 writes, word for word: lines, header fields, and each field's own grammar."""
    head, _, body = raw.partition(b"\r\n\r\n")
    faults = [f"a lone line end: {line!r}" for line in raw.split(b"\r\n") if b"\r" in line or b"\n" in line]
    faults += [f"too long: {line!r}" for line in raw.split(b"\r\n") if len(line) > 78]
    faults += [f"no 7 bits: {line!r}" for line in raw.split(b"\r\n") if not line.isascii()]
    fields = re.sub(rb"\r\n(?=[ \t])", b"", head).decode("ascii", "replace").split("\r\n")
    names = [field.partition(":")[0] for field in fields]
    if any(line.isspace() for line in head.split(b"\r\n")):
        faults.append("a header line of blanks only (section 3.2.2)")
    faults += [f"more than once: {name}" for name in {*names} if names.count(name) > 1]
    for field in fields:
        name, _, value = field.partition(": ")
        if re.fullmatch(GRAMMAR.get(name, r"(?!)"), value) is None:
            faults.append(f"not in the grammar: {field}")
    faults += [f"missing: {name}" for name in GRAMMAR if name not in (*names, "In-Reply-To", "References")]
    for line in read(raw).text.split("\n"):
        if len(line) > 78:
            faults.append(f"a long line of text: {line}")
    mail = email.message_from_bytes(raw, policy=email.policy.strict)  # raises what it would forgive otherwise
    faults += [f"{name}: {defect}" for name, value in mail.items() for defect in value.defects]
    return faults + ([] if body.endswith(b"\r\n") else ["the last line has no end"])


_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_ADDRESS = rf'(?:{_ATOM}(?:\.{_ATOM})*|"[^"\\]+")@{_ATOM}(?:\.{_ATOM})+'
_ID = r"<[!-;=?-~]+@[!-;=?-~]+>"
_ENCODED = r"=\?utf-8\?[bq]\?[!->@-~]+\?="
GRAMMAR = {
    "From": rf'(?:(?:{_ATOM} ?)+ |"[^"\\]+" |(?:{_ENCODED} )+)?<{_ADDRESS}>|{_ADDRESS}',
    "To": _ADDRESS,
    "Subject": r"Auto: [ -~]+|(?:" + _ENCODED + r" ?)+",
    "Date": r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d \+0000",
    "Message-ID": r"<ack\.[0-9a-f]{16}\.[a-z2-7]{20}@[a-z0-9.-]+>",
    "Auto-Submitted": "auto-replied",
    "X-Auto-Response-Suppress": "All",
    "X-Loop": _ADDRESS,
    "In-Reply-To": _ID,
    "References": rf"{_ID}(?: {_ID})*",
    "MIME-Version": r"1\.0",
    "Content-Type": 'text/plain; charset="utf-8"',
    "Content-Transfer-Encoding": "7bit|quoted-printable",
}
"""Every header that a letter may have, and what may stand in it: no more than we need of RFC 5322."""
