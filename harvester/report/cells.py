"""One reply as cells of a table for a spreadsheet: what a sender wrote stays text (S14 of the guarantees)."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from harvester.report.table import categories

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
    cells["confidential"] = "yes" if row["confidential"] else "no"
    return [inert(cells.get(name)) for name in COLUMNS]
