"""The answer journal: which replies a letter was begun for, kept apart from the database.

When yesterday's database is restored, the journal still knows today's answers, so that nobody is answered
twice. It holds no address and no text: only hashes made with the key, which ``harvester init`` writes.
"""

import errno
import hashlib
import hmac
import json
import os
import secrets
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from harvester import faults
from harvester.errors import OutOfReach, Unusable
from harvester.folders import sync_folder

KEY_BYTES = 32
FULL = (errno.ENOSPC, errno.EDQUOT)


def make_key(path: Path) -> None:
    """Write a new key, readable by its owner only; a key that is there already stays."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as fault:
        raise Unusable(f"{path}: the key for our letters cannot be written: {fault.strerror}") from fault
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def load_key(path: Path) -> bytes:
    """The key that signs our Message-IDs and keeps the journal's hashes secret."""
    try:
        text = path.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except FileNotFoundError:
        raise Unusable(
            f"{path}: the key for our letters is missing, so nothing is answered. Copy it back from where it "
            "was; if no letter was ever sent for this request, make a new one: "
            f"(umask 077; openssl rand -hex {KEY_BYTES} > {path})"
        ) from None
    except OSError as fault:
        raise Unusable(f"{path}: the key for our letters cannot be read: {fault.strerror}") from fault
    except ValueError:
        key = b""
    if len(key) < KEY_BYTES:
        raise Unusable(
            f"{path}: this is not the key that `harvester init` wrote ({2 * KEY_BYTES} hexadecimal digits); "
            "copy it back from where it was"
        )
    return key


class Journal:
    """One line a letter that was begun, appended and on the disk before the letter leaves."""

    def __init__(self, path: Path, key: bytes) -> None:
        self.path = path
        self._key = key

    def knows(self, sha256: str) -> bool:
        return self.times(sha256) > 0

    def times(self, sha256: str) -> int:
        """How many letters were begun in answer to the reply with these bytes."""
        return len(self._begun.get(self._hash("reply", sha256), ()))

    def replies(self) -> int:
        """How many replies a letter was begun for."""
        return len(self._begun)

    def begun_after(self, sha256: str, moment: datetime) -> bool:
        """Was a letter in answer to this reply begun after that? The journal's times are whole seconds."""
        return any(at > _stamp(moment) for at in self._begun.get(self._hash("reply", sha256), ()))

    def write(self, sha256: str, message_id: str, to: str, now: datetime) -> None:
        """Append and fsync. Raises OutOfReach when the disk is full: then no letter may leave."""
        reply = self._hash("reply", sha256)
        entry = {
            "reply": reply,
            "to": self._hash("to", to.casefold()),
            "message_id": message_id,
            "at": _stamp(now),
        }
        begun = self._begun  # read before our own line is in the file
        try:
            self._append((json.dumps(entry) + "\n").encode("ascii"))
        except OSError as fault:
            if fault.errno in FULL:
                raise OutOfReach(
                    f"{self.path}: the disk is full, so the letter was not sent; free some space, the next run goes on"
                ) from fault
            raise Unusable(
                f"{self.path}: the answer journal cannot be written ({fault.strerror}), so the letter was not "
                "sent; make it writable for this user"
            ) from fault
        begun.setdefault(reply, []).append(entry["at"])

    def _append(self, line: bytes) -> None:
        is_new = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            size = os.fstat(handle).st_size
            if size and os.pread(handle, 1, size - 1) != b"\n":
                line = b"\n" + line  # a power cut tore the last line: its letter never left
            while line:
                line = line[os.write(handle, line) :]
            faults.point("after-journal-write")
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            sync_folder(self.path.parent)

    @cached_property
    def _begun(self) -> dict[str, list[str]]:
        """When letters were begun, by reply."""
        begun: dict[str, list[str]] = {}
        try:
            with self.path.open("rb") as file:
                for line in file:
                    if entry := _entry(line):
                        reply, at = entry
                        begun.setdefault(reply, []).append(at)
        except FileNotFoundError:
            pass
        except OSError as fault:
            raise Unusable(f"{self.path}: the answer journal cannot be read: {fault.strerror}") from fault
        return begun

    def _hash(self, what: str, value: str) -> str:
        return hmac.new(self._key, f"journal {what} {value}".encode(), hashlib.sha256).hexdigest()


def _entry(line: bytes) -> tuple[str, str] | None:
    """Which reply, and when. None for a torn line: it was not on the disk in whole, so its letter never left."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    reply, at = (entry.get("reply"), entry.get("at")) if isinstance(entry, dict) else (None, None)
    return (reply, at if isinstance(at, str) else "") if isinstance(reply, str) else None


def _stamp(moment: datetime) -> str:
    """Sorts as time does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
