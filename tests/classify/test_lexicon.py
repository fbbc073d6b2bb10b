"""Each entry kept once: the classes hold what they held, and a word is in the same ones as before."""

import json

from hypothesis import given
from hypothesis import strategies as st

from harvester.classify.expansion import WordClass
from harvester.classify.grammar import NUMBER
from harvester.classify.lexicon import Lexicon

ENTRIES = st.frozensets(st.text("abß1", min_size=1, max_size=3) | st.just(NUMBER), max_size=4)
CLASSES = st.lists(st.builds(WordClass, ENTRIES, ENTRIES, ENTRIES, ENTRIES), max_size=6)


def holds(one: WordClass, word: str) -> bool:
    return (
        word in one.words
        or (word[:1].isdigit() and NUMBER in one.words)
        or any(word.startswith(start) for start in one.starts)
        or any(word.endswith(end) for end in one.ends)
        or any(middle in word for middle in one.middles)
    )


@given(classes=CLASSES, word=st.text("abß1", min_size=1, max_size=5))
def test_a_word_is_in_the_classes_that_hold_it(classes: list[WordClass], word: str) -> None:
    wanted = {number for number, one in enumerate(classes) if holds(one, word)}
    assert Lexicon.of(classes).classes_of(word) == wanted


@given(classes=CLASSES)
def test_a_class_is_put_together_again(classes: list[WordClass]) -> None:
    lexicon = Lexicon.of(classes)
    assert [lexicon.word_class(number) for number in range(len(classes))] == classes


@given(classes=CLASSES)
def test_what_was_kept_is_the_same(classes: list[WordClass]) -> None:
    lexicon = Lexicon.of(classes)
    assert Lexicon.unpacked(json.loads(json.dumps(lexicon.packed()))) == lexicon


def test_an_entry_of_many_classes_is_kept_once() -> None:
    forms = frozenset({"share", "shares", "shared"})
    classes = [WordClass(forms), WordClass(forms | {"give"}), WordClass(forms | {"take"})]
    words, *_ = Lexicon.of(classes).packed()
    assert sorted(words[0].split()) == ["give", "share", "shared", "shares", "take"]
