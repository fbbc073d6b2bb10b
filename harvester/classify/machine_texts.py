"""Signs in words that no person wrote a mail: subjects, senders, how the text begins.

``LIKELY`` signs give way to a reply that has something to tell: a person's evidence is never called automatic
because the person is on leave. The words stand in ``machine_words.toml`` of the message room.
"""

import re
from collections.abc import Collection
from functools import cache
from itertools import groupby

from harvester.classify.machines import Sign, null_return_path, sent_by_a_robot, short
from harvester.message.robots import any_of, folded, machine_words, starts_out_of_office
from harvester.model import Disposition, Message

_BEGINNING = 250  # characters in which an automatic text shows itself
_SHORT = 600  # a text of which every sentence counts
_BARE = 350  # a receipt and nothing else
_UNSIGNED_LINES = 2  # a greeting and a paragraph, or two paragraphs
_LETTER = 200  # enough to be somebody's own words
_SOMEBODY = re.compile(
    r"(?<!\w)(?:mrs?|ms|dr|frau|herrn?|mme|madame|monsieur|sra?|sig(?:nora|ra)?|dott|pan[ia]?|colleg\w*|coleg\w*|kolleg\w*"
    r"|koleg\w*|companer\w*|i|ich|je|j'ai|ik|jeg|jag|mina|ja)(?!\w)"
)
_ALL_THE_SAME = re.compile(
    r"(?<!\w)(?:but|however|so|aber|jedoch|daher|mais|donc|pero|ma|maar|mas|men|sa|mutta|ale|vsak|avsak|dar|azonban|vendar"
    r"|ali|kuid|aga|bet|taciau|tacu|ama|fakat|но|але|αλλα|ach)(?!\w)[^.!?:@]{0,60}:"
    r"(?![^.]{0,80}(?:@|\d{3}|conta[ck]t|kontakt|contatt|wenden|adress|rivolg|phone|call))"
    r"(?: [^\s@:]{1,40}){3}"
)
_DENIES = re.compile(  # "nothing to report", where no rule knows the language
    r"(?<!\w)(?:no|none|nil|not|nein|kein\w*|nicht|aucune?|pas|ningun\w*|non|nessun\w*|niet|geen|nenhum\w*|nao|inga|inte"
    r"|ingen|ikke|ekki|ei|emme|nie|brak|ne|neni|nema\w*|nimamo|ni|nincs\w*|nem|nu|niciun\w*|няма\w*|не|нет|нема\w*"
    r"|δεν|καν\w*|pole|nav|ner|neturi\w*|nil|yok|degil)(?!\w)"
)
_REPLY = re.compile(r"(?:re|aw|antw|sv|vs|odp|rif|rv|ref|fw|fwd|wg) ?:")
# "this e-mail was automatically scanned for viruses" stands below people's mail, so does "translated"
_OTHER_AUTOMATIC = re.compile(
    r"\b(?:anti-?)?vir(?:us|en)|malware|\bspam|\bscan|translat|traduc|tradot|ubersetz|vertaal"
)


def away_by_subject(mail: Message) -> str | None:
    if starts_out_of_office(mail.subject):
        return f'the subject begins as out-of-office notes do: "{short(mail.subject)}"'
    return None


def read_by_subject(mail: Message) -> str | None:
    """Read receipts of programs that write them as plain text."""
    label = folded(mail.subject[:80]).partition(":")[0].strip()
    if label not in _folded_words("read") or len(mail.own_text) > _SHORT:
        return None
    if mail.own_text.strip() and not _pattern("was_read", "").search(folded(mail.text[:_SHORT])):
        return None
    return f'a read receipt by its subject: "{short(mail.subject)}"'


def answers_a_meeting(mail: Message) -> str | None:
    """``Accepted: Meeting`` and not a word more."""
    label = folded(mail.subject[:80]).partition(":")
    if label[1] and label[0].strip() in _folded_words("meeting") and not mail.own_text.strip():
        return f'an answer to a meeting by its subject: "{short(mail.subject)}"'
    return None


def lets_readers_go(mail: Message) -> str | None:
    """A newsletter without its headers: the way out of it at the end of a mail that answers nothing of ours."""
    if mail.in_reply_to or mail.references or _REPLY.match(folded(mail.subject[:20])):
        return None
    if found := _way_out().search(folded(mail.own_text[-_SHORT:])):
        return f'a newsletter that offers to leave it: "{found.group()}"'
    return None


def says_it_is_automatic(mail: Message, language: str) -> str | None:
    """ "This is an automatic message" at the beginning, or anywhere in a short text."""
    text = folded(mail.own_text[: 2 * _SHORT])
    seen = text if len(text) <= _SHORT else text[:_BEGINNING]
    for found in _pattern("automatic", language).finditer(seen):
        if not _OTHER_AUTOMATIC.search(seen, max(0, found.start() - 30), found.end() + 40):
            return f'the text says so itself: "{found.group()}"'
    return None


def says_it_is_away(mail: Message, language: str) -> str | None:
    """ "I am out of the office until ..." at the beginning; further down a person says it in passing, and some
    answer all the same: "I am on leave, but in short: ...".
    """
    text = folded(mail.own_text[:_SHORT])
    found = _pattern("absent", language).search(text[:_BEGINNING])
    if found and not _ALL_THE_SAME.search(text, found.end()):
        return f'begins as out-of-office notes do: "{found.group()}"'
    return None


def says_who_left(mail: Message, language: str) -> str | None:
    """ "Anna no longer works here", in a short text: whoever took over says more."""
    text = folded(mail.own_text[: 2 * _SHORT])
    if len(text) > _BARE or mail.enclosures:
        return None
    if found := _pattern("left", language).search(text[:_BEGINNING]):
        return f'a person or an address is gone: "{found.group()}"'
    return None


def confirms_a_ticket(mail: Message, language: str, said: Collection[str]) -> str | None:
    """ "We have received your message": with a ticket's number, or with nothing else to say.

    "You will hear from us" is nothing else where nobody signs and nobody is spoken of: a person's holding reply says
    who will answer.
    """
    text, subject = folded(mail.own_text[: 2 * _SHORT]), folded(mail.subject[:200])
    own_subject = "" if _REPLY.match(subject) else subject  # of a reply it may be our letter's
    received = _pattern("received", language)
    in_text = received.search(text[:_BEGINNING])
    found = in_text or received.search(own_subject)
    if not found:
        return None
    if ticket := _ticket().search(f"{own_subject} {text[:_SHORT]}"):
        return f'a receipt for our mail ("{found.group()}") with a number ("{ticket.group()}")'
    unsigned = sum(bool(line.strip()) for line in mail.own_text.split("\n")) <= _UNSIGNED_LINES
    nobody = unsigned and not _SOMEBODY.search(text, in_text.end() if in_text else 0)
    more = set(said) - ({Disposition.HOLDING} if nobody else set())
    denies = _DENIES.search(text, in_text.end()) if in_text else None
    if not more and not denies and len(text) <= _BARE and not mail.enclosures:
        return f'a receipt for our mail and nothing more: "{found.group()}"'
    return None


def is_a_letter(mail: Message) -> bool:
    """Long enough, or with a file, to be somebody's own words."""
    return len(mail.own_text.strip()) >= _LETTER or bool(mail.enclosures)


LIKELY: tuple[tuple[Disposition, Sign], ...] = (
    (Disposition.AUTO_REPLY, away_by_subject),
    (Disposition.RECEIPT, read_by_subject),
    (Disposition.CALENDAR, answers_a_meeting),
    (Disposition.AUTO_REPLY, null_return_path),
    (Disposition.AUTO_REPLY, sent_by_a_robot),
    (Disposition.LIST, lets_readers_go),
)


@cache
def _folded_words(sign: str) -> frozenset[str]:
    return frozenset(folded(word) for words in machine_words(sign).values() for word in words)


@cache
def _pattern(sign: str, language: str) -> re.Pattern[str]:
    """The patterns of one sign in this language and English; of all languages for an unknown one."""
    spoken = machine_words(sign)
    chosen = {language, "en"} if language in spoken else spoken.keys()
    ways = []
    for blanks, codes in groupby(sorted(chosen & spoken.keys()), key=lambda code: code != "ja"):
        start = r"(?<![^\W\d_])" if blanks else ""  # Japanese has no blanks between words
        ways.append(f"{start}(?:{'|'.join(_compiled(pattern) for code in codes for pattern in spoken[code])})")
    return re.compile("|".join(ways))


def _compiled(pattern: str) -> str:
    return f"(?:{folded(pattern).replace(' ... ', '(?: .{0,50}?)? ')})"


@cache
def _way_out() -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_])(?:{any_of('leave')})")


@cache
def _ticket() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{any_of('ticket')})(?!\w)|\[(?:case|ref|id|nr|no)?[ :.#-]*\d{{3,}}\]|#\d{{4,}}")
