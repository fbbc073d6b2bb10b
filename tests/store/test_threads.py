"""Replies belong together by In-Reply-To and References, or by the reference number they quote; by nothing else."""

from dataclasses import replace

import pytest

from harvester.model import AckState, Bounce, Failure
from harvester.report.show import _relations
from harvester.store import acks, listing, threads
from store_samples import NOW, stored, understanding


def mail(number: int, *refers_to: str, replies_to: str | None = None, **changes):
    return understanding(
        number, references=refers_to, in_reply_to=(replies_to,) if replies_to else (), subject="the same", **changes
    )


def thread(store, reply_id: int) -> int | None:
    with store.read() as tx:
        shown = listing.show(tx, reply_id)
    return shown and shown["thread"]


def threads_of(store, *ones) -> list[int | None]:
    return [thread(store, one) for one in stored(store, *ones)[0]]


def test_a_reply_alone_is_its_own_thread(store):
    (first, second), _ = stored(store, mail(1), mail(2))
    assert (thread(store, first), thread(store, second)) == (first, second)


def test_that_all_answer_the_request_makes_no_thread(store):
    ids, _ = stored(store, mail(1, "<request@lga.example>"), mail(2, "<request@lga.example>"))
    assert [thread(store, one) for one in ids] == ids


def test_a_later_mail_joins_what_it_refers_to_within_a_batch_and_after_it(store):
    (first, second), _ = stored(store, mail(1), mail(2, replies_to="<1@town.example>"))
    third, fourth = stored(store, mail(3, "<0@x.example>", "<2@town.example>"), mail(4, "<3@town.example>"))[0]
    assert {thread(store, one) for one in (first, second, third, fourth)} == {first}
    with store.read() as tx:
        assert threads.in_thread(tx, first) == [first, second, third, fourth]


def test_a_mail_that_names_itself_is_alone(store):
    (one,), _ = stored(store, mail(1, "<1@town.example>"))
    assert thread(store, one) == one


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "{} once more"},
        {"subject": "Re: Auto: We have received your reply ({})"},
        {"text": "We add to our reply {}."},
        {"text": "See below.\n> Your reply is registered under the reference {}."},
    ],
)
def test_who_quotes_the_reference_number_joins_the_reply_that_has_it(store, changes):
    (first, other), _ = stored(store, mail(1), mail(2))
    number = f"LGA-2027-{first:04d}"
    for n, spelt in enumerate((number, number.lower(), number.replace("-", "\u2011"), number.replace("-0", "-")), 3):
        quoting = replace(mail(n).message, **{name: text.format(spelt) for name, text in changes.items()})
        ((later,), _) = stored(store, replace(mail(n), message=quoting))
        assert thread(store, later) == first
    assert thread(store, other) == other


def test_an_id_says_more_than_a_number_and_a_number_in_the_subject_more_than_one_in_the_text(store):
    (first, second), _ = stored(store, mail(1), mail(2))
    by_id = replace(mail(3, replies_to="<2@town.example>").message, subject=f"LGA-2027-{first:04d}")
    subject, text = f"LGA-2027-{second:04d}", f"As to LGA-2027-{first:04d}"
    by_subject = replace(mail(4).message, subject=subject, text=text)
    assert threads_of(store, *(replace(mail(3), message=one) for one in (by_id, by_subject))) == [second, second]


@pytest.mark.parametrize(
    "subject", ["LGA-2027-9999", "LGA-2027-", "XLGA-2027-0001", "LGA-2027-0001-7", "LGA 2027 0001", "0001"]
)
def test_what_is_no_number_of_ours_makes_no_thread(store, subject):
    stored(store, mail(1))
    ((later,), _) = stored(store, replace(mail(2), message=replace(mail(2).message, subject=subject)))
    assert thread(store, later) == later


def sent(store, reply_id: int, message_id: str) -> None:
    """Our letter went out."""
    from sqlalchemy import update

    from harvester.store.schema import acknowledgement

    with store.begin() as tx:
        change = update(acknowledgement).where(acknowledgement.c.reply_id == reply_id)
        tx.execute(change.values(state=AckState.SENT, message_id=message_id, rated_at=NOW))
        assert acks.counts(tx)[AckState.SENT] == 1


OURS = "<ack.0123456789abcdef.abcdefghijklmnopqrst@lga.example>"


def test_an_answer_to_our_letter_belongs_to_the_reply_that_was_answered(store):
    (first,), _ = stored(store, mail(1))
    sent(store, first, OURS)
    (second,), _ = stored(store, mail(2, replies_to=OURS.upper().replace("LGA.EXAMPLE", "lga.example")))
    assert thread(store, second) == first


def bounced(number: int, recipient: str):
    one = mail(number)
    return replace(one, verdict=replace(one.verdict, bounce=Bounce(Failure.HARD, recipient, "5.1.1", OURS)))


def test_a_letter_that_came_back_is_tied_to_the_reply_that_it_answered(store):
    (first,), _ = stored(store, mail(1))
    sent(store, first, OURS)
    ids, _ = stored(store, bounced(2, "officer1@town.example"), bounced(3, "other@town.example"))
    with store.read() as tx:
        told = []
        for reply_id, one in zip(ids, (bounced(2, "officer1@town.example"), bounced(3, "x@y.example")), strict=True):
            row = listing.show(tx, reply_id)
            assert row is not None
            told.append(dict(_relations(tx, row, one.verdict)))
    assert told[0] == {"bounced": f"our acknowledgement of reply {first}", "thread": f"with {first}, {ids[1]}"}
    assert told[1]["bounced"].endswith("which went to Officer1@town.example")


def test_a_made_up_id_ties_nothing(store):
    (one,), _ = stored(store, bounced(1, "a@b.example"))
    assert thread(store, one) == one
    with store.read() as tx:
        assert threads.letter_of(tx, OURS) is None
