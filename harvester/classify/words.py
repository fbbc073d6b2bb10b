"""The shared vocabulary: ``rules/words/<language>.toml``, named lists of words and short phrases.

    authority = ["~council", "~municipality", "local (authority|authorities)", "<town>"]

A list may hold other lists. Some names are known to the engine (see CUES): they decide standing.
``partial = true`` says that the words are few: what they find counts, what they do not find proves nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from harvester.classify.grammar import Phrase, PhraseFault, lists_in, parse, words_in
from harvester.classify.tomlfile import TomlFile
from harvester.did_you_mean import did_you_mean

CUES = {
    "frame": "words of public service; evidence needs one near it",
    "other_sense": "words that show that another thing is meant: software, sport, companies, adverts",
    "authority": "council, municipality: who says this word speaks of public service, whatever stands beside it",
    "business": "bakery, pub, factory, turnover: a firm's, unless a word of public_hand stands near it",
    "public_hand": "municipal, the council gave it up, it was ours: what an authority had",
    "private": "dear members, our choir, our clients: two of them make a text one of a club, a house or a firm",
    "stranger": "as a student, our customers: one of them, and nobody of an authority writes",
    "advert": "order now, unsubscribe, early birds: two of them make a text an advert, a newsletter or an invitation",
    "negation": "not, no, never: turns down what follows in its clause",
    "not_negation": "looks like a negation and is none: not only",
    "refusal": "rejected, voted down",
    "abandonment": "dropped, shelved, withdrew",
    "ending": "was ended, dissolved, taken back",
    "for_a_while": "for two summers, it lasted: an ending if a word of back_again follows",
    "back_again": "they gave us the keys back, the money ran out, each has its own again",
    "by_now": "since April, today: what was refused before it in the sentence was not the last word",
    "at_first": "at first, some residents: a refusal beside it was not the last word",
    "conditional": "could, might, would, you ask about: is said of nobody",
    "not_conditional": "looks like a conditional and is none: so that we could",
    "wish": "wanted to, thought of: right before it, what nobody says was done",
    "plan": "plans to, is considering, will",
    "elsewhere": "in some countries: nobody in particular",
    "contrast": "but, instead: what was said before does not reach beyond",
    "reason": "because, after, since: what ended in this clause is why the rest was done",
    "besides": "in addition, on the other hand: what follows is another measure",
    "points_back": "it, this, the plan: speaks of what was said before",
}

PARTIAL = "partial"


@dataclass(frozen=True)
class Words:
    """The lists of one language; every entry is a phrase of one part."""

    language: str
    file: TomlFile
    lists: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    partial: bool = False

    def has(self, names: set[str]) -> bool:
        return names <= self.lists.keys()

    @property
    def unread(self) -> bool:
        """The file is no TOML or cannot be read, which is told; what it would hold nobody knows."""
        return self.file.lines is None

    def any_form_words(self) -> set[str]:
        return {
            word.text
            for entries in self.lists.values()
            for entry in entries
            for word in words_in(entry)
            if word.any_form
        }


def read_words(file: TomlFile, language: str, problems: list[str]) -> Words:
    """All lists of a file; what cannot be read is left out and told in ``problems``."""
    lists: dict[str, tuple[Phrase, ...]] = {}
    partial = file.table.get(PARTIAL, False)
    if not isinstance(partial, bool):
        problems.append(f"{file.at(PARTIAL)}: {PARTIAL} must be true or false")
    for name, entries in file.table.items():
        if name == PARTIAL:
            continue
        if not isinstance(entries, list) or not entries or not all(isinstance(e, str) for e in entries):
            problems.append(f'{file.at(name)}: list {name!r} must look like {name} = ["word", "word"]')
            continue
        read = []
        for n, entry in enumerate(entries):
            try:
                phrase = parse(entry)
                if len(phrase) > 1:
                    raise PhraseFault("'&' cannot stand in a list")
                read.append(phrase)
            except PhraseFault as fault:
                problems.append(f"{file.at(name, n)}: list {name!r}: {entry!r}: {fault}")
        lists[name] = tuple(read)
    for name, n, wanted in _unknown(lists):
        guess = did_you_mean_list(wanted, lists)
        problems.append(f"{file.at(name, n)}: list {name!r}: unknown list <{wanted}>{guess}")
    for name in _circular(lists):
        problems.append(f"{file.at(name)}: list {name!r} holds itself")
    unknown = {name for name, _, _ in _unknown(lists)} | set(_circular(lists))
    return Words(language, file, {n: e for n, e in lists.items() if e and n not in unknown}, partial is True)


def did_you_mean_list(name: str, known: Collection[str]) -> str:
    """``; did you mean <chief>?`` or nothing."""
    return did_you_mean(name, known).replace(" '", " <").replace("'?", ">?")


def _unknown(lists: Mapping[str, tuple[Phrase, ...]]) -> Iterator[tuple[str, int, str]]:
    for name, entries in lists.items():
        for n, entry in enumerate(entries):
            for wanted in sorted(lists_in(entry) - lists.keys()):
                yield name, n, wanted


def _circular(lists: Mapping[str, tuple[Phrase, ...]]) -> list[str]:
    """Names of lists from which one comes back to the same list."""
    holds = {name: set().union(*(lists_in(e) for e in entries), set()) for name, entries in lists.items()}
    found = []
    for name in lists:
        seen: set[str] = set()
        waiting = list(holds[name])
        while waiting:
            inner = waiting.pop()
            if inner not in seen:
                seen.add(inner)
                waiting.extend(holds.get(inner, ()))
        if name in seen:
            found.append(name)
    return found
