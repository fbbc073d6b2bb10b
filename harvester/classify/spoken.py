"""In which language each segment of a mail is written."""

from dataclasses import replace
from functools import lru_cache

from harvester.classify.language import language_of
from harvester.model import Message, Segment, SegmentKind

LEAST = 80  # characters; of less nobody can tell
MOST = 600  # characters that are looked at; a whole mail is judged on more
SPEAKING = (SegmentKind.OWN, SegmentKind.QUOTED, SegmentKind.FORWARDED)


def spoken(message: Message, language: str) -> tuple[Segment, ...]:
    """The segments with their languages; empty for what is too short and for what is nobody's reply (signatures,
    our own request). A mail's only own segment is in the mail's language."""
    own = [one for one in message.segments if one.kind is SegmentKind.OWN]

    def of(one: Segment) -> str:
        return language if own == [one] else _told(message.text[one.start : min(one.end, one.start + MOST)])

    return tuple(
        replace(one, language=of(one)) if one.kind in SPEAKING and one.end - one.start >= LEAST else one
        for one in message.segments
    )


@lru_cache(maxsize=500)  # what many replies quote
def _told(text: str) -> str:
    return language_of(text)
