"""Who only holds a connection loses it, and shuts out nobody."""

import socket
import threading
import time

import pytest
import uvicorn

from harvester.review import connection
from harvester.review.connection import Connection

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
LARGE = bytes(20_000_000)


async def pages(scope, receive, send):
    body = LARGE if scope["path"] == "/large" else b"here"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port(monkeypatch):
    monkeypatch.setattr(connection, "HEAD_SECONDS", 1.0)
    monkeypatch.setattr(connection, "TAKE_SECONDS", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        settings = uvicorn.Config(pages, log_level="critical", lifespan="off", http=Connection, limit_concurrency=5)
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = server.force_exit = True
        thread.join()


def connected(port):
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def asked(line, path=b"/"):
    line.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    return line.recv(1000)


def seconds_until_it_is_closed(line, piece):
    began = time.monotonic()
    while time.monotonic() - began < 8:
        try:
            line.sendall(piece)
            line.settimeout(0.2)
            if line.recv(1) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


@pytest.mark.parametrize("first", [b"", HEAD], ids=["from the first byte on", "in the middle of the head"])
def test_a_head_that_drips_ends_the_connection(port, first):
    with connected(port) as line:
        line.sendall(first)
        assert 0.5 < seconds_until_it_is_closed(line, b"x" if first else b"") < 5


def test_so_does_the_head_of_a_second_request(port):
    with connected(port) as line:
        assert b"200" in asked(line)
        assert 0.5 < seconds_until_it_is_closed(line, b"G") < 5


def test_whoever_does_not_take_an_answer_loses_the_connection(port):
    with connected(port) as line:
        assert b"200" in asked(line, b"/large")
        time.sleep(3)
        got = 0
        try:
            while piece := line.recv(1 << 20):
                got += len(piece)
        except ConnectionResetError:
            pass
        assert got < len(LARGE)


def test_connections_that_are_held_shut_out_nobody_for_long(port):
    held = [connected(port) for _ in range(20)]
    time.sleep(2.5)
    with connected(port) as line:
        assert b"200" in asked(line)
    for one in held:
        one.close()


def test_who_takes_the_whole_answer_in_pieces_gets_it(port):
    with connected(port) as line:
        got = len(asked(line, b"/large"))
        while got < len(LARGE):
            got += len(line.recv(1 << 20))


def test_who_takes_a_large_file_slowly_gets_it(port):
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 250_000)
        line.settimeout(10)
        line.connect(("127.0.0.1", port))
        began, got = time.monotonic(), len(asked(line, b"/large"))
        while got < len(LARGE) and (piece := line.recv(500_000)):
            got += len(piece)
            time.sleep(0.07)
        assert got >= len(LARGE)
        assert time.monotonic() - began > 2  # twice as long as what is taken of it may stand still


def test_a_body_that_drips_after_its_answer_ends_the_connection(port):
    with connected(port) as line:
        line.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        assert b"200" in line.recv(1000)
        assert 0.5 < seconds_until_it_is_closed(line, b"x") < 5
