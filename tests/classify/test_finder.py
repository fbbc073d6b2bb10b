"""Phrases found by anchored Matchers: the same places as a plain Matcher finds, exact, in linear time."""

import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.classify import finder as finder_module
from harvester.classify.anchors import Anchors
from harvester.classify.expansion import Speller
from harvester.classify.finder import Finder
from harvester.classify.grammar import earlier, parse
from harvester.classify.lexicon import Lexicon
from harvester.classify.matchers import Matchers, token_pattern, vocab
from harvester.classify.numbers import Numbers
from harvester.classify.patterns import Pattern, Piece
from harvester.classify.raw_patterns import raw_anchors, raw_faults
from harvester.classify.roles import Roles
from harvester.classify.spans import smallest
from harvester.classify.tokens import cut
from harvester.classify.vocabulary import Vocabulary

LISTS = {"chief": tuple(parse(e) for e in ("mayor", "town clerk", "chief (executive|officer)"))}
FORMS = {"share": frozenset({"share", "shares", "shared", "sharing"})}


def finder(*phrases: str) -> Finder:
    numbers = Numbers()
    speller = Speller(LISTS, FORMS)
    patterns = [
        Pattern(tuple(numbers.part(steps) for steps in speller.phrase(parse(phrase))), phrase, earlier(parse(phrase)))
        for phrase in phrases
    ]
    return found_by(numbers, patterns)


def found_by(numbers: Numbers, patterns: list[Pattern]) -> Finder:
    classes = tuple(numbers.classes)
    vocabulary = Vocabulary(Lexicon.of(classes), numbers.pieces, Roles.of(classes, numbers.pieces))
    anchors = Anchors.of(patterns, vocabulary.width, len(numbers.pieces))
    return Finder(vocabulary, Matchers(vocabulary), patterns, anchors)


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


@pytest.mark.parametrize(
    ("text", "covers"),
    [
        ("The hall was ours. The club runs it.", ["club runs"]),
        ("The club runs the hall.", ["club runs the hall"]),
        ("The hall was ours. The club runs the hall.", ["club runs the hall"]),
        ("The hall was ours.\n\nThe club runs it.", []),
        ("Was the hall ours? The club runs it.", []),
        ("The hall was ours. It rained. The club runs it.", []),
        ("The club runs it. The hall was ours.", []),
    ],
)
def test_what_is_spoken_of_may_stand_in_the_sentence_before(text: str, covers: list[str]) -> None:
    assert found(text, "club ... runs && hall") == covers


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


WORDS = ["share", "shared", "mayor", "town", "clerk", "chief", "officer", "one", "a", "x", "volunteers"]
PHRASES = [
    "~share ... (one|a) ... <chief>",
    "<chief> <chief>",
    "(one|a town) <chief> ... volunt*",
    "(one ... town|~share) a ... <chief>",
    "town clerk ... (a|x x) ... town",
]


def by_plain_matcher(phrase: str, words: list[str]) -> list[tuple[int, int]]:
    """Every way to read the whole phrase as one pattern of spaCy's Matcher, run over all words."""
    from spacy.matcher import Matcher
    from spacy.tokens import Doc

    one = finder(phrase)
    (part,) = one.patterns[0].parts
    pieces, word_class = one._vocabulary.pieces, one._vocabulary.word_class
    matcher = Matcher(vocab())
    for choice in product(*(range(len(pieces[step.piece].ways)) for step in part)):
        tokens: list[dict[str, object]] = []
        for step, way in zip(part, choice, strict=True):
            tokens += [{"OP": "?"}] * (5 if step.loose else 0) + token_pattern(pieces[step.piece], way, word_class)
        matcher.add("way", [tokens])
    return smallest((start, end) for _, start, end in matcher(Doc(vocab(), words=words)))


@pytest.mark.parametrize("phrase", PHRASES)
@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=14))
def test_pieces_and_anchors_change_nothing_of_what_a_plain_matcher_finds(phrase: str, words: list[str]) -> None:
    one = finder(phrase)
    for _ in range(2):  # found, then remembered
        got = [(f.first, f.last) for f in one.find(one._vocabulary.read(cut(" ".join(words))))]
        assert got == by_plain_matcher(phrase, words)


# ------------------------------------------------------------------ what is remembered


def test_a_sentence_is_looked_through_once_however_often_it_is_said(monkeypatch) -> None:
    one = finder("~share ... <chief>")
    looked = []
    look = one._look_through
    monkeypatch.setattr(one, "_look_through", lambda text, number: looked.append(number) or look(text, number))
    for text in ("We shared a mayor.", "So what? We shared a mayor.", "They shared this mayor!"):
        said = cut(text)
        (hit,) = one.find(one._vocabulary.read(said))
        start, end = said.place(hit.first, hit.last)
        assert text[start:end].startswith("shared") and text[start:end].endswith("mayor")
    assert looked == [0, 0]  # "So what?" is the other: "We" and "They", "a" and "this" are words that no phrase names


def test_the_sentence_before_is_asked_each_time() -> None:
    one = finder("left && ~share")
    for text, times in (("We shared. He left.", 1), ("We did. He left.", 0), ("He left.", 0)) * 2:
        assert len(one.find(one._vocabulary.read(cut(text)))) == times


def test_no_more_sentences_are_remembered_than_there_is_room_for(monkeypatch) -> None:
    monkeypatch.setattr(finder_module, "MOST_SENTENCES", 3)
    one = finder("<chief>")
    for n in range(10):
        text = "mayor " * n + "mayor left."
        assert len(one.find(one._vocabulary.read(cut(text)))) == n + 1
        assert len(one._remembered) <= 3


# ------------------------------------------------------------------ raw spaCy patterns


def test_a_raw_pattern_is_found_as_written() -> None:
    numbers = Numbers()
    tokens = [{"IS_DIGIT": True}, {"LOWER": "councils"}]
    pattern = Pattern((numbers.raw(tokens, raw_anchors(tokens)),))
    one = found_by(numbers, [pattern])
    read = cut("From 12 councils to many councils")
    assert [(f.first, f.last) for f in one.find(one._vocabulary.read(read))] == [(1, 3)]


def test_a_raw_pattern_tells_words_apart_that_no_phrase_names() -> None:
    numbers = Numbers()
    tokens = [{"SHAPE": "xxx"}, {"LOWER": "councils"}]
    one = found_by(numbers, [Pattern((numbers.raw(tokens, raw_anchors(tokens)),))])
    for text, times in (("see old councils", 1), ("see other councils", 0), ("see new councils", 1)):
        assert len(one.find(one._vocabulary.read(cut(text)))) == times


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


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ({"LOWER": "town clerk"}, 'LOWER = "town clerk" fits nothing: write { LOWER = "town" }, { LOWER = "clerk" }'),
        ({"LOWER": {"IN": ["mayor", "Ärzte"]}}, 'LOWER = "Ärzte" fits nothing: write { LOWER = "ärzte" }'),
        ({"TEXT": "co-op"}, 'TEXT = "co-op" fits nothing: write { TEXT = "coop" }'),
        ({"ORTH": "town\u2019s"}, 'ORTH = "town\u2019s" fits nothing: write { ORTH = "town" }'),
        ({"LOWER": "&"}, 'LOWER = "&" fits nothing: it holds no word'),
    ],
)
def test_a_word_that_no_word_of_a_text_can_be_is_told(token: dict[str, object], fault: str) -> None:
    assert list(raw_faults([token])) == [fault]


@pytest.mark.parametrize("word", ["l'", "%", "3.20", "coop", "o'clock", "a\u00e7\u00e3o"])
def test_what_a_text_is_cut_into_has_no_fault(word: str) -> None:
    text = cut(f"{word}agence" if word == "l'" else f"x {word} x")
    assert word in text.words
    assert list(raw_faults([{"TEXT": word}])) == []


def test_a_sound_raw_pattern_has_no_fault() -> None:
    assert list(raw_faults([{"LOWER": {"IN": ["two", "three"]}}, {"OP": "?"}, {"TEXT": "Councils"}])) == []


# ------------------------------------------------------------------ time


def seconds(one: Finder, text: str) -> float:
    best = 9.0
    for _ in range(3):
        one._remembered.clear()
        reading = one._vocabulary.read(cut(text))
        begun = time.process_time()
        one.find(reading)
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize("text", ["share ", "share one ", "share mayor ", "town clerk "])
def test_texts_full_of_anchors_take_linear_time(text: str) -> None:
    one = finder("~share ... one ... <chief>", "share & <chief> & one", "(a|one) ... ~share ... <chief>")
    seconds(one, text * 100)
    assert seconds(one, text * 4_000) < max(12 * seconds(one, text * 1_000), 0.2)  # quadratic would be 16 times


def test_ways_of_single_words_need_no_matcher() -> None:
    assert Piece(((0,), (3,))).alone == 0b1001
    assert Piece(((0, -1, 3), (1,))).alone == 0b10
    assert Piece(((0,),), raw=({"LOWER": "a"},)).alone == 0
