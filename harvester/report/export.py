"""Replies in one file: CSV, XLSX, JSONL, or a ZIP of the originals with an index. All of them, or those chosen."""

import csv
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from harvester.config import Config
from harvester.errors import OutOfReach, Unusable
from harvester.report.cells import COLUMNS, flat
from harvester.report.show import shown
from harvester.report.workbook import About, workbook
from harvester.store import confidence, listing
from harvester.store.engine import Store

if TYPE_CHECKING:
    from sqlalchemy import Connection

FORMS = ("csv", "xlsx", "jsonl", "zip")

Choose = Callable[["Connection"], Sequence[int]]


def everything(tx: "Connection") -> Sequence[int]:
    return listing.ids(tx, ())


def write_csv(rows: Iterable[Mapping[str, Any]], out: TextIO) -> int:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow(flat(row))
        count += 1
    return count


def write(
    form: str, target: Path, config: Config, store: Store, now: datetime, *,
    share: bool = False, choose: Choose = everything, chosen: str = "",
) -> int:  # fmt: skip
    """Returns the number of replies written. The file appears whole or not at all, and memory does not grow with it.

    ``choose``: which replies; ``chosen``: the same in words. ``share``: for people outside, without what was sent in
    confidence (``store.confidence``).
    """
    half = target.with_name(f".{target.name}.part")
    try:
        with store.read() as tx:
            withheld = confidence.kept_back(tx) if share else frozenset()
            ids = [one for one in choose(tx) if one not in withheld]
            rows = listing.each(tx, ids, config.request.deadline)
            if form == "csv":
                with half.open("w", encoding="utf-8-sig", newline="") as out:
                    count = write_csv(rows, out)
            elif form == "xlsx":
                count = workbook(rows, half, _about(config, now, share, chosen))
            elif form == "jsonl":
                with half.open("w", encoding="utf-8") as out:
                    count = _lines(shown(tx, ids, config), out)
            else:
                count = _zip(rows, half, store)
        os.replace(half, target)
    except OSError as fault:
        kind = OutOfReach if fault.errno == 28 else Unusable
        raise kind(f"{target}: cannot be written: {fault.strerror}") from fault
    finally:
        half.unlink(missing_ok=True)
    return count


def _about(config: Config, now: datetime, share: bool, chosen: str) -> About:
    facts = [
        ("Request", config.request.title),
        ("Made at", f"{now:%Y-%m-%d %H:%M} UTC"),
        ("Chosen", chosen or "every reply"),
        ("For", "people outside: without what was sent in confidence" if share else "the house: everything"),
    ]
    return About(config.request.time_zone or "UTC", facts)


def _lines(ones: Iterable[Mapping[str, Any]], out: TextIO) -> int:
    count = 0
    for one in ones:
        out.write(json.dumps(one, ensure_ascii=False, default=str) + "\n")
        count += 1
    return count


def _zip(rows: Iterable[Mapping[str, Any]], path: Path, store: Store) -> int:
    """``<id>.eml`` for each reply and ``index.jsonl`` that says what is what; ``file`` null where the vault has lost
    the bytes or they are damaged."""
    count = 0
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".index-") as index,
    ):
        for row in rows:
            name: str | None = f"{row['id']:06}.eml"
            try:
                archive.writestr(str(name), store.vault.get(row["sha256"]))
            except (FileNotFoundError, ValueError):  # gone, or damaged
                name = None
            index.write(json.dumps({"file": name, **row}, ensure_ascii=False, default=str) + "\n")
            count += 1
        index.flush()
        archive.write(index.name, "index.jsonl")
    return count
