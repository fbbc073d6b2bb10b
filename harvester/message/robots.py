"""How machines sign their mail: out-of-office subjects, robot senders, bounce subjects.

Who judges a mail and who decides on an answer both ask here, so that they never disagree on a word.
The words stand in ``machine_words.toml``. Every check matches one compiled choice of words against
the start of a short, folded text, so that its time does not grow with hostile input.
"""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files


class _Folding(dict[int, str | None]):
    """For ``str.translate``, which asks once for each letter it meets: accents go, some letters have a plain one."""

    def __missing__(self, code: int) -> str | None:
        letter = None if unicodedata.combining(chr(code)) else chr(code)
        self[code] = letter
        return letter


_PLAIN: dict[str, str | None] = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'", "‘": "'", "`": "'", "´": "'"
}  # fmt: skip
_LETTERS = _Folding(str.maketrans(_PLAIN))
_SUBJECT_CHARS = 300
_GATEWAY_TAG = r"(?:\[[^\[\]]*\] ?)?\W{0,3}"  # gateways put [EXTERN] in front


@lru_cache(maxsize=16)  # each sign asks for the same few texts
def folded(text: str) -> str:
    """Small letters, no accents, single blanks, straight apostrophes: for comparing, never for showing."""
    return " ".join(unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS).split())


def starts_out_of_office(subject: str) -> bool:
    """An automatic reply by the first words of its subject, in any language known here.

    First words only: "Re: Out of office hours service" is a person's subject, and so is
    "Out of office hours service", where the label goes on as somebody's topic.
    """
    return bool(_out_of_office().match(folded(subject[:_SUBJECT_CHARS])))


def is_bounce_subject(subject: str) -> bool:
    """The subject under which mail systems return mail. A sign only together with a robot's address:
    people write "Undeliverable post in our district" too.
    """
    return bool(_returned().match(folded(subject[:_SUBJECT_CHARS])))


def is_robot(local_part: str) -> bool:
    """No person reads this mailbox (RFC 3834, section 2; RFC 5230, section 4.6).

    Whole words at either end only: ``gmail-noreply`` and ``bounces+17`` are robots,
    ``anna.noreply-jones`` is a person.
    """
    return bool(_robot().fullmatch(local_part[:256].strip().strip('"').casefold()))


@cache
def machine_words(sign: str) -> dict[str, tuple[str, ...]]:
    """The words of one sign (``away``, ``returned``, ...) by language, as written in the file."""
    return {language: tuple(table[sign]) for language, table in _tables().items() if sign in table}


def any_of(sign: str) -> str:
    """A pattern for any word of this sign in any language, folded, longest first."""
    words = {folded(word) for words in machine_words(sign).values() for word in words}
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("machine_words.toml").read_text(encoding="utf-8"))


@cache
def _out_of_office() -> re.Pattern[str]:
    return re.compile(
        rf"{_GATEWAY_TAG}(?:"
        rf"(?:{any_of('away')})(?![^\W\d_])(?! (?:-? ?hours?|-? ?times?|service))"
        rf"|(?:{any_of('label')}) ?(?:$|[:(\[–—-]|\d|(?:{any_of('until')})\W))"
    )


@cache
def _returned() -> re.Pattern[str]:
    return re.compile(rf"{_GATEWAY_TAG}(?:{any_of('returned')})")


@cache
def _robot() -> re.Pattern[str]:
    nobody, daemons = (any_of(sign).replace(r"\-", "[-_.]?") for sign in ("nobody_reads", "daemon"))
    mark = "[-_.+=]"
    return re.compile(
        rf"(?:{nobody})\d*(?:{mark}.*)?|.*{mark}(?:{nobody})\d*"
        rf"|(?:{daemons})(?:\+.*)?"
        rf"|owner{mark}.*|.*{mark}(?:owner|request)"
        rf"|bounces?\d*(?:{mark}.*)?|.*{mark}bounces?"
        rf"|microsoftexchange[0-9a-f]{{16,}}"  # Microsoft 365 returns mail from it
    )
