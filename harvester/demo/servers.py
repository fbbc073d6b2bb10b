"""The demo's mail servers, as a child process that cannot outlive us."""

import contextlib
import importlib.util
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from harvester.demo.folder import claim, password, sentences
from harvester.demo.whereabouts import Servers
from harvester.errors import OutOfReach, Unusable
from harvester.shipment import shipped

NEEDED = ("pymap", "aiosmtpd")
START_SECONDS = 30.0
END_SECONDS = 3.0
LOG = "servers.log"
HOST, USER = "127.0.0.1", "replies"


@contextlib.contextmanager
def demo_servers(folder: Path) -> Iterator[Servers]:
    """Servers on free ports of loopback, ended with the block.

    Raises Unusable for a folder that is not the demo's, OutOfReach if they do not come up.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise Unusable(
            f"the demo needs {' and '.join(missing)}; install what is missing: pip install 'harvester[demo]'"
        )
    mails = sorted((shipped() / "data" / "sample").glob("*.eml"))
    if not mails:
        raise Unusable(f"{shipped() / 'data' / 'sample'}: the sample replies are missing; install harvester again")
    folder = claim(folder)
    word, sink = password(folder), folder / "sent"
    order = {
        "mails": [str(path.resolve()) for path in mails],
        "user": USER,
        "password": word,
        "sink": str(sink),
    }
    with sentences(folder):
        log = (folder / LOG).open("wb")
    with log:
        process = start(log.fileno())
    try:
        ports = told(process, order, folder / LOG)
        yield Servers(HOST, ports["imap_port"], ports["smtp_port"], USER, word, sink)
    finally:
        end(process)


def start(log: int) -> "subprocess.Popen[bytes]":
    """Run ``mailroom.py`` by its path: the current folder can put nothing in front of its imports (-P)."""
    quiet = {name: value for name, value in os.environ.items() if name not in ("CERT_FILE", "KEY_FILE")}
    return subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", str(Path(__file__).with_name("mailroom.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env={
            **quiet,
            "FQDN": "demo.example",
        },  # else pymap asks the name service for ours, which may take long
        start_new_session=True,  # Ctrl-C is for us; we end it when we are done
    )


def told(process: "subprocess.Popen[bytes]", order: Mapping[str, object], log: Path) -> dict[str, int]:
    """Say what to serve and hear on which ports."""
    assert process.stdin is not None and process.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else b""
    if not line:
        raise OutOfReach(f"the demo's mail servers did not come up; {log} says why")
    return {name: int(port) for name, port in json.loads(line).items()}


def end(process: "subprocess.Popen[bytes]") -> None:
    """Close its stdin, which ends it; else by signal, to this process only."""
    assert process.stdin is not None and process.stdout is not None
    for ask in (process.stdin.close, process.terminate, process.kill):
        with contextlib.suppress(OSError):
            ask()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
            break
    process.stdout.close()
