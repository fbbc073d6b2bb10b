"""R23: the machine is lost, its last backup comes back on an empty one by the commands alone, nobody hears twice."""

import shutil

import pytest

from world import World, reply


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as made:
        yield made


def states(world):
    return [one["acknowledgement"]["state"] for one in world.json_lines("list", "--json")]


def lose_the_machine(world, keep=()):
    """Its data are gone, but for these files of them and compiled rules, which take long to make; so are its settings,
    but for the password."""
    data = world.home / "data"
    kept = {name: (data / name).read_bytes() for name in keep}
    for path in data.iterdir():
        if path.is_file():
            path.unlink()
        elif path.name != "cache":
            shutil.rmtree(path)
    for path in ("rules", "templates"):
        shutil.rmtree(world.home / path)
    for path in ("harvester.toml", "request.txt"):
        (world.home / path).unlink()
    for name, content in kept.items():
        (data / name).write_bytes(content)


def said(done):
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


def settings_of_our_own(world):
    """A World's rules and letters lie elsewhere, behind links; a backup follows none that lead out of the folder."""
    for name in ("rules", "templates"):
        original = (world.home / name).resolve()
        (world.home / name).unlink()
        shutil.copytree(original, world.home / name)


def test_what_came_after_the_backup_is_taken_in_again_and_nobody_is_answered_twice(world, tmp_path):
    world.serve([reply(number) for number in range(4)])
    settings_of_our_own(world)
    assert world.run()["sent"] == 4
    assert "4 replies as of" in said(world.call("backup", str(tmp_path / "backup")))
    world.server.deliver(reply(10))
    world.server.deliver(reply(11))
    assert world.run()["sent"] == 2
    lose_the_machine(world)
    told = said(world.call("restore", str(tmp_path / "backup")))
    assert "brought back harvester.toml" in told and "become unknown too" in told
    assert world.call("verify").returncode == 0
    first = world.run()
    assert (first["fetched"], first["sent"], first["unknown"]) == (2, 0, 2)
    assert sorted(states(world)) == ["sent"] * 4 + ["unknown"] * 2
    world.server.deliver(reply(12))
    assert world.run()["sent"] == 1  # who wrote after the restore hears of us as always
    assert len(world.letters()) == len(set(world.letters())) == 7
    assert world.call("reconcile").returncode == 0
    doubtful = [str(one["id"]) for one in world.json_lines("list", "--ack", "unknown", "--json")]
    said(world.call("retry", "--answers", doubtful[0]))
    assert world.run()["sent"] == 1  # a person has looked into the mail server's log


def test_with_the_journal_that_was_saved_only_those_who_were_answered_are_held_back(world, tmp_path):
    world.serve([reply(number) for number in range(3)])
    settings_of_our_own(world)
    assert world.run()["sent"] == 3
    said(world.call("backup", "--tar", str(tmp_path / "backup.tar")))
    world.server.deliver(reply(10))
    assert world.run()["sent"] == 1
    world.server.deliver(reply(11))
    lose_the_machine(world, keep=["answers.jsonl", "answers.key"])
    told = said(world.call("restore", "--journal-complete", str(tmp_path / "backup.tar")))
    assert "the journal says who was answered" in told
    again = world.run()
    assert (again["fetched"], again["sent"], again["unknown"]) == (2, 1, 1)
    assert len(world.letters()) == len(set(world.letters())) == 5


def test_a_look_at_a_backup_says_whether_it_is_whole_and_writes_nothing(world, tmp_path):
    world.serve([reply(1)])
    world.run()
    said(world.call("backup", str(tmp_path / "backup")))
    assert "each as it was" in said(world.call("restore", "--check", str(tmp_path / "backup")))
    next((tmp_path / "backup" / "vault").glob("??/*")).unlink()
    broken = world.call("restore", "--check", str(tmp_path / "backup"))
    assert broken.returncode == 2
    assert "is missing" in broken.stderr
