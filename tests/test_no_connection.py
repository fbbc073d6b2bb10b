"""S8: reading a mail, with its links and its files, opens no connection; the kernel's word for it."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from world import REPO, World

SAMPLES = ("43-links-en.eml", "46-hostile.eml", "41-attached-mail-and-zip-en.eml", "21-charging-fr.eml")
KNOCK = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"


def outside(trace: str) -> list[str]:
    """Whatever was sent to, or tried at, an address of the Internet. (A library asks at its import whether there is
    IPv6 by a socket that it never connects.)"""
    return re.findall(r"(?:connect|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_INET.*", trace)


def traced(tmp_path, *command: str) -> tuple[str, str]:
    """What the command printed, and what it and all its children asked of the network."""
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "-qq", "-o", "/dev/null", "true"]).returncode:
        pytest.skip("strace is not here, or may not look: connections were not looked for")
    trace = tmp_path / "trace"
    options = ["-f", "-qq", "-e", "trace=%network", "-o", str(trace)]
    done = subprocess.run([strace, *options, *command], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout, trace.read_text(errors="replace")


def test_understanding_mails_full_of_links_opens_no_connection(tmp_path):
    (tmp_path / "mails").mkdir()
    for name in SAMPLES:
        shutil.copy(REPO / "data" / "sample" / name, tmp_path / "mails")
    with World(tmp_path) as world:
        world.serve([])
        said, asked = traced(tmp_path, *world.command("explain", str(tmp_path / "mails"), "--json"))
    told = [json.loads(line) for line in said.splitlines()]
    assert len(told) == len(SAMPLES) and sum(len(one["links"]) for one in told) > 3
    assert outside(asked) == []


def test_the_trace_would_show_one(tmp_path):
    _, asked = traced(tmp_path, sys.executable, "-c", KNOCK)
    assert len(outside(asked)) == 1
