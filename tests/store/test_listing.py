"""The table of replies: what stands in a row, which rows a filter lets through, and all about one reply."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import event as sqlalchemy_event

from harvester.model import READER_VERSION, AckState, CategoryVerdict, Disposition, Standing
from harvester.store import acks, listing, replies, reviews
from harvester.store.listing import Filters, list_replies
from store_samples import NOW, answer, arrived, hashed, silence, stored, take, understanding


def listed(store, deadline=None, **filters) -> list[dict]:
    with store.read() as tx:
        return list(list_replies(tx, Filters(**filters), deadline))


def ids(store, **filters) -> list[int]:
    return [row["id"] for row in listed(store, **filters)]


def judged(number: int, **changes):
    """The same reply with another verdict."""
    one = understanding(number)
    return replace(one, verdict=replace(one.verdict, **changes))


def test_a_row_says_all_that_the_table_shows(store):
    (reply_id,), _ = stored(store, understanding(1))
    (row,) = listed(store)
    assert len(row.pop("sha256")) == 64
    assert row == {
        "id": reply_id,
        "reference": f"LGA-2027-{reply_id:04}",
        "received_at": "2027-08-10T12:00:00Z",
        "from": "Officer1@town.example",
        "from_name": "An Officer",
        "organisation": "Town Council",
        "country": "GB",
        "subject": "reply 1",
        "date": "2027-08-10T12:00:00Z",
        "language": "en",
        "disposition": "evidence",
        "categories": [
            {
                "id": "shared",
                "kind": "shared.chief_executive",
                "kinds": ["shared.chief_executive", "shared.merger"],
                "score": 4.5,
                "standing": "example",
            }
        ],
        "attachments": 1,
        "links": 2,
        "acknowledgement": {"state": "queued", "to": "Officer1@town.example", "language": "en", "reasons": []},
        "review": None,
        "review_suggested": True,
        "late": None,
        "duplicate_of": None,
        "thread": reply_id,
        "confidential": None,
        "quarantine": None,
        "state": "understood",
    }


def test_what_is_not_understood_has_the_same_keys(store):
    stored(store, understanding(1))
    (_, reply_id), _ = take(store, arrived(2), arrived(3))
    with store.begin() as tx:
        assert replies.quarantine(tx, reply_id, "worker-died", NOW, "3 times", understanding(3).message)
    whole, waiting, aside = listed(store)
    assert whole.keys() == waiting.keys() == aside.keys()
    assert (waiting["state"], waiting["disposition"], waiting["acknowledgement"], waiting["categories"]) == (
        "received", None, None, [],
    )  # fmt: skip
    assert (aside["state"], aside["quarantine"], aside["from"], aside["subject"]) == (
        "quarantined", "worker-died", "Officer3@town.example", "reply 3",
    )  # fmt: skip


def test_what_is_quarantined_on_arrival_says_who_wrote(store):
    mail = replace(arrived(1), raw=None, quarantine="too-large", header_block=b"From: a@b.example\r\n\r\n")
    pair = hashed(mail)
    with store.begin() as tx:
        replies.take_in(
            tx, "box", "INBOX", "1", True, [pair, hashed(arrived(2))], None, NOW, {pair[1]: understanding(1).message}
        )
    aside, waiting = listed(store)
    assert (aside["from"], aside["subject"], aside["quarantine"]) == ("Officer1@town.example", "reply 1", "too-large")
    assert (waiting["from"], waiting["from_name"], waiting["state"]) == (None, None, "received")


def test_late_is_what_came_after_the_deadline(store):
    stored(store, understanding(1), understanding(2), understanding(3))  # a minute after each other
    late = [row["late"] for row in listed(store, deadline=NOW + timedelta(minutes=1))]
    assert late == [False, False, True]


def test_every_filter_lets_through_what_fits_and_nothing_else(store):
    (a, b, c), _ = stored(
        store,
        understanding(1),
        judged(2, disposition=Disposition.NIL, language="de", categories=(), near=()),
        judged(3, language="de"),
        decision=lambda one: silence("list") if one.message.subject == "reply 3" else answer(one),
    )
    (d,), _ = take(store, arrived(4))
    assert ids(store) == [a, b, c, d]
    assert ids(store, disposition="evidence") == [a, c]
    assert ids(store, language="de") == [b, c]
    assert ids(store, state="received") == [d]
    assert ids(store, ack_state="withheld") == [c]
    assert ids(store, category="shared") == ids(store, category="shared.merger") == [a, c]
    assert ids(store, language="de", category="shared") == [c]
    assert ids(store, limit=2) == [a, b]
    assert ids(store, limit=0) == []
    assert ids(store, language="de", limit=1) == [b]


def test_a_category_that_only_looks_alike_or_came_near_is_not_found(store):
    stored(store, understanding(1))
    for words in ("costcut", "share", "shared.", "merger", "%", "_hared", '"', ",", "SHARED", "SHARED.MERGER", ""):
        assert ids(store, category=words) == [], words


def test_filters_are_words_and_no_language(store):
    stored(store, understanding(1))
    for words in ("'", '"; --', "%", "_", "\\", "\x00", "\ud800", "evidence' OR '1'='1"):
        for name in ("disposition", "category", "state", "ack_state", "language", "search"):
            assert ids(store, **{name: words}) == [], (name, words)


def test_any_number_of_replies_is_read_page_by_page(store, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 3)
    numbers, _ = stored(store, *[understanding(n) for n in range(8)])
    assert ids(store) == numbers
    assert ids(store, limit=6) == numbers[:6]
    assert ids(store, limit=100, disposition="evidence") == numbers


def test_a_page_costs_as_many_statements_as_one_row(store):
    def asked() -> int:
        seen: list[str] = []
        with store.read() as tx:
            sqlalchemy_event.listen(tx, "before_cursor_execute", lambda *a: seen.append(a[2]))
            assert list(list_replies(tx, Filters()))
        return len(seen)

    stored(store, understanding(1))
    one = asked()
    stored(store, *[understanding(n) for n in range(2, 60)], now=NOW + timedelta(days=1))
    assert asked() == one <= 5


def test_the_last_review_is_in_the_row_and_all_are_in_the_whole(store):
    (reply_id, other), _ = stored(store, understanding(1), understanding(2))
    with store.begin() as tx:
        assert reviews.add(tx, reply_id, "anna", {"category": "shared"}, NOW, "read it") == 1
        reviews.add(tx, reply_id, "ben", {}, NOW + timedelta(hours=1))
    assert [row["review"] for row in listed(store)] == ["ben, 2027-08-10T13:00:00Z", None]
    with store.read() as tx:
        made = listing.show(tx, reply_id)["reviews"]
        assert listing.show(tx, other)["reviews"] == []
    first = {"id": 1, "made_at": "2027-08-10T12:00:00Z", "made_by": "anna", "decision": {"category": "shared"}}
    assert made[0] == {**first, "note": "read it"}
    assert [one["made_by"] for one in made] == ["anna", "ben"]


def test_the_whole_of_a_reply_says_what_happened_to_it(store):
    (reply_id,), run_id = stored(store, understanding(1))
    with store.begin() as tx:
        limits = type("Free", (), {"per_hour": 10, "per_domain_per_hour": 10})
        acks.claim(tx, reply_id, run_id, "<ack@lga.example>", NOW, limits)
        acks.settle(tx, reply_id, AckState.SENT, NOW, "250 taken", letter="Grüße".encode())
    with store.read() as tx:
        one = listing.show(tx, reply_id)
        (row,) = list_replies(tx, Filters())
    ack = one["acknowledgement"]
    assert {name: one[name] for name in row if name != "acknowledgement"} == {
        name: row[name] for name in row if name != "acknowledgement"
    }
    assert row["acknowledgement"].items() <= ack.items()
    assert (ack["state"], ack["letter"], ack["message_id"], ack["tries"], ack["note"]) == (
        "sent", "Grüße", "<ack@lga.example>", 1, "250 taken",
    )  # fmt: skip
    assert (one["complete"], one["reader"], one["message_id"]) == (True, READER_VERSION, "<1@town.example>")
    assert [(place["account"], place["folder"], place["vanished_at"]) for place in one["locations"]] == [
        ("box", "INBOX", None)
    ]
    assert [(move["what"], move["old"], move["new"]) for move in one["events"]] == [
        ("reply", None, "received"), ("reply", "received", "understood"), ("acknowledgement", None, "queued"),
        ("acknowledgement", "queued", "sending"), ("acknowledgement", "sending", "sent"),
    ]  # fmt: skip


def test_the_whole_of_a_withheld_reply_says_every_reason_with_its_source(store):
    (reply_id,), _ = stored(store, understanding(1), decision=lambda _: silence("list", "list", "machine"))
    with store.read() as tx:
        ack = listing.show(tx, reply_id)["acknowledgement"]
    assert ack["reasons"] == ["list", "machine"]
    assert ack["objections"][0] == {"code": "list", "sentence": "A sentence.", "reference": "RFC 3834"}


def test_there_is_nothing_to_say_of_a_reply_that_does_not_exist(store):
    with store.read() as tx:
        assert listing.show(tx, 999) is None


def test_kinds_below_the_strongest_are_found_too(store):
    many = CategoryVerdict("takeover", "takeover.tenant", ("takeover.tenant", "takeover.community"), 2.0,
                           Standing.PLANNED, ())  # fmt: skip
    (reply_id,), _ = stored(store, judged(1, categories=(many,)))
    assert ids(store, category="takeover.community") == ids(store, category="takeover") == [reply_id]
