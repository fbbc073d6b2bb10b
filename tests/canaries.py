"""Unmistakable words, and every byte of a folder or a database in which one might still stand."""

import base64
import io
import zipfile
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import text

from custody_samples import WORDS
from harvester.store.engine import Store

CANARIES = (
    "zephyrquill", "marrowgleam", "thistlewick", "quagbottom", "pellucidory", "wrenhollow", "snicketfold",
    "brindlecaste",
)  # fmt: skip
"""In the body, the subject, the display name, the address, a file, its name, a link, a header."""
BODY, SUBJECT, NAME, ADDRESS, FILE, FILE_NAME, LINK, HEADER = CANARIES


SENDER = f"{ADDRESS}@town.example"


def canary_mail(number: int, to: str = "desk@lga.example") -> bytes:
    """All of them in one mail."""
    made = EmailMessage()
    made["From"] = f"{NAME.capitalize()} Officer <{SENDER}>"
    made["To"] = to
    made["Subject"] = f"Re: the {SUBJECT} plan"
    made["Message-ID"] = f"<{number}.{ADDRESS}@town.example>"
    made["X-Office"] = HEADER
    words = f"{WORDS}. We call it {BODY}, see https://{LINK}.example/ for all of it."
    made.set_content(f"{words} This is number {number}.\n\n-- \n{NAME}\n")
    made.add_attachment(table(number), "text", "csv", filename=f"{FILE_NAME}.csv")
    return made.as_bytes()


def table(number: int) -> bytes:
    """The file of that mail."""
    return f"{FILE};{number}000\n".encode()


def spelt(word: str) -> set[bytes]:
    """A word in whatever coat it may hide: its bytes in lower case, and base64 of it at each of the three places."""
    plain = word.encode()
    coats = {plain, word.encode("utf-16-le"), word.encode("utf-16-be"), plain.hex().encode()}
    for written in (plain, plain.capitalize(), plain.upper(), word.encode("utf-16-le")):
        for before in range(3):
            coded = base64.b64encode(b"x" * before + written + b"xx")
            coats.add(coded[4 if before else 0 : -4].lower())  # without what its neighbours change
    return coats


def found_in(folder: Path) -> list[str]:
    """Which word stands in which file, packed or not."""
    return [
        f"{word} in {path.relative_to(folder)}{inside}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for inside, data in unpacked(path.read_bytes())
        for word in within(data)
    ] + [f"{word} in the name {path}" for path in folder.rglob("*") for word in within(path.name.encode())]


def found_in_tables(store: Store) -> list[str]:
    """The same in every row of every table that the database has, ours or not."""
    if store.dialect == "sqlite":
        names = "SELECT name FROM sqlite_master WHERE type = 'table'"
    else:
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with store.read() as tx:
        return [
            f"{word} in table {name}"
            for name in tx.scalars(text(names)).all()
            for row in tx.execute(text(f'SELECT * FROM "{name}"'))
            for value in row
            for word in within(value if isinstance(value, bytes) else str(value).encode("utf-8", "replace"))
        ]


def within(data: bytes) -> list[str]:
    low = data.lower()
    return [word for word in CANARIES if any(coat in low for coat in spelt(word))]


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    yield "", data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                for inside, bare in unpacked(archive.read(name)):
                    yield f"/{name}{inside}", bare
    for window in (15, 31):
        try:
            yield "/unpacked", zlib.decompressobj(window).decompress(data)
        except zlib.error:
            continue
