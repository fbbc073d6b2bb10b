"""The compiled rulebook on disk, under the hash of what it was made from. Never needed, only faster."""

import contextlib
import json
import os
import tempfile
from pathlib import Path

from harvester.classify.compiled import Compiled, from_json, to_json


def fetch(folder: Path | None, key: str) -> Compiled | None:
    """What was kept under this key; None if there is nothing or it is broken."""
    if folder is None:
        return None
    try:
        value = json.loads(_place(folder, key).read_text(encoding="utf-8"))
        return from_json(value["rulebook"]) if value["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return None


def keep(folder: Path | None, key: str, compiled: Compiled) -> None:
    """Written aside and renamed, so that nobody reads half a file; a folder that cannot be written is no fault."""
    if folder is None:
        return
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix="rulebook-", suffix=".tmp", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"key": key, "rulebook": to_json(compiled)}, file, ensure_ascii=False)
            os.replace(name, _place(folder, key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _forget_others(folder, key)


def _forget_others(folder: Path, key: str) -> None:
    """Rulebooks that were changed since; staff change rules often and nobody tidies up."""
    kept = sorted(folder.glob("rulebook-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in kept[5:]:
        if old != _place(folder, key):
            old.unlink(missing_ok=True)


def _place(folder: Path, key: str) -> Path:
    return folder / f"rulebook-{key[:32]}.json"
