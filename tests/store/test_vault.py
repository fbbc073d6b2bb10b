"""Bytes that are put stay, whole, whoever dies when."""

import errno
import fcntl
import hashlib
import os
import pickle
import signal
import stat
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import OutOfReach, Unusable
from harvester.store.vault import OPEN, Vault


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "vault")


def files(vault: Vault) -> list[str]:
    return sorted(p.name for p in vault.folder.rglob("*") if p.is_file())


def hashed(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_bytes_come_back_from_under_their_hash(vault):
    sha256 = vault.put(b"a mail")
    assert sha256 == hashlib.sha256(b"a mail").hexdigest()
    assert vault.get(sha256) == b"a mail"
    assert vault.path(sha256) == vault.folder / sha256[:2] / sha256
    assert files(vault) == [sha256]


@given(data=st.binary(max_size=200))
def test_any_bytes_come_back(tmp_path_factory, data):
    vault = Vault(tmp_path_factory.mktemp("v") / "vault")
    assert vault.get(vault.put(data)) == data


def test_only_we_may_read_them(vault):
    path = vault.path(vault.put(b"private"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, vault.folder)} == {0o700}


def test_the_same_bytes_again_are_not_written_again(vault):
    path = vault.path(vault.put(b"again"))
    before = path.stat()
    vault.put(b"again")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_that_was_cut_short_is_made_whole(vault):
    path = vault.path(vault.put(b"a long mail"))
    path.write_bytes(b"a lo")
    vault.put(b"a long mail")
    assert path.read_bytes() == b"a long mail"


def test_damaged_bytes_are_not_handed_out(vault):
    sha256 = vault.put(b"a long mail")
    vault.path(sha256).write_bytes(b"a l0ng mail")
    with pytest.raises(ValueError, match="damaged"):
        vault.get(sha256)
    with pytest.raises(FileNotFoundError):
        vault.get("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 63 + "/"])
def test_only_hashes_are_names(vault, name):
    with pytest.raises(ValueError, match="not a SHA-256"):
        vault.path(name)


def test_file_is_synced_before_the_rename_and_its_folder_after(vault, monkeypatch):
    seen = []

    def fsync(descriptor):
        seen.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")

    rename = os.rename
    vault.put(b"makes the folders")
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", lambda a, b: (seen.append("rename"), rename(a, b)))
    vault.path(hashlib.sha256(b"x").hexdigest()).parent.mkdir()
    vault.put(b"x")
    assert seen == ["sync file", "rename", "sync folder"]


def test_many_at_once_are_synced_before_the_first_rename_and_each_folder_once(vault, monkeypatch):
    seen = []

    def fsync(descriptor):
        seen.append("sync folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "sync file")

    rename = os.rename
    many = [b"mail %d" % (n // 2) for n in range(2 * OPEN)]
    vault.put_all(many)
    for sha256 in set(map(hashed, many[: len(many) // 2])):
        vault.remove(sha256)
    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", lambda a, b: (seen.append("rename"), rename(a, b)))
    assert vault.put_all(many) == list(map(hashed, many))
    missing = OPEN // 2
    folders = sum(len({hashed(data)[:2] for data in half}) for half in (many[:OPEN], many[OPEN:]))
    assert seen[: 2 * missing] == ["sync file"] * missing + ["rename"] * missing
    assert seen[2 * missing :] == ["sync folder"] * folders
    assert files(vault) == sorted(set(map(hashed, many)))


@pytest.mark.parametrize(("point", "left"), [("after-temp-write", False), ("after-rename", True)])
def test_pulling_the_plug_leaves_all_bytes_or_no_name(vault, point, left):
    program = """
import sys
from pathlib import Path
from harvester.store.vault import OPEN, Vault
Vault(Path(sys.argv[1])).put(b"x" * 9)
"""
    env = {**os.environ, "HARVESTER_FAULT": point}
    done = subprocess.run([sys.executable, "-c", program, str(vault.folder)], env=env)
    assert done.returncode == -signal.SIGKILL
    sha256 = hashlib.sha256(b"x" * 9).hexdigest()
    assert vault.path(sha256).exists() == left
    assert vault.sweep() == (0 if left else 1)
    assert vault.put(b"x" * 9) == sha256
    assert files(vault) == [sha256]


def test_temp_files_of_living_writers_are_not_swept(vault):
    vault.put(b"makes the folders")
    mine, torn = vault.folder / "tmp" / "living", vault.folder / "tmp" / "dead"
    torn.write_bytes(b"half")
    with mine.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert vault.sweep() == 1
        assert mine.exists() and not torn.exists()


def test_a_vault_that_is_not_there_has_nothing_to_sweep(vault):
    assert vault.sweep() == 0
    assert not vault.folder.exists()


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, OutOfReach), (errno.EDQUOT, OutOfReach), (errno.EROFS, Unusable), (errno.EACCES, Unusable)],
)
@pytest.mark.parametrize("call", ["open", "write", "fsync", "rename", "mkdir"])
def test_a_disk_that_refuses_is_told_and_leaves_no_half_file(vault, monkeypatch, call, number, kind):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched, pytest.raises(kind) as told:
        patched.setattr(os, call, refuse)
        vault.put(b"too much")
    assert str(vault.folder) in str(told.value)
    assert str(pickle.loads(pickle.dumps(told.value))) == str(told.value)  # it crosses from a worker to the run
    assert files(vault) == []
    vault.put(b"too much")


def test_many_processes_may_put_and_sweep_at_once(vault):
    program = """
import sys
from pathlib import Path
from harvester.store.vault import OPEN, Vault
vault = Vault(Path(sys.argv[1]))
for n in range(150):
    vault.put(b"mail %d" % (n // 2))
    vault.sweep()
"""
    writers = [subprocess.Popen([sys.executable, "-c", program, str(vault.folder)]) for _ in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert files(vault) == sorted(hashlib.sha256(b"mail %d" % n).hexdigest() for n in range(75))
