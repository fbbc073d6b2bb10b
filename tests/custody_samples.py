"""A small house to keep: mails that the real reader read, answered, in a data folder with its journal."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from harvester.acknowledge.journal import Journal, load_key, make_key
from harvester.config import Config, load
from harvester.message.reader import Reader
from harvester.model import (
    AckState,
    Arrived,
    CategoryVerdict,
    Decision,
    Disposition,
    Evidence,
    Limits,
    Respondent,
    Standing,
    Understanding,
    Verdict,
)
from harvester.store import acks, replies, runs
from harvester.store.acks import Claim
from harvester.store.engine import Store
from store_samples import NOW, PREFIX

WORDS = "Our council shares a chief executive with its neighbour"


class NoLimit:
    per_hour = 1000
    per_domain_per_hour = 1000


def settings(folder: Path, url: str, more: str = "") -> Config:
    """Of a request in this folder, whose data lie in ``folder/data``."""
    (folder / "request.txt").write_text("Tell us of models of service delivery.\n")
    (folder / "harvester.toml").write_text(
        f"""
[request]
id = "r"
title = "Models"
texts = ["request.txt"]
deadline = 2027-08-16T23:59:59+01:00
reply_language = "en"
contact = "desk@lga.example"
reference_prefix = "{PREFIX}"

[store]
url = "{url}"
data = "data"
{more}
"""
    )
    make_key(folder / "data" / "answers.key")
    return load(folder / "harvester.toml")


def mail(number: int, address: str = "", name: str = "", subject: str = "", text: str = "", file: str = "") -> bytes:
    """A reply with a file."""
    made = EmailMessage()
    made["From"] = f"{name or f'Officer {number}'} <{address or f'officer{number}@town{number}.example'}>"
    made["To"] = "desk@lga.example"
    made["Subject"] = subject or f"Re: models, says number {number}"
    made["Message-ID"] = f"<{number}@town.example>"
    made.set_content(f"{WORDS}, number {number}.\n{text}\n")
    made.add_attachment(f"saved;{number}\n".encode(), "text", "csv", filename=file or f"table{number}.csv")
    return made.as_bytes()


def filled(store: Store, mails: list[bytes], waiting: int = 0) -> list[int]:
    """Each read, and answered but for the last so many, whose letters wait; their numbers."""
    arrived = [Arrived(str(n), NOW + timedelta(minutes=n), raw, len(raw)) for n, raw in enumerate(mails, 1)]
    kept = [(one, store.vault.put(one.kept)) for one in arrived]
    reader = Reader(["Tell us of models of service delivery."], Limits())
    journal = Journal(store.data / "answers.jsonl", load_key(store.data / "answers.key"))
    with store.begin() as tx:
        run = runs.start(tx, NOW)
        replies.take_in(tx, "replies", "INBOX", "1", True, kept, run, NOW)
        ids = [one.reply_id for one in replies.pending(tx)]
        read = [understood(reader, store, raw) for raw in mails]
        batch = [(one, said, Decision(said.message.sender.address, "en")) for one, said in zip(ids, read, strict=True)]
        replies.store_understood(tx, batch, run, NOW, PREFIX)
    for one, (_, sha256), said in list(zip(ids, kept, read, strict=True))[: len(mails) - waiting]:
        address = str(said.message.sender.address)
        with store.begin() as tx:
            assert acks.claim(tx, one, run, f"<letter{one}@lga.example>", NOW, NoLimit()) is Claim.CLAIMED
        journal.write(sha256, f"<letter{one}@lga.example>", address, NOW)
        letter = f"To: {address}\r\nSubject: {said.message.subject}\r\n\r\nThank you.\r\n".encode()
        with store.begin() as tx:
            acks.settle(tx, one, AckState.SENT, NOW, f"taken for {address}", letter=letter)
    return ids


def understood(reader: Reader, store: Store, raw: bytes) -> Understanding:
    message = reader.read(raw, store.vault.put)
    start = message.own_text.index("shares")
    end = start + len("shares a chief executive")
    piece = Evidence(
        "shared", None, message.own_text[start:end], start, end, "own_text", "a-rule", "because", Standing.EXAMPLE
    )
    category = CategoryVerdict("shared", None, (), 2.0, Standing.EXAMPLE, (piece,))
    respondent = Respondent("Town Council", "GB", "town.example")
    return Understanding(message, Verdict(Disposition.EVIDENCE, "tells", "en", (category,), (), respondent, False, "r"))
