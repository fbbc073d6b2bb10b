"""``harvester rules suggest``: phrases for replies that a person filed and no rule caught.

Runs of two to four words are weighed by the log-odds ratio with an informative Dirichlet prior (B. L. Monroe,
M. P. Colaresi and K. M. Quinn, "Fightin' Words", Political Analysis 16, 2008), counted once a text. A person reads
each with the texts that it would catch and those that it would catch wrongly, and writes the rule.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harvester.classify import Classifier
from harvester.classify.tokens import cut
from harvester.workbench.labelled import Labelled

LENGTHS = (2, 3, 4)  # words of a phrase
MOST = 12  # suggestions a category
SHOWN = 5  # texts named with each
LONGEST_TEXT = 20_000  # characters that are looked at

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``catches``: missed replies that hold the words; ``wrongly``: replies of other categories that do."""

    category: str
    words: str
    weight: float  # standard deviations
    catches: tuple[str, ...]
    wrongly: tuple[str, ...]
    example: str

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def suggestions(texts: Sequence[Labelled], classifier: Classifier) -> list[Suggestion]:
    """The phrases most typical of each category among the replies that its rules missed."""
    judged = [(one, {found.id for found in classifier.judge(one.message).categories}) for one in texts]
    phrases = {one.where: phrases_of(one.message.own_text) for one, _ in judged}
    found = []
    for category in sorted({label for one, _ in judged for label in one.labels}):
        missed = {one.where: one for one, got in judged if category in one.labels and category not in got}
        having = [phrases[one.where] for one, _ in judged if category in one.labels]
        lacking = {one.where: phrases[one.where] for one, _ in judged if category not in one.labels}
        weights = log_odds(having, lacking.values())
        wanted: dict[tuple[str, ...], tuple[Phrase, float]] = {}
        for phrase, weight in sorted(weights.items()):
            catches = tuple(where for where in missed if phrase in phrases[where])
            if not catches or weight < 0 or sum(phrase in some for some in lacking.values()) > len(catches):
                continue  # no sign of the category, or oftener wrong than right
            known = wanted.get(catches)  # of those that catch the same texts the most typical, then the longest
            if known is None or (weight, len(phrase)) > (known[1], len(known[0])):
                wanted[catches] = phrase, weight
        ranked = sorted(wanted.items(), key=lambda item: (-len(item[0]), -item[1][1], item[1][0]))
        for catches, (phrase, weight) in ranked[:MOST]:
            wrongly = tuple(where for where, some in lacking.items() if phrase in some)
            example = excerpt(missed[catches[0]].message.own_text, phrase)
            found.append(Suggestion(category, " ".join(phrase), round(weight, 2), catches, wrongly, example))
    return found


def phrases_of(text: str) -> frozenset[Phrase]:
    """Every run of words within a sentence, in lower case."""
    read = cut(text, LONGEST_TEXT)
    return frozenset(
        read.lower[start : start + length]
        for sentence in read.sentences
        for length in LENGTHS
        for start in range(sentence.start, sentence.end - length + 1)
    )


def log_odds(having: Sequence[Iterable[Phrase]], lacking: Iterable[Iterable[Phrase]]) -> Mapping[Phrase, float]:
    """How typical each phrase of ``having`` is of it, in standard deviations; the prior is all texts together."""
    here = Counter(phrase for one in having for phrase in one)
    there = Counter(phrase for one in lacking for phrase in one)
    both = here + there
    sizes, whole = (here.total(), there.total()), both.total()
    found = {}
    for phrase, count in here.items():
        prior = both[phrase]
        odds = [
            math.log((times + prior) / (size + whole - times - prior))
            for times, size in ((count, sizes[0]), (there[phrase], sizes[1]))
        ]
        variance = 1 / (count + prior) + 1 / (there[phrase] + prior)
        found[phrase] = (odds[0] - odds[1]) / math.sqrt(variance)
    return found


def excerpt(text: str, phrase: Phrase, around: int = 60) -> str:
    """The words as they stand in the text, with some before and after."""
    read = cut(text, LONGEST_TEXT)
    for start in range(len(read.words) - len(phrase) + 1):
        if read.lower[start : start + len(phrase)] == phrase:
            first, last = read.place(start, start + len(phrase))
            return " ".join(text[max(0, first - around) : last + around].split())
    return ""


def told(found: Sequence[Suggestion]) -> Iterator[str]:
    """The same for people."""
    for one in found:
        wrong = f", {len(one.wrongly)} wrongly ({', '.join(one.wrongly[:SHOWN])})" if one.wrongly else ", none wrongly"
        yield f'{one.category}: "{one.words}" catches {len(one.catches)} ({", ".join(one.catches[:SHOWN])}){wrong}'
        yield f"    ... {one.example} ..."
