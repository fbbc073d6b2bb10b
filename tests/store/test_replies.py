"""Taking in: nothing twice, nothing lost, whoever else is at it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from harvester.model import FolderState, ReplyState, Sender
from harvester.store import replies, runs
from harvester.store.engine import Store
from harvester.store.replies import Taken
from harvester.store.schema import event, location, reply
from store_samples import NOW, PREFIX, answer, arrived, hashed, stored, take, understanding


def take_in(store, *mails, account="box", folder="INBOX", validity="1", may_acknowledge=True) -> Taken:
    with store.begin() as tx:
        return replies.take_in(
            tx, account, folder, validity, may_acknowledge, [hashed(mail) for mail in mails], None, NOW
        )


def counted(store, table) -> int:
    with store.read() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


def test_new_mails_wait_in_the_order_of_arrival(store):
    assert take_in(store, arrived(3), arrived(1), arrived(2)) == Taken(known=0, quarantined=0)
    with store.read() as tx:
        waiting = replies.pending(tx)
    assert [one.received_at for one in waiting] == [NOW + timedelta(minutes=n) for n in (1, 2, 3)]
    assert [one.sha256 for one in waiting] == [hashed(arrived(n))[1] for n in (1, 2, 3)]


def test_what_waits_can_be_asked_for_a_page_at_a_time(store):
    """Also where many came at the same instant."""
    at_once = [replace(arrived(n), received_at=NOW) for n in range(7)]
    take_in(store, *at_once, *(arrived(n) for n in range(10, 13)))
    pages, last = [], None
    with store.read() as tx:
        while page := replies.pending(tx, after=last, most=3):
            pages.append(page)
            last = page[-1]
        assert [one for page in pages for one in page] == replies.pending(tx)
        assert replies.number_pending(tx) == 10
    assert [len(page) for page in pages] == [3, 3, 3, 1]


def test_the_same_place_again_changes_nothing(store):
    take_in(store, arrived(1), arrived(2))
    assert take_in(store, arrived(1), arrived(2)) == Taken(known=2, quarantined=0)
    assert (counted(store, reply), counted(store, location)) == (2, 2)


def test_known_bytes_elsewhere_only_add_a_place(store):
    """Another folder, another mailbox, a new UIDVALIDITY, and twice in one batch."""
    take_in(store, arrived(1))
    for where in ({"folder": "Other"}, {"account": "second"}, {"validity": "2"}):
        assert take_in(store, arrived(1), **where).known == 1
    twin = replace(arrived(2), uid="77")
    assert take_in(store, arrived(2), twin) == Taken(known=1, quarantined=0)
    assert (counted(store, reply), counted(store, location)) == (2, 6)
    with store.read() as tx:
        assert replies.known_uids(tx, "box", "INBOX", "1") == {"1", "2", "77"}
        assert replies.known_uids(tx, "box", "INBOX", "2") == {"1"}
        assert replies.known_uids(tx, "box", "Nowhere", "1") == set()


def test_uids_are_text_of_any_kind(store):
    uids = [str(2**32 - 1), "1693500000.M1P2.host,S=12:2,S", "sub/Füße.eml"]
    take_in(store, *[replace(arrived(n), uid=uid) for n, uid in enumerate(uids)])
    with store.read() as tx:
        assert replies.known_uids(tx, "box", "INBOX", "1") == set(uids)


def test_nothing_to_take_in_is_fine(store):
    assert take_in(store) == Taken(0, 0)


def test_what_arrives_unreadable_is_quarantined_at_once(store):
    empty = replace(arrived(1), raw=None, size=0, quarantine="empty")
    large = replace(
        arrived(2), raw=None, size=99_000_000_000, quarantine="too-large", header_block=b"Subject: x\r\n\r\n"
    )
    assert take_in(store, empty, large, arrived(3)) == Taken(known=0, quarantined=2)
    with store.read() as tx:
        rows = {row.quarantine: row for row in tx.execute(select(reply))}
        assert len(replies.pending(tx)) == 1
        states = replies.stored_uids(tx, "box", "INBOX", "1")
    assert (rows["too-large"].size, rows["too-large"].complete) == (99_000_000_000, False)
    assert states == {"1": ReplyState.QUARANTINED, "2": ReplyState.QUARANTINED, "3": ReplyState.RECEIVED}


def test_two_hosts_taking_in_the_same_mails_store_them_once(database_url, tmp_path):
    """Interleaved: both look before either has written, as far as the database lets them."""
    import threading

    mails = [arrived(n) for n in range(40)]
    results: list[Taken] = []
    stores = [Store.open(database_url, tmp_path / "data") for _ in range(3)]
    go = threading.Barrier(3)

    def host(number: int) -> None:
        own = mails[number * 5 :] + mails[: number * 5]
        go.wait()
        results.append(take_in(stores[number], *own, account=f"box{number % 2}"))

    threads = [threading.Thread(target=host, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(40 - one.known for one in results) == 40
    assert (counted(stores[0], reply), counted(stores[0], location)) == (40, 80)
    assert counted(stores[0], event) == 40
    for one in stores:
        one.close()


def test_a_folder_is_remembered_as_it_was_at_the_last_scan(store):
    with store.begin() as tx:
        assert replies.folder_state(tx, "box", "INBOX") is None
        replies.save_folder_state(tx, "box", "INBOX", FolderState("7", "100", 99, NOW))
        replies.save_folder_state(tx, "box", "INBOX", FolderState("7", str(2**32), 2**33, NOW))
        replies.save_folder_state(tx, "box", "Other", FolderState("8", "", 0))
    with store.read() as tx:
        assert replies.folder_state(tx, "box", "INBOX") == FolderState("7", str(2**32), 2**33, NOW)
        assert replies.folder_state(tx, "box", "Other") == FolderState("8", "", 0)


def vanished(store) -> set[str]:
    with store.read() as tx:
        gone = select(location.c.validity, location.c.uid).where(location.c.vanished_at.is_not(None))
        return {f"{row.validity}/{row.uid}" for row in tx.execute(gone)}


def test_what_is_no_longer_listed_is_marked_and_what_comes_back_is_not(store):
    take_in(store, *[arrived(n) for n in range(5)])
    take_in(store, arrived(9), folder="Other")

    def listing(uids, validity="1"):
        with store.begin() as tx:
            return replies.note_listing(tx, "box", "INBOX", validity, uids, NOW)

    assert listing({"0", "1", "2", "3", "4"}) == 0
    assert listing({"0", "1", "99"}) == 3
    assert vanished(store) == {"1/2", "1/3", "1/4"}
    assert listing({"0", "1", "2"}) == 0
    assert vanished(store) == {"1/3", "1/4"}
    take_in(store, arrived(0), validity="2")
    assert listing({"0"}, validity="2") == 3
    assert vanished(store) == {"1/0", "1/1", "1/2", "1/3", "1/4"}
    assert listing({"0"}, validity="2") == 0
    assert counted(store, reply) == 6


def test_a_poison_mail_is_set_aside_and_read_again_when_a_person_says_so(store):
    (first, second), _ = take(store, arrived(1), arrived(2))
    with store.begin() as tx:
        assert replies.quarantine(tx, first, "worker-died", NOW, "exit code -9")
        assert not replies.quarantine(tx, first, "worker-died", NOW, "again")
        assert not replies.quarantine(tx, 999, "worker-died", NOW)
    with store.begin() as tx:
        assert [one.reply_id for one in replies.pending(tx)] == [second]
        assert replies.retry(tx, None, NOW, dry_run=True) == [first]
        assert [one.reply_id for one in replies.pending(tx)] == [second]
        assert replies.retry(tx, [second, 999], NOW) == []
        assert replies.retry(tx, [first, second], NOW) == [first]
        assert [one.reply_id for one in replies.pending(tx)] == [first, second]
        assert replies.retry(tx, None, NOW) == []
    one = understanding(1)
    with store.begin() as tx:
        assert replies.store_understood(tx, [(first, one, answer(one))], 1, NOW, PREFIX) == [first]
        history = tx.execute(select(event.c.old, event.c.new).where(event.c.what == "reply", event.c.reply_id == first))
        assert history.all() == [
            (None, "received"), ("received", "quarantined"), ("quarantined", "received"), ("received", "understood"),
        ]  # fmt: skip


def test_who_wrote_a_quarantined_mail_is_kept_where_it_could_be_read(store):
    (first,), _ = take(store, arrived(1))
    with store.begin() as tx:
        replies.quarantine(tx, first, "too-deep", NOW, message=understanding(1).message)
        row = tx.execute(select(reply)).one()
    assert (row.from_address, row.subject, row.disposition) == ("Officer1@town.example", "reply 1", None)


def test_a_mail_of_which_only_the_headers_are_here_is_never_read_as_if_it_were_whole(store):
    take_in(store, replace(arrived(1), raw=None, quarantine="too-large", header_block=b"Subject: x\r\n\r\n"))
    with store.begin() as tx:
        assert replies.retry(tx, None, NOW) == []
        assert replies.pending(tx) == []


def test_an_understood_reply_cannot_be_quarantined(store):
    (reply_id,), _ = stored(store, understanding(1))
    with store.begin() as tx:
        assert not replies.quarantine(tx, reply_id, "worker-died", NOW)
        assert replies.retry(tx, [reply_id], NOW) == []


def test_the_ledger_knows_the_last_run_and_the_last_complete_one(store):
    from harvester.model import Tally

    with store.begin() as tx:
        assert runs.last(tx) is None and runs.latest_start(tx) is None
        first = runs.start(tx, NOW)
        runs.finish(tx, first, Tally(fetched=3, problems=["a\nmailbox"]), NOW + timedelta(minutes=1))
        second = runs.start(tx, NOW - timedelta(days=1))
    with store.read() as tx:
        assert (runs.last(tx).id, runs.last(tx).finished_at) == (second, None)
        complete = runs.last_complete(tx)
        assert runs.latest_start(tx) == NOW
    assert (complete.id, complete.counts["fetched"], complete.problems) == (first, 3, ("a\nmailbox",))
    assert complete.finished_at == NOW + timedelta(minutes=1)


@pytest.mark.parametrize("sender", [Sender(None, "x", "no-valid-sender"), Sender("a@b.example")])
def test_senders_of_every_kind_are_stored(store, sender):
    (reply_id,), _ = stored(store, understanding(1, sender=sender))
    with store.read() as tx:
        assert replies.load(tx, reply_id)[0].sender == sender
