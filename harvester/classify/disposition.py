"""What kind of mail a reply is, decided before any topic, and the sign that says so.

Machines first: nobody waits for an answer from them. Then what a person tells us; an example wins over
a question beside it, a question over "nothing to report", that over "you will hear from us".
"""

import re
from collections.abc import Iterator, Mapping

from harvester.classify.machine_texts import (
    LIKELY,
    confirms_a_ticket,
    is_a_letter,
    says_it_is_automatic,
    says_it_is_away,
    says_who_left,
)
from harvester.classify.machines import CERTAIN
from harvester.model import Disposition, Evidence, Message, SegmentKind

SAID = (Disposition.QUESTION, Disposition.NIL, Disposition.HOLDING)
"""What rules/dispositions.toml may find in a person's words, the strongest first."""

_ASKED = re.compile(r"(?:^|(?<=[.!?\n]))\s*(?P<words>[^.!?\n]{8,300}[^\W_][\"»”)]?\s?\?)(?=\s|$)")
_FEWEST_WORDS = 3  # "Right?" and "OK?" ask nothing


def certain(message: Message) -> tuple[Disposition, str] | None:
    """The kind of a mail that bears a machine's sign in headers or structure and the sign, whatever its words say."""
    for kind, sign in CERTAIN:
        if why := sign(message):
            return kind, why
    return None


def disposition(
    message: Message, said: Mapping[str, Evidence], has_evidence: bool, language: str, *, nearly: bool = False
) -> tuple[Disposition, str]:
    """The kind of a mail of which nothing is ``certain``, and a sentence that names the sign.

    ``said``: the rule hit by the name of the disposition that it speaks for; ``has_evidence``: some
    category counts for this reply; ``nearly``: some rule spoke, but not loud enough or of a rejected idea.
    """
    for kind, why in _likely(message, said, has_evidence, nearly, language):
        return kind, why
    if has_evidence:
        asks = said.get(Disposition.QUESTION)
        return Disposition.EVIDENCE, "tells an example" + (f", and asks us: {_quoted(asks)}" if asks else "")
    for kind in SAID:
        if hit := said.get(kind):
            return kind, f"{hit.because}: {_quoted(hit)}"
    if asked := _question_mark(message):
        return Disposition.QUESTION, f'ends in a question mark: "{asked}"'
    return Disposition.UNCLEAR, _nothing_recognised(message)


def _likely(
    message: Message, said: Mapping[str, Evidence], has_evidence: bool, nearly: bool, language: str
) -> Iterator[tuple[Disposition, str]]:
    """Signs in words, which a reply that has something to tell outweighs."""
    if has_evidence and is_a_letter(message):
        return
    for kind, sign in LIKELY:
        if why := sign(message):
            yield kind, why
    if any(part.kind is SegmentKind.FORWARDED for part in message.segments):
        return  # a person passed on what some machine says
    answers = has_evidence or nearly or Disposition.NIL in said
    if why := says_it_is_automatic(message, language):
        yield Disposition.AUTO_REPLY, why
    if not answers and (why := says_it_is_away(message, language)):
        yield Disposition.AUTO_REPLY, why
    if not answers and not said and (why := says_who_left(message, language)):
        yield Disposition.AUTO_REPLY, why
    if not answers and (why := confirms_a_ticket(message, language, said)):
        yield Disposition.AUTO_REPLY, why


def _question_mark(message: Message) -> str | None:
    """A sentence that asks, in languages whose words no rule knows."""
    text = message.own_text[:5_000]
    for found in _ASKED.finditer(text) if "?" in text else ():
        if len(found["words"].split()) >= _FEWEST_WORDS:
            return _short(found["words"])
    return None


def _quoted(hit: Evidence) -> str:
    return f'"{_short(hit.text)}"'


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"


def _nothing_recognised(message: Message) -> str:
    if message.own_text.strip():
        return "a person's words in which no rule sees an example, a question or a nil return"
    if message.enclosures:
        return "no words of its own, only files"
    return "no words of its own"
