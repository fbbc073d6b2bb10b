"""Where rules speak in one text, before anybody asks what it is worth."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

from harvester.classify.compiled import Compiled, CompiledRule, Language
from harvester.classify.finder import Found
from harvester.classify.patterns import Pattern
from harvester.classify.spans import Span
from harvester.classify.tokens import Sentence, Text, cut
from harvester.classify.told import Told
from harvester.classify.vocabulary import Reading

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Hit:
    """A rule in the words ``first`` to ``last`` (exclusive) of a sentence."""

    rule: CompiledRule
    sentence: int
    first: int
    last: int
    classes: int  # bits of the word classes that its phrases here name; a cue among them is part of the phrase
    looks_back: bool = False  # some of what it speaks of stands in the sentence before


class Read:
    """One text as one language reads it: its hits and its cues, found when asked for.

    Who reads a text in many languages cuts it once and gives it as ``text``.
    """

    def __init__(
        self, compiled: Compiled, language: Language, source: str, where: str, text: Text | None = None
    ) -> None:
        self.where = where
        self.language = language
        self.text: Text = cut(source) if text is None else text
        self._rules = compiled.rules
        self._reading: Reading = language.read(self.text)
        self.told: dict[str, bool] = {}  # which categories the text tells of, once somebody asked
        self.asked: dict[str, dict[int, Any]] = {}  # of a sentence, by question
        self.counts: dict[Hit, bool] = {}  # whether nothing turns a hit down

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """At most one of each rule a sentence: its shortest that nothing cancels."""
        scope = self.where.partition(":")[0]
        hits = []
        for number, sentence in enumerate(self.text.sentences):
            start = sentence.start
            for told in self._told_in(number):
                rule = self._rules[told.rule]
                if scope in rule.scope:
                    place = start + told.first, start + told.last
                    hits.append(Hit(rule, number, *place, told.classes, told.looks_back))
        return tuple(hits)

    def _told_in(self, number: int) -> Sequence[Told]:
        """By rules in a sentence, in their order."""
        known = self.language.told.of(self._reading, number)
        if known is None:
            best = self._shortest(self.language.rules.find_in(self._reading, number))
            known = tuple(best[rule] for rule in sorted(best) if not self._cancelled(best[rule], number))
            said = self.language.rules.said(self._reading, number)
            if not said.spelled:
                self.language.told.remember(self._reading, number, known, looks_back=said.looks_back)
        return known

    def _shortest(self, found: Sequence[Found]) -> dict[int, Told]:
        """By rule."""
        best: dict[int, Told] = {}
        for one in found:
            pattern = self.language.rules.patterns[one.pattern]
            rule = pattern.of.rule
            start = self.text.sentences[one.sentence].start
            first, last, looks_back = one.first - start, one.last - start, one.looks_back
            classes = self._classes(pattern, one.first, one.last)
            if known := best.get(rule):
                classes |= known.classes
                looks_back = looks_back and known.looks_back
                if known.last - known.first <= last - first:
                    first, last = known.first, known.last
            best[rule] = Told(rule, first, last, classes, looks_back)
        return best

    def _cancelled(self, told: Told, number: int) -> bool:
        cancelling = self.language.cancelling.get(told.rule)
        if not cancelling:
            return False
        start = self.text.sentences[number].start
        here = start + told.first, start + told.last
        spans = self.language.cancels.places(cancelling, self._reading, number)
        return any(self._of_one_story(here, span, number) for span in spans)

    def _of_one_story(self, hit: Span, span: Span, number: int) -> bool:
        """No "besides" parts the hit from the words that would cancel it."""
        first, last = min(hit, span), max(hit, span)
        return not any(first[1] <= cue[0] <= last[0] for cue in self.cues(number, "besides"))

    def _classes(self, pattern: Pattern, first: int, last: int) -> int:
        """The word classes of those ways of a phrase that the words ``first`` to ``last`` can have taken."""
        here = 0
        for word in self._reading.words[first:last]:
            here |= word.classes
        classes = 0
        for part in pattern.parts:
            for step in part:
                for need in self.language.pieces[step.piece].needs:
                    if need & here == need:
                        classes |= need
        return classes

    def sentence(self, number: int) -> Sentence:
        return self.text.sentences[number]

    def cues(self, number: int, *names: str) -> Sequence[Span]:
        """Places of the cues of these names in a sentence; none for a sentence that is not there."""
        here = self._cues.get(number)
        if here is None:
            return ()
        if len(names) == 1:
            return here.get(names[0], ())
        return [span for name in names for span in here.get(name, ())]

    @cached_property
    def _cues(self) -> dict[int, dict[str, list[Span]]]:
        """By sentence and name."""
        cues: dict[int, dict[str, list[Span]]] = {}
        patterns = self.language.cues.patterns
        for found in self.language.cues.find(self._reading):
            here = cues.setdefault(found.sentence, {})
            here.setdefault(patterns[found.pattern].of.cue, []).append((found.first, found.last))
        return cues

    def bits(self, word: int) -> int:
        return self._reading.words[word].classes

    @cached_property
    def _hits_by_sentence(self) -> dict[int, list[Hit]]:
        filed: dict[int, list[Hit]] = {}
        for hit in self.hits:
            filed.setdefault(hit.sentence, []).append(hit)
        return filed

    def hits_in(self, *sentences: int) -> Iterator[Hit]:
        """The hits in these sentences; none in a sentence that is not there."""
        return chain.from_iterable(self._hits_by_sentence.get(number, ()) for number in sentences)

    @cached_property
    def has_frame(self) -> bool:
        """Some word of public service stands anywhere in the text."""
        return any(self.cues(n, "frame") for n in range(len(self.text.sentences)))

    @cached_property
    def adverts(self) -> int:
        """How many signs of an advert, a newsletter or an invitation the text bears."""
        return sum(len(self.cues(n, "advert")) for n in range(len(self.text.sentences)))

    @cached_property
    def private(self) -> int:
        """How many different signs of a club, a house or a firm that writes to its own the text bears."""
        signs = (span for n in range(len(self.text.sentences)) for span in self.cues(n, "private"))
        return len({self.text.lower[first:last] for first, last in signs})

    @cached_property
    def stranger(self) -> bool:
        """A student, a club or a firm writes, not an authority."""
        return any(self.cues(n, "stranger") for n in range(len(self.text.sentences)))

    @cached_property
    def questions(self) -> int:
        """How many sentences ask."""
        return sum(sentence.asks for sentence in self.text.sentences)


def once_a_sentence(ask: Callable[[int, Read], T]) -> Callable[[int, Read], T]:
    """What is the same for all hits of a sentence is asked once."""

    def asked(sentence: int, read: Read) -> T:
        known = read.asked.setdefault(ask.__name__, {})
        if sentence not in known:
            known[sentence] = ask(sentence, read)
        answer: T = known[sentence]
        return answer

    return asked
