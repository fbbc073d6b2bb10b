"""A server that drips, floods or stays silent: every answer has a clock and an end."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from harvester.acknowledge.patience import MOST_BYTES, Answers, Patient
from scripted_smtp import ScriptedSmtp


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_lines_come_as_they_were_sent(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    answers = Answers(ours, 1)
    theirs.sendall(b"250-one\r\n250 two\r\n220 th")
    assert [answers.readline(100), answers.readline(100)] == [b"250-one\r\n", b"250 two\r\n"]
    theirs.sendall(b"ree\r\n")
    theirs.shutdown(socket.SHUT_WR)
    assert answers.readline(100) == b"220 three\r\n"
    assert answers.readline(100) == b""


def test_a_line_without_end_comes_in_pieces(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(b"x" * 300)
    answers = Answers(ours, 1)
    assert answers.readline(100) == b"x" * 100


def test_silence_ends(ends: tuple[socket.socket, socket.socket]) -> None:
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        Answers(ends[0], 0.1).readline(100)
    assert time.monotonic() - begun < 5


def test_a_byte_now_and_then_is_not_an_answer(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    over = threading.Event()

    def drip() -> None:
        while not over.wait(0.05):
            theirs.sendall(b"2")

    dripping = threading.Thread(target=drip)
    dripping.start()
    begun = time.monotonic()
    try:
        with pytest.raises(TimeoutError):
            Answers(ours, 0.2).readline(100)
    finally:
        over.set()
        dripping.join()
    assert time.monotonic() - begun < 5


def test_an_answer_without_end_is_cut_off_and_each_answer_counts_anew(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    ours, theirs = ends
    answers = Answers(ours, 5)
    line = b"250-more" + b"x" * 990 + b"\r\n"
    for _ in range(3):
        answers.begin()
        for _ in range(MOST_BYTES // len(line)):
            theirs.sendall(line)
            answers.readline(2000)
    theirs.sendall(line)
    with pytest.raises(OSError, match="no end"):
        answers.readline(2000)


def test_what_was_left_of_the_clock_is_not_for_the_next_command() -> None:
    with ScriptedSmtp() as server, Patient("127.0.0.1", server.port, "lga.example", timeout=5) as line:
        line.file = Answers(line.sock, 0.5)  # type: ignore[arg-type, assignment]
        line.ehlo()
        assert line.sock.gettimeout() == 5  # type: ignore[union-attr]
