"""From one machine to many: workers on one PostgreSQL do what a run does alone, and the move there and back."""

import random
import signal
import subprocess
import time

import pytest
from sqlalchemy import text

from harvester.store import queue, replies
from harvester.store.engine import Store
from world import World, reply

on_postgres = pytest.mark.parametrize("bare_url", ["postgresql"], indirect=True)


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as made:
        yield made


def patiently(true, seconds=90):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come to this in time"
        time.sleep(0.2)


class Cluster:
    """Hosts that share a database and a vault: here they are processes."""

    def __init__(self, world: World, url: str) -> None:
        self.world, self.url = world, url
        self.options = ("--set", f"store.url={url}", "--set", "classify.elsewhere=true", "--set", "classify.workers=1")
        self.at_work: list[subprocess.Popen[str]] = []

    def worker(self, *options: str) -> subprocess.Popen[str]:
        command = self.world.command(*self.options, *options, "worker")
        self.at_work.append(subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return self.at_work[-1]

    def run(self):
        return self.world.run(*self.options)

    def ask(self, question):
        store = Store.open(self.url, self.world.home / "data")
        try:
            with store.read() as tx:
                return question(tx)
        finally:
            store.close()

    def heard(self) -> int:
        return self.ask(lambda tx: queue.workers(tx) if queue.is_there(tx) else 0)

    def waiting(self) -> int:
        return len(self.ask(replies.pending))

    def jobs(self, status: str) -> int:
        asked = text("SELECT count(*) FROM procrastinate_jobs WHERE status::text = :status")
        return self.ask(lambda tx: tx.scalar(asked, {"status": status}))

    def let_half_a_minute_pass(self) -> None:
        """Without waiting: nobody was heard of since."""
        store = Store.open(self.url, self.world.home / "data")
        with store.begin() as tx:
            tx.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"))
        store.close()

    def listed(self):
        return self.world.json_lines(*self.options, "list", "--json")

    def end(self) -> None:
        for one in self.at_work:
            if one.poll() is None:
                one.kill()
            one.communicate()


@pytest.fixture
def cluster(world, bare_url):
    made = Cluster(world, bare_url)
    yield made
    made.end()


def told(mails):
    return {row["sha256"]: ([one["id"] for one in row["categories"]], row["disposition"]) for row in mails}


def letters_once(world, count):
    assert len(world.letters()) == len(set(world.letters())) == count


@on_postgres
def test_two_workers_do_what_a_run_does_alone(world, cluster):
    twin = reply(7).replace(b"Message-ID: <reply7@", b"Message-ID: <again7@")
    world.serve([*(reply(number) for number in range(30)), reply(1, "We have nothing to report.\n"), twin])
    workers = [cluster.worker(), cluster.worker()]
    patiently(lambda: cluster.heard() == 2)
    first = cluster.run()
    assert (first["fetched"], first["understood"]) == (32, 0)
    patiently(lambda: cluster.waiting() == 0)
    assert cluster.run()["sent"] == 30  # the twin and a second letter to one address are withheld
    letters_once(world, 30)
    for one in workers:
        one.send_signal(signal.SIGTERM)
    assert [one.wait(30) for one in workers] == [0, 0]
    together = told(cluster.listed())
    books = world.call(*cluster.options, "reconcile")
    assert books.returncode == 0
    assert "all: 32 on server = 32 stored + 0 quarantined + 0 missing" in books.stdout
    alone = world.json("--set", "store.data=alone", "run")
    assert alone["understood"] == 32
    assert told(world.json_lines("--set", "store.data=alone", "list", "--json")) == together


@on_postgres
def test_with_no_worker_alive_a_run_reads_by_itself(world, cluster):
    world.serve([reply(1), reply(2)])
    assert cluster.run()["understood"] == 2
    one = cluster.worker("--set", "acknowledge.enabled=false")
    patiently(lambda: cluster.heard() == 1)
    one.kill()
    one.wait()
    world.server.deliver(reply(3))
    assert cluster.run()["fetched"] == 1  # the dead one is still believed alive
    cluster.let_half_a_minute_pass()
    assert cluster.run()["understood"] == 1
    letters_once(world, 3)


@on_postgres
def test_a_worker_that_is_told_to_stop_finishes_its_batch_and_takes_no_other(world, cluster):
    world.serve([reply(number) for number in range(150)])
    one = cluster.worker()
    patiently(lambda: cluster.heard() == 1)
    moved = world.call(*cluster.options, "move", f"sqlite:///{world.folder / 'moved.db'}")
    assert moved.returncode == 2
    assert "stop the workers" in moved.stderr
    cluster.run()
    patiently(lambda: cluster.jobs("doing") == 1)
    one.send_signal(signal.SIGTERM)
    assert one.wait(60) == 0, one.stderr.read()
    assert (cluster.jobs("todo"), cluster.jobs("doing"), cluster.waiting()) == (1, 0, 50)


@on_postgres
def test_what_a_killed_worker_was_about_is_done_by_another(world, cluster):
    world.serve([reply(number) for number in range(20)])
    one = cluster.worker()
    patiently(lambda: cluster.heard() == 1)
    cluster.run()
    patiently(lambda: cluster.jobs("doing") == 1)
    one.kill()
    one.wait()
    assert (cluster.jobs("doing"), cluster.waiting()) == (1, 20)
    cluster.let_half_a_minute_pass()
    other = cluster.worker("--set", "acknowledge.enabled=false")
    patiently(lambda: cluster.waiting() == 0)
    assert cluster.run()["sent"] == 20
    letters_once(world, 20)
    other.send_signal(signal.SIGTERM)
    assert other.wait(60) == 0


@on_postgres
def test_a_worker_that_does_not_see_the_bytes_says_so_and_changes_nothing(world, cluster, tmp_path):
    world.serve([reply(1)])
    world.call(*cluster.options, "--set", "acknowledge.enabled=false", "run")
    lost = cluster.worker("--set", f"store.data={tmp_path / 'elsewhere'}")
    _, said = lost.communicate(timeout=60)
    assert lost.returncode == 2
    assert "mount the folder" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("bare_url", ["sqlite"], indirect=True)
def test_on_sqlite_there_are_no_workers(world, bare_url):
    world.serve([])
    done = world.call("--set", f"store.url={bare_url}", "worker")
    assert done.returncode == 2
    assert "several hosts" in done.stderr
    done = world.call("--set", f"store.url={bare_url}", "--set", "classify.elsewhere=true", "run")
    assert done.returncode == 2
    assert "docs/cluster.md" in done.stderr


@on_postgres
def test_moved_to_postgresql_and_back_everything_is_the_same(world, bare_url, tmp_path):
    world.serve([reply(1), reply(2), reply(3, "We have nothing to report.\n")])
    assert world.run()["sent"] == 3
    before = [world.json_lines("list", "--json"), world.json("show", "1")]
    there = world.call("move", bare_url)
    assert there.returncode == 0, there.stderr
    moved = ("--set", f"store.url={bare_url}")
    assert [world.json_lines(*moved, "list", "--json"), world.json(*moved, "show", "1")] == before
    again = world.call("move", bare_url)
    assert again.returncode == 2
    assert "not empty" in again.stderr
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert world.call(*moved, "move", back).returncode == 0
    assert world.json("--set", f"store.url={back}", "show", "1") == before[1]
    assert world.run(*moved)["sent"] == 0
    letters_once(world, 3)


@on_postgres
def test_a_move_that_dies_half_way_has_copied_nothing(world, bare_url):
    world.serve([reply(1), reply(2)])
    assert world.run()["sent"] == 2
    died = world.call("move", bare_url, env={"HARVESTER_FAULT": "after-copied-batch:6"})
    assert died.returncode == -signal.SIGKILL
    moved = ("--set", f"store.url={bare_url}")
    assert world.json_lines(*moved, "list", "--json") == []
    assert world.call("move", bare_url).returncode == 0
    assert world.json_lines(*moved, "list", "--json") == world.json_lines("list", "--json")


@on_postgres
@pytest.mark.long
@pytest.mark.timeout(1200)
def test_workers_that_are_killed_all_the_time_get_everything_done(world, cluster):
    """Each at a random moment of its batch, with nobody else alive; the last one finishes."""
    world.serve([reply(number) for number in range(600)])
    rng, struck = random.Random(1), 0
    for _ in range(20):
        one = cluster.worker()
        patiently(lambda: cluster.heard() >= 1)
        cluster.run()
        patiently(lambda: cluster.jobs("doing") == 1 or not cluster.waiting())
        time.sleep(rng.uniform(0, 0.8))
        one.kill()
        one.wait()
        struck += cluster.jobs("doing")
        cluster.let_half_a_minute_pass()
        if not cluster.waiting():
            break
    assert struck >= 5  # in the middle of a batch
    cluster.run()  # reads what is left by itself
    cluster.run()
    letters_once(world, 600)
    assert len(cluster.listed()) == 600
