"""Folders whose names last: a new file or folder is safe only when what holds it is on the disk too."""

import contextlib
import os
from pathlib import Path

from harvester import faults


def make_folder(folder: Path) -> None:
    """Make it and what is missing above it, for us alone, and make their names last."""
    for one in reversed([folder, *folder.parents]):
        if not one.is_dir():
            with contextlib.suppress(FileExistsError):
                one.mkdir(mode=0o700)
            faults.point("after-mkdir")
            sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(held)
    finally:
        os.close(held)
