"""Out-of-office notes in every language: seen by their words alone, with the day of return and the deputy."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from harvester.classify.absence import absence_of
from harvester.model import Disposition, Headers, Message, Sender
from kinds import disposition

NOTES = tomllib.loads((Path(__file__).parent / "absence_notes.toml").read_text(encoding="utf-8"))
CASES = [(language, note) for language, notes in NOTES.items() for note in notes]


def mail(note: str, subject: str = "Re: Request") -> Message:
    return Message(
        sha256="",
        size=0,
        headers=Headers(),
        sender=Sender("anna@town.example", "Anna"),
        subject=subject,
        date=datetime(2027, 8, 10, 10, 0, tzinfo=UTC),
        text=note,
        own_text=note,
    )


@pytest.mark.parametrize(("language", "note"), CASES)
def test_a_note_is_automatic_by_its_words(language: str, note: str) -> None:
    assert disposition(mail(note), {}, False, language)[0] is Disposition.AUTO_REPLY
    assert disposition(mail(note), {}, False, "unknown")[0] is Disposition.AUTO_REPLY


@pytest.mark.parametrize(("language", "note"), CASES)
def test_a_note_tells_the_day_of_return_and_who_stands_in(language: str, note: str) -> None:
    absence = absence_of(mail(note), language)
    assert absence is not None
    assert absence.back == date(2027, 8, 23)
    if "Lund" in note:
        assert "Lund" in (absence.deputy or "")
