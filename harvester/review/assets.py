"""The static files: style sheet and scripts, ours or vendored (static/VENDORED.md). Nothing comes from outside."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    packed: bytes  # gzip
    media_type: str


@dataclass(frozen=True)
class Assets:
    """``version`` changes with any of the files, so that browsers may keep them for ever."""

    files: Mapping[str, Asset]
    version: str

    @classmethod
    def load(cls) -> "Assets":
        files = {file.name: file.read_bytes() for file in sorted(STATIC.iterdir()) if file.suffix in TYPES}
        version = hashlib.sha256(b"\0".join(files.values())).hexdigest()[:12]
        return cls({name: _asset(name, body) for name, body in files.items()}, version)

    def url(self, name: str) -> str:
        assert name in self.files
        return f"/static/{self.version}/{name}"


def _asset(name: str, body: bytes) -> Asset:
    return Asset(body, gzip.compress(body, mtime=0), TYPES[Path(name).suffix])
