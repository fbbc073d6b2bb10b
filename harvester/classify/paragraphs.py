"""A mail in two languages: which paragraphs are in another one than the rest.

Offices of bilingual countries write everything twice, and a colleague adds three lines in English. A paragraph is
asked for its language only if its little words already speak against the language of the whole.
"""

import re
from functools import lru_cache

from harvester.classify.language import UNKNOWN, language_of, little_words

SHORTEST = 40  # characters of a paragraph that can be told
MOST = 200  # paragraphs looked at
MOST_LANGUAGES = 3
_GAP = re.compile(r"\n[ \t]*\n\s*")
_WORD = re.compile(r"[^\W\d_]+")
_LETTER = re.compile(r"[^\n]")


def in_other_languages(text: str, main: str) -> dict[str, str]:
    """By language, the text with all else blank: what is found in it stands at the same place in ``text``."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for start, end in _paragraphs(text):
        if end - start >= SHORTEST and (code := _language(text[start:end], main)) not in (main, UNKNOWN):
            spans.setdefault(code, []).append((start, end))
    most = sorted(spans, key=lambda code: sum(start - end for start, end in spans[code]))[:MOST_LANGUAGES]
    return {code: _only(text, spans[code]) for code in most}


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """A text of one paragraph has no other."""
    gaps = [gap.span() for gap, _ in zip(_GAP.finditer(text), range(MOST), strict=False)]
    if not gaps:
        return []
    starts = [0, *(end for _, end in gaps)]
    ends = [*(start for start, _ in gaps), len(text)]
    return list(zip(starts, ends, strict=True))[:MOST]


@lru_cache(maxsize=1_000)  # greetings, disclaimers and the paragraphs of form letters come again and again
def _language(paragraph: str, main: str) -> str:
    spoken = little_words(_WORD.findall(paragraph[:1_000]))
    if not spoken:
        return main
    best = max(spoken.values())
    if best < 2 * spoken[main] + 2:
        return main
    return language_of(paragraph)


def _only(text: str, spans: list[tuple[int, int]]) -> str:
    pieces = []
    at = 0
    for start, end in spans:
        pieces += [_LETTER.sub(" ", text[at:start]), text[start:end]]
        at = end
    return "".join([*pieces, _LETTER.sub(" ", text[at:])])
