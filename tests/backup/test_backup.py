"""A backup holds everything of one moment, says when it does not, and is put back whole or not at all."""

import json
import os
import shutil
import sqlite3

import pytest
from sqlalchemy import select

from custody_samples import filled, mail, settings
from harvester.acknowledge.journal import Journal, load_key
from harvester.backup import manifest, shelf
from harvester.backup.check import checked
from harvester.backup.make import backup
from harvester.backup.restore import put_settings, restore
from harvester.custody.verify import Figures, verify
from harvester.errors import HarvesterError, NeedsPerson, OutOfReach, Unusable
from harvester.model import AckState
from harvester.store import copying
from harvester.store.engine import Store
from harvester.store.schema import acknowledgement, metadata
from plugs import Run
from store_samples import NOW

CHANGED = {"event", "folder", "session", "invitation", "acknowledgement"}  # by a restore


@pytest.fixture
def house(tmp_path, store, database_url):
    """Settings, three replies that were answered and one whose letter waits."""
    config = settings(tmp_path, database_url)
    filled(store, [mail(1), mail(2), mail(3), mail(4)], waiting=1)
    return config


@pytest.fixture
def place(tmp_path, house, store):
    """A backup of it."""
    backup(house, store, tmp_path / "backup", False, NOW)
    return tmp_path / "backup"


@pytest.fixture
def empty(tmp_path):
    """Another machine: the settings and nothing else."""
    return bare(tmp_path / "other")


def bare(folder):
    (folder / "data").mkdir(mode=0o700, parents=True)
    config = settings(folder, f"sqlite:///{folder / 'data' / 'harvester.db'}")
    (folder / "data" / "answers.key").unlink()
    return config


def put_back(config, place, **how):
    with shelf.opened(place) as source:
        return restore(config, source, checked(source, str(place)), NOW, **how)


def wrong_with(place):
    with pytest.raises(HarvesterError) as told, shelf.opened(place) as source:
        checked(source, str(place))
    return " ".join(told.value.problems)


def held(config):
    """All rows but those that a restore changes, every file of the vault, and the lines of the journal."""
    store = Store.open(config.store.url, config.store.data)
    with store.read() as tx:
        rows = {one.name: copying.summed(tx, one) for one in metadata.sorted_tables if one.name not in CHANGED}
    store.close()
    return rows, sorted(vault(config.store.data)), (config.store.data / "answers.jsonl").read_bytes()


def vault(data):
    return [path.name for path in (data / "vault").glob("??/*")]


def answers(config):
    store = Store.open(config.store.url, config.store.data)
    with store.read() as tx:
        found = dict(tx.execute(select(acknowledgement.c.reply_id, acknowledgement.c.state)).all())
    faults = list(verify(config, store, Figures(), lambda *_: None))
    store.close()
    assert faults == []
    return found


@pytest.mark.parametrize("tar", [False, True], ids=["folder", "tar"])
def test_what_is_put_back_elsewhere_is_what_was_there_and_the_letter_that_waited_is_doubted(
    house, store, empty, tmp_path, tar
):
    place = tmp_path / ("backup.tar" if tar else "backup")
    made = backup(house, store, place, tar, NOW)
    assert (made.manifest.replies, made.manifest.damaged) == (4, ())
    done = put_back(empty, place)
    assert (done.unknown, done.blind) == (1, True)
    assert held(empty) == held(house)
    assert answers(empty) == {1: "sent", 2: "sent", 3: "sent", 4: AckState.UNKNOWN}


def test_with_the_journal_that_was_kept_to_the_end_the_letter_that_waited_still_waits(house, place, empty):
    for name in ("answers.jsonl", "answers.key"):
        shutil.copy(house.store.data / name, empty.store.data / name)
    done = put_back(empty, place, journal_complete=True)
    assert (done.unknown, done.blind) == (0, False)
    assert answers(empty)[4] == AckState.QUEUED


def test_a_journal_that_lacks_what_the_backup_knows_is_not_complete(house, place, empty):
    shutil.copy(house.store.data / "answers.key", empty.store.data / "answers.key")
    lines = (house.store.data / "answers.jsonl").read_bytes().splitlines(keepends=True)
    (empty.store.data / "answers.jsonl").write_bytes(b"".join(lines[:2]))
    with pytest.raises(NeedsPerson, match="lacks letters that the backup knows"):
        put_back(empty, place, journal_complete=True)
    assert vault(empty.store.data) == []
    assert put_back(empty, place).unknown == 1
    assert sorted((empty.store.data / "answers.jsonl").read_bytes().splitlines(keepends=True)) == sorted(lines)


def test_a_line_of_the_journal_that_was_copied_while_it_was_written_is_left_out(house, store, empty, tmp_path):
    journal = house.store.data / "answers.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole + whole.splitlines(keepends=True)[0][:40])
    backup(house, store, tmp_path / "backup", False, NOW)
    shutil.copy(house.store.data / "answers.key", empty.store.data / "answers.key")
    (empty.store.data / "answers.jsonl").write_bytes(whole.splitlines(keepends=True)[0])
    put_back(empty, tmp_path / "backup")
    assert (empty.store.data / "answers.jsonl").read_bytes() == whole
    assert Journal(empty.store.data / "answers.jsonl", load_key(empty.store.data / "answers.key")).replies() == 3


def test_a_second_backup_copies_what_is_new_and_keeps_nothing_that_nobody_names(house, store, place):
    before = {path.name for path in (place / "vault").glob("??/*")}
    with store.begin() as tx:
        tx.exec_driver_sql("DELETE FROM acknowledgement WHERE reply_id = 4")
        tx.exec_driver_sql("DELETE FROM location WHERE reply_id = 4")
        tx.exec_driver_sql("DELETE FROM reply WHERE id = 4")
        named = {row[0] for row in tx.exec_driver_sql("SELECT sha256 FROM reply UNION SELECT sha256 FROM attachment")}
    gone = before - named
    assert len(gone) == 2
    for sha256 in gone:
        store.vault.path(sha256).unlink()
    lost = min(named)
    store.vault.path(lost).unlink()  # but a row names it: the backup has the last copy
    made = backup(house, store, place, False, NOW.replace(year=2028))
    assert made.manifest.replies == 3
    assert made.new_files == made.manifest.files - 6  # mails and files of three replies were there already
    assert {path.name for path in (place / "vault").glob("??/*")} == named
    with shelf.opened(place) as source:
        assert checked(source, "there").files == made.manifest.files
    assert len([path for path in place.iterdir() if path.is_dir()]) == 2  # the vault, and one moment


def test_what_is_damaged_or_missing_is_named_and_nothing_is_restored(place, empty):
    first, second = sorted((place / "vault").glob("??/*"))[:2]
    first.write_bytes(first.read_bytes()[:-1] + b"?")
    second.unlink()
    said = wrong_with(place)
    assert f"{first.relative_to(place)} is damaged" in said and f"{second.relative_to(place)} is missing" in said
    with pytest.raises(Unusable):
        put_back(empty, place)
    assert sorted(path.name for path in empty.store.data.iterdir()) == []


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda place: (place / manifest.NAME).unlink(), "not finished"),
        (lambda place: (place / manifest.NAME).write_text("{}"), "damaged"),
        (lambda place: next(place.glob("2*/SHA256SUMS")).write_text(""), "damaged or missing"),
        (lambda place: next(place.glob("2*/harvester.db")).write_bytes(b"other"), "harvester.db is damaged"),
    ],
    ids=["no manifest", "another manifest", "an empty list", "another database"],
)
def test_a_backup_that_is_not_whole_says_what_is_wrong(place, spoil, says):
    spoil(place)
    assert says in wrong_with(place)


def test_a_tar_that_is_cut_off_says_so(house, store, tmp_path):
    backup(house, store, tmp_path / "backup.tar", True, NOW)
    file = tmp_path / "backup.tar"
    os.truncate(file, file.stat().st_size // 2)
    assert "take another" in wrong_with(file)


def test_a_file_of_the_vault_that_is_lost_or_not_what_it_was_is_told_and_left_out(house, store, tmp_path):
    first, second, third = sorted((house.store.data / "vault").glob("??/*"))[:3]
    first.write_bytes(b"other")
    second.unlink()
    (third.parent / ("0" * 64)).write_bytes(b"of a mail whose row is not there yet")
    made = backup(house, store, tmp_path / "backup", False, NOW)
    assert made.manifest.damaged == (first.name, second.name)
    assert not list((tmp_path / "backup").rglob("0" * 64))
    with shelf.opened(tmp_path / "backup") as source:
        checked(source, "there")


def test_the_settings_come_back_without_a_password_and_over_nothing(house, store, tmp_path):
    toml = house.path.read_text()
    house.path.write_text(toml + '\n# store.url = "postgresql+psycopg://me:hush@db.example/r"\n')
    backup(house, store, tmp_path / "backup", False, NOW)
    there = tmp_path / "third"
    there.mkdir()
    (there / "request.txt").write_text("mine")
    with shelf.opened(tmp_path / "backup") as source:
        written = put_settings(source, checked(source, "there"), there)
    assert written[0] == "harvester.toml"
    assert "hush" not in (there / "harvester.toml").read_text()
    assert (there / "request.txt").read_text() == "mine"
    assert not any("hush" in path.read_text("latin-1") for path in (tmp_path / "backup").rglob("*") if path.is_file())


def test_nothing_is_restored_over_what_is_there_unless_one_says_so(house, store, place):
    with pytest.raises(NeedsPerson, match="is not empty"):
        put_back(house, place)
    with store.begin() as tx:
        tx.exec_driver_sql("UPDATE reply SET subject = 'changed after the backup'")
    store.close()
    assert put_back(house, place, overwrite=True).unknown == 1
    assert answers(house)[4] == AckState.UNKNOWN
    again = Store.open(house.store.url, house.store.data)
    with again.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM reply WHERE subject LIKE 'changed%%'").scalar_one() == 0
    again.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_that_somebody_has_open_is_not_taken_from_below_them(house, store, place):
    with store.read() as tx:
        tx.exec_driver_sql("SELECT count(*) FROM reply").scalar_one()  # as the pages do; the line stays open
    with pytest.raises(OutOfReach, match="is open in another program"):
        put_back(house, place, overwrite=True)
    assert not (house.store.data / "restoring.json").exists()  # nothing was begun
    store.close()
    assert put_back(house, place, overwrite=True).unknown == 1


def test_a_journal_of_another_request_is_not_mixed_with_the_backups(place, empty):
    (empty.store.data / "answers.key").write_text("0" * 64)
    (empty.store.data / "answers.jsonl").write_text('{"reply": "x", "at": "y"}\n')
    with pytest.raises(NeedsPerson, match="another key"):
        put_back(empty, place)


def test_a_backup_goes_into_no_folder_with_other_things_and_not_into_the_data(house, store, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "diary.txt").touch()
    for place, says in ((tmp_path / "full", "other things"), (house.store.data / "backup", "another disk")):
        with pytest.raises(Unusable, match=says):
            backup(house, store, place, False, NOW)
    assert (tmp_path / "full" / "diary.txt").exists()


def with_database(place, change):
    """The backup as another program would have made it: its database changed, its list and manifest right."""
    told = json.loads((place / manifest.NAME).read_bytes())
    file, sums = place / told["folder"] / "harvester.db", place / told["folder"] / "SHA256SUMS"
    change(file)
    lines = [line for line in sums.read_bytes().splitlines(keepends=True) if b"harvester.db" not in line]
    sums.write_bytes(manifest.line(hashed(file), f"{told['folder']}/harvester.db") + b"".join(lines))
    (place / manifest.NAME).write_text(json.dumps({**told, "sums_sha256": hashed(sums)}))


def hashed(path):
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def as_of(version):
    def change(file):
        database = sqlite3.connect(file)
        database.execute("UPDATE alembic_version SET version_num = ?", (version,))
        database.commit()
        database.close()

    return change


def test_a_backup_of_a_newer_program_is_refused_before_anything_is_written(place, empty):
    told = json.loads((place / manifest.NAME).read_bytes())
    (place / manifest.NAME).write_text(json.dumps({**told, "tables": "9999", "program": "7.0"}))
    with pytest.raises(Unusable, match=r"newer program \(7.0\)"):
        put_back(empty, place)
    assert sorted(path.name for path in empty.store.data.iterdir()) == []


def test_a_newer_database_is_refused_and_may_be_tried_again_after_an_update(place, empty):
    with_database(place, as_of("9999"))
    with pytest.raises(Unusable, match="newer"):
        put_back(empty, place)
    with pytest.raises(Unusable, match="restore was begun here"):
        Store.open(empty.store.url, empty.store.data)


def test_a_backup_killed_at_any_point_leaves_the_one_before_whole_and_the_next_is_whole(house, store, place):
    with store.begin() as tx:
        tx.exec_driver_sql("UPDATE reply SET subject = 'later'")
    store.close()

    def work():
        again = Store.open(house.store.url, house.store.data)
        backup(house, again, place, False, NOW.replace(year=2028))
        again.close()

    deaths = 0
    while Run(work, deaths + 1, "kill").end().died:
        deaths += 1
        with shelf.opened(place) as source:
            assert checked(source, "there").replies == 4
    assert deaths > 5
    with shelf.opened(place) as source:
        assert checked(source, "there").made_at.startswith("2028")
    assert len([path for path in place.iterdir() if path.is_dir()]) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_restore_killed_at_any_point_goes_on_where_it_was(house, place, tmp_path):
    wanted = held(house)
    for at in range(1, 1000):
        config = bare(tmp_path / f"try{at}")
        if not Run(lambda config=config: put_back(config, place) and None, at, "kill").end().died:
            break
        try:
            Store.open(config.store.url, config.store.data, create=False).close()
        except HarvesterError:
            pass  # nobody works on half of it
        else:
            assert held(config) == wanted
        done = put_back(config, place, overwrite=not (config.store.data / "restoring.json").exists())
        assert done.unknown == 1, at
        assert held(config) == wanted, at
        assert answers(config)[4] == AckState.UNKNOWN
        shutil.rmtree(config.folder)
    assert at > 15
