"""What a backup says of itself. The manifest is written last: a backup without one is unfinished.

``SHA256SUMS`` names every file with its hash, as ``sha256sum -c`` reads it; the manifest holds the hash of that list.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from harvester.errors import Unusable

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    folder: str  # of database, journal and settings, below the backup; the vault is shared by all backups in one place
    made_at: str
    program: str
    tables: str  # the revision of the database
    sums_sha256: str
    replies: int
    files: int
    size: int  # bytes of all files
    damaged: tuple[str, ...] = ()  # of the vault: missing or not what they should be, and not in the backup
    format: int = FORMAT

    @property
    def sums(self) -> str:
        return f"{self.folder}/SHA256SUMS"

    @property
    def database(self) -> str:
        return f"{self.folder}/harvester.db"

    def dumped(self) -> bytes:
        return (json.dumps(asdict(self), indent=2) + "\n").encode()


def understood(raw: bytes, where: str) -> Manifest:
    """Raises Unusable with a sentence for what is no manifest of ours."""
    try:
        told = json.loads(raw)
        if told["format"] != FORMAT:
            raise Unusable(f"{where}: this backup is of a newer program (format {told['format']}); update the program")
        return Manifest(**{**told, "damaged": tuple(told["damaged"])})
    except (ValueError, TypeError, KeyError) as fault:
        raise Unusable(f"{where}: {NAME} is damaged; take another backup") from fault


def line(sha256: str, name: str) -> bytes:
    return f"{sha256}  {name}\n".encode()


def lines(file: BinaryIO) -> Iterator[tuple[str, str]]:
    """(SHA-256, name) of every file."""
    for one in file:
        sha256, _, name = one.decode().rstrip("\n").partition("  ")
        yield sha256, name


def stamp(moment: datetime) -> str:
    """The name of a backup's folder; sorts as time does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")
