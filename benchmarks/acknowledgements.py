"""Acknowledgements per CPU second: ``python benchmarks/acknowledgements.py [--count 2000]``.

Composes letters in turns of three languages and hands them over on one connection to an SMTP sink in a process of
its own; only this process's CPU counts. Also tells composing alone, and the least that smtplib needs for the bytes.
"""

import argparse
import multiprocessing
import smtplib
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent / "tests")]

from harvester.acknowledge.outbox import Outbox
from letter_samples import NOW, composer, due

LANGUAGES = ("en", "de", "fr")


def sink(server: socket.socket) -> None:
    """The quickest honest server there is: one client after the other, everything is taken."""
    while True:
        client, _ = server.accept()
        with client, client.makefile("rb") as stream:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            client.sendall(b"220 sink\r\n")
            for line in stream:
                word = line[:4].upper()
                if word == b"DATA":
                    client.sendall(b"354 go on\r\n")
                    while stream.readline() != b".\r\n":
                        pass
                    client.sendall(b"250 taken\r\n")
                elif word == b"QUIT":
                    client.sendall(b"221 bye\r\n")
                    break
                else:
                    client.sendall(b"250-sink\r\n250 8BITMIME\r\n" if word == b"EHLO" else b"250 ok\r\n")


def timed(what: str, count: int, job: Callable[[], None]) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    job()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"{what:40} {count / cpu:8,.0f} a CPU second {count / wall:8,.0f} a second")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=2000)
    count = options.parse_args().count
    door = socket.create_server(("127.0.0.1", 0))
    port = door.getsockname()[1]
    server = multiprocessing.get_context("fork").Process(target=sink, args=(door,), daemon=True)
    server.start()
    writer = composer("outbox.host=127.0.0.1", f"outbox.port={port}", "outbox.tls=none", 'outbox.user=""')
    rows = [
        due(
            sha256=f"{n:064x}", to=f"officer{n}@town{n}.example", language=LANGUAGES[n % 3],
            reference=f"LGA-2027-{n:04}", files=("plan.pdf",) * (n % 3), links=n % 4,
        )
        for n in range(count)
    ]  # fmt: skip
    letters = []
    timed("compile templates, try all samples", 1, lambda: print(*writer.check(LANGUAGES), end=""))
    timed("compose", count, lambda: letters.extend(writer.compose(row, NOW) for row in rows))

    def plain() -> None:
        with smtplib.SMTP("127.0.0.1", port) as line:
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for letter in letters:
                line.sendmail("", [letter.to], letter.raw)

    def outbox() -> None:
        with Outbox(writer.config.outbox) as box:
            for row in rows:
                assert box.ensure() is None
                letter = writer.compose(row, NOW)
                assert box.hand_over(letter.raw, letter.to).kind == "sent"

    timed("smtplib alone, bytes ready", count, plain)
    timed("compose and hand over, one connection", count, outbox)
    server.terminate()


if __name__ == "__main__":
    main()
