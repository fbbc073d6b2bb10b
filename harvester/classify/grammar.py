"""The phrase language in which staff write rules, read into a small tree.

    ~share            any form of the word: shares, shared, sharing
    volunt*           the word goes on            *bad, ~*bad   it ends so (Freibad; Freibäder)
    (a|b c)           one of these                <chief>       one of the list of that name
    ...               up to five words            a & b         both in one sentence, in any order
    a && b            both, b in the sentence of a or in the one before
    #                 a number in digits           @             a name: a capitalised word of no list

Everything else is a word as it stands; case does not matter. See docs/rules.md.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from harvester.classify.tokens import cut

GAP = 5  # words that "..." may stand for
NUMBER = "#"  # stands for any number in digits
APOSTROPHES = ("'", "\u2019")
_ELIDED = re.compile(r"(?:lors|puis|jus|quel)?qu|[dn]ell|[dn]all|[ns]ull|quell|senz|tutt")
"""No text holds these words without their apostrophe."""
AND = ("&", "&&")
NAME = "@"  # stands for a capitalised word that no list and no phrase knows: places, mostly


class PhraseFault(ValueError):
    """What is wrong with a phrase, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Word:
    text: str  # lower case
    any_form: bool = False
    open_start: bool = False  # *bad
    open_end: bool = False  # volunt*


@dataclass(frozen=True, slots=True)
class Gap:
    pass


@dataclass(frozen=True, slots=True)
class ListName:
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple["Sequence", ...]


Node = Word | Gap | ListName | Choice
Sequence = tuple[Node, ...]
Phrase = tuple[Sequence, ...]  # the parts between "&"


class Earlier(tuple[Node, ...]):
    """A part after "&&": it may stand in the sentence before as well. "The hall was ours. Its users run it now." """


_PIECE = re.compile(
    r"\s*(?:(?P<list><[^<>]*>)|(?P<gap>\.\.\.|…)|(?P<sign>&&|[()|&])|(?P<any>[#@])|(?P<word>~?\*?[\w'’\-%€£$]+(?:[.,]\d+)*\*?)|(?P<odd>\S))"
)


def parse(text: str) -> Phrase:
    """The parts of a phrase. Raises PhraseFault."""
    pieces = _pieces(text)
    parts: list[Sequence] = [_sequence(pieces, inside=False)]
    while pieces:
        _, sign = pieces.pop(0)
        if sign not in AND:
            raise PhraseFault(f"{sign!r} without its partner")
        part = _sequence(pieces, inside=False)
        parts.append(part if sign == "&" else Earlier(part))
    for part in parts:
        _check_gaps(part)
    return tuple(parts)


def lists_in(phrase: Phrase) -> set[str]:
    """Names of all <lists> that a phrase speaks of."""
    return {node.name for node in _nodes(phrase) if isinstance(node, ListName)}


def only_lists(phrase: Phrase) -> bool:
    """True if no word of any language stands in the phrase itself."""
    return all(word.text in (NUMBER, NAME) for word in words_in(phrase))


def earlier(phrase: Phrase) -> tuple[int, ...]:
    """Which of the parts may stand in the sentence before."""
    return tuple(which for which, part in enumerate(phrase) if isinstance(part, Earlier))


def steps_of(part: Sequence) -> list[tuple[bool, Sequence]]:
    """A part cut into what is looked for by itself: a list, a choice or a run of plain words; and whether a gap
    stands before it."""
    steps: list[tuple[bool, Sequence]] = []
    loose = False
    for kind, nodes in groupby(part, key=type):
        if kind is Gap:
            loose = True
            continue
        for step in [tuple(nodes)] if kind is Word else [(node,) for node in nodes]:
            steps.append((loose, step))
            loose = False
    return steps


def whole(phrase: Phrase) -> str:
    """A phrase as staff would write it."""
    first, *others = phrase
    return written(first) + "".join(f" {'&&' if isinstance(one, Earlier) else '&'} {written(one)}" for one in others)


def written(sequence: Sequence) -> str:
    """A sequence as staff would write it."""
    return " ".join(_written(node) for node in sequence)


def _written(node: Node) -> str:
    if isinstance(node, Gap):
        return "..."
    if isinstance(node, ListName):
        return f"<{node.name}>"
    if isinstance(node, Choice):
        return f"({'|'.join(written(option) for option in node.options)})"
    return f"{'~' * node.any_form}{'*' * node.open_start}{node.text}{'*' * node.open_end}"


def words_in(phrase: Phrase) -> list[Word]:
    return [node for node in _nodes(phrase) if isinstance(node, Word)]


def _nodes(phrase: Phrase) -> list[Node]:
    found: list[Node] = []
    waiting = [node for part in phrase for node in part]
    while waiting:
        node = waiting.pop()
        found.append(node)
        if isinstance(node, Choice):
            waiting.extend(inner for option in node.options for inner in option)
    return found


def _pieces(text: str) -> list[tuple[str, str]]:
    pieces = []
    for found in _PIECE.finditer(text):
        kind, piece = str(found.lastgroup), found.group().strip()
        if kind == "odd":
            raise PhraseFault(f"{piece!r} means nothing here; punctuation is never part of a phrase")
        pieces.append((kind, piece))
    return pieces


def _sequence(pieces: list[tuple[str, str]], *, inside: bool) -> Sequence:
    nodes: list[Node] = []
    while pieces:
        kind, piece = pieces[0]
        if kind == "sign" and piece in ("|", ")", *AND):
            if piece in AND and inside:
                raise PhraseFault(f"{piece!r} cannot stand inside (...)")
            break
        pieces.pop(0)
        if kind == "sign":
            nodes.append(_choice(pieces))
        elif kind == "gap":
            nodes.append(Gap())
        elif kind == "any":
            nodes.append(Word(piece))
        elif kind == "list":
            nodes.append(ListName(_list_name(piece)))
        else:
            nodes.extend(_words(piece))
    if not nodes:
        raise PhraseFault("empty choice in (...)" if inside else "nothing to look for")
    return tuple(nodes)


def _choice(pieces: list[tuple[str, str]]) -> Choice:
    options = []
    while True:
        options.append(_sequence(pieces, inside=True))
        if not pieces:
            raise PhraseFault("'(' is never closed")
        if pieces.pop(0)[1] == ")":
            return Choice(tuple(options))


def _list_name(piece: str) -> str:
    name = piece[1:-1].strip()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise PhraseFault(f"{piece} is no name of a list; small letters, digits and _")
    return name


def _words(piece: str) -> list[Node]:
    any_form = piece.startswith("~")
    bare = piece.lstrip("~")
    open_start, open_end = bare.startswith("*"), bare.endswith("*")
    lower = _lower_words(bare.strip("*"))
    if not lower:
        raise PhraseFault(f"{piece!r} holds no word")
    if lower == (bare,) and _ELIDED.fullmatch(bare):
        raise PhraseFault(f"{piece!r} never stands alone; write {bare + APOSTROPHES[0]!r}")
    if any_form and open_end:
        raise PhraseFault(f"{piece!r}: '~' and '*' at the end say two things at once; keep one")
    last = len(lower) - 1
    return [
        Word(word, any_form and n == last, open_start and n == 0, open_end and n == last)
        for n, word in enumerate(lower)
    ]


@lru_cache(maxsize=20_000)  # the same words stand in many lists and rules
def _lower_words(piece: str) -> tuple[str, ...]:
    """A piece cut as a text would be. "qu'" keeps its apostrophe, as it has one before the word that follows it."""
    if piece.endswith(APOSTROPHES):
        return cut(f"{piece}x").lower[:-1] or cut(piece).lower
    return cut(piece).lower


def _check_gaps(part: Sequence) -> None:
    if all(isinstance(node, Gap) for node in part):
        raise PhraseFault("runaway pattern: only gaps, so it fits everything; add a word")
    if isinstance(part[0], Gap) or isinstance(part[-1], Gap):
        raise PhraseFault("runaway pattern: '...' stands at the edge; it can only stand between words")
    if any(isinstance(a, Gap) and isinstance(b, Gap) for a, b in pairwise(part)):
        raise PhraseFault("runaway pattern: '... ...'; one gap is up to five words, write it once")
    for node in part:
        for option in node.options if isinstance(node, Choice) else ():
            _check_gaps(option)
