"""Which language each segment of a mail is written in."""

from harvester.classify.spoken import spoken
from harvester.model import Headers, Message, Segment, SegmentKind

FRENCH = "Dans notre commune, une association d'habitants s'occupe de la bibliothèque depuis l'année dernière.\n"
GERMAN = "In unserer Gemeinde kümmert sich ein Verein von Einwohnern seit dem letzten Jahr um die Bücherei.\n"
SIGNED = "Jean Dupont, secrétaire général de la mairie, place de la République, téléphone et télécopie, demain\n"


def mail(*parts: tuple[SegmentKind, str]) -> Message:
    text, segments = "", []
    for kind, words in parts:
        segments.append(Segment(kind, len(text), len(text) + len(words)))
        text += words
    return Message("", 0, Headers(()), text=text, segments=tuple(segments))


def languages(message: Message, language: str) -> list[str]:
    return [one.language for one in spoken(message, language)]


def test_what_is_quoted_or_forwarded_has_a_language_of_its_own():
    message = mail((SegmentKind.OWN, FRENCH), (SegmentKind.QUOTED, GERMAN), (SegmentKind.FORWARDED, FRENCH))
    assert languages(message, "fr") == ["fr", "de", "fr"]


def test_own_words_in_two_languages_are_told_apart():
    message = mail((SegmentKind.OWN, FRENCH), (SegmentKind.QUOTED, "> ?\n"), (SegmentKind.OWN, GERMAN))
    assert languages(message, "fr") == ["fr", "", "de"]


def test_signatures_and_our_own_request_have_none():
    message = mail((SegmentKind.OWN, FRENCH), (SegmentKind.SIGNATURE, SIGNED), (SegmentKind.KNOWN, GERMAN))
    assert languages(message, "fr") == ["fr", "", ""]
