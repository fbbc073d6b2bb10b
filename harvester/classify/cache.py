"""What takes long to make, kept on disk as JSON under a name and a key. Never needed, only faster.

The first line of a file is its key and the SHA-256 of the rest: a file that is not as it was written is made again.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def fetch(folder: Path | None, name: str, key: str) -> Any:
    """What was kept under this name and key; None if there is nothing or it is broken."""
    if folder is None:
        return None
    try:
        head, _, value = _place(folder, name, key).read_bytes().partition(b"\n")
        return json.loads(value) if head == _head(key, value) else None
    except (OSError, ValueError, RecursionError):
        return None


def keep(folder: Path | None, name: str, key: str, value: Any, *, most: int = 5) -> None:
    """Written aside and renamed, so that nobody reads half a file; a folder that cannot be written is no fault.

    The ``most`` newest of a name are kept: staff change rules often and nobody tidies up.
    """
    if folder is None:
        return
    written = json.dumps(value, ensure_ascii=False).encode()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        place = _place(folder, name, key)
        handle, aside = tempfile.mkstemp(prefix=f"{name}-", suffix=".tmp", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_head(key, written) + b"\n" + written)
            os.replace(aside, place)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        kept = sorted(folder.glob(f"{name}-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[most:]:
            if old != place:
                old.unlink(missing_ok=True)


def _head(key: str, value: bytes) -> bytes:
    return f"{key} {hashlib.sha256(value).hexdigest()}".encode()


def _place(folder: Path, name: str, key: str) -> Path:
    return folder / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
