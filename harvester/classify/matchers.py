"""spaCy's Matchers on a blank pipeline's vocabulary (its only door).

A blank pipeline needs no trained model. Words come from our own cutter (see ``tokens``). A Matcher is made for each
way of several words when it first may stand somewhere, and run over the sentences where it may.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from harvester.classify.expansion import WordClass
from harvester.classify.grammar import GAP, NAME, NUMBER
from harvester.classify.patterns import GAP_SIGN, Piece
from harvester.classify.roles import ANYWHERE
from harvester.classify.spans import Span
from harvester.classify.vocabulary import MOST_REMEMBERED, Reading, Vocabulary

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

NOTHING = "·"  # stands for words that no phrase names, so that the vocabulary cannot grow


@cache
def vocab() -> "Vocab":
    """The vocabulary of spaCy's blank multi-language pipeline, one for all languages.

    Words are cut and compared by us, so a language's own tables are never asked; to load those of French alone
    takes a second or two.
    """
    with _no_command_line():
        import spacy

    return spacy.blank("xx").vocab


@contextmanager
def _no_command_line() -> Iterator[None]:
    """spaCy's package imports its command line, with it a downloader and a web client, for one function that nobody
    here calls (``spacy.info``): a third of the time and 16 MB in every process. While it is imported, empty modules
    stand in for those; whoever wants the command line afterwards gets the real one.
    """
    stand_ins = {name: ModuleType(name) for name in ("spacy.cli", "spacy.cli.info") if "spacy" not in sys.modules}
    for module in stand_ins.values():
        vars(module).update(info=None, __path__=[])
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        for name in stand_ins:
            del sys.modules[name]


class Matchers:
    """The Matchers of one language's vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._made: dict[int, Matcher] = {}
        self._stood: dict[tuple[int, tuple[str, ...]], bool] = {}  # ways without gaps, by the words shown

    def places(self, way: int, first: int, reading: Reading, start: int, end: int) -> list[Span]:
        """Where a way of several words stands among the words ``start`` to ``end`` (exclusive).

        ``first``: the only word at which it may begin, if that is known: then the Matcher is shown no more than it,
        and what it said of these words is remembered.
        """
        one = self._vocabulary.way(way)
        if self._vocabulary.pieces[one.piece].raw is not None:
            return self._found(way, reading.text.words[start:end], start)
        if first == ANYWHERE:
            return self._found(way, self._seen(reading, start, end), start)
        key = way, self._seen(reading, first, first + len(one.classes))
        stands = self._stood.get(key)
        if stands is None:
            if len(self._stood) >= MOST_REMEMBERED:
                self._stood.clear()
            stands = self._stood[key] = bool(self._found(*key, 0))
        return [(first, first + len(one.classes))] if stands else []

    def _found(self, way: int, words: Sequence[str], start: int) -> list[Span]:
        from spacy.tokens import Doc

        doc = Doc(vocab(), words=list(words))
        return [(start + first, start + last) for _, first, last in self._matcher(way)(doc)]

    def _seen(self, reading: Reading, start: int, end: int) -> tuple[str, ...]:
        """These words as phrases see them."""
        masks, low, words = self._vocabulary.masks, reading.text.lower, reading.words
        return tuple(
            [(low[n] if masks(low[n]).number else NAME) if words[n].number else NOTHING for n in range(start, end)]
        )

    def _matcher(self, way: int) -> "Matcher":
        known = self._made.get(way)
        if known is None:
            from spacy.matcher import Matcher

            one = self._vocabulary.way(way)
            known = self._made[way] = Matcher(vocab())
            known.add("way", [token_pattern(self._vocabulary.pieces[one.piece], one.at, self._vocabulary.word_class)])
        return known


def token_pattern(piece: Piece, way: int, word_class: Callable[[int], WordClass]) -> list[dict[str, Any]]:
    """One way to read a piece, as spaCy's Matcher takes it."""
    if piece.raw is not None:
        return list(piece.raw)
    gap: list[dict[str, Any]] = [{"OP": "?"}] * GAP
    return [token for c in piece.ways[way] for token in (gap if c == GAP_SIGN else [_token(word_class(c))])]


def _token(one: WordClass) -> dict[str, Any]:
    words = frozenset(one.words) - {NUMBER}
    numbers = NUMBER in one.words
    if not (numbers or one.starts or one.ends or one.middles):
        return {"LOWER": {"IN": sorted(words)}}
    ways = [
        *(re.escape(word) for word in sorted(words)),
        *([r"\d.*"] if numbers else []),
        *(f"{re.escape(start)}.*" for start in sorted(one.starts)),
        *(f".*{re.escape(end)}" for end in sorted(one.ends)),
        *(f".*{re.escape(middle)}.*" for middle in sorted(one.middles)),
    ]
    return {"LOWER": {"REGEX": rf"\A(?:{'|'.join(ways)})\Z"}}


def refusal(pattern: Sequence[dict[str, Any]]) -> str | None:
    """Why spaCy does not take a token pattern."""
    from spacy.matcher import Matcher

    try:
        Matcher(vocab(), validate=True).add("raw", [list(pattern)])
    except ValueError as fault:
        return " ".join(str(fault).split())[:300]
    return None
