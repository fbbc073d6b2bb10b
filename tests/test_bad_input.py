"""What people get wrong: one sentence each that says what, where and what to do; nothing half-done."""

import os
import shutil
import subprocess
import sys

import pytest

from servers import dovecot, free_port
from world import World, reply


@pytest.fixture
def world(tmp_path):
    with World(tmp_path) as made:
        made.serve([reply(1)])
        yield made


def refused(world: World, *arguments: str, code: int, says: list[str], run: str = "run") -> str:
    """The command ends with this code and these words, without a traceback."""
    done = world.call(*arguments, run)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    for words in says:
        assert words in done.stderr, done.stderr
    return done.stderr


def nothing_done(world: World) -> None:
    assert world.letters() == []
    assert world.json_lines("list", "--json") == []


def whole_again(world: World) -> None:
    """After the mend the run does everything, once."""
    assert world.run()["sent"] == 1
    assert world.letters() == ["officer1@town1.example"]


def test_a_wrong_password(world):
    right = (world.home / "password").read_text()
    (world.home / "password").write_text("wrong-and-secret")
    said = refused(world, code=75, says=["refused the login", world.server.user, "check user and password"])
    assert "wrong-and-secret" not in said
    nothing_done(world)
    (world.home / "password").write_text(right)
    whole_again(world)


def test_no_password_file(world):
    (world.home / "password").unlink()
    refused(world, code=2, says=["password", "No such file"])
    nothing_done(world)


def test_an_unreachable_host(world):
    refused(
        world,
        "--set",
        f"mailbox.0.port={free_port()}",
        code=75,
        says=["127.0.0.1", "nothing answers at this port"],
    )
    refused(world, "--set", "mailbox.0.host=no-such-host.invalid", "--set", "mailbox.0.tls=implicit", code=75,
            says=["no-such-host.invalid", "no host of this name"])  # fmt: skip
    nothing_done(world)
    whole_again(world)


@pytest.mark.skipif(dovecot() is None, reason="Dovecot is not installed")
def test_a_self_signed_certificate(world):
    tls = ("--set", f"mailbox.0.port={world.server.tls_port}", "--set", "mailbox.0.tls=implicit")
    refused(world, *tls, code=75, says=["certificate was refused", "no password was sent", "ca_file"])
    nothing_done(world)
    assert world.run(*tls, "--set", f"mailbox.0.ca_file={world.server.ca_file}")["sent"] == 1


def test_a_missing_folder(world):
    refused(world, "--set", "mailbox.0.folders=Replies", code=2, says=["no folder 'Replies'", "INBOX"])
    nothing_done(world)


def test_a_missing_folder_does_not_stop_the_others(world):
    done = world.call("--set", 'mailbox.0.folders=["Replies", "INBOX"]', "run")
    assert (done.returncode, world.letters()) == (2, ["officer1@town1.example"])


def test_faults_in_the_settings_come_all_at_once_with_lines(world):
    text = world.config.read_text()
    text = text.replace("own_addresses", "own_adresses").replace("reply_language", "reply_langage")
    world.config.write_text(text)
    lines = text.splitlines()
    where = [next(n for n, line in enumerate(lines, 1) if word in line) for word in ("reply_langage", "own_adresses")]
    refused(world, code=2, says=[
        f"harvester.toml:{where[0]}:", "did you mean 'reply_language'?",
        f"harvester.toml:{where[1]}:", "did you mean 'own_addresses'?",
    ])  # fmt: skip


def test_no_settings_at_all(world):
    world.config.unlink()
    refused(world, code=2, says=["harvester.toml: there is no such file", "harvester init"])


def own_copy(world: World, name: str) -> None:
    original = (world.home / name).resolve()
    (world.home / name).unlink()
    shutil.copytree(original, world.home / name)


def test_a_broken_rule(world):
    own_copy(world, "rules")
    file = sorted((world.home / "rules").glob("*.toml"))[0]
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole + '\n[[rule]]\nid = "mine"\nphrases = ["<no-such-list> (a|"]\n', encoding="utf-8")
    refused(world, code=2, says=[f"{file.name}:", "mine"])
    assert world.letters() == []
    refused(world, "rules", code=2, says=[f"{file.name}:"], run="check")
    file.write_text(whole, encoding="utf-8")
    whole_again(world)


def test_a_broken_template(world):
    own_copy(world, "templates")
    file = world.home / "templates" / "acknowledge" / "en.txt.j2"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole + "\n{{ referense }}\n", encoding="utf-8")
    refused(world, code=2, says=["en.txt.j2", "referense"])
    assert world.letters() == []
    assert [row["acknowledgement"]["state"] for row in world.json_lines("list", "--json")] == ["queued"]
    file.write_text(whole, encoding="utf-8")
    whole_again(world)


def in_a_small_world(world: World, prepare: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a mount namespace of its own, after ``prepare`` has changed what is mounted."""
    command = " ".join(f"'{word}'" for word in world.command(*arguments))
    how = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    return subprocess.run(
        [*how, "sh", "-c", f"{prepare} && exec {command}"], capture_output=True, text=True, timeout=120
    )


def can_mount() -> bool:
    how = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-Urm"]
    try:
        return subprocess.run([*how, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


needs_mounts = pytest.mark.skipif(not can_mount(), reason="this machine allows no mount namespaces")


@needs_mounts
@pytest.mark.parametrize("size", ["16k", "64k", "200k", "300k"])
def test_a_full_disk(world, size):
    data = world.home / "data"
    key = (data / "answers.key").read_bytes()
    keep = world.home / "answers.key"
    keep.write_bytes(key)
    prepare = f"mount -t tmpfs -o size={size} tmpfs {data} && cp {keep} {data}/"
    done = in_a_small_world(world, prepare, "run")
    assert done.returncode == 75, done.stderr
    assert "Traceback" not in done.stderr
    assert str(data) in done.stderr and "space" in done.stderr, done.stderr
    assert world.letters() == []
    whole_again(world)


@needs_mounts
def test_a_read_only_data_folder(world):
    data = world.home / "data"
    done = in_a_small_world(world, f"mount -t tmpfs -o ro tmpfs {data}", "run")
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr and str(data) in done.stderr
    nothing_done(world)


def test_a_database_of_a_newer_version(world):
    world.run("--set", "acknowledge.enabled=false")
    script = (
        "import sqlite3, sys; line = sqlite3.connect(sys.argv[1]); "
        "line.execute(\"update alembic_version set version_num = '9999'\"); line.commit()"
    )
    subprocess.run([sys.executable, "-c", script, str(world.home / "data" / "harvester.db")], check=True)
    refused(world, code=2, says=["newer version"])
    assert world.letters() == []


def test_a_database_that_is_none(world):
    (world.home / "data" / "harvester.db").write_bytes(b"this is not a database, only some words" * 200)
    refused(world, code=2, says=["harvester.db"])


def test_a_database_server_out_of_reach(world):
    url = f"store.url=postgresql+psycopg://harvester:hush@127.0.0.1:{free_port()}/none"
    assert "hush" not in refused(world, "--set", url, code=75, says=["127.0.0.1"])


def test_looking_before_the_first_run_says_what_to_do(world):
    for command in ("list", "status"):
        done = world.call(command)
        assert done.returncode == 0
        assert "harvester run" in done.stdout
    shown = world.call("show", "1")
    assert (shown.returncode, shown.stderr) == (2, "reply 1: no such reply; `harvester list` shows the ids\n")
    assert not (world.home / "data" / "harvester.db").exists()


def test_the_second_run_at_once_does_nothing(world):
    going = subprocess.Popen(world.command("run"), env={**os.environ, "HARVESTER_FAULT": "none"})
    try:
        seen = world.call("run", "--json")
        assert seen.returncode == 0
    finally:
        going.wait(60)
    assert world.letters() == ["officer1@town1.example"]


def test_check_names_what_is_wrong_and_changes_nothing(world):
    before = sorted(world.home.rglob("*"))
    done = world.call("check")
    assert done.returncode == 0, done.stdout
    assert "replies/INBOX: 1 mails" in done.stdout and "takes mail from us" in done.stdout
    wrong = world.call("--set", "mailbox.0.folders=Replies", "--set", f"outbox.port={free_port()}", "check")
    assert wrong.returncode == 2
    assert "FAIL mailbox" in wrong.stdout and "FAIL outbox" in wrong.stdout
    assert sorted(world.home.rglob("*")) == before
    assert world.letters() == []


@pytest.mark.skipif(dovecot() is None, reason="Dovecot is not installed")
def test_one_mailbox_out_of_reach_stops_neither_the_other_nor_the_answers(world, tmp_path):
    text = world.config.read_text()
    second = text[text.index("[[mailbox]]") : text.index("[outbox]")].replace('"replies"', '"second"', 1)
    broken = second.replace(f"port = {world.server.port}", f"port = {free_port()}")
    world.config.write_text(text.replace("[[mailbox]]", broken + "[[mailbox]]", 1))
    done = world.call("run")
    assert done.returncode == 75 and "second" in done.stderr
    assert world.letters() == ["officer1@town1.example"]
