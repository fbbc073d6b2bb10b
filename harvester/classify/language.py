"""Which language a text is written in; the door of CLD2 (pycld2).

CLD2 (R. Sites, 2013) weighs sequences of four letters: fast, without a model to load, and right from some lines on. Of
a single sentence it is right in 97 of 100. There the little words and the letters that only one language has speak
too, between close neighbours (Danish and Norwegian, Czech and Slovak) and wherever CLD2's score says that it guesses.
Where that leaves doubt the answer is ``unknown``: a letter in a neutral language is better than one in the wrong one.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import NamedTuple

import pycld2

UNKNOWN = "unknown"
OFFICIAL = frozenset(
    {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt"}
    | {"nl", "pl", "pt", "ro", "sk", "sl", "sv"}
)
"""The languages of the European Union."""
EXPECTED = OFFICIAL | {"is", "no", "ru", "tr", "uk"}
"""Those and its neighbours'; any other must be beyond doubt."""

_ENOUGH_CHARS = 4_000  # more text never changes the answer
_ENOUGH_WORDS = 3  # fewer are a name or a greeting
_NAMES = 8  # fewer capitalised words are names
_BEYOND_DOUBT = 0.95  # for a language that nobody expects ...
_LONG_ENOUGH = 60  # ... and bytes that it takes
_MOST = 0.5  # part of the text that is enough where the writing is nobody's of whom we expect a letter
_DOUBT = 22  # of so many bytes a neighbour is as likely as not; of ten times as many a tenth as likely
_ANYBODY = 0.3  # of the doubt is left, where CLD2 guesses, for whoever uses the same letters ...
_NOBODY = 0.02  # ... and otherwise
_TOLD_APART = 0.3  # of the doubt between neighbours is left if it is no guess
_ODDS = 2.0  # of a text all of whose words are this language's little words, to the power below
_LITTLE_WORDS_WEIGH = 8
_AHEAD = 1.7  # so many times as likely as any other; "Kommunen og foreningen deler lokaler." is both
_IN_DOUBT = 5.0  # a neighbour at most so many times as likely gives way to one whose own letters are used

_NEIGHBOURS = (("da", "no", "sv"), ("cs", "sk"), ("hr", "sl"), ("bg", "ru", "uk"), ("es", "pt"), ("et", "fi"))
_RESEMBLES = {
    "af": ("nl",), "be": ("ru", "uk"), "ca": ("es", "fr"), "co": ("it",), "fo": ("da", "is", "no"), "gl": ("es", "pt"),
    "lb": ("de",), "mk": ("bg",), "oc": ("fr",), "sr": ("hr", "bg"),
}  # fmt: skip
"""Languages that nobody expects, and which of the expected a short text in one of them may be."""
_MISTAKEN = frozenset({"da", "no", "sv", "bg", "ru"})  # for each other, and with high scores
_CYRILLIC = frozenset({"bg", "ru", "uk"})
_LETTERS_OF_ITS_OWN = {
    "cs": "ěřů", "sk": "ľĺŕäô", "hr": "ćđ", "ru": "ыэё", "uk": "іїєґ", "sv": "äö", "da": "æø",
    "no": "æø", "et": "õ", "es": "ñ", "pt": "ãõç",
}  # fmt: skip
"""Letters that no neighbour has, but for Danish and Norwegian: one settles a doubt. Names hold others' letters."""
_SAME = {"nb": "no", "nn": "no", "bs": "hr", "iw": "he", "jw": "jv"}  # Bosnian cannot be told from Croatian in a mail
_MAIL_OR_LINK = re.compile(r"(?<!\S)(?=\S*?(?:@|://)|[wW]{3}\.)\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_IDEOGRAPHS = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
_FAR_WRITING = re.compile(r"[\u0530-\u1cff぀-ヿ㐀-鿿가-힯]")  # neither Latin nor Greek nor Cyrillic
_IN_CYRILLIC = re.compile(r"[А-яЀ-џґ]")


class Found(NamedTuple):
    """What CLD2 says: by ISO 639-1 code the part of the text that is in it, and how typical its letters are."""

    shares: dict[str, float]
    score: float

    @property
    def guessed(self) -> bool:
        """One language, with a score with which one sentence in five is told wrong; with a higher one in a hundred."""
        return len(self.shares) <= 1 and self.score < 600


def language_of(text: str, allowed: Collection[str] = ()) -> str:
    """ISO 639-1 code of the language in which most of the text is written, or ``unknown``.

    ``allowed`` narrows the choice; empty means every language known here.
    """
    read = text[:_ENOUGH_CHARS]
    words = _words(read)
    if len(words) < _ENOUGH_WORDS and len(_IDEOGRAPHS.findall(read)) < 2 * _ENOUGH_WORDS:
        return UNKNOWN
    said = " ".join(words)
    found = _found(said)
    if not allowed and (stranger := _stranger(found, said)):
        return stranger
    little = little_words(words)
    if len(words) < _NAMES and all(word.istitle() for word in words) and not little:
        return UNKNOWN
    candidates = {_SAME.get(code, code) for code in allowed} or EXPECTED
    chances = {code: chance for code, chance in _chances(found, said).items() if code in candidates}
    weights = {
        code: chance * _ODDS ** (_LITTLE_WORDS_WEIGH * little[code] / len(words)) for code, chance in chances.items()
    }
    weights = _by_letters(weights, set("".join([word for word in words if not word[0].isupper()])))
    best = max(sorted(weights), key=lambda code: weights[code], default=UNKNOWN)
    rivals = set(weights) if found.guessed else {one for group in _NEIGHBOURS if best in group for one in group}
    if best == UNKNOWN or any(weights[best] < _AHEAD * weights.get(rival, 0.0) for rival in rivals - {best}):
        return UNKNOWN
    strange = [
        share for code, share in found.shares.items() if code not in EXPECTED and best not in _RESEMBLES.get(code, ())
    ]
    return UNKNOWN if not allowed and weights[best] < max(strange, default=0.0) else best


def _stranger(found: Found, said: str) -> str | None:
    """A language that nobody expects, if the text is beyond doubt in it; its writing may say so."""
    far = bool(_FAR_WRITING.search(said))
    long = len(said.encode("utf-8", "replace")) >= _LONG_ENOUGH and not found.guessed
    for code, share in found.shares.items():
        if code not in EXPECTED and ((share >= _BEYOND_DOUBT and long) or (far and share > _MOST)):
            return code
    return None


def _chances(found: Found, said: str) -> dict[str, float]:
    """How likely each expected language is, before its little words are counted."""
    anybody = EXPECTED & _CYRILLIC if _IN_CYRILLIC.search(said) else EXPECTED - _CYRILLIC
    doubt = min(1.0, _DOUBT / len(said))
    chances = dict.fromkeys(anybody, (_ANYBODY if found.guessed else _NOBODY) * doubt)
    for code, share in found.shares.items():
        chances[code] = max(chances.get(code, 0.0), share)
        like = _RESEMBLES.get(code, ())
        near = {one for group in _NEIGHBOURS if {code, *like} & set(group) for one in group}
        apart = 1.0 if found.guessed or code in _MISTAKEN else _TOLD_APART
        for other in anybody & {*like, *near} - {code}:
            chances[other] = max(chances.get(other, 0.0), share * (1.0 if other in like else doubt * apart))
    return chances


def _words(text: str) -> list[str]:
    """Words of at least two different letters, without addresses and links."""
    if "@" in text or "://" in text or "www." in text.lower():
        text = _MAIL_OR_LINK.sub("", text)
    return [w for w in _WORD.findall(text) if len(w) > 1 and (w[0] != w[1] or len(set(w)) > 1)]


@lru_cache(maxsize=100)  # what many replies quote is asked again and again; 10 KB each
def _found(said: str) -> Found:
    """What ``language_of`` is told; a text of letters that CLD2 does not take for UTF-8 is in no language."""
    try:
        _, _, found = pycld2.detect(said.encode("utf-8", "replace"), isPlainText=True, bestEffort=True)
    except pycld2.error:
        return Found({}, 0.0)
    shares: dict[str, float] = {}
    for _, label, percent, _ in found:
        code = _SAME.get(label, label[:2] if label.startswith("zh") else label)
        if len(code) == 2 and code != "un":
            shares[code] = shares.get(code, 0.0) + percent / 100
    return Found(shares, found[0][3])


def _by_letters(weights: dict[str, float], letters: set[str]) -> dict[str, float]:
    """Without the neighbours, about as likely, of a language that alone has one of these letters."""
    own = [code for code in weights if letters.intersection(_LETTERS_OF_ITS_OWN.get(code, ""))]
    out = {
        other
        for code in own
        for group in _NEIGHBOURS
        if code in group
        for other in group
        if other not in own and weights.get(other, 0.0) <= _IN_DOUBT * weights[code]
    }
    return {code: weight for code, weight in weights.items() if code not in out}


def little_words(words: Iterable[str]) -> Counter[str]:
    """By language, how many of these are its little words."""
    spoken = _languages_of_little_word()
    return Counter(chain.from_iterable([spoken.get(word.casefold(), ()) for word in words]))


def little_words_of(language: str) -> frozenset[str]:
    """The little words of one language; none of one that is not known here."""
    return _little_words().get(language, frozenset())


def little_words_file() -> bytes:
    return files(__package__).joinpath("function_words.toml").read_bytes()


@cache
def _languages_of_little_word() -> dict[str, list[str]]:
    spoken: dict[str, list[str]] = {}
    for code, words in _little_words().items():
        for word in words:
            spoken.setdefault(word, []).append(code)
    return spoken


@cache
def _little_words() -> dict[str, frozenset[str]]:
    lists = tomllib.loads(little_words_file().decode())
    return {code: frozenset(words.casefold().split()) for code, words in lists.items()}
