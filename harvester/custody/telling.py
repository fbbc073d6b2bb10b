"""What the mails that go say, so that it is recognised where it stands elsewhere: in notes, searches, files, reasons.

No list of secret words is asked for. A text tells of an erased mail when it holds the sender's address or whole name,
eight of their words in a row, or a word that stands in no dictionary and in no mail that stays.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from harvester.classify.forms import Dictionary
from harvester.model import Message
from harvester.store.search import words_of

_WRITTEN = re.compile(r"\w+")
BLANK = "(erased)"
RUN = 8  # words in a row that nobody writes by chance
MOST_RUNS = 500_000  # kept: of mails that go because they are old there may be very many
SHORT, RARE = 3, 5  # letters of a word that somebody looked for; of one that is recognised by itself


class Telling:
    """``elsewhere``: does a mail that stays hold this word, or these words in a row?"""

    def __init__(self, elsewhere: Callable[[str], bool], languages: Sequence[str]) -> None:
        self._elsewhere = elsewhere
        self._known: dict[str, bool] = {}
        self._dictionaries = [Dictionary(language) for language in dict.fromkeys(languages)]
        self.addresses: set[str] = set()
        self.names: set[str] = set()  # whole, as words
        self.message_ids: set[str] = set()
        self.references: set[str] = set()  # by which a report or an export tells of a reply
        self._tokens: set[str] = set()
        self._runs: set[int] = set()

    def add_sender(self, address: str | None, name: str) -> None:
        if address:
            self.addresses.add(address.lower())
            self._tokens.update(words_of(address))
        words = words_of(name)
        self._tokens.update(words)
        if len(words) > 1:
            self.names.add(" ".join(words))

    def add(self, message: Message) -> None:
        """A mail that goes."""
        self.add_sender(message.sender.address, message.sender.name)
        if message.message_id:
            self.message_ids.add(message.message_id.lower())
        theirs = [message.own_text, message.subject, message.signature, *(file.text for file in message.files)]
        beside = [
            message.text, *(value for _, value in message.headers.fields), *(link.raw for link in message.links),
            *(link.url for link in message.links), *(file.name for file in message.attachments),
        ]  # fmt: skip
        for text in theirs:
            words = words_of(text)
            self._tokens.update(words)
            if len(self._runs) < MOST_RUNS:
                self._runs.update(map(hash, _runs(words)))
        self._tokens.update(chain.from_iterable(map(words_of, beside)))

    def add_unread(self, raw: bytes) -> None:
        """What can be seen of a mail that nobody has read."""
        words = words_of(raw.decode("utf-8", "replace"))
        self._tokens.update(words)

    def names_them(self, text: str) -> bool:
        """Does it hold a sender's address or whole name?"""
        low = text.lower()
        if any(address in low for address in self.addresses):
            return True
        plain = f" {' '.join(words_of(text))} "
        return any(f" {name} " in plain for name in self.names)

    def shared_with(self, text: str) -> set[int]:
        """Which words in a row it has in common with these mails; each a number."""
        return {number for run in _runs(words_of(text)) if (number := hash(run)) in self._runs}

    def redacted(self, text: str, looked_for: Sequence[str] = ()) -> str:
        """A text that somebody wrote, with ``(erased)`` for what tells of these mails; the same text if nothing does.
        ``looked_for``: words in it that somebody searched for."""
        written = list(_WRITTEN.finditer(text))
        words = [(word, at) for at, found in enumerate(written) for word in words_of(found[0])]
        if not any(word in self._tokens for word, _ in words):
            return text
        sought = {word for one in looked_for for word in words_of(one) if self.search(word)}
        telling = {
            at
            for word, at in words
            if word in sought or (word in self._tokens and self._is_unmistakable(word, written[at][0]))
        }
        plain = [word for word, _ in words]
        for first, length in (*self._phrases_in(plain), *self._runs_in(plain)):
            telling.update(range(words[first][1], words[first + length - 1][1] + 1))
        return _blanked(text, [written[at].span() for at in sorted(telling)])

    def search(self, text: str) -> bool:
        """Did somebody look for these mails? One word that only they hold is enough."""
        words = {word for word in words_of(text) if len(word) >= SHORT}
        return any(not self._stands_elsewhere(word) for word in words & self._tokens)

    def held_by(self, reason: str) -> str | None:
        """What a reason must not hold, as it stands there; None: it may stay for ever."""
        low = reason.lower()
        for address in self.addresses:
            local = address.partition("@")[0]
            if address in low:
                return address
            if len(words_of(local)) > 1 and f" {' '.join(words_of(local))} " in f" {' '.join(words_of(reason))} ":
                return local
        for spelt, word in _spelt(reason):
            of_a_name = word in self._of_names and spelt[:1].isupper()
            if of_a_name or (word in self._tokens and self._is_unmistakable(word, spelt)):
                return spelt
        return "their words in a row" if self._holds_a_run(words_of(reason)) else None

    def is_of_them(self, words: Sequence[str]) -> bool:
        """Does a file hold an address, a whole name, a reference number, or eight of their words in a row?"""
        plain = f" {' '.join(words)} "
        return any(f" {probe} " in plain for probe in self._probes) or self._holds_a_run(words)

    def may_be_of_them(self, words: Sequence[str]) -> bool:
        """Does it hold a word that is in no dictionary, and in no mail but these?"""
        return any(self._is_unmistakable(word, word) for word in set(words) & self._tokens)

    def _holds_a_run(self, words: Sequence[str]) -> bool:
        return any(True for _ in self._runs_in(words))

    def _runs_in(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Where their words stand in a row that no mail that stays has: the first, and how many."""
        for first, run in enumerate(_runs(words)):
            if hash(run) in self._runs and not self._elsewhere(run):
                yield first, RUN

    def _phrases_in(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """The same of addresses and whole names."""
        for phrase in self._phrases:
            for first in range(len(words) - len(phrase) + 1):
                if words[first] == phrase[0] and tuple(words[first : first + len(phrase)]) == phrase:
                    yield first, len(phrase)

    @cached_property
    def _phrases(self) -> tuple[tuple[str, ...], ...]:
        addresses = (tuple(words_of(one)) for one in self.addresses)
        return (*(one for one in addresses if one), *(tuple(name.split()) for name in self.names))

    @cached_property
    def _probes(self) -> tuple[str, ...]:
        """Made once all is added."""
        spelt = (" ".join(words_of(one)) for one in (*self.addresses, *self.message_ids, *self.references))
        return (*self.names, *(one for one in spelt if len(one) > RUN))

    @cached_property
    def _of_names(self) -> frozenset[str]:
        return frozenset(word for name in self.names for word in name.split() if len(word) >= SHORT)

    def _is_unmistakable(self, word: str, spelt: str) -> bool:
        if len(word) < RARE or word.isdecimal():
            return False
        if any(one.knows(word) or one.knows(spelt.lower()) for one in self._dictionaries):
            return False
        return not self._stands_elsewhere(word)

    def _stands_elsewhere(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = self._elsewhere(word)
        return self._known[word]


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Spans in order; those between which no word stands become one."""
    kept: list[str] = []
    at = 0
    for start, end in spans:
        between = text[at:start]
        if not kept or _WRITTEN.search(between):
            kept += [between, BLANK]
        at = end
    return "".join([*kept, text[at:]])


def _spelt(text: str) -> Iterator[tuple[str, str]]:
    """Each word as it was written, with its accents, and as it is compared."""
    for found in _WRITTEN.finditer(text):
        for word in words_of(found[0]):
            yield found[0], word


def _runs(words: Sequence[str]) -> Iterator[str]:
    for first in range(len(words) - RUN + 1):
        yield " ".join(words[first : first + RUN])
