"""What takes long to make, kept on disk as JSON under a name and a key. Never needed, only faster."""

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
        value = json.loads(_place(folder, name, key).read_text(encoding="utf-8"))
        return value["value"] if value["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def keep(folder: Path | None, name: str, key: str, value: Any, *, most: int = 5) -> None:
    """Written aside and renamed, so that nobody reads half a file; a folder that cannot be written is no fault.

    The ``most`` newest of a name are kept: staff change rules often and nobody tidies up.
    """
    if folder is None:
        return
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        place = _place(folder, name, key)
        handle, aside = tempfile.mkstemp(prefix=f"{name}-", suffix=".tmp", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"key": key, "value": value}, file, ensure_ascii=False)
            os.replace(aside, place)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        kept = sorted(folder.glob(f"{name}-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[most:]:
            if old != place:
                old.unlink(missing_ok=True)


def _place(folder: Path, name: str, key: str) -> Path:
    return folder / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
