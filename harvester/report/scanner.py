"""A virus scanner's word on a file before it leaves the house (S23 of the guarantees)."""

import subprocess
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

SECONDS = 60
INFECTED = 1  # what clamdscan, clamscan and those that copy them end with; 0 is clean, anything else a failure


class Word(StrEnum):
    """Only what is clean may go out."""

    CLEAN = "clean"
    HARMFUL = "harmful"
    NONE = "not scanned"  # it failed, or took too long


def scan(command: Sequence[str], path: Path) -> Word:
    """``command`` with the file's path behind it; no command: nobody asks, and it goes out."""
    if not command:
        return Word.CLEAN
    try:
        done = subprocess.run([*command, str(path.resolve())], capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return Word.NONE
    if done.returncode == INFECTED:
        return Word.HARMFUL
    return Word.NONE if done.returncode else Word.CLEAN
