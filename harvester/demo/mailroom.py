"""The demo's mail servers in one process: pymap hands the sample replies out, aiosmtpd takes our letters in.

Started as a script by ``servers.py``; it imports nothing of the harvester. The first line of its stdin says
in JSON what to serve, the only line of its stdout on which ports of loopback. It ends when its stdin ends, so
it cannot outlive whoever started it, not even one that was killed.
"""

import asyncio
import hashlib
import json
import os
import sys
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxSet
from pymap.imap import IMAPServer
from pymap.mailbox import MailboxSnapshot
from pymap.parsing.message import AppendMessage

HOST = "127.0.0.1"


class Sink:
    """Puts every letter it is given into ``folder``, byte for byte: 0001.eml, 0002.eml, ..."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = max((int(p.stem) for p in folder.glob("*.eml") if p.stem.isdigit()), default=0)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        self._number += 1
        target = self._folder / f"{self._number:04}.eml"
        half = target.with_suffix(".part")
        half.write_bytes(envelope.content)
        half.rename(target)  # whoever looks at *.eml sees whole letters only
        return f"250 taken as {target.name}"


def validity_of(mails: list[bytes]) -> int:
    """UIDVALIDITY (RFC 9051, section 2.3.1.1) made of the mails themselves.

    The same samples have the same UIDs tomorrow; other samples under the same numbers would be a lie.
    """
    digest = hashlib.sha256(b"".join(hashlib.sha256(raw).digest() for raw in mails)).digest()
    return int.from_bytes(digest[:4], "big") or 1


async def serve_imap(mails: list[bytes], user: str, password: str) -> asyncio.Server:
    """pymap with these mails in INBOX, in this order, arrived now.

    In memory: pymap's Maildir re-writes what it stores and orders UIDs as the disk lists the files.
    """
    settings = Namespace(
        host=HOST, port=0, tls=False, cert=None, key=None, debug=False, passlib_cfg=None, proxy_protocol=None,
        demo_data=False, demo_user=user, demo_password=password,
    )  # fmt: skip
    backend, config = await DictBackend.init(settings)
    config.apply_context()
    validity = validity_of(mails)
    setattr(MailboxSnapshot, "new_uid_validity", classmethod(lambda _: validity))  # noqa: B010
    folders = MailboxSet()
    inbox = await folders.get_mailbox("INBOX")
    now = datetime.now(UTC)
    for raw in mails:
        await inbox.append(AppendMessage(raw, now, frozenset()), recent=True)
    config.set_cache[user] = (folders, FilterSet())
    called = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
    return await asyncio.start_server(called, HOST, 0)


async def serve_smtp(folder: Path) -> asyncio.Server:
    loop, sink = asyncio.get_running_loop(), Sink(folder)
    return await loop.create_server(lambda: SMTP(sink, hostname="demo.example", loop=loop), HOST, 0)


def port_of(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


def listen_for_the_end() -> None:
    """Nothing in here needs an orderly end: mails are in memory, letters are whole or not there."""
    if not os.read(sys.stdin.fileno(), 1):
        os._exit(0)


async def main() -> None:
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as unbuffered:
        order = json.loads(unbuffered.readline())
    mails = [Path(path).read_bytes() for path in order["mails"]]
    imap = await serve_imap(mails, order["user"], order["password"])
    smtp = await serve_smtp(Path(order["sink"]))
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), listen_for_the_end)
    print(json.dumps({"imap_port": port_of(imap), "smtp_port": port_of(smtp)}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
