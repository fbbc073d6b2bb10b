"""Files of senders on their way to somebody's disk: never shown by the browser, under a name that does no harm."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from harvester.review.headers import INERT

CHUNK = 1 << 18
TYPES = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "message/rfc822",
        "text/calendar",
        "text/csv",
        "text/plain",
    }
)
"""Told to the browser as they are; anything else, HTML and SVG among it, is just bytes."""
BYTES = "application/octet-stream"


def download(path: Path, name: str, media_type: str) -> Response:
    """Streams the file. Raises FileNotFoundError before anything is sent."""
    size = path.stat().st_size
    return StreamingResponse(
        _pieces(path),
        media_type=media_type if media_type in TYPES else BYTES,
        headers={
            "Content-Disposition": disposition(name),
            "Content-Length": str(size),
            "Content-Security-Policy": INERT,
            "X-Content-Type-Options": "nosniff",
        },
    )


def disposition(name: str) -> str:
    """One line with the name twice: in ASCII for old programs, in UTF-8 for all others (RFC 6266, RFC 8187)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(sign if sign.isprintable() and sign not in '"\\%' else "_" for sign in plain).strip() or "file"
    if plain.startswith("."):
        plain = f"file{plain}"
    coded = quote(name.encode("utf-8", "replace"), safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}"


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
