"""What an out-of-office note tells besides: until when its writer is away, and who answers meanwhile.

The words stand in ``absence_words.toml``. A day without a year is the one next to the day of the mail.
"""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from harvester.message.robots import folded, is_robot
from harvester.model import Absence, Message

_READ = 1_500  # characters of the note
_LONGEST = timedelta(days=550)

_YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)[-./] ?(\d{1,2})[-./] ?(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<![\d./])(\d{1,2})([./]) ?(\d{1,2})(?:\2 ?(\d{4}|\d\d))?(?![\d/])")
_DASHED = re.compile(r"(?<![\d./-])(\d{1,2})-(\d{1,2})-(\d{4}|\d\d)(?![\d-])")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.|º|°)?[ ,]{0,2}(?:of |de |d'|ta' )?([^\W\d_]{3,12})"
    r"\.?,?(?: (?:de |del )?(\d{4}))?"
)
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.? (\d{1,2})(?:st|nd|rd|th|\.)?(?!\d)(?:,? ?(\d{4}))?")

_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?|[^\s\w]")
_BETWEEN = frozenset(["van", "von", "de", "den", "der", "da", "di", "la", "le", "zu", "del", "dos", "af", "av"])
_NO_NAMES = frozenset(
    ("contact", "contactez", "contacte", "contatti", "kontakt", "kontakta", "please", "bitte", "email")
)
_NEAR = 60  # characters between a name and its address, or between "please contact" and a name


def absence_of(mail: Message, language: str) -> Absence | None:
    """None where the note says neither."""
    note = f"{mail.subject[:200]}\n{mail.own_text[:_READ]}"
    absence = Absence(_back(mail, note, language), _deputy(mail, language))
    return absence if absence != Absence() else None


def _back(mail: Message, note: str, language: str) -> date | None:
    """The last day named that may be meant."""
    if mail.date is None:
        return None
    sent = mail.date.date()
    days = [day for day in _days(folded(note), sent, language) if sent < day <= sent + _LONGEST]
    return max(days, default=None)


def _days(note: str, sent: date, language: str) -> Iterator[date]:
    written: list[tuple[str | None, int, str]] = []  # year, month, day
    for year, month, day in _YEAR_FIRST.findall(note):
        written.append((year, int(month), day))
    note = _YEAR_FIRST.sub(" ", note)
    dashed = _DASHED.findall(note)  # 10-12 without a year is a number of things
    for first, second, year in [(a, b, y) for a, _, b, y in _NUMBERS.findall(note)] + dashed:
        day, month = (second, first) if int(second) > 12 else (first, second)
        written.append((year, int(month), day))
    for day, name, year in _DAY_FIRST.findall(note):
        written.append((year, _month(name, language), day))
    for name, day, year in _MONTH_FIRST.findall(note):
        written.append((year, _month(name, language), day))
    for year, month, day in written:
        if found := _day(year, month, int(day), sent):
            yield found


def _day(year: str | None, month: int, day: int, sent: date) -> date | None:
    try:
        if year:
            return date(int(year) + (2_000 if len(year) == 2 else 0), month, day)
        here = date(sent.year, month, day)
        return here if here >= sent - timedelta(days=60) else date(sent.year + 1, month, day)
    except ValueError:
        return None


def _month(word: str, language: str) -> int:
    """1 to 12; 0 for a word that is none. Endings may differ: in many languages months are declined."""
    for names, number in _months(language):
        if any(word.startswith(_stem(name)) and len(word) <= len(name) + 3 for name in names):
            return number
    return 0


def _stem(name: str) -> str:
    return name[:-2] if len(name) >= 7 else name[:-1] if len(name) == 6 else name


def _deputy(mail: Message, language: str) -> str | None:
    """Whom to write to: the first address that is not the writer's, or a name after words that announce one."""
    note = mail.own_text[:_READ]
    announced = _turn_to(language)
    for found in _ADDRESS.finditer(note):
        address = found.group()
        if address.lower() == (mail.sender.address or "").lower() or is_robot(address.partition("@")[0]):
            continue
        names = _names(note[max(0, found.start() - _NEAR) : found.start()])
        return f"{names[-1]} <{address}>" if names else address
    for line in note.split("\n") if announced else ():
        if announced and (cue := announced.search(folded(line))):
            names = _names(_letters_from(line, cue.end())[:_NEAR])
            if names:
                return names[0]
    return None


def _names(text: str) -> list[str]:
    """Two to four words in a row with a capital letter, "von" and its like between them."""
    runs: list[list[str]] = [[]]
    for word in _WORD.findall(text):
        if word[0].isupper() or (word in _BETWEEN and runs[-1]):
            runs[-1].append(word)
            if word.endswith(".") and len(word) > 4:  # the sentence ends; "Dr." goes on
                runs.append([])
        else:
            runs.append([])
    found = []
    for run in runs:
        while run and (run[-1] in _BETWEEN or folded(run[0]) in _NO_NAMES):
            run.pop() if run[-1] in _BETWEEN else run.pop(0)
        if 2 <= len(run) <= 6:
            found.append(" ".join(run).rstrip("."))
    return found


def _letters_from(line: str, place: int) -> str:
    """The rest of a line after so many characters of its folded form."""
    length = 0
    for number, letter in enumerate(" ".join(line.split())):
        if length >= place:
            return " ".join(line.split())[number:]
        length += len(folded(f"x{letter}x")) - 2
    return ""


@cache
def _months(language: str) -> tuple[tuple[tuple[str, ...], int], ...]:
    """(names, number); of a language not known here, those of all that agree on it."""
    tables = _tables()
    spoken = [tables[language]] if language in tables else list(tables.values())
    return tuple(
        (tuple(names.split("|")), number) for table in spoken for number, names in enumerate(table["months"], 1)
    )


@cache
def _turn_to(language: str) -> re.Pattern[str] | None:
    table = _tables().get(language)
    return re.compile("|".join(rf"\b(?:{words})" for words in table["turn_to"])) if table else None


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(files(__package__).joinpath("absence_words.toml").read_text(encoding="utf-8"))
