"""Every reply in one file: CSV, XLSX, JSONL, or a ZIP of the originals with an index.

What a sender wrote stays text: a cell never becomes a formula (S14 of the guarantees).
"""

import csv
import json
import os
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from harvester.config import Config
from harvester.errors import OutOfReach, Unusable
from harvester.report.show import shown
from harvester.report.table import categories
from harvester.store import confidence
from harvester.store.engine import Store
from harvester.store.listing import Filters, list_replies

FORMS = ("csv", "xlsx", "jsonl", "zip")
COLUMNS = (
    "id", "reference", "received_at", "from", "from_name", "organisation", "country", "subject", "disposition",
    "categories", "language", "attachments", "links", "acknowledgement", "reasons", "review", "late",
    "duplicate_of", "quarantine", "state", "confidential",
)  # fmt: skip
CELL_CHARS = 32_767
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def inert(value: object) -> object:
    """Text that a spreadsheet would take for a formula gets a leading apostrophe; full-width signs too."""
    if not isinstance(value, str):
        return value
    text = _CONTROL.sub("\ufffd", value)[: CELL_CHARS - 1]
    first = unicodedata.normalize("NFKC", text[:1])
    return "'" + text if first in ("=", "+", "-", "@") or text[:1] in ("\t", "\r", "\n") else text


def flat(row: Mapping[str, Any]) -> list[object]:
    """One list row as cells, in the order of COLUMNS."""
    ack = row["acknowledgement"] or {"state": "", "reasons": []}
    cells = dict(row)
    cells["categories"] = "; ".join(categories(row))
    cells["acknowledgement"], cells["reasons"] = ack["state"], ", ".join(ack["reasons"])
    return [inert(cells.get(name)) for name in COLUMNS]


def write_csv(rows: Iterable[Mapping[str, Any]], out: TextIO) -> int:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow(flat(row))
        count += 1
    return count


def write(form: str, target: Path, config: Config, store: Store, *, share: bool = False) -> int:
    """Returns the number of replies written. The file appears whole or not at all. ``share``: for people outside,
    without what was sent in confidence (``store.confidence``)."""
    half = target.with_name(f".{target.name}.part")
    try:
        with store.read() as tx:
            withheld = confidence.kept_back(tx) if share else frozenset()
            asking = confidence.asks_for_it(tx)
            rows = (
                row | {"confidential": "yes" if row["id"] in asking else "no"}
                for row in list_replies(tx, Filters(), config.request.deadline)
                if row["id"] not in withheld
            )
            if form == "csv":
                with half.open("w", encoding="utf-8-sig", newline="") as out:
                    count = write_csv(rows, out)
            elif form == "xlsx":
                count = _xlsx(rows, half)
            elif form == "jsonl":
                count = 0
                with half.open("w", encoding="utf-8") as out:
                    for row in rows:
                        out.write(json.dumps(shown(tx, row["id"], config), ensure_ascii=False, default=str) + "\n")
                        count += 1
            else:
                count = _zip(rows, half, store)
        os.replace(half, target)
    except OSError as fault:
        half.unlink(missing_ok=True)
        kind = OutOfReach if fault.errno == 28 else Unusable
        raise kind(f"{target}: cannot be written: {fault.strerror}") from fault
    return count


def _xlsx(rows: Iterable[Mapping[str, Any]], path: Path) -> int:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("replies")
    sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    number = 0
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(flat(row)):
            if isinstance(value, bool):
                sheet.write_boolean(number, column, value)
            elif isinstance(value, int | float):
                sheet.write_number(number, column, value)
            elif value is not None:
                sheet.write_string(number, column, str(value))
    sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
    book.close()
    return number


def _zip(rows: Iterable[Mapping[str, Any]], path: Path, store: Store) -> int:
    """``<id>.eml`` for each reply and ``index.jsonl`` that says what is what."""
    count = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        index = []
        for row in rows:
            archive.writestr(f"{row['id']:06}.eml", store.vault.get(row["sha256"]))
            index.append(json.dumps({"file": f"{row['id']:06}.eml", **row}, ensure_ascii=False, default=str))
            count += 1
        archive.writestr("index.jsonl", "\n".join(index) + "\n")
    return count
