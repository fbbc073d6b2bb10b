"""Numbers, plurals, lists and dates as a language writes them: the only door of Babel (Unicode CLDR)."""

from datetime import datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

REGIONS = {"en": "en_GB"}  # 16 August 2027, not August 16, 2027
NO_BREAK = "\u00a0"
COUNTED = range(1, 1001)  # attachments, links, days: nobody counts further


class WrongWords(ValueError):
    """A template asks for words that its language does not have, or leaves one out that it needs."""


class Tongue:
    """One language. Raises LookupError for a code that nobody knows."""

    def __init__(self, language: str) -> None:
        self.language = language
        try:
            self.locale = Locale.parse(REGIONS.get(language, language))
        except (UnknownLocaleError, ValueError) as fault:
            raise LookupError(f"{language!r} is not the code of a language that we know (ISO 639-1)") from fault
        self._plural = lru_cache(4096)(self.locale.plural_form)
        self._number = lru_cache(4096)(lambda n: str(format_decimal(n, locale=self.locale)))

    def plurals(self) -> list[str]:
        """The forms that this language has for whole numbers: ``one`` and ``other``, or ``one few many other`` ..."""
        return sorted({str(self.locale.plural_form(n)) for n in COUNTED})

    def count(self, number: int, /, **forms: str) -> str:
        """``count(3, one="{n} link", other="{n} links")`` -> ``3 links``; nothing for 0."""
        if number == 0:
            return ""
        form = forms.get(self._plural(number), forms.get("other"))
        if form is None:
            needed = ", ".join(f'{name}="..."' for name in self.plurals())
            raise WrongWords(f'count() for {number} lacks {self._plural(number)}="..."; {self.language} needs {needed}')
        return form.replace("{n}", self._number(number))

    def listed(self, *things: str) -> str:
        """``1 attachment and 3 links``: without those that are empty."""
        return str(format_list([one for one in things if one], locale=self.locale))

    def day(self, when: datetime) -> str:
        """``Monday, 16 August 2027``, kept together when lines are wrapped."""
        return str(format_date(when, "full", locale=self.locale)).replace(" ", NO_BREAK)

    def hour(self, when: datetime) -> str:
        """``12:00``."""
        return str(format_time(when, "short", locale=self.locale))


def territories(language: str) -> dict[str, str]:
    """Country names by ISO 3166-1 alpha-2 code, and some codes besides that CLDR knows."""
    names = Tongue(language).locale.territories
    return {str(code): str(name) for code, name in names.items() if len(code) == 2}


def languages(language: str) -> dict[str, str]:
    """Names of languages by ISO 639 code, each as a word within a sentence."""
    return {str(code): str(name) for code, name in Tongue(language).locale.languages.items()}
