"""What is derived is stored whole, once, in a fixed number of statements, and comes back equal."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError

from harvester.model import (
    Absence,
    Bounce,
    Decision,
    Failure,
    Headers,
    Message,
    Part,
    Segment,
    SegmentKind,
    Sender,
    Understanding,
    Verdict,
)
from harvester.store import replies
from harvester.store.clean import clean
from harvester.store.schema import acknowledgement, metadata, reply
from store_samples import NOW, PREFIX, answer, arrived, hashed, silence, stored, take, understanding


def given_back(store, reply_id: int) -> Understanding:
    with store.read() as tx:
        return Understanding(*replies.load(tx, reply_id))


def test_message_and_verdict_come_back_as_they_were(store):
    one = understanding(1)
    ids, _ = take(store, arrived(1))
    with store.begin() as tx:
        replies.store_understood(tx, [(ids[0], one, answer(one))], 1, NOW, PREFIX)
    back = given_back(store, ids[0])
    assert back.message == one.message
    assert back.verdict == one.verdict


def test_what_a_bounce_and_an_absent_person_tell_comes_back(store):
    one = understanding(1)
    bounce = Bounce(Failure.SOFT, "a@town.example", "4.2.2", "<1@lga.example>")
    verdict = replace(one.verdict, bounce=bounce, absence=Absence(date(2027, 8, 17), "Anna Reed"))
    (reply_id,), _ = stored(store, replace(one, verdict=verdict))
    assert given_back(store, reply_id).verdict == verdict


def test_a_message_of_almost_nothing_comes_back_too(store):
    mail = arrived(5)
    ids, _ = take(store, mail)
    bare = understanding(5).message
    one = Understanding(
        Message(bare.sha256, bare.size, Headers(), sender=Sender(None, "", "no-valid-sender")),
        Verdict(understanding(5).verdict.disposition, ""),
    )
    with store.begin() as tx:
        replies.store_understood(tx, [(ids[0], one, silence("no-valid-sender"))], 1, NOW, PREFIX)
    assert given_back(store, ids[0]) == one


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    subject=words, name=words, said=words, headers=st.lists(st.tuples(words, words), max_size=3),
    date=st.none() | st.datetimes(timezones=st.just(UTC)), weight=st.floats(allow_nan=False, allow_infinity=False),
)  # fmt: skip
def test_whatever_is_text_comes_back(store, subject, name, said, headers, date, weight):
    one = understanding(1)
    piece = replace(one.verdict.categories[0].evidence[0], weight=weight, text=said, because=name)
    category = replace(one.verdict.categories[0], score=weight, evidence=(piece,))
    one = replace(
        one,
        message=replace(
            one.message, subject=subject, sender=Sender("a@b.example", name), text=said, date=date,
            headers=Headers(tuple(headers)), parts=(Part("text/plain", ((name, said),), subject),),
        ),
        verdict=replace(one.verdict, categories=(category,), because=said),
    )  # fmt: skip
    (reply_id,), _ = stored(store, one, now=datetime.now(UTC))
    back = given_back(store, reply_id)
    assert back.verdict == one.verdict
    assert back.message == replace(one.message, sha256=back.message.sha256, size=back.message.size)


def test_hostile_text_is_cleaned_and_offsets_stay(store):
    own = "ab\0cd\ud800ef"
    one = understanding(1, own=own, subject="s\0", message_id="<\0@x>", headers=Headers((("x", "\udc80\0"),)),
                        segments=(Segment(SegmentKind.OWN, 3, 8),))  # fmt: skip
    (reply_id,), _ = stored(store, one)
    message = given_back(store, reply_id).message
    assert message.own_text == clean(own) == "ab\ufffdcd\ufffdef"
    assert message.own_text[3:8] == "cd\ufffdef"
    assert message.headers.fields == (("x", "\ufffd\ufffd"),)


def test_a_message_id_of_any_length_is_stored(store):
    """PostgreSQL refuses index entries of more than 2,700 bytes."""
    import random

    long = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=30_000))
    one = understanding(1, address=f"{long}@town.example", message_id=f"<{long}@x>", subject=long)
    (reply_id,), _ = stored(store, one)
    assert given_back(store, reply_id).message.message_id == f"<{long}@x>"


def test_a_reply_that_is_not_understood_cannot_be_loaded(store):
    ids, _ = take(store, arrived(1))
    with store.read() as tx:
        for missing in (ids[0], 999):
            with pytest.raises(KeyError):
                replies.load(tx, missing)


def test_references_are_numbers_below_the_prefix(store):
    (first, second), _ = stored(store, understanding(1), understanding(2))
    with store.read() as tx:
        found = dict(tx.execute(select(reply.c.id, reply.c.reference)).all())
    assert found == {first: f"LGA-2027-{first:04}", second: f"LGA-2027-{second:04}"}


def test_only_replies_that_wait_are_moved(store):
    """Two hosts at once: whoever comes second stores nothing and breaks nothing."""
    ids, run_id = take(store, arrived(1), arrived(2), arrived(3))
    ones = [understanding(n) for n in (1, 2, 3)]
    batch = [(reply_id, one, answer(one)) for reply_id, one in zip(ids, ones, strict=True)]
    with store.begin() as tx:
        assert replies.quarantine(tx, ids[2], "worker-died", NOW)
        assert replies.store_understood(tx, batch[:1], run_id, NOW, PREFIX) == ids[:1]
        assert replies.store_understood(tx, batch, run_id, NOW, PREFIX) == [ids[1]]
        assert replies.store_understood(tx, batch, run_id, NOW, PREFIX) == []
        assert tx.execute(select(func.count()).select_from(acknowledgement)).scalar_one() == 2


def test_the_answer_is_queued_or_withheld_with_every_reason(store):
    first, second = understanding(1), understanding(2)
    (a, b), _ = stored(
        store, first, second, decision=lambda one: answer(one) if one is first else silence("list", "machine")
    )
    with store.read() as tx:
        rows = {row.reply_id: row for row in tx.execute(select(acknowledgement))}
    assert (rows[a].state, rows[a].to_address, rows[a].objections) == ("queued", "Officer1@town.example", [])
    assert rows[b].state == "withheld"
    assert [code for code, *_ in rows[b].objections] == ["list", "machine"]


def test_nobody_is_answered_without_an_address(store):
    stored(store, understanding(1), decision=lambda _: Decision(None, "en"))
    with store.read() as tx:
        row = tx.execute(select(acknowledgement)).one()
    assert (row.state, row.objections[0][0]) == ("withheld", "no-valid-sender")


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "perhaps"},
        {"state": "withheld"},
        {"objections": [["list", "", ""]]},
        {"to_address": None},
        {"reply_id": 999},
    ],
)
def test_the_database_itself_refuses_what_must_not_be(store, wrong):
    stored(store, understanding(1))
    with pytest.raises(IntegrityError), store.begin() as tx:
        tx.execute(acknowledgement.update().values(wrong))


def test_erasing_a_reply_erases_all_that_was_derived(store):
    (reply_id, _kept), _ = stored(store, understanding(1), understanding(2))
    with store.begin() as tx:
        tx.execute(reply.delete().where(reply.c.id == reply_id))
    with store.read() as tx:
        for table in metadata.tables.values():
            if "reply_id" in table.c:
                ids = set(tx.scalars(select(table.c.reply_id)))
                assert reply_id not in ids
        assert tx.execute(text("SELECT count(*) FROM search")).scalar_one() == 1


def statements(store, first: int, count: int) -> list[str]:
    """What is sent to the database to store so many replies in one batch."""
    numbers = range(first, first + count)
    ids, run_id = take(store, *[arrived(n) for n in numbers])
    ones = [understanding(n) for n in numbers]
    batch = [(reply_id, one, answer(one)) for reply_id, one in zip(ids, ones, strict=True)]
    seen: list[str] = []
    with store.begin() as tx:
        event.listen(tx, "before_cursor_execute", lambda *a: seen.append(a[2]))
        replies.store_understood(tx, batch, run_id, NOW, PREFIX)
    return seen


def test_a_batch_costs_as_many_statements_as_one_reply(store):
    few = statements(store, 0, 1)
    assert len(few) <= 15
    assert len(statements(store, 1, 60)) == len(few)


def test_taking_in_costs_as_many_statements_for_many_as_for_one(store):
    def count(first: int, number: int) -> int:
        seen: list[str] = []
        with store.begin() as tx:
            event.listen(tx, "before_cursor_execute", lambda *a: seen.append(a[2]))
            mails = [hashed(arrived(n)) for n in range(first, first + number)]
            replies.take_in(tx, "box", "INBOX", "1", True, mails, None, NOW)
        return len(seen)

    assert count(0, 1) == count(100, 100) <= 7
