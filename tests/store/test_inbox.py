"""The staff's table: what each filter lets through and counts, in what order, page by page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from harvester.model import Disposition, Link, LinkKind, Respondent
from harvester.store import decisions, inbox
from harvester.store.filters import NAMES
from harvester.store.inbox import SORTS, Asked
from store_samples import NOW, answer, silence, stored, understanding

DEADLINE = NOW + timedelta(minutes=2, seconds=30)


def other(number: int, own: str = "", **verdict):
    one = understanding(number, own=own or None)
    return replace(one, verdict=replace(one.verdict, **verdict))


@pytest.fixture
def filled(store):
    """Six replies: 1 to 3 as they are, 4 late and German, 5 nothing and unanswered, 6 like 5."""
    share = Link("https://share.example/x", "https://share.example/x", "share.example", False, LinkKind.SHARE, "html")
    plain = understanding(5, own="Sorry, nothing at all.")
    bare = replace(
        plain,
        message=replace(plain.message, links=(), attachments=()),
        verdict=replace(plain.verdict, disposition=Disposition.NIL, categories=(), review_suggested=False),
    )
    same = replace(understanding(6), verdict=bare.verdict, message=replace(understanding(6).message, links=(share,)))
    german = other(4, language="de", respondent=Respondent("Gemeinde Au", "DE", "au.example"))
    ids, _ = stored(
        store, *(understanding(n) for n in (1, 2, 3)), german, bare, same,
        decision=lambda one: answer(one) if one.verdict.categories else silence("bounce", "machine"),
    )  # fmt: skip
    return ids


def found(store, search="", **chosen):
    with store.read() as tx:
        wanted = Asked({name: tuple(values.split()) for name, values in chosen.items()}, search, "id", False)
        rows = inbox.rows(tx, wanted, DEADLINE)
        assert inbox.total(tx, wanted, DEADLINE) == len(rows)
        assert inbox.ids(tx, wanted, DEADLINE, 100) == [row["id"] for row in rows]
    return [row["id"] for row in rows]


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"disposition": "nil"}, [5, 6]),
        ({"disposition": "nil evidence"}, [1, 2, 3, 4, 5, 6]),
        ({"category": "shared"}, [1, 2, 3, 4]),
        ({"category": "shared.merger"}, [1, 2, 3, 4]),
        ({"category": "shared.service"}, []),
        ({"category": "none"}, [5, 6]),
        ({"category": "none shared"}, [1, 2, 3, 4, 5, 6]),
        ({"standing": "example"}, [1, 2, 3, 4]),
        ({"language": "de"}, [4]),
        ({"country": "DE GB"}, [1, 2, 3, 4, 5, 6]),
        ({"country": "none"}, []),
        ({"answer": "withheld"}, [5, 6]),
        ({"answer": "queued none"}, [1, 2, 3, 4]),
        ({"reason": "bounce"}, [5, 6]),
        ({"reason": "machine"}, []),  # it is not the first
        ({"late": "yes"}, [4, 5, 6]),
        ({"late": "no", "category": "shared"}, [1, 2, 3]),
        ({"attachments": "no"}, [5]),
        ({"links": "no"}, [5]),
        ({"share": "no"}, [5]),
        ({"duplicate": "no"}, [1, 2, 3, 4, 5, 6]),
        ({"review": "suggested"}, [1, 2, 3, 4]),
        ({"review": "untouched"}, [5, 6]),
        ({"state": "understood"}, [1, 2, 3, 4, 5, 6]),
        ({"confidential": "yes"}, []),
        ({"quoteworthy": "yes"}, []),
        ({"disposition": "'; DROP TABLE reply --"}, []),
        ({"category": 'shared") OR 1=1 --'}, []),
        ({"reason": '%"_\\'}, []),
        ({"late": "maybe"}, []),
        ({"unheard": "of"}, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_filter_lets_through_what_it_says(store, filled, chosen, numbers):
    assert found(store, **chosen) == [filled[number - 1] for number in numbers]


def test_search_and_filters_go_together(store, filled):
    assert found(store, "zeppelin4") == [filled[3]]
    assert found(store, "zeppelin4", language="en") == []


def test_every_count_is_what_choosing_it_would_show(store, filled):
    with store.begin() as tx:
        decisions.decide(tx, filled[0], 0, "anna", {"settled": True, "quote_worthy": True}, NOW)
        decisions.decide(tx, filled[1], 0, "anna", {"categories": ["costcut", "takeover"]}, NOW)
    for others in ({}, {"category": "shared"}, {"late": "yes", "answer": "queued"}):
        with store.read() as tx:
            counts = inbox.counts(tx, Asked({name: (value,) for name, value in others.items()}), DEADLINE)
        assert set(counts) == set(NAMES)
        for name, values in counts.items():
            for value, number in values.items():
                assert len(found(store, **{**others, name: value})) == number, (name, value)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("down", [True, False])
def test_every_order_shows_each_reply_once_over_all_pages(store, filled, sort, down):
    with store.read() as tx:
        pages = [inbox.rows(tx, Asked(sort=sort, down=down, page=page, size=2), DEADLINE) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [2, 2, 2, 0]
    assert sorted(row["id"] for page in pages for row in page) == sorted(filled)


def test_the_newest_comes_first_unless_told_otherwise(store, filled):
    with store.read() as tx:
        assert [row["id"] for row in inbox.rows(tx, Asked(), DEADLINE)] == list(reversed(filled))
        by_country = inbox.rows(tx, Asked(sort="country", down=False), DEADLINE)
    assert by_country[0]["country"] == "DE"


def test_a_row_says_how_far_people_have_come(store, filled):
    with store.begin() as tx:
        holds = decisions.decide(tx, filled[0], 0, "anna", {"settled": True}, NOW)
    with store.read() as tx:
        first, second, *_ = inbox.rows(tx, Asked(sort="id", down=False), DEADLINE)
    assert (first["version"], first["decided_by"], first["settled"]) == (holds.version, "anna", True)
    assert (second["version"], second["decided_by"], second["settled"]) == (0, None, False)


def test_categories_stand_in_the_requests_order_and_kinds_below_them(store, filled):
    with store.begin() as tx:
        decisions.decide(tx, filled[0], 0, "anna", {"categories": ["costcut", "takeover"]}, NOW)
        decisions.decide(tx, filled[1], 0, "anna", {"categories": ["costcut"], "kinds": ["costcut.charging"]}, NOW)
    order = ("takeover", "costcut", "costcut.charging", "shared", "shared.chief_executive")
    with store.read() as tx:
        rows = inbox.rows(tx, Asked(sort="categories", down=False, order=order), DEADLINE)
        after = [
            inbox.beside(tx, Asked(sort="categories", down=False, order=order), DEADLINE, row["id"])[1] for row in rows
        ]
    assert [row["id"] for row in rows][:3] == [filled[0], filled[1], filled[2]]
    assert after == [*(row["id"] for row in rows[1:]), None]


def test_what_somebody_picked_by_number_is_what_is_shown(store, filled):
    assert found(store, reply=f"{filled[1]} {filled[3]} ² 99999999999999999999 x") == [filled[1], filled[3]]


def test_counts_of_a_search_are_those_of_the_table(store, filled):
    for search, chosen in (("zeppelin4", {}), ("says", {"category": ("shared",)}), ("nothing at all", {})):
        with store.read() as tx:
            counts = inbox.counts(tx, Asked(chosen, search), DEADLINE)
        for name, values in counts.items():
            for value, number in values.items():
                some = {key: " ".join(these) for key, these in chosen.items()}
                assert len(found(store, search, **{**some, name: value})) == number, (search, name, value)
