"""The answer journal: on the disk before a letter leaves, and unreadable to anybody without the key."""

import json
import os
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvester.acknowledge.journal import Journal, load_key, make_key
from harvester.errors import OutOfReach, Unusable

KEY = bytes(range(32))
NOW = datetime(2027, 8, 10, 12, 0, tzinfo=UTC)
REPLY, OTHER = "a" * 64, "b" * 64
LETTER, TO = "<ack.1.abc@lga.example>", "officer@town.example"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "answers.jsonl"


def test_a_written_answer_is_known_now_and_after_a_restart(path: Path) -> None:
    journal = Journal(path, KEY)
    assert not journal.knows(REPLY)
    journal.write(REPLY, LETTER, TO, NOW)
    assert journal.knows(REPLY) and not journal.knows(OTHER)
    again = Journal(path, KEY)
    assert again.knows(REPLY) and not again.knows(OTHER)


def test_every_begun_letter_counts(path: Path) -> None:
    for _ in range(3):
        Journal(path, KEY).write(REPLY, LETTER, TO, NOW)
    assert Journal(path, KEY).times(REPLY) == 3


def test_a_journal_that_begins_with_writing_knows_what_stood_there(path: Path) -> None:
    Journal(path, KEY).write(REPLY, LETTER, TO, NOW)
    journal = Journal(path, KEY)
    journal.write(REPLY, LETTER, TO, NOW)
    assert journal.times(REPLY) == 2


def test_lines_hold_hashes_that_need_the_key(path: Path) -> None:
    Journal(path, KEY).write(REPLY, LETTER, TO, NOW)
    text = path.read_text()
    assert TO not in text and REPLY not in text and "town.example" not in text
    assert json.loads(text)["at"] == "2027-08-10T12:00:00Z"
    assert json.loads(text)["message_id"] == LETTER
    assert not Journal(path, KEY[::-1]).knows(REPLY)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("torn", [b'{"reply": "abc', b"{", b"\xff\xfe", b"[]", b'{"reply": 1}'])
def test_a_line_torn_by_a_power_cut_hurts_neither_those_before_nor_those_after(path: Path, torn: bytes) -> None:
    Journal(path, KEY).write(REPLY, LETTER, TO, NOW)
    with path.open("ab") as file:
        file.write(torn)
    journal = Journal(path, KEY)
    assert journal.knows(REPLY)
    journal.write(OTHER, LETTER, TO, NOW)
    again = Journal(path, KEY)
    assert again.knows(REPLY) and again.knows(OTHER)
    assert len(path.read_bytes().splitlines()) == 3


def test_a_line_is_on_the_disk_before_write_returns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(os.path.isdir(f"/proc/self/fd/{fd}")), real(fd)))
    journal = Journal(path, KEY)
    journal.write(REPLY, LETTER, TO, NOW)
    assert synced == [False, True]  # the line, then the folder that names the new file
    journal.write(OTHER, LETTER, TO, NOW)
    assert synced == [False, True, False]


def test_a_full_disk_is_told_and_the_journal_stays_sound(path: Path) -> None:
    """In a process of its own, where no file may grow beyond 300 bytes."""
    script = f"""
        import errno, os, resource, signal
        from datetime import UTC, datetime
        from pathlib import Path
        from harvester.acknowledge.journal import Journal
        from harvester.errors import HarvesterError
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
        journal = Journal(Path({str(path)!r}), {KEY!r})
        journal.write("a" * 64, "<1@x>", "a@b.example", datetime.now(UTC))
        try:
            journal.write("b" * 64, "<2@x>", "a@b.example", datetime.now(UTC))
        except HarvesterError as fault:
            print(fault)
        print(journal.knows("b" * 64))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert "answers.jsonl" in done.stdout and "not sent" in done.stdout.replace("\n", " ")
    assert done.stdout.endswith("False\n")
    journal = Journal(path, KEY)
    assert journal.knows(REPLY) and not journal.knows(OTHER)
    journal.write(OTHER, LETTER, TO, NOW)
    assert Journal(path, KEY).knows(OTHER)


def test_no_space_left_ends_the_run_with_75(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_fd: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OutOfReach, match="disk is full"):
        Journal(path, KEY).write(REPLY, LETTER, TO, NOW)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_journal_that_cannot_be_written_is_told(path: Path) -> None:
    path.parent.chmod(0o500)
    try:
        with pytest.raises(Unusable, match="not"):
            Journal(path, KEY).write(REPLY, LETTER, TO, NOW)
    finally:
        path.parent.chmod(0o700)


def test_the_key_is_secret_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "answers.key"
    make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    key = load_key(path)
    assert len(key) == 32
    make_key(path)
    assert load_key(path) == key


def test_a_missing_key_is_told_with_advice(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="missing") as told:
        load_key(tmp_path / "answers.key")
    assert "openssl rand -hex 32" in str(told.value)


@pytest.mark.parametrize("content", [b"", b"short", b"ab" * 31, "ключ".encode(), b"\xff" * 64])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "answers.key"
    path.write_bytes(content)
    with pytest.raises(Unusable, match="not the key"):
        load_key(path)


def test_a_key_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be written"):
        make_key(tmp_path / "missing" / "answers.key")
