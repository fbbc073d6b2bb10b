"""Verify says nothing of what is sound, and names each thing that is not, with what to do."""

import contextlib
import sqlite3

import pytest
from sqlalchemy import text, update

from custody_samples import filled, mail, settings
from harvester.custody.verify import Figures, verify
from harvester.model import Tally
from harvester.store import reports, runs, search
from harvester.store.lock import RunLock
from harvester.store.reindex import index_anew
from harvester.store.schema import acknowledgement, evidence, reply
from harvester.store.schema_staff import report
from store_samples import NOW


@pytest.fixture
def house(tmp_path, store, database_url):
    """Settings, and three replies that were answered."""
    config = settings(tmp_path, database_url)
    filled(store, [mail(1), mail(2), mail(3)])
    return config


def faults(config, store):
    return list(verify(config, store, Figures(), lambda *_: None))


def kinds(config, store):
    return [(one.what, one.reply_id) for one in faults(config, store)]


def test_a_sound_house_is_counted(house, store):
    figures = Figures()
    assert list(verify(house, store, figures, lambda *_: None)) == []
    assert (figures.vault.mails, figures.vault.files, figures.letters, figures.erased) == (3, 3, 3, 0)


def test_a_fault_tells_the_reply_the_file_and_what_to_do(house, store):
    with store.read() as tx:
        sha256 = tx.execute(text("SELECT sha256 FROM attachment WHERE reply_id = 2")).scalar_one()
    store.vault.path(sha256).unlink()
    (only,) = faults(house, store)
    assert (only.what, only.reply_id, only.file) == ("missing", 2, sha256)
    assert "reply 2, file 1 (table2.csv)" in only.sentence and "backup" in only.todo


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL lets nobody make such a row
def test_a_row_that_lost_its_reply_is_told(house, store):
    with contextlib.closing(sqlite3.connect(str(store.url.database))) as other:  # which minds no foreign keys
        other.execute("DELETE FROM reply WHERE id = 3")
        other.commit()
    assert {"database", "surplus"} <= {one.what for one in faults(house, store)}


def test_words_that_the_index_lacks_or_should_not_know_are_told_and_mended(house, store):
    with store.begin() as tx:
        search.replace(tx, [(1, "quite other words")])
        if store.dialect == "sqlite":
            tx.execute(text("INSERT INTO search (rowid, words) VALUES (99, 'of nobody')"))
    strange = [("search", 99)] if store.dialect == "sqlite" else []
    assert kinds(house, store) == [*strange, ("search", 1)]
    with store.begin() as tx:
        assert index_anew(tx) == 3
    assert kinds(house, store) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the other has no index that can break by itself
def test_an_index_that_is_damaged_in_itself_is_told_and_mended(house, store):
    with store.begin() as tx:
        tx.execute(text("DELETE FROM search_data WHERE id > 10"))
    assert {one.what for one in faults(house, store)} >= {"search"}
    with store.begin() as tx:
        assert index_anew(tx) == 3
    assert kinds(house, store) == []


def test_a_quotation_that_stands_nowhere_in_the_reply_is_told(house, store):
    with store.begin() as tx:
        tx.execute(update(evidence).where(evidence.c.reply_id == 2).values(text="never said"))
    assert kinds(house, store) == [("quotation", 2)]


def test_a_frozen_report_that_somebody_changed_is_told(house, store):
    with store.begin() as tx:
        reports.freeze(tx, "everything", '{"chapters":[]}', "ann", NOW)
        tx.execute(update(report).values(content='{"chapters":[1]}'))
    assert kinds(house, store) == [("report", None)]


def test_a_letter_without_a_line_in_the_journal_is_told(house, store):
    path = house.store.data / "answers.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:2]))
    assert kinds(house, store) == [("journal", 3)]


def test_a_database_that_is_older_than_the_journal_is_told(house, store):
    with store.begin() as tx:
        tx.execute(update(reply).where(reply.c.id == 3).values(sha256="0" * 64))
        tx.execute(update(acknowledgement).where(acknowledgement.c.reply_id == 3).values(state="failed"))
    assert ("journal", None) in kinds(house, store)


def test_a_lost_key_of_the_journal_is_told(house, store):
    (house.store.data / "answers.key").unlink()
    assert kinds(house, store) == [("journal", None)]


def test_bytes_without_a_row_are_no_fault_while_a_run_is_going(house, store):
    store.vault.put(b"just fetched")
    assert kinds(house, store) == [("surplus", None)]
    with store.begin() as tx:
        run = runs.start(tx, NOW, "worker")
        for _ in range(20):  # that came and went while it goes on
            runs.finish(tx, runs.start(tx, NOW), Tally(), NOW)
    with RunLock(store).of_run(run):
        assert kinds(house, store) == []
