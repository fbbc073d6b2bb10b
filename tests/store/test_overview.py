"""How things stand, in numbers, and what waits for a person."""

from datetime import timedelta

from harvester.model import AckState, Tally
from harvester.store import acks, replies, reviews, runs
from harvester.store.overview import status
from store_samples import NOW, answer, arrived, silence, stored, take, understanding


class Free:
    per_hour = per_domain_per_hour = 1_000


def how_it_stands(store, now=NOW) -> dict:
    with store.read() as tx:
        return status(tx, now)


def test_before_the_first_run_there_is_nothing_and_it_says_what_to_do(store):
    now = how_it_stands(store)
    assert now.pop("database_bytes") > 0
    assert now == {
        "replies": {},
        "acknowledgements": {},
        "erased": 0,
        "quarantine": {},
        "last_run": None,
        "last_complete_run": None,
        "minutes_ago": None,
        "problems": [],
        "waiting": {"quarantined": 0, "unknown": 0, "failed": 0, "to_approve": 0},
        "needs_person": False,
        "advice": ["nothing was read yet: `harvester run` does"],
    }


def test_replies_and_acknowledgements_are_counted_by_state(store):
    stored(
        store, *[understanding(n) for n in range(3)],
        decision=lambda one: silence("list") if one.message.subject == "reply 0" else answer(one),
    )  # fmt: skip
    (first, _), _ = take(store, arrived(1), arrived(2))
    with store.begin() as tx:
        replies.quarantine(tx, first, "too-deep", NOW)
    now = how_it_stands(store)
    assert now["replies"] == {"understood": 3, "received": 1, "quarantined": 1}
    assert now["acknowledgements"] == {"withheld": 1, "queued": 2}
    assert now["quarantine"] == {"too-deep": 1}


def test_the_last_run_and_the_last_complete_one_are_told(store):
    with store.begin() as tx:
        first = runs.start(tx, NOW)
        runs.finish(tx, first, Tally(fetched=3, sent=2, problems=["a mailbox is away"]), NOW + timedelta(minutes=1))
    now = how_it_stands(store, NOW + timedelta(minutes=31))
    assert now["last_run"] == {
        "started": "2027-08-10T12:00:00Z", "finished": "2027-08-10T12:01:00Z", "fetched": 3, "sent": 2,
    }  # fmt: skip
    assert (now["minutes_ago"], now["problems"], now["advice"]) == (30, ["a mailbox is away"], [])
    with store.begin() as tx:
        runs.start(tx, NOW + timedelta(hours=1))
    now = how_it_stands(store, NOW + timedelta(hours=2))
    assert now["last_run"] == {"started": "2027-08-10T13:00:00Z", "finished": None}
    assert (now["last_complete_run"], now["minutes_ago"]) == ("2027-08-10T12:01:00Z", 119)


def ended(store, reply_id: int, run_id: int, state: AckState) -> None:
    with store.begin() as tx:
        acks.claim(tx, reply_id, run_id, f"<ack{reply_id}@x>", NOW, Free())
        acks.settle(tx, reply_id, state, NOW, "")


def test_quarantine_and_lost_answers_wait_for_a_person_until_one_has_looked(store):
    (a, b), run_id = stored(store, understanding(1), understanding(2))
    ended(store, a, run_id, AckState.UNKNOWN)
    ended(store, b, run_id, AckState.FAILED)
    (c,), _ = take(store, arrived(3))
    with store.begin() as tx:
        replies.quarantine(tx, c, "too-deep", NOW)
    now = how_it_stands(store)
    assert (now["waiting"], now["needs_person"]) == (
        {"quarantined": 1, "unknown": 1, "failed": 1, "to_approve": 0},
        True,
    )
    assert [line.split()[0] for line in now["advice"]] == ["1", "1", "1"]
    with store.begin() as tx:
        reviews.add(tx, b, "anna", {}, NOW - timedelta(days=1))  # before it failed: of something else
        reviews.add(tx, c, "anna", {}, NOW + timedelta(hours=1))
    assert how_it_stands(store)["waiting"] == {"quarantined": 0, "unknown": 1, "failed": 1, "to_approve": 0}
    with store.begin() as tx:
        reviews.add(tx, a, "anna", {}, NOW + timedelta(hours=1))
        reviews.add(tx, b, "anna", {}, NOW + timedelta(hours=1))
    now = how_it_stands(store)
    assert (now["needs_person"], now["advice"]) == (False, [])
