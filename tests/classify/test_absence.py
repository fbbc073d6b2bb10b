"""Until when the writer of an out-of-office note is away, and who answers meanwhile."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from harvester.classify.absence import absence_of
from harvester.model import Absence, Headers, Message, Sender

SENT = datetime(2027, 8, 3, 9, 0, tzinfo=UTC)


def note(text: str, language: str = "en", subject: str = "Automatic reply", sent: datetime | None = SENT) -> Absence:
    sender = Sender("i.brook@town.example")
    mail = Message("0" * 64, 1, Headers(), sender=sender, subject=subject, date=sent, own_text=text)
    return absence_of(mail, language) or Absence()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I am out of the office from 3 to 16 August and will be back on 17 August."),
        ("en", "I will return on August 17th, 2027."),
        ("en", "Back on 17/08/2027."),
        ("en", "Away until 8/17/2027."),
        ("en", "Back on 2027-08-17."),
        ("de", "Ich bin bis zum 17. August 2027 nicht im Büro."),
        ("de", "Ich bin vom 02.08. bis 17.08. im Urlaub."),
        ("fr", "Je suis absente jusqu'au 17 août inclus."),
        ("es", "Estaré fuera de la oficina hasta el 17 de agosto de 2027."),
        ("it", "Sono in ferie fino al 17 agosto."),
        ("nl", "Ik ben terug op 17 augustus."),
        ("pt", "Regresso no dia 17 de agosto."),
        ("sv", "Jag är tillbaka den 17 augusti."),
        ("da", "Jeg er tilbage den 17. august."),
        ("no", "Jeg er tilbake 17. august."),
        ("fi", "Palaan töihin 17. elokuuta."),
        ("et", "Olen tagasi 17. augustil."),
        ("lv", "Būšu atpakaļ 17. augustā."),
        ("lt", "Grįšiu rugpjūčio 17 d."),
        ("pl", "Wracam 17 sierpnia 2027 r."),
        ("cs", "Budu zpět 17. srpna."),
        ("sk", "Som späť 17. augusta."),
        ("sl", "Nazaj bom 17. avgusta."),
        ("hr", "Vraćam se 17. kolovoza."),
        ("hu", "2027. augusztus 17-én jövök vissza."),
        ("ro", "Revin pe 17 august."),
        ("bg", "Ще се върна на 17 август."),
        ("el", "Επιστρέφω στις 17 Αυγούστου."),
        ("ga", "Beidh mé ar ais ar 17 Lúnasa."),
        ("mt", "Inkun lura fis-17 ta' Awwissu 17/8/2027."),
        ("unknown", "Tilbake 17. august 2027."),
    ],
)
def test_the_day_of_return_is_read_in_many_languages(language: str, text: str) -> None:
    assert note(text, language).back == date(2027, 8, 17)


def test_a_day_without_a_year_is_the_next_one() -> None:
    assert note("Back on 7 January.", sent=datetime(2027, 12, 20, tzinfo=UTC)).back == date(2028, 1, 7)


def test_the_subject_may_tell_it() -> None:
    assert note("Danke.", "de", subject="Abwesend bis 17.08.2027").back == date(2027, 8, 17)


@pytest.mark.parametrize(
    "text",
    [
        "I am away.",
        "Our building dates from 17 August 1897.",
        "Call 555 17 08.",
        "Back on 31.02.2027.",
        "10-12 people",
        "Received on 3 August 2027.",
    ],
)
def test_what_is_no_day_ahead_tells_nothing(text: str) -> None:
    assert note(text).back is None


def test_without_the_day_of_the_mail_no_day_is_guessed() -> None:
    assert note("Back on 17 August.", sent=None).back is None


@pytest.mark.parametrize(
    ("language", "text", "deputy"),
    [
        ("en", "In urgent cases contact Anna Reed (a.reed@town.example).", "Anna Reed <a.reed@town.example>"),
        ("en", "Please write to planning@town.example meanwhile.", "planning@town.example"),
        ("en", "My address stays i.brook@town.example.", None),
        ("en", "Please contact my colleague John O'Neill on extension 12.", "John O'Neill"),
        ("de", "Bitte wenden Sie sich an Frau Anna von Berg, Tel. 12.", "Frau Anna von Berg"),
        ("fr", "Veuillez contacter Mme Élodie Martin au 12.", "Mme Élodie Martin"),
        ("pl", "Zastępuje mnie Łucja Nowak.", "Łucja Nowak"),
        ("sv", "Kontakta Åsa Öberg vid brådskande ärenden.", "Åsa Öberg"),
        ("en", "Please contact the office.", None),
        ("en", "Please do not use no-reply@town.example.", None),
    ],
)
def test_who_answers_meanwhile(language: str, text: str, deputy: str | None) -> None:
    assert note(text, language).deputy == deputy


def test_a_note_that_tells_neither_has_no_absence() -> None:
    mail = Message("0" * 64, 1, Headers(), date=SENT, own_text="I am away.")
    assert absence_of(mail, "en") is None


@pytest.mark.parametrize("text", ["1" * 90_000, "A " * 45_000, "1.1" * 30_000, "a@" * 45_000, "contact " * 10_000])
def test_hostile_notes_take_no_time(text: str) -> None:
    mail = Message("0" * 64, 1, Headers(), date=SENT, own_text=text)
    began = time.process_time()
    absence_of(mail, "en")
    absence_of(replace(mail, subject=text), "unknown")
    assert time.process_time() - began < 5
