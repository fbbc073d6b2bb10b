"""An acknowledgement goes out once, within the limits, and its fate is known or a person decides."""

import threading
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from harvester.model import ACK_MOVES, SIGNATURE, AckState, Disposition, Due, Objection
from harvester.store import acks
from harvester.store.acks import Claim
from harvester.store.engine import Store
from harvester.store.schema import acknowledgement, event, letter
from store_samples import NOW, answer, silence, stored, understanding


@dataclass
class Limits:
    per_hour: int = 1_000
    per_domain_per_hour: int = 1_000


FREE = Limits()


def state_of(store, reply_id):
    with store.read() as tx:
        return tx.execute(select(acknowledgement).where(acknowledgement.c.reply_id == reply_id)).one()


def due(store, now=NOW, limit=100) -> list[int]:
    with store.read() as tx:
        return [one.reply_id for one in acks.due(tx, now, limit)]


def claim(store, reply_id, run_id, now=NOW, limits=FREE, message_id=None) -> Claim:
    with store.begin() as tx:
        return acks.claim(tx, reply_id, run_id, message_id or f"<ack{reply_id}@lga.example>", now, limits)


def send(store, reply_id, run_id, state=AckState.SENT, now=NOW, **more):
    assert claim(store, reply_id, run_id, now) == Claim.CLAIMED
    with store.begin() as tx:
        assert acks.settle(tx, reply_id, state, now, "250 taken", **more)


def test_what_is_due_says_all_that_a_letter_says(store):
    one = understanding(1)
    (reply_id,), _ = stored(store, one)
    with store.read() as tx:
        (found,) = acks.due(tx, NOW, 10)
    assert found == Due(
        reply_id=reply_id,
        sha256=found.sha256,
        to="Officer1@town.example",
        language="en",
        reference=f"LGA-2027-{reply_id:04}",
        disposition=Disposition.EVIDENCE,
        received_at=NOW,
        in_reply_to="<1@town.example>",
        references=one.message.references,
        subject="reply 1",
        files=("plan.pdf",),
        links=2,
        categories=("shared",),
        message_id=None,
        tries=0,
        first_try=None,
        queued_at=NOW,
    )
    assert len(found.sha256) == 64


def test_nobody_is_thanked_for_a_signature_or_a_picture_within_the_text(store):
    plan = understanding(1).message.attachments[0]
    others = (replace(plan, name="smime.p7s", flags=(SIGNATURE,)), replace(plan, name="logo.png", inline=True))
    stored(store, understanding(1, attachments=(*others, plan)))
    with store.read() as tx:
        (found,) = acks.due(tx, NOW, 10)
    assert found.files == ("plan.pdf",)


def test_the_first_to_arrive_is_answered_first_and_at_most_so_many(store):
    ids, _ = stored(store, *[understanding(n) for n in range(5)], decision=lambda one: answer(one))
    late, _ = stored(store, understanding(9), now=NOW - timedelta(days=1))
    assert due(store) == [*late, *ids]
    assert due(store, limit=2) == [*late, ids[0]]
    assert due(store, limit=0) == []


def test_what_is_withheld_or_put_off_is_not_due(store):
    (a, b, c), run_id = stored(
        store, *[understanding(n) for n in range(3)],
        decision=lambda one: silence("list") if one.message.subject == "reply 0" else answer(one),
    )  # fmt: skip
    send(store, b, run_id, AckState.QUEUED, not_before=NOW + timedelta(hours=1))
    assert due(store) == [c]
    assert due(store, NOW + timedelta(minutes=59)) == [c]
    assert due(store, NOW + timedelta(hours=1)) == [b, c]
    with store.read() as tx:
        assert acks.counts(tx) == {"withheld": 1, "queued": 2}
    assert state_of(store, a).state == "withheld"


def test_a_clock_that_was_years_ahead_puts_nothing_off_for_years(store):
    (reply_id,), run_id = stored(store, understanding(1))
    ahead = NOW + timedelta(days=730)
    send(store, reply_id, run_id, AckState.QUEUED, now=ahead, not_before=ahead + timedelta(hours=4))
    assert due(store) == [reply_id]


def test_a_large_queue_costs_few_statements(store):
    from sqlalchemy import event as sqlalchemy_event

    stored(store, *[understanding(n) for n in range(40)])
    seen = []
    with store.read() as tx:
        sqlalchemy_event.listen(tx, "before_cursor_execute", lambda *a: seen.append(a[2]))
        assert len(acks.due(tx, NOW, 100)) == 40
    assert len(seen) == 3


def test_only_one_may_send(store):
    (reply_id,), run_id = stored(store, understanding(1))
    assert claim(store, reply_id, run_id) == Claim.CLAIMED == "claimed"
    assert claim(store, reply_id, run_id) == Claim.TAKEN == "taken"
    row = state_of(store, reply_id)
    assert (row.state, row.run_id, row.message_id, row.tries, row.first_try) == (
        "sending", run_id, f"<ack{reply_id}@lga.example>", 1, NOW,
    )  # fmt: skip
    assert due(store) == []


def test_of_many_hosts_at_once_one_may_send_and_the_limit_holds(database_url, tmp_path):
    stores = [Store.open(database_url, tmp_path / "data") for _ in range(4)]
    ids, run_id = stored(stores[0], *[understanding(n) for n in range(12)])
    outcomes: list[tuple[int, Claim]] = []
    go = threading.Barrier(4)

    def host(number: int) -> None:
        go.wait()
        for reply_id in ids:
            outcomes.append((reply_id, claim(stores[number], reply_id, run_id, limits=Limits(per_hour=5))))

    threads = [threading.Thread(target=host, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    claimed = [reply_id for reply_id, outcome in outcomes if outcome == Claim.CLAIMED]
    assert len(claimed) == len(set(claimed)) == 5
    for one in stores:
        one.close()


def test_the_message_id_is_fixed_by_the_first_try(store):
    (reply_id,), run_id = stored(store, understanding(1))
    send(store, reply_id, run_id, AckState.QUEUED)
    later = NOW + timedelta(minutes=5)
    with pytest.raises(AssertionError, match="second Message-ID"):
        claim(store, reply_id, run_id, later, message_id="<other@x>")
    assert claim(store, reply_id, run_id, later) == Claim.CLAIMED
    row = state_of(store, reply_id)
    assert (row.tries, row.first_try, row.rated_at) == (2, NOW, later)


def test_limits_an_hour_put_off_and_never_withhold(store):
    ids, run_id = stored(store, *[understanding(n) for n in range(4)])
    limits = Limits(per_hour=2)
    assert [claim(store, one, run_id, limits=limits) for one in ids[:3]] == ["claimed", "claimed", "later"]
    row = state_of(store, ids[2])
    assert (row.state, row.not_before, row.tries, row.message_id) == ("queued", NOW + timedelta(minutes=15), 0, None)
    assert due(store) == [ids[3]]
    soon, later = NOW + timedelta(minutes=59), NOW + timedelta(minutes=61)
    assert claim(store, ids[2], run_id, soon, limits) == Claim.LATER
    assert claim(store, ids[2], run_id, later, limits) == Claim.CLAIMED


def test_a_limit_a_domain_leaves_other_domains_alone(store):
    ones = [understanding(1, address="a@Town.example"), understanding(2, address="b@town.example"),
            understanding(3, address="a@sub.town.example")]  # fmt: skip
    ids, run_id = stored(store, *ones)
    limits = Limits(per_domain_per_hour=1)
    assert [claim(store, one, run_id, limits=limits) for one in ids] == ["claimed", "later", "claimed"]


def test_what_was_refused_does_not_count_against_the_limit(store):
    ids, run_id = stored(store, *[understanding(n) for n in range(3)])
    send(store, ids[0], run_id, AckState.FAILED)
    send(store, ids[1], run_id, AckState.QUEUED)
    assert claim(store, ids[2], run_id, limits=Limits(per_hour=1)) == Claim.CLAIMED


def test_letters_dated_in_the_future_count_now_and_stop_nobody_for_ever(store):
    ids, run_id = stored(store, *[understanding(n) for n in range(2)])
    send(store, ids[0], run_id, now=NOW + timedelta(days=730))
    limits = Limits(per_hour=1)
    assert claim(store, ids[1], run_id, limits=limits) == Claim.LATER
    assert claim(store, ids[1], run_id, NOW + timedelta(minutes=61), limits) == Claim.CLAIMED


@pytest.mark.parametrize("state", [AckState.SENT, AckState.FAILED, AckState.UNKNOWN, AckState.QUEUED])
def test_an_outcome_is_stored_once_with_the_letter(store, state):
    (reply_id,), run_id = stored(store, understanding(1))
    send(store, reply_id, run_id, state, letter=b"To: x\r\n\r\n\xff\x00")
    with store.begin() as tx:
        assert not acks.settle(tx, reply_id, AckState.SENT, NOW, "again")
        assert tx.execute(select(letter.c.raw)).scalar_one() == b"To: x\r\n\r\n\xff\x00"
    assert (state_of(store, reply_id).state, state_of(store, reply_id).note) == (state, "250 taken")


def test_a_letter_of_a_second_try_replaces_the_first(store):
    (reply_id,), run_id = stored(store, understanding(1))
    send(store, reply_id, run_id, AckState.QUEUED, letter=b"first")
    send(store, reply_id, run_id, AckState.SENT, letter=b"second")
    with store.read() as tx:
        assert tx.execute(select(letter.c.raw)).scalar_one() == b"second"


def test_what_a_dead_run_left_becomes_unknown_and_a_living_one_is_left_alone(store):
    first, dead = stored(store, understanding(1))
    second, alive = stored(store, understanding(2), now=NOW + timedelta(hours=1))
    claim(store, *first, dead)
    claim(store, *second, alive)
    with store.begin() as tx:
        assert acks.settle_interrupted(tx, NOW, lambda run_id: run_id == alive) == 1
        assert acks.settle_interrupted(tx, NOW, lambda run_id: run_id == alive) == 0
    assert (state_of(store, *first).state, state_of(store, *second).state) == ("unknown", "sending")


def test_only_a_person_lets_an_unknown_one_go_out_again_with_the_same_id(store):
    (reply_id, other), run_id = stored(store, understanding(1), understanding(2))
    send(store, reply_id, run_id, AckState.UNKNOWN)
    assert due(store) == [other]
    with store.begin() as tx:
        assert acks.release_unknown(tx, [reply_id, other, 999], NOW, dry_run=True) == [reply_id]
        assert acks.counts(tx) == {"unknown": 1, "queued": 1}
        assert acks.release_unknown(tx, [reply_id, other, 999], NOW) == [reply_id]
        assert acks.release_unknown(tx, [reply_id], NOW) == []
        (found,) = [one for one in acks.due(tx, NOW, 10) if one.reply_id == reply_id]
    assert (found.message_id, found.tries, found.first_try) == (f"<ack{reply_id}@lga.example>", 0, None)
    assert claim(store, reply_id, run_id) == Claim.CLAIMED


def test_an_answer_from_before_a_restore_counts_as_sent_now(store):
    (reply_id, other), run_id = stored(store, understanding(1), understanding(2))
    with store.begin() as tx:
        assert acks.move(tx, reply_id, AckState.QUEUED, AckState.UNKNOWN, NOW, note="in the answer journal")
    assert claim(store, other, run_id, limits=Limits(per_hour=1)) == Claim.LATER


@pytest.mark.parametrize("old", AckState)
def test_every_move_is_allowed_or_refused_as_the_table_says(store, old):
    ids, _ = stored(store, *[understanding(n) for n in range(len(AckState))])
    forced = {"state": old, "objections": [["x", "", ""]] if old == AckState.WITHHELD else []}
    with store.begin() as tx:
        tx.execute(update(acknowledgement).values(forced))
        for reply_id, new in zip(ids, AckState, strict=True):
            if new not in ACK_MOVES[old]:
                with pytest.raises(AssertionError, match="no acknowledgement goes"):
                    acks.move(tx, reply_id, old, new, NOW)
                continue
            if new == AckState.WITHHELD:  # never without a reason
                with pytest.raises(AssertionError, match="says why"):
                    acks.move(tx, reply_id, old, new, NOW)
                assert acks.withhold(tx, reply_id, Objection("why", "", ""), NOW)
                assert not acks.withhold(tx, reply_id, Objection("why", "", ""), NOW)
                continue
            assert acks.move(tx, reply_id, old, new, NOW, "why")
            assert not acks.move(tx, reply_id, old, new, NOW)  # it is no longer in the old state
            last = tx.execute(select(event).order_by(event.c.id.desc()).limit(1)).one()
            told = (last.reply_id, last.what, last.old, last.new, last.note)
            assert told == (reply_id, "acknowledgement", old, new, "why")
    for reply_id, new in zip(ids, AckState, strict=True):
        expected = new if new in ACK_MOVES[old] else old
        assert (state_of(store, reply_id).state, state_of(store, reply_id).state_at) == (expected, NOW)


def test_every_move_of_a_letter_is_told_in_its_history(store):
    (reply_id,), run_id = stored(store, understanding(1))
    send(store, reply_id, run_id, AckState.UNKNOWN)
    with store.begin() as tx:
        acks.release_unknown(tx, [reply_id], NOW)
    send(store, reply_id, run_id)
    with store.read() as tx:
        moves = tx.execute(select(event).where(event.c.what == "acknowledgement").order_by(event.c.id)).all()
    assert [(one.old, one.new) for one in moves] == [
        (None, "queued"), ("queued", "sending"), ("sending", "unknown"), ("unknown", "queued"),
        ("queued", "sending"), ("sending", "sent"),
    ]  # fmt: skip
