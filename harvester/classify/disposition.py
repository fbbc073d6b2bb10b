"""What kind of mail a reply is, decided before any topic, and the sign that says so.

Machines first: nobody waits for an answer from them. Then what a person tells us; an example wins over
a question beside it, a question over "nothing to report", that over "you will hear from us".
"""

from collections.abc import Iterator, Mapping

from harvester.classify.machines import (
    CERTAIN,
    LIKELY,
    confirms_a_ticket,
    is_a_letter,
    says_it_is_automatic,
    says_it_is_away,
)
from harvester.model import Disposition, Evidence, Message

SAID = (Disposition.QUESTION, Disposition.NIL, Disposition.HOLDING)
"""What rules/dispositions.toml may find in a person's words, the strongest first."""


def disposition(
    message: Message, said: Mapping[str, Evidence], has_evidence: bool, language: str
) -> tuple[Disposition, str]:
    """The kind of mail and a sentence that names the sign.

    ``said``: the rule hit by the name of the disposition that it speaks for; ``has_evidence``: some
    category counts for this reply.
    """
    for kind, sign in CERTAIN:
        if why := sign(message):
            return kind, why
    for kind, why in _likely(message, said, has_evidence, language):
        return kind, why
    if has_evidence:
        asks = said.get(Disposition.QUESTION)
        return Disposition.EVIDENCE, "tells an example" + (f", and asks us: {_quoted(asks)}" if asks else "")
    for kind in SAID:
        if hit := said.get(kind):
            return kind, f"{hit.because}: {_quoted(hit)}"
    return Disposition.UNCLEAR, _nothing_recognised(message)


def _likely(
    message: Message, said: Mapping[str, Evidence], has_evidence: bool, language: str
) -> Iterator[tuple[Disposition, str]]:
    """Signs in words, which a reply that has something to tell outweighs."""
    if has_evidence and is_a_letter(message):
        return
    for kind, sign in LIKELY:
        if why := sign(message):
            yield kind, why
    answers = has_evidence or Disposition.NIL in said
    if why := says_it_is_automatic(message, language):
        yield Disposition.AUTO_REPLY, why
    if not answers and (why := says_it_is_away(message, language)):
        yield Disposition.AUTO_REPLY, why
    if not answers and (why := confirms_a_ticket(message, language, says_more=bool(said))):
        yield Disposition.AUTO_REPLY, why


def _quoted(hit: Evidence) -> str:
    line = " ".join(hit.text.split())
    return f'"{line if len(line) <= 120 else line[:119] + "…"}"'


def _nothing_recognised(message: Message) -> str:
    if message.own_text.strip():
        return "a person's words in which no rule sees an example, a question or a nil return"
    if message.files:
        return "no words of its own, only files"
    return "no words of its own"
