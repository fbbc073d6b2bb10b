"""Reading strangers' files in a jail: what a child may not do, and that no child ever hangs or kills us."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from attached import paragraph, pdf, text, word
from harvester.message.documents import Extracted, Extractor, child, jail
from harvester.message.documents.extractor import FILES_EACH
from harvester.message.documents.jailed_reader import JailedReader
from harvester.model import Limits, TextStatus
from test_fork_server import gone

SECONDS = 0.3
MISBEHAVE = "jailed:told"
OK = Extracted(TextStatus.READ, "fine")


@pytest.fixture(scope="module")
def misbehaving() -> Iterator[Extractor]:
    with Extractor(Limits(document_seconds=SECONDS), MISBEHAVE) as extractor:
        yield extractor


def ask(extractor: Extractor, word: str) -> Extracted:
    return extractor.text(f"%PDF-{word}".encode(), "application/pdf", "x.pdf", 20.0)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("loop", Extracted(TextStatus.TIMEOUT)),
        ("sleep", Extracted(TextStatus.TIMEOUT)),
        ("deaf", Extracted(TextStatus.TIMEOUT)),
        ("crash", Extracted(TextStatus.DAMAGED)),
        ("exit", Extracted(TextStatus.DAMAGED)),
        ("eat", Extracted(TextStatus.TOO_LARGE, flags=("memory",))),
        ("flood", Extracted(TextStatus.DAMAGED)),
        ("twice", Extracted(TextStatus.DAMAGED)),
        ("leave", OK),
        ("patricide", Extracted(TextStatus.TIMEOUT)),
        ("not json", Extracted(TextStatus.DAMAGED)),
        ('["read", 5, [], []]', Extracted(TextStatus.DAMAGED)),
        ('["sent", "", [], []]', Extracted(TextStatus.DAMAGED)),
        ('["read", "", [1], []]', Extracted(TextStatus.DAMAGED)),
        ("[" * 9_000, Extracted(TextStatus.DAMAGED)),
        ('["read", "a\\u0000b\\ud800c", ["x\\u0000"], []]', Extracted(TextStatus.READ, "abc", ("x",))),
    ],
)
def test_whatever_a_child_does_is_a_status_and_the_next_file_is_fine(
    misbehaving: Extractor, word: str, expected: Extracted
) -> None:
    began = time.monotonic()
    assert ask(misbehaving, word) == expected
    assert time.monotonic() - began < 15
    assert ask(misbehaving, "ok") == OK


def test_a_child_reads_several_files_and_not_too_many(misbehaving: Extractor) -> None:
    ask(misbehaving, "exit")
    readers = [ask(misbehaving, "who").text for _ in range(2 * FILES_EACH + 1)]
    assert readers == [*[readers[0]] * FILES_EACH, *[readers[FILES_EACH]] * FILES_EACH, readers[-1]]
    assert len(set(readers)) == 3


def test_what_a_used_child_fails_at_gets_a_fresh_one(misbehaving: Extractor) -> None:
    assert [ask(misbehaving, "turncoat") for _ in range(4)] == [OK] * 4


def test_whose_answer_was_not_awaited_is_asked_nothing_else(
    misbehaving: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(misbehaving, "ok") == OK
    used, before = misbehaving._reader, set(os.listdir("/proc/self/fd"))
    with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="no time"):
        patched.setattr(JailedReader, "_said", Mock(side_effect=RuntimeError("no time")))
        ask(misbehaving, "who")
    assert misbehaving._reader is None
    assert len(set(os.listdir("/proc/self/fd"))) == len(before) - 2
    assert ask(misbehaving, "ok") == OK
    assert misbehaving._reader is not used


def test_the_clock_of_a_file_has_stopped_when_its_answer_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = socket.socketpair()
    ticking: list[float] = []
    heard: list[tuple[float, bytes]] = []
    monkeypatch.setattr(child, "limit", lambda _: None)
    monkeypatch.setattr(child, "clock", ticking.append)
    monkeypatch.setattr(os, "write", lambda _, said: heard.append((ticking[-1], said)) or len(said))
    file = os.memfd_create("attachment")
    with ours, theirs, open(file, "wb") as stream:
        stream.write(b"{\\rtf1 Case}")
        stream.flush()
        for _ in range(2):
            order = {"kind": "RTF", "charset": "latin-1", "bytes": 12, "seconds": 3.0}
            ours.sendall(json.dumps(order).encode() + b"\n")
        ours.shutdown(socket.SHUT_WR)
        child._read_files(Limits(), file, theirs.fileno())
    assert ticking == [3.0, 0, 3.0, 0]
    assert [(clock, json.loads(said)[:2]) for clock, said in heard] == [(0, ["read", "Case"])] * 2


def test_a_child_that_a_file_left_large_reads_no_other() -> None:
    little, much = pdf([text("Case")]), b"{\\rtf1 " + b"words and words " * 3_000_000 + b"}"
    with Extractor(Limits(attachment_bytes=len(much))) as extractor:
        for data in (little, little, much):
            assert extractor.text(data, "", "x", 20.0).status == TextStatus.READ
        assert extractor._reader and extractor._reader.files == 3
        assert extractor.text(little, "", "x", 20.0).text == "Case"
        assert extractor._reader.files == 1


def test_a_child_may_open_and_write_nothing_and_has_little_memory(misbehaving: Extractor) -> None:
    assert ask(misbehaving, "probe").text.split("\n") == [
        "socket: Too many open files",
        "pipe: Too many open files",
        "open: Too many open files",
        "write: File too large",
        "memory: MemoryError",
    ]


def test_the_process_has_no_network_no_files_no_rights_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    if jail() != "full":
        pytest.skip("this kernel refuses the namespaces; `harvester check` says so")
    monkeypatch.setenv("HARVESTER_PASSWORD", "secret")
    with socket.create_server(("127.0.0.1", 0)) as trap, Extractor(Limits(), "jailed:unlimited") as extractor:
        found = json.loads(ask(extractor, f"{trap.getsockname()[1]} {os.getpid()}").text)
        trap.settimeout(0)
        with pytest.raises(BlockingIOError):
            trap.accept()
    assert found.pop("environment").split() in ([], ["LC_CTYPE"])  # Python sets the latter itself
    assert found == {
        "connect": "Network is unreachable",
        "read": "Permission denied",
        "write": "Permission denied",
        "make": "Permission denied",
        "signal": "No such process",
    }


def test_the_jail_is_not_ours() -> None:
    assert jail() in ("full", "partial")
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), 5).close()
    assert Path("/").exists()


def test_no_time_left_for_this_mail_means_not_tried() -> None:
    with Extractor(Limits()) as extractor:
        found = extractor.text(pdf([text("x")]), "", "x.pdf", 0.0)
        assert found == Extracted(TextStatus.NOT_TRIED, flags=("time-spent",))
        assert extractor.text(b"We share.", "text/plain", "x.txt", 0.0).text == "We share."  # costs nothing


def test_a_file_over_the_limit_is_not_even_looked_at() -> None:
    with Extractor(Limits(attachment_bytes=100)) as extractor:
        assert extractor.text(bytes(101), "", "x.pdf", 20.0).status == TextStatus.TOO_LARGE
        assert extractor.text(b"", "", "x.pdf", 20.0).status == TextStatus.EMPTY


def test_files_are_read_one_after_another_by_children_of_one_process() -> None:
    with Extractor(Limits()) as extractor:
        for number in range(3):
            assert extractor.text(pdf([text(f"Case {number}")]), "", "x.pdf", 20.0).text == f"Case {number}"
            assert extractor.text(word(paragraph(f"Case {number}")), "", "x", 20.0).text == f"Case {number}"
        before = set(os.listdir("/proc/self/fd"))
        for _ in range(20):
            extractor.text(b"{\\rtf1 words}", "", "x.rtf", 20.0)
        assert set(os.listdir("/proc/self/fd")) == before


MASTER = """
import sys
sys.path[:0] = sys.argv[1:]
from harvester.message.documents import Extractor
from harvester.model import Limits
Extractor(Limits(document_seconds=1000), "jailed:told").text(b"%PDF-sleep", "application/pdf", "x.pdf", 1000)
"""


def test_when_the_worker_is_killed_nothing_of_the_extraction_is_left() -> None:
    here = Path(__file__).parents[1]
    with subprocess.Popen([sys.executable, "-c", MASTER, str(here), str(here.parent)]) as worker:
        expected = 3 if jail() == "full" else 2
        until = time.monotonic() + 30
        while len(found := descendants(worker.pid)) < expected and time.monotonic() < until:
            time.sleep(0.01)
        worker.kill()
        worker.wait()
    assert len(found) == expected  # outside, inside, and the child that reads
    assert gone(*found)


def descendants(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == pid:
                found += [int(path.parent.name), *descendants(int(path.parent.name))]
    return found


def test_a_killed_extraction_process_is_replaced() -> None:
    with Extractor(Limits()) as extractor:
        assert extractor.text(pdf([text("one")]), "", "x.pdf", 20.0).text == "one"
        process = extractor._server._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert extractor.text(pdf([text("two")]), "", "x.pdf", 20.0).text == "two"
