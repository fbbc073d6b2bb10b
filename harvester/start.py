"""``harvester init``: a folder of its own for a request; a request is a folder."""

import shutil
from datetime import datetime
from pathlib import Path

from harvester.errors import Unusable
from harvester.shipment import shipped

WHAT_SHIPS = ("harvester.toml", "rules", "templates", "data/request.txt")


def init(folder: Path, now: datetime) -> list[Path]:
    """Write harvester.toml, rules/, templates/ and data/ into ``folder``; never overwrites.

    Raises Unusable naming what is already there.
    """
    there = [name for name in WHAT_SHIPS if (folder / name).exists()]
    if there:
        raise Unusable(f"{folder}: {', '.join(there)} exists already; choose an empty folder")
    from harvester.acknowledge.journal import make_key

    written = []
    try:
        for name in WHAT_SHIPS:
            source, target = shipped() / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)
            written.append(target)
    except OSError as fault:
        raise Unusable(f"{folder}: cannot be written: {fault.strerror}; choose another folder") from fault
    set_since(folder / "harvester.toml", now)
    make_key(folder / "data" / "answers.key")
    return [*written, folder / "data" / "answers.key"]


def set_since(config: Path, now: datetime) -> None:
    """Only mail that arrives from now on is answered; an old mailbox never starts a storm."""
    since = f'since = "{now.strftime("%Y-%m-%dT%H:%M:%SZ")}"'
    lines = config.read_text(encoding="utf-8").splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.lstrip("# ").startswith("since ="):
            lines[number] = since + "\n"
            break
    else:
        at = next(n for n, line in enumerate(lines) if line.strip() == "[acknowledge]")
        lines.insert(at + 1, since + "\n")
    config.write_text("".join(lines), encoding="utf-8")
