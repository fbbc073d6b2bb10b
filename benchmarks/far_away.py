"""Fetching over a long line: ``python benchmarks/far_away.py [--count 2000] [--delay 0.04] [--mbit 100]``.

A real Dovecot behind a line with this round trip (half of it each way) and this many megabits a second, made by a proxy
of our own. Prints how many mails of replies.py a second the mailbox alone hands over, beside one FETCH a mail with
imaplib, and how many a whole first run takes.
"""

import argparse
import asyncio
import imaplib
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

import replies
from harvester.config import load
from harvester.mailbox import open_mailbox
from harvester.model import Limits
from world import World

PIECE = 1 << 14


class Line:
    """Everything arrives so much later, and not faster than the line is wide."""

    def __init__(self, target: int, delay: float, bits: float) -> None:
        self.target, self.delay, self.bits = target, delay, bits
        self.port = 0

    async def serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._met, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await server.serve_forever()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop, free = asyncio.get_running_loop(), 0.0
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def arrive() -> None:
            while True:
                when, data = await under_way.get()
                await asyncio.sleep(max(0.0, when - loop.time()))
                if not data:
                    writer.close()
                    return
                writer.write(data)
                await writer.drain()

        arriving = asyncio.create_task(arrive())
        while data := await reader.read(PIECE):
            free = max(free, loop.time()) + 8 * len(data) / self.bits
            under_way.put_nowait((free + self.delay / 2, data))
        under_way.put_nowait((loop.time() + self.delay / 2, b""))
        await arriving


@contextmanager
def long_line(target: int, delay: float, bits: float) -> Iterator[int]:
    line, ready = Line(target, delay, bits), threading.Event()
    threading.Thread(target=lambda: asyncio.run(line.serve(ready)), daemon=True).start()
    ready.wait()
    yield line.port


def one_by_one(port: int, user: str, password: str, count: int) -> float:
    """Seconds a mail, as the simplest program fetches."""
    with imaplib.IMAP4("127.0.0.1", port) as box:
        box.login(user, password)
        box.select("INBOX", readonly=True)
        begun = time.monotonic()
        for number in range(1, count + 1):
            box.fetch(str(number), "(BODY.PEEK[])")
        return (time.monotonic() - begun) / count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--delay", type=float, default=0.04, help="seconds there and back")
    parser.add_argument("--mbit", type=float, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as world:
        replies.make(world.folder / "mails", options.count, 1)
        files = sorted(
            path for path in (world.folder / "mails").rglob("*") if path.is_file() and path.suffix != ".jsonl"
        )
        mails = [path.read_bytes() for path in files]
        world.serve(mails)
        assert world.server is not None
        with long_line(world.server.port, options.delay, options.mbit * 1e6) as port:
            text = world.config.read_text().replace(f"port = {world.server.port}", f"port = {port}", 1)
            world.config.write_text(text)
            alone = one_by_one(port, world.server.user, world.server.password, min(100, len(mails)))
            print(f"one FETCH a mail: {1 / alone:.0f} mails/s")
            (config,) = load(world.config).mailbox
            begun, got = time.monotonic(), 0
            with open_mailbox(config, Limits()) as mailbox:
                mailbox.open("INBOX")
                new = sorted(mailbox.uids("INBOX"), key=int)
                for batch in mailbox.batches("INBOX", new):
                    got += len(batch)
            took = time.monotonic() - begun
            print(f"our mailbox alone: {got / took:.0f} mails/s ({got} mails, {sum(map(len, mails)) / 1e6:.1f} MB)")
            begun = time.monotonic()
            done = json.loads(world.call("--set", "acknowledge.enabled=false", "run", "--json").stdout)
            took = time.monotonic() - begun
            print(f"a whole first run, start-up and reading included: {done['understood'] / took:.0f} mails/s")


if __name__ == "__main__":
    main()
