"""``harvester backup``: everything that a request has, of one moment, while runs go on.

The order makes it whole: the database first; then the files of the vault that it names, which are there, because bytes
are on the disk before the row that names them; then the journal, which knows at least the letters that the
database knows; then the settings; the manifest last. What a run adds meanwhile does no harm.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from harvester.backup import settings
from harvester.backup.manifest import NAME, Manifest, line, stamp, understood
from harvester.backup.shelf import Damaged, FolderShelf, Shelf, TarShelf, alone
from harvester.config import Config
from harvester.errors import Unusable
from harvester.store import snapshot
from harvester.store.disk import disk_trouble
from harvester.store.engine import Store
from harvester.store.schema import REVISIONS

SCRATCH = "scratch"
OURS = re.compile(rf"vault|unfinished|{SCRATCH}|\d{{4}}-\d\d-\d\dT\d{{6}}\.\d{{6}}Z")


@dataclass(frozen=True, slots=True)
class Made:
    manifest: Manifest
    place: Path
    new_files: int
    elsewhere: tuple[Path, ...]  # what harvester.toml names and the backup does not hold


def backup(config: Config, store: Store, place: Path, tar: bool, now: datetime) -> Made:
    """Into the folder ``place``, or into a file of that name. Raises Unusable or OutOfReach; a backup that was there
    before is whole until this one is."""
    try:
        if tar:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _Making(config, store, TarShelf(place), place, now).done()
        _fit(place, config)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        with alone(place):
            shelf = FolderShelf(place)
            before = place / NAME
            shelf.tidy(understood(before.read_bytes(), str(place)).folder if before.exists() else "")
            making = _Making(config, store, shelf, place, now)
            made = making.done()
            shelf.tidy(made.manifest.folder, making.gone)
            return made
    except OSError as fault:
        raise disk_trouble(fault, place) or Unusable(f"{place}: cannot be used: {fault.strerror}") from fault


def _fit(place: Path, config: Config) -> None:
    """A folder of a backup's own: what is no backup of ours is swept by nobody."""
    if place.resolve().is_relative_to(config.store.data.resolve()):
        raise Unusable(f"{place}: lies in the data folder, which it is to replace one day; choose another disk")
    if place.exists() and not place.is_dir():
        raise Unusable(f"{place}: is a file; name a folder, or say --tar")
    if place.is_dir() and not (place / NAME).exists() and not all(OURS.fullmatch(one.name) for one in place.iterdir()):
        raise Unusable(f"{place}: holds other things than a backup; name a folder of its own")


@contextmanager
def _scratch(place: Path) -> Iterator[Path]:
    """Always at the same place, so that what a killed backup left is swept by the next."""
    folder = place / SCRATCH if place.is_dir() else place.with_name(f"{place.name}.{SCRATCH}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Making:
    """One backup on its way onto its shelf."""

    def __init__(self, config: Config, store: Store, shelf: Shelf, place: Path, now: datetime) -> None:
        self._config, self._store, self._shelf, self._place, self._now = config, store, shelf, place, now
        self._folder = stamp(now)
        self._new = self._files = self._bytes = 0
        self._damaged: list[str] = []
        self.gone: list[str] = []  # of the backup before, and of no use any more

    def done(self) -> Made:
        with _scratch(self._place) as work:
            with (work / "sums").open("wb") as self._sums:
                count = snapshot.take(self._store, work / "harvester.db")
                self._put(f"{self._folder}/harvester.db", work / "harvester.db")
                self._vault(work / "harvester.db")
                for name in ("answers.jsonl", "answers.key"):
                    if (self._store.data / name).exists():
                        self._put(f"{self._folder}/{name}", self._store.data / name)
                toml = settings.without_password(self._config.path.read_text("utf-8-sig"))
                (work / "toml").write_text(toml, "utf-8")
                self._put(f"{self._folder}/settings/{settings.SETTINGS}", work / "toml")
                for name, path in settings.files(self._config):
                    self._put(f"{self._folder}/settings/{name}", path)
            sums, _ = self._shelf.put(f"{self._folder}/SHA256SUMS", work / "sums")
        manifest = Manifest(
            folder=self._folder,
            made_at=self._now.isoformat(timespec="seconds").replace("+00:00", "Z"),
            program=version("harvester"),
            tables=REVISIONS[-1],
            sums_sha256=sums,
            replies=count,
            files=self._files,
            size=self._bytes,
            damaged=tuple(self._damaged),
        )
        self._shelf.close(NAME, manifest.dumped())
        return Made(manifest, self._place, self._new, tuple(settings.outside(self._config)))

    def _vault(self, database: Path) -> None:
        """What the database names and nothing else; of what the vault lost, the copy of the backup before."""
        named = snapshot.named(database)
        for sha256 in sorted(named):
            name = f"vault/{sha256[:2]}/{sha256}"
            try:
                self._put(name, self._store.vault.path(sha256), sha256)
            except (Damaged, FileNotFoundError):
                kept = self._shelf.keeps(name)
                if kept is None:
                    self._damaged.append(sha256)
                else:
                    self._count(sha256, name, kept)
        self.gone = [f"vault/{sha256[:2]}/{sha256}" for sha256 in self._shelf.vault() if sha256 not in named]

    def _put(self, name: str, path: Path, sha256: str | None = None) -> None:
        size = path.stat().st_size
        found, new = self._shelf.put(name, path, sha256)
        self._new += new
        self._count(found, name, size)

    def _count(self, sha256: str, name: str, size: int) -> None:
        self._sums.write(line(sha256, name))
        self._files += 1
        self._bytes += size
