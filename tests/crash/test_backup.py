"""R23: a backup made at any time, killed at any point, put back on an empty machine: nobody is answered twice."""

import os
import select
import subprocess
from datetime import timedelta

import pytest

from harvester.backup.make import backup
from harvester.custody import erasure
from harvester.custody.plan import of_people
from harvester.errors import OutOfReach, Unusable
from harvester.store import acks, tombstones
from harvester.store.engine import Store
from plugs import Run
from small_world import mail
from two_lives import backs_up, first_life, letters, looked_at, machine_dies, place, restores, states, wrong

DONE = ("after-manifest", "after-backup-tidy")
MOMENTS = (
    "after-rename", "after-insert", "after-commit", "after-derived", "after-derived-commit", "after-claim",
    "after-journal-write", "after-data", "after-settle",
)  # fmt: skip
KINDS = ("make_world", "make_on_postgres")


@pytest.fixture(params=KINDS)
def make(request):
    return request.getfixturevalue(request.param)


def second_life(world, answered: int = 2) -> list[str]:
    """A mail that came while the machine was away, and two runs."""
    world.post.deliver(mail(5), at=world.now)
    world.run()
    world.run()
    return wrong(world, unknown=5 - answered)


def empty(world, request) -> None:
    machine_dies(world)
    if "postgresql" in world.config.store.url:
        request.getfixturevalue("make_on_postgres")  # its tables are emptied by whoever makes a world
        from conftest import EMPTY

        request.getfixturevalue("postgres_with_tables")[1](EMPTY)


def test_what_went_out_after_the_backup_is_never_sent_again(make, request):
    world = make()
    first_life(world)
    empty(world, request)
    done = restores(world).value
    assert (done.unknown, done.blind) == (1, True)
    assert second_life(world) == []
    assert states(world) == {1: "sent", 2: "sent", 3: "unknown", 4: "unknown", 5: "unknown"}
    world.post.deliver(mail(6), at=world.now)
    world.run()
    assert states(world)[6] == "sent", "life goes on"


def test_a_person_who_lets_an_unknown_letter_go_is_asked_once(make_world):
    world = make_world()
    first_life(world)
    journal = (world.data / "answers.jsonl").read_bytes()
    machine_dies(world)
    world.data.mkdir()
    first, rest = journal.split(b"\n", 1)
    (world.data / "answers.jsonl").write_bytes(rest + b'{"reply": "ab')  # torn by the crash, and the backup knows more
    restores(world)
    assert (world.data / "answers.jsonl").read_bytes() == rest + first + b"\n"
    world.run()
    store = Store.open(world.config.store.url, world.data)
    with store.begin() as tx:
        assert acks.release_unknown(tx, [3, 4], world.now) == [3, 4]
    store.close()
    world.run()
    assert states(world) == dict.fromkeys((1, 2, 3, 4), "sent")
    assert sorted(letters(world).values()) == [1, 1, 2, 2]


def test_a_journal_that_was_written_to_until_the_end_says_who_was_answered(make, request):
    world = make()
    first_life(world)
    journal = (world.data / "answers.jsonl").read_bytes()
    empty(world, request)
    world.data.mkdir()
    (world.data / "answers.jsonl").write_bytes(journal + b'{"reply": "ab')  # and torn by the crash
    done = restores(world, journal_complete=True).value
    assert (done.unknown, done.blind) == (1, False)
    assert second_life(world, answered=3) == []
    assert states(world) == {1: "sent", 2: "sent", 3: "unknown", 4: "unknown", 5: "sent"}


def test_a_letter_that_waited_stays_queued_only_where_the_journal_proves_that_it_never_left(make_world):
    world = make_world()
    world.post.deliver(mail(1))
    world.run()
    world.smtp.says("RCPT", "451 later")
    world.post.deliver(mail(2))
    world.run()
    backs_up(world)
    journal = (world.data / "answers.jsonl").read_bytes()
    for complete, state in ((True, "queued"), (False, "unknown")):
        machine_dies(world)
        world.data.mkdir()
        (world.data / "answers.jsonl").write_bytes(journal)
        assert restores(world, journal_complete=complete).value.unknown == (state == "unknown")
        assert states(world) == {1: "sent", 2: state}


def one_backed_up(world) -> None:
    world.post.deliver(mail(1, True))
    world.run()


def backup_points(make) -> tuple[str, ...]:
    world = make()
    one_backed_up(world)
    points = backs_up(world).points
    assert {"after-snapshot", "after-backup-file", "after-backup-sync", "after-manifest"} <= set(points)
    return points


def dies_in_backup(world, how, at, name) -> list[str]:
    """The first backup dies, and one over another; then all is lost but what lies there."""
    one_backed_up(world)
    first = backs_up(world, at, how).died, looks_whole(world)
    backs_up(world)
    world.post.deliver(mail(2))
    world.run()
    second = backs_up(world, at, how).died, looks_whole(world)
    backs_up(world)
    machine_dies(world)
    unknown = restores(world).value.unknown
    world.run()
    told = (
        [f"{first} {second} {unknown}"] if (first, second, unknown) != ((True, name in DONE), (True, True), 0) else []
    )
    return told + wrong(world, unknown=0)


def test_a_power_cut_in_a_backup_leaves_none_or_the_one_before(make_world):
    names = backup_points(make_world)
    faults = {}
    for name in ("after-backup-file", "after-backup-sync", "after-manifest"):
        at = len(names) - names[::-1].index(name)
        faults[name] = dies_in_backup(make_world(), "power", at, name)
    assert {at: told for at, told in faults.items() if told} == {}


@pytest.mark.long
@pytest.mark.parametrize("how", ["kill", "power"])
def test_a_backup_that_dies_at_any_point_leaves_none_or_the_one_before(make_world, how):
    names = backup_points(make_world)
    faults = {at: dies_in_backup(make_world(), how, at, name) for at, name in enumerate(names, 1)}
    assert {at: told for at, told in faults.items() if told} == {}


def looks_whole(world) -> bool:
    try:
        looked_at(world)
        return True
    except Unusable:
        return False


def dies_in_restore(world, how, at) -> list[str]:
    """Whoever is killed runs the same again; no run does anything in between."""
    first_life(world)
    machine_dies(world)
    ended = restores(world, at, how)
    if not ended.died:
        return ["did not die"]
    if (world.data / "restoring.json").exists():
        count = len(world.smtp.letters)
        try:
            world.run()
            return ["a run went on half a restore"]
        except AssertionError as refused:
            if "not finished" not in str(refused) or len(world.smtp.letters) != count:
                return [str(refused)]
    done = restores(world, overwrite=not (world.data / "restoring.json").exists()).value
    return ([] if done.unknown == 1 else [f"{done.unknown} unknown"]) + second_life(world)


def restore_points(make) -> tuple[str, ...]:
    world = make()
    first_life(world)
    machine_dies(world)
    names = restores(world).points
    assert {"after-restore-mark", "after-restored-file", "after-restored-journal", "after-settled-restore",
            "after-new-database", "after-restore"} <= set(names)  # fmt: skip
    return names


def test_a_power_cut_in_a_restore_is_ended_by_the_same_command(make_world):
    names = restore_points(make_world)
    faults = {}
    for name in ("after-restore-mark", "after-restored-journal", "after-settled-restore", "after-new-database"):
        faults[name] = dies_in_restore(make_world(), "power", names.index(name) + 1)
    assert {at: told for at, told in faults.items() if told} == {}


@pytest.mark.long
@pytest.mark.parametrize("how", ["kill", "power"])
def test_a_restore_that_dies_at_any_point_is_ended_by_the_same_command(make_world, how):
    faults = {at: dies_in_restore(make_world(), how, at) for at, _ in enumerate(restore_points(make_world), 1)}
    assert {at: told for at, told in faults.items() if told} == {}


def backed_up_in_mid_run(world, at: int) -> list[str]:
    """A run waits at this point while the backup is made; the machine dies when the run has ended."""
    world.post.deliver(mail(1, True), mail(2))
    world.run()
    world.post.deliver(mail(3, True), mail(4))
    going = world.begin(at, "pause")
    paused = going.paused()
    backs_up(world)
    if paused:
        going.go_on()
    going.end()
    world.now += timedelta(minutes=10)
    machine_dies(world)
    restores(world)
    world.run()
    return wrong(world, unknown=2)


def points_of_a_run(make) -> tuple[str, ...]:
    world = make()
    world.post.deliver(mail(1, True), mail(2))
    world.run()
    world.post.deliver(mail(3, True), mail(4))
    return world.run().points


def test_a_backup_in_mid_run_is_of_one_moment_and_whole(make_world):
    names = points_of_a_run(make_world)
    faults = {}
    for name in MOMENTS:
        at = len(names) - names[::-1].index(name)  # the last time
        faults[at, name] = backed_up_in_mid_run(make_world(), at)
    assert {at: told for at, told in faults.items() if told} == {}


@pytest.mark.long
def test_a_backup_at_every_point_of_a_run_is_of_one_moment_and_whole(make_world):
    faults = {at: backed_up_in_mid_run(make_world(), at) for at, _ in enumerate(points_of_a_run(make_world), 1)}
    assert {at: told for at, told in faults.items() if told} == {}


def test_backups_while_runs_go_on_are_all_whole(make_world):
    """Truly at once: one process takes in and answers, the other backs up again and again."""
    world = make_world()
    for n in range(1, 21):
        world.post.deliver(mail(n, n % 3 == 0))
    going = world.begin()
    rounds = 0
    while not going_ended(going):
        backs_up(world)
        looked_at(world)
        rounds += 1
    going.end()
    assert rounds
    world.now += timedelta(minutes=10)
    machine_dies(world)
    restores(world)
    world.run()
    assert wrong(world, unknown=20) == []


def going_ended(run: Run) -> bool:
    return bool(select.select([run._told], [], [], 0)[0])


def test_what_was_erased_since_stays_away_when_the_backup_comes_back_over_it(make_world):
    world = make_world()
    first_life(world)
    store = Store.open(world.config.store.url, world.data)
    plan = of_people(world.config, store, ["officer1@town1.example", "officer4@town4.example"])
    assert erasure.erase(world.config, store, plan, "officer", "file 17", world.now).replies == 2
    store.close()
    assert restores(world).value.endswith("say --overwrite to give up what the database holds now")
    assert restores(world, overwrite=True).value.erased_again == 1
    world.run()
    store = Store.open(world.config.store.url, world.data)
    with store.read() as tx:
        assert {(one.because, one.erased_by) for one in tombstones.all_of(tx)} == {("file 17", "officer")}
        assert tombstones.count(tx) == 2 and not tombstones.any_unfinished(tx)
    store.close()
    assert states(world) == {2: "sent", 3: "unknown"}
    world.post.deliver(mail(5), at=world.now)
    world.run()
    assert set(states(world)) == {2, 3, 5}
    assert max(letters(world).values()) == 1


def test_on_postgresql_a_restore_that_dies_leaves_the_database_as_it_was(make_on_postgres, postgres_with_tables):
    from conftest import EMPTY

    names = ()
    for at_name in ("", "after-copied-batch", "after-new-database"):
        world = make_on_postgres()
        first_life(world)
        machine_dies(world)
        postgres_with_tables[1](EMPTY)
        if not at_name:
            names = restores(world).points
            continue
        assert restores(world, names.index(at_name) + 1, "kill").died
        assert restores(world).value.unknown == 1
        assert second_life(world) == []


@pytest.mark.parametrize("share", [0.5, 1.5], ids=["while the database is copied", "among the files"])
def test_a_disk_that_is_full_is_told_leaves_no_backup_and_is_enough_when_it_is_larger(make_world, share):
    world = make_world()
    one_backed_up(world)
    size = int((world.data / "harvester.db").stat().st_size * share)
    place(world).mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place(world)]).returncode:
        pytest.skip("this machine lets us mount nothing")
    try:
        store = Store.for_reading(world.config.store.url, world.data)
        with pytest.raises(OutOfReach, match="the disk is full"):
            backup(world.config, store, place(world), False, world.now)
        assert not looks_whole(world)
        subprocess.run(["mount", "-o", "remount,size=20m", place(world)], check=True)
        backup(world.config, store, place(world), False, world.now)
        store.close()
        assert looks_whole(world)
    finally:
        subprocess.run(["umount", place(world)], check=True)
