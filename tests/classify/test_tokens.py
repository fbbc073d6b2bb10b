"""Words, sentences and clauses with their exact places, in linear time whatever the text."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.classify.tokens import LONGEST_SENTENCE, LONGEST_WORD, cut


def sentences(text: str) -> list[list[str]]:
    read = cut(text)
    return [list(read.words[s.start : s.end]) for s in read.sentences]


def test_words_keep_their_places_in_the_source() -> None:
    text = "Zwei Städte\u2009– 3,5 %\nteilen."
    read = cut(text)
    assert [text[a:b] for a, b in zip(read.starts, read.ends, strict=True)] == list(read.words)
    assert read.place(0, 2) == (0, 11)


def test_places_hold_where_a_word_is_spelled_otherwise() -> None:
    text = "The town\u2019s co-op, vol\u00adun\u00adteers"
    read = cut(text)
    assert read.words == ("The", "town", "coop", "volunteers")
    assert [text[a:b] for a, b in zip(read.starts, read.ends, strict=True)] == [
        "The",
        "town\u2019s",
        "co-op",
        "vol\u00adun\u00adteers",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L\u2019agence n'a qu'un employ\u00e9", ("L'", "agence", "n'", "a", "qu'", "un", "employ\u00e9")),
        ("dell'ufficio, un'unica, quell'anno", ("dell'", "ufficio", "un'", "unica", "quell'", "anno")),
        ("I'm sure we'll see it's o'clock, don't", ("I'm", "sure", "we'll", "see", "it", "o'clock", "don't")),
        ("aujourd'hui, m'\u00e9crire", ("aujourd'hui", "m'", "\u00e9crire")),
    ],
)
def test_an_elided_article_is_a_word_of_its_own(text: str, words: tuple[str, ...]) -> None:
    assert cut(text).words == words


def test_decomposed_letters_are_the_same_word() -> None:
    assert cut("Bu\u0308cherei").words == cut("Bücherei").words == ("Bücherei",)


@pytest.mark.parametrize(
    ("text", "cut_into"),
    [
        ("We share. They do not.", [["We", "share"], ["They", "do", "not"]]),
        ("Approx. 5 mio. euro", [["Approx", "5", "mio", "euro"]]),
        ("See www.town.example now", [["See", "www", "town", "example", "now"]]),
        ("One\n\nTwo", [["One"], ["Two"]]),
        ("Cuts:\n- lamps\n- fees", [["Cuts"], ["lamps"], ["fees"]]),
        ("am 3. Mai um 3.20 Uhr", [["am", "3", "Mai", "um", "3.20", "Uhr"]]),
        ("Od 2019. godine dijelimo.", [["Od", "2019", "godine", "dijelimo"]]),
        ("It began in 2019. Ändern wir es 2020.", [["It", "began", "in", "2019"], ["Ändern", "wir", "es", "2020"]]),
        ("", []),
        ("?!?", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, cut_into: list[list[str]]) -> None:
    assert sentences(text) == cut_into


def test_clauses_begin_at_pauses() -> None:
    read = cut("We run it, they do not, thanks")
    (sentence,) = read.sentences
    assert read.clause(sentence, 0, 2) == (0, 3)
    assert read.clause(sentence, 4, 5) == (3, 6)


@pytest.mark.parametrize(
    "text", ["Πόσο κοστίζει; Δεν ξέρουμε", "Ποιος πληρώνει\u037e Δεν ξέρουμε", "Πού; Δεν ξέρουμε", "What\u037e Nothing"]
)
def test_greek_asks_with_a_semicolon(text: str) -> None:
    asks, tells = cut(text).sentences
    assert asks.asks
    assert not tells.asks


def test_a_sentence_knows_that_it_opens_a_paragraph_or_an_item() -> None:
    text = cut("One. Two.\n\nThree. Four:\n- five\n- six. Seven.")
    opening = [text.words[one.start] for one in text.sentences if one.opens]
    assert opening == ["One", "Three", "five", "six"]


def test_endless_sentences_words_and_texts_are_cut() -> None:
    assert all(s.end - s.start <= LONGEST_SENTENCE for s in cut("word " * 1000).sentences)
    assert len(cut("a" * 500).words[0]) <= LONGEST_WORD
    assert len(cut("a b " * 100, limit=10).words) == 5


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-16", categories=["L", "N", "P", "Z", "S", "C", "M"]), max_size=80))
def test_whatever_the_text_the_places_are_in_order_and_the_sentences_cover_all_words(text: str) -> None:
    read = cut(text)
    places = list(zip(read.starts, read.ends, strict=True))
    assert all(0 <= a < b <= len(text) for a, b in places)
    assert all(one[1] <= two[0] for one, two in pairwise(places))
    assert [n for s in read.sentences for n in range(s.start, s.end)] == list(range(len(read.words)))
    assert all(s.start < p < s.end for s in read.sentences for p in s.pauses)


@pytest.mark.parametrize(
    "piece",
    ["(", "=", "_", "a-", "http://a:", "a.", "- ", "\n>", "''", "co-", "\u00ad", "\n \n", "€", "9,"],
)
def test_hostile_runs_take_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        best = 9.0
        for _ in range(3):
            begun = time.process_time()
            cut(text)
            best = min(best, time.process_time() - begun)
        return best

    assert seconds(80_000) < max(12 * seconds(20_000), 0.1)  # quadratic would be 16 times
