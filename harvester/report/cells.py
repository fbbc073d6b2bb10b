"""One reply as cells of a table for a spreadsheet: what a sender wrote stays text (S14 of the guarantees)."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from harvester.classify.topics import Topics
from harvester.report.table import categories

COLUMNS = (
    "id", "reference", "received_at", "from", "from_name", "organisation", "country", "subject", "disposition",
    "categories", "in_words", "language", "attachments", "links", "acknowledgement", "reasons", "review", "late",
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


def flat(row: Mapping[str, Any], topics: Topics) -> list[object]:
    """One list row as cells, in the order of COLUMNS. Categories by their ids, for programs, and in words."""
    ack = row["acknowledgement"] or {"state": "", "reasons": []}
    cells = dict(row)
    cells["categories"] = "; ".join(categories(row))
    cells["in_words"] = "; ".join(_in_words(one, topics) for one in row["categories"])
    cells["acknowledgement"], cells["reasons"] = ack["state"], ", ".join(ack["reasons"])
    cells["confidential"] = "yes" if row["confidential"] else "no"
    return [inert(cells.get(name)) for name in COLUMNS]


def _in_words(one: Mapping[str, Any], topics: Topics) -> str:
    """``Authorities share: One chief executive or leader (planned)``"""
    kind = f": {topics.title(one['kind'])}" if one["kind"] else ""
    return topics.title(one["id"]) + kind + ("" if one["standing"] == "example" else f" ({one['standing']})")
