"""Phrases found by anchored Matchers: the same places as a plain Matcher finds, exact, in linear time."""

import time
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.classify.anchors import Part, Pattern, Vocabulary
from harvester.classify.compiled import ClassNumbers
from harvester.classify.expansion import Speller
from harvester.classify.grammar import parse
from harvester.classify.phrases import Finder, closest, raw_anchor, raw_faults, smallest
from harvester.classify.tokens import cut

LISTS = {"chief": tuple(parse(e) for e in ("mayor", "town clerk", "chief (executive|officer)"))}
FORMS = {"share": frozenset({"share", "shares", "shared", "sharing"})}


def finder(*phrases: str) -> Finder:
    numbers = ClassNumbers()
    speller = Speller(LISTS, FORMS)
    patterns = [
        Pattern(tuple(numbers.part(ways) for ways in speller.phrase(parse(phrase))), phrase) for phrase in phrases
    ]
    return Finder(Vocabulary(tuple(numbers.classes)), patterns)


def found(text: str, *phrases: str) -> list[str]:
    """What of the text each place covers."""
    one = finder(*phrases)
    read = cut(text)
    places = [read.place(f.first, f.last) for f in one.find(one._vocabulary.read(read))]
    return [text[start:end] for start, end in places]


@pytest.mark.parametrize(
    ("phrase", "text", "covers"),
    [
        ("share", "We share.", ["share"]),
        ("share", "We SHARE.", ["SHARE"]),
        ("share", "Shares fell.", []),
        ("~share", "They shared it, we are sharing it.", ["shared", "sharing"]),
        ("volunt*", "Volunteers volunteered", ["Volunteers", "volunteered"]),
        ("*bad", "Das Freibad ist nicht schlecht, das Badehaus auch", ["Freibad"]),
        ("*wasser*", "Die Abwasserrohre", ["Abwasserrohre"]),
        ("(single|one) <chief>", "One town clerk, a single mayor", ["One town clerk", "single mayor"]),
        ("~share ... <chief>", "shared by two towns: a mayor", ["shared by two towns: a mayor"]),
        ("~share ... <chief>", "shared a b c d e mayor", ["shared a b c d e mayor"]),
        ("~share ... <chief>", "shared a b c d e f mayor", []),
        ("~share ... <chief>", "We shared it. The mayor left.", []),
        ("mayor & share", "They share one desk with the mayor", ["share one desk with the mayor"]),
        ("mayor & share", "The mayor left. They share.", []),
        ("a ... b", "a a x b b", ["a x b"]),
        ("from # to # councils", "from 31 to 12 councils", ["from 31 to 12 councils"]),
        ("@ and @ share", "Ashby and New Oakmoor share; Ashby and Oakmoor share", ["Ashby and Oakmoor share"]),
        ("@ mayor", "the ashby mayor, Mayor mayor, the Ashby mayor", ["Ashby mayor"]),
        ("# mayor", "3,5 mayor, three mayor", ["3,5 mayor"]),
        ("vol-run", "It is vol-run, vol run", ["vol-run", "vol run"]),
    ],
)
def test_a_phrase_covers_just_its_words(phrase: str, text: str, covers: list[str]) -> None:
    assert found(text, phrase) == covers


def test_one_part_may_stand_in_the_gap_of_the_other() -> None:
    assert found("Das Team hat das Haus gekauft", "team ... gekauft & haus") == ["Team hat das Haus gekauft"]


def test_one_word_cannot_serve_two_parts() -> None:
    assert found("the mayor", "mayor & <chief>") == []
    assert found("the mayor and the town clerk", "mayor & <chief>") == ["mayor and the town clerk"]


def test_offsets_are_those_of_the_source_after_odd_characters() -> None:
    text = "\U0001f600 «Ga\u0308rten» – we\u00a0sha\u00adred the town\u2019s mayor"
    one = finder("shared ... mayor")
    read = cut(text)
    (hit,) = one.find(one._vocabulary.read(read))
    start, end = read.place(hit.first, hit.last)
    assert text[start:end] == "sha\u00adred the town\u2019s mayor"


WORDS = ["share", "shared", "mayor", "town", "clerk", "one", "a", "x"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14))
def test_anchors_change_nothing_of_what_a_plain_matcher_finds(words: list[str]) -> None:
    """The phrase language read word by word, without spaCy and anchors, as the oracle."""
    text = " ".join(words)
    phrase = "~share ... (one|a) ... <chief>"
    chief = {("mayor",), ("town", "clerk")}
    places = set()
    for i, j in combinations(range(len(words) + 1), 2):
        if words[i] not in ("share", "shared"):
            continue
        for end in chief:
            head = j - len(end)
            if head <= i or tuple(words[head:j]) != end:
                continue
            if any(words[k] in ("one", "a") and k - i - 1 <= 5 and head - k - 1 <= 5 for k in range(i + 1, head)):
                places.add((i, j))
    one = finder(phrase)
    got = [(f.first, f.last) for f in one.find(one._vocabulary.read(cut(text)))]
    assert got == smallest(places)


def test_smallest_keeps_places_that_hold_no_other() -> None:
    assert smallest([(0, 9), (2, 4), (3, 4), (5, 8), (7, 10)]) == [(3, 4), (5, 8)]


def test_closest_takes_the_parts_that_stand_together() -> None:
    def apart(_: int, one: tuple[int, int], __: int, other: tuple[int, int]) -> bool:
        return one[1] <= other[0] or other[1] <= one[0]

    assert closest([[(0, 1), (8, 9)], [(10, 11)], [(7, 8), (20, 21)]], apart) == [(7, 11)]
    assert closest([[(0, 2)], [(1, 2)]], apart) == []


# ------------------------------------------------------------------ raw spaCy patterns


def test_a_raw_pattern_is_found_as_written() -> None:
    numbers = ClassNumbers()
    tokens = [{"IS_DIGIT": True}, {"LOWER": "councils"}]
    pattern = Pattern((numbers.raw(tokens, raw_anchor(tokens)),))
    one = Finder(Vocabulary(tuple(numbers.classes)), [pattern])
    read = cut("From 12 councils to many councils")
    assert [(f.first, f.last) for f in one.find(one._vocabulary.read(read))] == [(1, 3)]


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [
        ([{"LEMMA": "share"}], "without a trained model"),
        ([{"LOWER": "a", "OP": "+"}], "runaway pattern: OP = '\\+'"),
        ([{"LOWER": "a"}, {"OP": "*"}], "runaway pattern"),
        ([{"LOWER": "a"}, {"OP": "{2,}"}], "runaway pattern"),
        ([{"LOWER": "a", "OP": "{1,50}"}], "runaway pattern"),
        ([{"IS_DIGIT": True}], "anchorless pattern"),
        ([{"LOWER": "a", "OP": "?"}], "anchorless pattern"),
        ([{"LOWER": 7}], "spaCy does not take the pattern"),
    ],
)
def test_raw_patterns_without_end_or_anchor_are_told(pattern: list[dict[str, object]], sentence: str) -> None:
    assert any(sentence.replace("\\", "") in fault for fault in raw_faults(pattern))


def test_a_sound_raw_pattern_has_no_fault() -> None:
    assert list(raw_faults([{"LOWER": {"IN": ["two", "three"]}}, {"OP": "?"}, {"TEXT": "Councils"}])) == []


# ------------------------------------------------------------------ time


def seconds(one: Finder, text: str) -> float:
    best = 9.0
    for _ in range(3):
        reading = one._vocabulary.read(cut(text))
        begun = time.perf_counter()
        one.find(reading)
        best = min(best, time.perf_counter() - begun)
    return best


@pytest.mark.parametrize("text", ["share ", "share one ", "share mayor ", "town clerk "])
def test_texts_full_of_anchors_take_linear_time(text: str) -> None:
    one = finder("~share ... one ... <chief>", "share & <chief> & one", "(a|one) ... ~share ... <chief>")
    seconds(one, text * 100)
    assert seconds(one, text * 4_000) < max(12 * seconds(one, text * 1_000), 0.2)  # quadratic would be 16 times


def test_ways_of_single_words_need_no_matcher() -> None:
    assert Part(((0,), (3,))).single == 0b1001
    assert Part(((0, -1, 3), (1,))).single == 0b10
    assert Part(((0,),), raw=({"LOWER": "a"},)).single == 0
