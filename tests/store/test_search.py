"""Words are found alike on both databases, whatever signs stand around them."""

import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvester.store.listing import Filters, list_replies
from harvester.store.search import words_of
from store_samples import stored, understanding


def found(store, asked: str) -> list[int]:
    with store.read() as tx:
        return [row["id"] for row in list_replies(tx, Filters(search=asked))]


def test_a_reply_is_found_by_all_that_it_says(store):
    (first, second), _ = stored(store, understanding(1), understanding(2))
    for words in ("zeppelin1", "plan.pdf zeppelin1", "officer1@town.example", "LGA-2027-0001", "reply 1 neighbour"):
        assert found(store, words) == [first], words
    for words in ("neighbour", "NEIGHBOUR", "chief executive", "An Officer", "Town Council", "number share"):
        assert found(store, words) == [first, second], words
    for words in ("neigh", "absent", "neighbour absent", "quoted"):  # what is quoted is not theirs
        assert found(store, words) == [], words


WRITTEN = {
    "Größe und Straße": ("grosse STRASSE", "größe"),
    unicodedata.normalize("NFD", "café"): ("café", "CAFE"),
    "Łódź, Kraków, Ærøskøbing": ("krakow lodz", "Łódź", "aeroskobing"),
    "ΑΘΗΝΑ Δήμος": ("αθηνα δημος",),
    "Київ": ("київ",),
    "市役所の共同設置": ("共同",),
    "chief-executive's": ("Chief-Executive",),
    "see https://town.example/report-2026": ("town.example", "report 2026"),
    "saved 1,234.50 EUR": ("1,234.50",),
    "the U.K. council": ("u.k.",),
    "istanbul İSTANBUL": ("istanbul",),
}


def test_case_accents_and_signs_do_not_matter(store):
    ids, _ = stored(store, *[understanding(n, own=said) for n, said in enumerate(WRITTEN)])
    for reply_id, asked in zip(ids, WRITTEN.values(), strict=True):
        for words in asked:
            assert reply_id in found(store, words), words


def test_no_words_find_nothing(store):
    stored(store, understanding(1))
    for asked in ("", "   ", "...", "\x00", "\ud800", "*", '"'):
        assert found(store, asked) == [], asked


def test_the_query_languages_of_the_databases_are_not_spoken(store):
    (reply_id,), _ = stored(store, understanding(1, own="We share with our neighbour"))
    for asked in ("share OR absent", "share NOT neighbour", "words:share", "^share absent*", "NEAR(share neighbour)"):
        assert found(store, asked) == [], asked
    for asked in ('share"', "share & !we", "(share)", "share*", "neighbour:*", "-share"):
        assert found(store, asked) == [reply_id], asked


def test_what_belongs_together_is_a_phrase_and_what_is_apart_is_not(store):
    (reply_id,), _ = stored(store, understanding(1, own="the executive and his chief"))
    assert found(store, "chief executive") == [reply_id]
    assert found(store, "chief-executive") == []


def test_a_very_long_text_is_indexed_to_its_limit_and_costs_no_error(store):
    """A tsvector holds 1 MB, a word in it 2 KB, and each word 16,383 places."""
    own = "beginning " + " ".join(f"w{n}" for n in range(60_000)) + " end"
    (first, second), _ = stored(
        store, understanding(1, own=own), understanding(2, own="x" * 150_000 + " again " * 9_000)
    )
    assert found(store, "beginning") == [first]
    assert found(store, "again") == [second]
    assert len(found(store, " ".join(f"w{n}" for n in range(500)))) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.text(max_size=30))
def test_whatever_is_asked_is_answered(store, asked):
    assert isinstance(found(store, asked), list)


@given(st.text())
def test_words_are_the_same_however_they_are_written(written):
    words = words_of(written)
    assert words_of(" ".join(words)) == words
    assert all(word and not word.isspace() for word in words)
