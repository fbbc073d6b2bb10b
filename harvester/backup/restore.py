"""``harvester restore``: a backup on an empty machine, and nobody is answered twice.

Everything is checked before anything is written. From then on until its end a mark in the data folder keeps runs away
(a run on half a restore would take every mail for a new one); the database comes last and at once. Whoever is killed
in between runs the same command again.

What the database cannot know, because it happened after the backup, is left to a person: ``store/restores.py``.
"""

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from harvester import faults
from harvester.acknowledge.journal import Journal, load_key
from harvester.acknowledge.signed_id import our_domain, signed_id
from harvester.backup.check import files
from harvester.backup.graves import bury_again
from harvester.backup.journal import merged
from harvester.backup.manifest import Manifest
from harvester.backup.settings import SETTINGS
from harvester.backup.shelf import PIECE, Source
from harvester.config import Config
from harvester.errors import NeedsPerson, OutOfReach, Unusable
from harvester.folders import sync_folder
from harvester.store import queue, restores, snapshot
from harvester.store.disk import disk_trouble
from harvester.store.engine import UNFINISHED, Store
from harvester.store.lock import RunLock
from harvester.store.restores import Waiting

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Restored:
    manifest: Manifest
    unknown: int  # letters that waited, and may have gone out since
    blind: bool
    journal: str  # what became of the answer journal, one sentence
    erased_again: int  # mails of the backup that had been erased here since


def put_settings(source: Source, found: Manifest, folder: Path) -> list[str]:
    """harvester.toml, rules, templates and the request's words, where they are not there yet; returns which."""
    start, written = f"{found.folder}/settings/", []
    for _, name in files(source, found):
        target = folder / name.removeprefix(start)
        if not name.startswith(start) or target.exists():
            continue
        _inside(target, folder)
        _write(source, name, target, 0o644)
        written.append(name.removeprefix(start))
    return sorted(written, key=lambda one: (one != SETTINGS, one))


def restore(
    config: Config,
    source: Source,
    found: Manifest,
    now: datetime,
    overwrite: bool = False,
    journal_complete: bool = False,
) -> Restored:
    """Vault, journal, database. Raises NeedsPerson where something is there already that would be lost."""
    data = config.store.data
    target = Store.unopened(config.store.url, data)
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with RunLock(target) as lock:
            if not lock.held:
                raise OutOfReach(f"a run is going ({lock.holder}); try again when it has ended")
            return _Restoring(config, source, found, target, now).done(overwrite, journal_complete)
    except OSError as fault:
        raise disk_trouble(fault, data) or Unusable(f"{data}: cannot be used: {fault.strerror}") from fault
    finally:
        target.close()


class _Restoring:
    def __init__(self, config: Config, source: Source, found: Manifest, target: Store, now: datetime) -> None:
        self._config, self._source, self._found, self._target, self._now = config, source, found, target, now
        self._data = config.store.data
        self._mark = found.sums_sha256
        self._erased_again = 0

    def done(self, overwrite: bool, journal_complete: bool) -> Restored:
        begun = self._begun()
        if begun is None or (begun["backup"] != self._mark and overwrite):
            self._refuse_to_lose(overwrite)
            begun = {"backup": self._mark, "at": self._now.isoformat(), "blind": not journal_complete}
            journal = merged(self._data, self._source, self._found, journal_complete)
            _durable(self._data / UNFINISHED, json.dumps(begun).encode())
            faults.point("after-restore-mark")
        elif begun["backup"] != self._mark:
            raise NeedsPerson(
                f"{self._data}: the restore of another backup was begun here at {begun['at']} and not finished; "
                "run it again with that backup, or say --overwrite"
            )
        else:
            journal = merged(self._data, self._source, self._found, journal_complete)
        blind, mark = bool(begun["blind"]), f"{self._mark} {begun['at']}"
        self._vault()
        for name, content in journal.files.items():
            _durable(self._data / name, content)
            faults.point("after-restored-journal")
        os.sync()  # all files at once: one by one takes minutes
        self._database(mark, blind)
        with self._target.read() as tx:
            unknown = restores.made_unknown(tx, mark)
        (self._data / UNFINISHED).unlink()
        os.sync()
        faults.point("after-restore")
        return Restored(self._found, unknown, blind, journal.told, self._erased_again)

    def _begun(self) -> "dict[str, object] | None":
        try:
            found: dict[str, object] = json.loads((self._data / UNFINISHED).read_bytes())
            return found
        except FileNotFoundError:
            return None

    def _refuse_to_lose(self, overwrite: bool) -> None:
        there = [] if snapshot.is_empty(self._target) else [f"the database {self._target.where}"]
        if any(self._target.vault.folder.glob("[0-9a-f][0-9a-f]/*")):
            there.append(f"mails in {self._target.vault.folder}")
        if there and not overwrite:
            raise NeedsPerson(
                f"{self._data}: is not empty: there is {' and there are '.join(there)}; nothing was restored. "
                "Restore into an empty data folder, or say --overwrite to give up what the database holds now"
            )
        if there and self._target.dialect == "postgresql":
            self._refuse_workers()
        snapshot.refuse_others(self._target)

    def _refuse_workers(self) -> None:
        try:
            with self._target.read() as tx:
                going = queue.is_there(tx) and queue.workers(tx) > 0
        except Unusable:  # damaged: nobody works on it
            return
        if going:
            raise OutOfReach(
                "a worker was at work less than a minute ago; stop the workers, wait that long, then restore"
            )

    def _vault(self) -> None:
        vault = self._target.vault
        for sha256, name in files(self._source, self._found):
            if not name.startswith("vault/"):
                continue
            target = vault.path(sha256)
            if target.exists() and _hash_of(target) == sha256:
                continue
            _write(self._source, name, target, 0o600)
            faults.point("after-restored-file")

    def _database(self, mark: str, blind: bool) -> None:
        """Prepared beside its place: upgraded, and told that it was restored; then it is there at once."""
        if self._there(mark):  # we were killed right after
            return
        file = self._data / "restoring.db"
        snapshot.remove(file)
        _write(self._source, self._found.database, file, 0o600)
        faults.point("after-restored-file")
        with snapshot.upgraded(file, self._data) as store:
            if not snapshot.is_empty(self._target):
                self._erased_again = bury_again(self._config, self._target, store, self._now)
            with store.begin() as tx:
                self._settle(tx, mark, blind)
        faults.point("after-settled-restore")
        snapshot.put(file, self._target)

    def _settle(self, tx: "Connection", mark: str, blind: bool) -> None:
        """The journal is asked which letters that wait were begun in the life that is over."""
        if not (self._data / "answers.key").exists():  # no letter was ever begun
            restores.settle(tx, mark, self._now, blind, lambda _: False, lambda _: None)
            return
        key = load_key(self._data / "answers.key")
        journal = Journal(self._data / "answers.jsonl", key)
        domain = our_domain(self._config.outbox.from_)

        def begun(one: Waiting) -> bool:
            if one.message_id is None:
                return journal.knows(one.sha256)
            return journal.begun_after(one.sha256, one.state_at)

        def message_id(one: Waiting) -> str:
            return signed_id(key, one.sha256, one.to, domain)

        restores.settle(tx, mark, self._now, blind, begun, message_id)

    def _there(self, mark: str) -> bool:
        if snapshot.is_empty(self._target):
            return False
        try:
            with self._target.read() as tx:
                return restores.restored(tx, mark)
        except (Unusable, OutOfReach):
            return False


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(source: Source, name: str, target: Path, mode: int) -> None:
    """Under its final name only when it is whole."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temp = target.with_name(target.name + ".restoring")
    temp.unlink(missing_ok=True)
    with (
        source.open(name) as given,
        os.fdopen(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as written,
    ):
        shutil.copyfileobj(given, written, PIECE)
    os.rename(temp, target)


def _durable(path: Path, content: bytes) -> None:
    temp = path.with_name(path.name + ".restoring")
    temp.unlink(missing_ok=True)
    with os.fdopen(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(temp, path)
    sync_folder(path.parent)


def _inside(target: Path, folder: Path) -> None:
    """A backup somebody tampered with writes nowhere else."""
    if not target.resolve().is_relative_to(folder.resolve()):
        raise Unusable(f"{target}: the backup names a file outside the request's folder; it was not made by us")
