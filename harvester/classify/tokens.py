"""A text as words with their places, cut into sentences and clauses.

Our own cutter, one pass of one expression: the tokenizers that come with spaCy's pipelines take
quadratic time on long runs of punctuation, and differ from language to language. Punctuation is no
word here, so "five words" in a rule means five words. "l'agence" and "dell'ufficio" are two words each, so that
a list need not hold every noun with its article.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

LONGEST_WORD = 60  # letters that are looked at; keeps the vocabulary small
LONGEST_SENTENCE = 150  # words; more without a full stop is a list or a prank and is cut
RUN = 200  # non-blank characters in a row that are read

_WORD = re.compile(
    r"""
    [ ]?+(?:
    (?P<plain>[^\W\d_][\w\u00ad\u0300-\u036f]*+(?!['\u2019]))  # most words; those below are for the others
  | (?P<elided>
        (?<![\w'\u2019])(?=[^\W\d_]{1,6}+['\u2019])
        (?i:[lcdjmnst]|qu|(?:lors|puis|jus|quel)qu|un|(?:d|n|s|qu|b|que)?[aeou]ll|quest|tutt|senz|anch|sant|grand)
        ['\u2019](?=[^\W\d_])
    )
  | (?P<word>
        (?:[^\W\d_]|\u00ad)[\w\u00ad\u0300-\u036f]*
        (?:['\u2019](?!s\b)(?:[^\W\d_][\u00ad\u0300-\u036f]*)+)*(?:['\u2019]s\b)?
    )
  | (?P<number>\d+(?:[.,:/]\d+)*)
  | (?P<sign>[%€£$])
  | (?P<blank_line>\n[ \t>]*\r?\n\s*)
  | (?P<item>\n[ \t>]*(?:[-*•–]|\d{1,2}[.)])[ \t]+)
  | (?P<stop>[.!?…]+)
  | (?P<pause>[,;\u037e:·\u0387()–—\[\]]|(?<=\s)-(?=\s))
    )
    """,
    re.VERBOSE,
)
# numbers of the groups; words come first
PLAIN, ELIDED, WORD, NUMBER, SIGN, BLANK_LINE, ITEM, STOP, PAUSE = range(1, 10)
_HYPHENS = "-\u2010\u2011"
_TOO_LONG = re.compile(rf"(?<=\S{{{RUN}}})\S+")
# full stops after these end no sentence
_ABBREVIATIONS = (
    "mr mrs ms dr prof st no nr vs etc approx art abs bzw ca evtl ggf inkl str vgl bspw sog jr gem rd mio mrd"
    " tel inc ltd ev eg ie zb usw dh cf pp resp dept min max incl"
)
_SHORT = frozenset(_ABBREVIATIONS.split())
_JOINED = frozenset({"co", "re", "e", "pre"})  # "co-op" is written "coop" too


@dataclass(frozen=True, slots=True)
class Sentence:
    """``words[start:end]`` of a text; ``pauses`` are the words before which a clause begins."""

    start: int
    end: int
    pauses: tuple[int, ...] = ()
    asks: bool = False  # ends in a question mark
    opens: bool = False  # begins a paragraph, or an item of a list


@dataclass(frozen=True)
class Text:
    """Words with their half-open places in the source, in code points."""

    source: str
    words: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    sentences: tuple[Sentence, ...]

    @cached_property
    def lower(self) -> tuple[str, ...]:
        return tuple(word.lower() for word in self.words)

    def place(self, first: int, last: int) -> tuple[int, int]:
        """The characters that the words ``first`` to ``last`` (exclusive) cover."""
        return self.starts[first], self.ends[last - 1]

    def clause(self, sentence: Sentence, first: int, last: int) -> tuple[int, int]:
        """The words around ``first:last`` up to the nearest pauses."""
        left = max((p for p in sentence.pauses if p <= first), default=sentence.start)
        right = min((p for p in sentence.pauses if p >= last), default=sentence.end)
        return left, right


class _Cutter:
    """Collects words and decides where sentences end."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.sentences: list[Sentence] = []
        self.begun = 0
        self.full = LONGEST_SENTENCE  # so many words end the sentence
        self.pauses: list[int] = []
        self.opens = True  # what comes next begins a paragraph or an item

    def join(self, text: str, end: int) -> None:
        """The word goes on after its hyphen."""
        self.words[-1] = (self.words[-1] + text)[:LONGEST_WORD]
        self.ends[-1] = end

    def pause(self) -> None:
        at = len(self.words)
        if at > self.begun and (not self.pauses or self.pauses[-1] != at):
            self.pauses.append(at)

    def stop(self, *, asks: bool = False) -> None:
        if len(self.words) > self.begun:
            pauses = tuple([p for p in self.pauses if p < len(self.words)])
            self.sentences.append(Sentence(self.begun, len(self.words), pauses, asks, self.opens))
            self.opens = False
        self.begun = len(self.words)
        self.full = self.begun + LONGEST_SENTENCE
        self.pauses = []


def cut(source: str, limit: int = 100_000) -> Text:
    """Words, sentences and clauses of the first ``limit`` characters, in linear time."""
    read = _without_runs(source[:limit])
    cutter = _Cutter()
    words, starts, ends = cutter.words, cutter.starts, cutter.ends
    for found in _WORD.finditer(read):
        kind = found.lastindex or 0
        start, end = found.span(kind)
        if kind <= SIGN:
            word = read[start:end]
            if not (word.isascii() and word.isalpha()):
                word = _plain(word)
            if kind in (PLAIN, WORD) and start and read[start - 1] in _HYPHENS and _goes_on(cutter, start):
                cutter.join(word, end)
                continue
            if len(words) == cutter.full:
                cutter.stop()
            words.append(word[:LONGEST_WORD])
            starts.append(start)
            ends.append(end)
        elif kind == PAUSE:
            if _asks_in_greek(read[start], cutter):
                cutter.stop(asks=True)
            else:
                cutter.pause()
        elif kind in (BLANK_LINE, ITEM):
            cutter.stop()
            cutter.opens = True
        elif _ends_sentence(read, cutter, start, end):
            cutter.stop(asks="?" in read[start:end])
    cutter.stop()
    return Text(source, tuple(words), tuple(starts), tuple(ends), tuple(cutter.sentences))


def _without_runs(text: str) -> str:
    """Very long runs without a blank hold no words; places stay as they are."""
    if max(map(len, text.split()), default=0) <= RUN:
        return text
    return _TOO_LONG.sub(lambda run: " " * len(run.group()), text)


def _plain(word: str) -> str:
    """One spelling: composed letters, straight apostrophe, no soft hyphen, no possessive s."""
    if word.isascii():
        return word[:-2] if word.endswith("'s") else word
    word = unicodedata.normalize("NFC", word).replace("\u00ad", "").replace("\u2019", "'")
    return word[:-2] if word.endswith("'s") else word or "x"


def _goes_on(cutter: _Cutter, start: int) -> bool:
    """ "co-op" is one word, "volunteer-run" is two."""
    return bool(cutter.words) and cutter.ends[-1] == start - 1 and cutter.words[-1].lower() in _JOINED


def _asks_in_greek(sign: str, cutter: _Cutter) -> bool:
    """Greek asks with ";", for which Unicode has a sign of its own that few keyboards know, and pauses with a raised
    dot."""
    if sign not in ";\u037e" or len(cutter.words) == cutter.begun:
        return False
    return (
        sign == "\u037e" or "\u0370" <= cutter.words[-1][-1] <= "\u03ff" or "\u1f00" <= cutter.words[-1][-1] <= "\u1fff"
    )


def _ends_sentence(text: str, cutter: _Cutter, start: int, end: int) -> bool:
    if end < len(text) and not text[end].isspace() and text[end] not in "\"'”“»)’":
        return False  # www.example, 3.20
    if text[start] != "." or end - start > 1 or not cutter.words or cutter.ends[-1] != start:
        return True
    last = cutter.words[-1]
    if last.isdigit() and text[end : end + 2].strip()[:1].islower():
        return False  # "od 2019. godine", "a 2019. évi"
    return not (last.lower() in _SHORT or (last.isdigit() and len(last) < 3) or len(last) == 1)
