"""The originals in one ZIP with an index that says what is what. What the virus scanner does not call clean stays
in the house, and the index says so."""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

from harvester.errors import OutOfReach
from harvester.report.scanner import Word, scan
from harvester.store.vault import Vault

AT_ONCE = 4  # files before the scanner
SILENT = 20  # files in a row of which it says nothing: it is down, and an export without mails helps nobody

Row = Mapping[str, Any]


def write_zip(rows: Iterable[Row], path: Path, vault: Vault, scan_command: Sequence[str]) -> int:
    """``<id>.eml`` for each reply, and ``index.jsonl``: ``file`` is null where the mail is not in it, and ``missing``
    says why. Memory does not grow with the replies. Raises OutOfReach where the scanner is down."""
    count = 0
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".index-") as index,
    ):
        for row, word in _scanned(rows, vault, scan_command):
            name: str | None = f"{row['id']:06}.eml"
            missing = _HELD[word]
            if not missing:
                try:
                    archive.writestr(str(name), vault.get(row["sha256"]))
                except (FileNotFoundError, ValueError):
                    missing = "its bytes are gone from the vault, or damaged"
            if missing:
                name = None
            entry = {"file": name, "missing": missing, **row}
            index.write(json.dumps(entry, ensure_ascii=False, default=str) + "\n")
            count += 1
        index.flush()
        archive.write(index.name, "index.jsonl")
    return count


_HELD = {
    Word.CLEAN: None,
    Word.HARMFUL: "held back: the virus scanner found something harmful in it",
    Word.NONE: "held back: the virus scanner could not tell",
}


def _scanned(rows: Iterable[Row], vault: Vault, command: Sequence[str]) -> Iterator[tuple[Row, Word]]:
    if not command:
        yield from ((row, Word.CLEAN) for row in rows)
        return
    silent = 0
    waiting = iter(rows)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while some := list(islice(waiting, AT_ONCE)):
            for row, word in zip(some, pool.map(lambda row: _word(command, vault, row), some), strict=True):
                silent = silent + 1 if word is Word.NONE else 0
                if silent == SILENT:
                    raise OutOfReach(f"the virus scanner ({command[0]}) does not answer, so nothing is handed out")
                yield row, word


def _word(command: Sequence[str], vault: Vault, row: Row) -> Word:
    path = vault.path(row["sha256"])
    return scan(command, path) if path.is_file() else Word.CLEAN  # what is not there does no harm
