"""Which language a text is written in; the door of py3langid.

py3langid weighs letter sequences and is right from one sentence on. Close neighbours (Danish and
Norwegian, Czech and Slovak) part in shorter texts by a few words that only one of them has. Where
both leave doubt the answer is ``unknown``: a letter in a neutral language is better than one in
the wrong language.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain
from typing import Any

UNKNOWN = "unknown"
OFFICIAL = frozenset(
    {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt"}
    | {"nl", "pl", "pt", "ro", "sk", "sl", "sv"}
)
"""The languages of the European Union."""
EXPECTED = OFFICIAL | {"is", "no", "ru", "tr", "uk"}
"""Those and its neighbours'; any other must be beyond doubt."""

_ENOUGH_CHARS = 4_000  # more text never changes the answer
_LONG = 900  # characters from which samples are asked first
_SAMPLE = 200  # characters of each
_LITTLE_WORDS = 9  # of the language, at least, before less than everything is asked
_ENOUGH_WORDS = 3  # fewer are a name or a greeting
_SURE = 0.5  # share of the probability among the candidates
_BEYOND_DOUBT = 0.95  # for a language that nobody expects
_OURS = 0.35  # less for all the expected together: it is another, we cannot tell which
_ODDS = 2.0  # of a text all of whose words are this language's little words, to the power below
_LITTLE_WORDS_WEIGH = 8

_NEIGHBOURS = (("da", "no", "sv"), ("cs", "sk"), ("hr", "sl"), ("bg", "ru", "uk"), ("es", "pt"), ("et", "fi"))
_LETTERS_OF_ITS_OWN = {
    "cs": "ěřů", "sk": "ľĺŕäô", "hr": "ćđ", "ru": "ыэё", "uk": "іїєґ", "sv": "äö", "da": "æø",
    "no": "æø", "et": "õ", "es": "ñ", "pt": "ãõç",
}  # fmt: skip
"""Letters that no neighbour has, but for Danish and Norwegian: one settles a doubt. Names hold others' letters."""
_IN_DOUBT = 5.0  # a neighbour at most so many times as likely
_AHEAD = 1.8  # so many times as likely as any neighbour; "Kommunen og foreningen deler lokaler." is both
_LIKE_NO_OTHER = frozenset(
    {"de", "el", "en", "fi", "fr", "hu", "lt", "lv", "pl"}
)  # Dutch is like Afrikaans, Spanish like Catalan
_MANY = 0.15  # share of the words that are the language's little words: an ordinary text
_FAR_AHEAD = 50.0  # ... than any neighbour, for samples to be enough
_SAME = {"nb": "no", "nn": "no", "bs": "hr"}  # Bosnian and Croatian cannot be told apart in a mail
_MAIL_OR_LINK = re.compile(r"@|://|^www\.", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_IDEOGRAPHS = re.compile(r"[぀-ヿ㐀-鿿가-힯]")


def make_ready() -> None:
    """Load now what is otherwise loaded at the first text."""
    _identifier()


def language_of(text: str, allowed: Collection[str] = ()) -> str:
    """ISO 639-1 code of the language in which most of the text is written, or ``unknown``.

    ``allowed`` narrows the choice; empty means every language known here.
    """
    read = text[:_ENOUGH_CHARS]
    if not allowed and len(read) >= _LONG and (code := _of_samples(read)):
        return code
    words = _words(read)
    if not allowed and (code := _unmistakable(little_words(words), len(words))):
        return code
    ideographs = len(_IDEOGRAPHS.findall(read))
    if len(words) < _ENOUGH_WORDS and ideographs < 2 * _ENOUGH_WORDS:
        return UNKNOWN
    chances = _chances(" ".join(words))
    candidates = {_SAME.get(code, code) for code in allowed} or EXPECTED
    if not allowed:
        stranger = max(chances.keys() - EXPECTED, key=lambda code: chances[code])
        if chances[stranger] >= _BEYOND_DOUBT:
            return stranger
        if sum(chances[code] for code in EXPECTED) < _OURS:
            return UNKNOWN
    weights = _weighed({code: chances[code] for code in sorted(candidates & chances.keys())}, words)
    weights = _by_letters(weights, {letter for word in words if not word[0].isupper() for letter in word})
    best = max(weights, key=lambda code: weights[code], default=UNKNOWN)
    if best == UNKNOWN or weights[best] < _SURE * sum(weights.values()):
        return UNKNOWN
    rivals = [weights[code] for group in _NEIGHBOURS if best in group for code in group if code in weights]
    return best if sum(weights[best] < _AHEAD * rival for rival in rivals) <= 1 else UNKNOWN  # itself aside


def goes_on_in(language: str, text: str) -> bool:
    """Does a text that stands beside another of this language speak it too, by its little words alone?"""
    little = little_words(_words(text))
    return little[language] >= _LITTLE_WORDS and little[language] == max(little.values())


def _of_samples(text: str) -> str | None:
    """The language of beginning, middle and end, if it is the same and beyond doubt: saves most of the work."""
    middle = len(text) // 2
    samples = (text[:_SAMPLE], text[middle - _SAMPLE // 2 : middle + _SAMPLE // 2], text[-_SAMPLE:])
    words = [_words(sample) for sample in samples]
    little = [little_words(some) for some in words]
    together = sum(little, Counter())
    best = max(together, key=lambda code: together[code], default=UNKNOWN)
    if together[best] < _LITTLE_WORDS or not all(0 < one[best] == max(one.values()) for one in little):
        return None
    if _unmistakable(together, sum(map(len, words))):
        return best
    chances = _chances(" ".join(chain.from_iterable(words)))
    neighbours = {code for group in _NEIGHBOURS if best in group for code in group} - {best}
    if chances.get(best, 0.0) < _BEYOND_DOUBT or any(
        chances[best] < _FAR_AHEAD * chances.get(code, 0.0) for code in neighbours
    ):
        return None
    return best


def _unmistakable(little: Counter[str], words: int) -> str | None:
    """The language of so many little words that no other can be meant, unless one that we do not know is like it."""
    best = max(little, key=lambda code: little[code], default=UNKNOWN)
    if best not in _LIKE_NO_OTHER or little[best] < max(_LITTLE_WORDS, _MANY * words):
        return None
    return best if all(3 * little[other] < little[best] for other in little if other != best) else None


def _words(text: str) -> list[str]:
    """Words of at least two different letters, without addresses and links."""
    if "@" in text or "://" in text or "www." in text.lower():
        text = " ".join(token for token in text.split() if not _MAIL_OR_LINK.search(token))
    return [w for w in _WORD.findall(text) if len(w) > 1 and (w[0] != w[1] or len(set(w)) > 1)]


@lru_cache(maxsize=100)  # what many replies quote is asked again and again; 10 KB each
def _chances(text: str) -> dict[str, float]:
    """Probability by ISO 639-1 code. Regional tongues without such a code leave theirs to the others."""
    chances: dict[str, float] = {}
    for label, chance in _identifier().rank(text):
        code = _SAME.get(label, label)
        if len(code) == 2:
            chances[code] = chances.get(code, 0.0) + chance
    whole = sum(chances.values()) or 1.0
    return {code: chance / whole for code, chance in chances.items()}


def _weighed(chances: dict[str, float], words: list[str]) -> dict[str, float]:
    """What the letters say, tipped by the share of little words."""
    little = little_words(words)
    return {
        code: chance * _ODDS ** (_LITTLE_WORDS_WEIGH * little[code] / len(words)) for code, chance in chances.items()
    }


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


@cache
def _languages_of_little_word() -> dict[str, list[str]]:
    spoken: dict[str, list[str]] = {}
    for code, words in _little_words().items():
        for word in words:
            spoken.setdefault(word, []).append(code)
    return spoken


@cache
def _little_words() -> dict[str, frozenset[str]]:
    lists = tomllib.loads(files(__package__).joinpath("function_words.toml").read_text(encoding="utf-8"))
    return {code: frozenset(words.casefold().split()) for code, words in lists.items()}


@cache
def _identifier() -> Any:
    """Loaded at the first text: 0.7 s and 100 MB, once a process. One of our own, so that nobody
    else's ``set_languages`` reaches it.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
