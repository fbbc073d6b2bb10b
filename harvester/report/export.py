"""Replies in one file: CSV, XLSX, JSONL, or a ZIP of the originals with an index. All of them, or those chosen."""

import csv
import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from harvester.classify.topics import Topics, topics
from harvester.config import Config
from harvester.errors import OutOfReach, Unusable
from harvester.report.cells import COLUMNS, flat
from harvester.report.choice import Choose, everything
from harvester.report.originals import write_zip
from harvester.report.show import shown
from harvester.report.workbook import About, workbook
from harvester.store import confidence, listing
from harvester.store.engine import Store

FORMS = ("csv", "xlsx", "jsonl", "zip")


def write_csv(rows: Iterable[Mapping[str, Any]], out: TextIO, named: Topics) -> int:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow(flat(row, named))
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
    named = topics(config.classify.rules)
    half = target.with_name(f".{target.name}.part")
    try:
        with store.read() as tx:
            withheld = confidence.kept_back(tx) if share else frozenset()
            ids = [one for one in choose(tx) if one not in withheld]
            rows = listing.each(tx, ids, config.request.deadline)
            if form == "csv":
                with half.open("w", encoding="utf-8-sig", newline="") as out:
                    count = write_csv(rows, out, named)
            elif form == "xlsx":
                count = workbook(rows, half, _about(config, now, share, chosen), named)
            elif form == "jsonl":
                with half.open("w", encoding="utf-8") as out:
                    count = _lines(shown(tx, ids, config), out)
            else:
                count = write_zip(rows, half, store.vault, config.review.scan_command)
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
