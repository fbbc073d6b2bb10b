"""What is older than it may be: told by status, erased by a person, or by a run where the settings say so."""

from datetime import timedelta

import pytest

from custody_samples import filled, mail, settings
from harvester.check import check
from harvester.config import load
from harvester.custody import erasure
from harvester.doctor import mends
from harvester.errors import ConfigError
from harvester.harvest import forget
from harvester.store import replies, tombstones
from harvester.store.lock import RunLock
from harvester.watch.vitals import of_store
from harvester.workshop import Workshop
from store_samples import NOW

LATER = NOW + timedelta(days=31)
KEEP = "[retention]\nkeep_days = 30\nreason = 'as the schedule says'\n"


def numbers(store) -> list[int]:
    with store.read() as tx:
        return replies.understood(tx)


def codes(config, store, now) -> set[str]:
    return {one.code for one in of_store(config, store, now).findings if one.level == "red"}


@pytest.mark.parametrize("by_run", [False, True])
def test_a_run_erases_what_is_due_only_where_the_settings_say_so(tmp_path, store, database_url, by_run):
    config = settings(tmp_path, database_url, f"{KEEP}by_run = {str(by_run).lower()}")
    filled(store, [mail(1), mail(2)])
    assert "retention" not in codes(config, store, LATER - timedelta(days=1))
    assert "retention" in codes(config, store, LATER)
    with RunLock(store) as lock:
        forget(Workshop(config, store, lock, LATER - timedelta(days=1)))
        assert numbers(store) == [1, 2]
        forget(Workshop(config, store, lock, LATER))
    assert numbers(store) == ([] if by_run else [1, 2])
    assert ("retention" in codes(config, store, LATER)) == (not by_run)
    with store.read() as tx:
        graves = tombstones.all_of(tx)
    assert {(one.erased_by, one.because) for one in graves} == (
        {("the program", "as the schedule says")} if by_run else set()
    )


def test_whole_days_are_due_so_that_runs_have_something_to_erase_once_a_day_at_most(tmp_path, store, database_url):
    retention = settings(tmp_path, database_url, KEEP).retention
    assert retention.due_before(NOW) == retention.due_before(NOW + timedelta(hours=11))
    assert retention.due_before(NOW) + timedelta(days=1) == retention.due_before(NOW + timedelta(days=1))


def test_an_erasure_without_its_end_is_red_until_it_is_done(tmp_path, store, database_url, monkeypatch):
    config = settings(tmp_path, database_url)
    filled(store, [mail(1), mail(2)])
    monkeypatch.setattr(erasure.wiping, "wipe", lambda _store: False)
    plan = erasure.of_the_old(config, store, NOW + timedelta(minutes=2))
    assert erasure.erase(config, store, plan, "officer", "old", LATER).left
    assert "erasure" in codes(config, store, LATER)
    monkeypatch.undo()
    erasure.finish_or_say(store, LATER)
    assert "erasure" not in codes(config, store, LATER)


@pytest.mark.parametrize(
    ("said", "told"),
    [("by_run = true", "needs keep_days"), ("keep_days = 0", "keep_days"), ("reason = ' '", "say why")],
)
def test_settings_that_mean_nothing_are_told(tmp_path, store, database_url, said, told):
    with pytest.raises(ConfigError, match=told):
        settings(tmp_path, database_url, f"[retention]\n{said}\n")
        load(tmp_path / "harvester.toml")


def test_the_doctor_ends_what_was_cut_short(tmp_path, store, database_url, monkeypatch):
    config = settings(tmp_path, database_url)
    filled(store, [mail(1)])
    monkeypatch.setattr(erasure.wiping, "wipe", lambda _store: False)
    erasure.erase(config, store, erasure.of_the_old(config, store, LATER), "officer", "old", LATER)
    monkeypatch.undo()
    with RunLock(store) as lock:
        (mend,) = [
            one for one in mends(config, store, lock, of_store(config, store, LATER), LATER) if one.code == "erasure"
        ]
        assert mend.do() == "no trace is left of them"
    assert "erasure" not in codes(config, store, LATER)


@pytest.mark.parametrize(("by_run", "who"), [("true", "each run erases"), ("false", "`harvester erase --due` erases")])
def test_check_says_how_long_replies_are_kept_and_who_erases_them(tmp_path, store, database_url, by_run, who):
    config = settings(tmp_path, database_url, f"{KEEP}by_run = {by_run}")
    told = [one.sentence for one in check(config, NOW, leave_out=("rules", "templates", "documents"))]
    assert any("30 days after they arrived" in one and who in one for one in told)
