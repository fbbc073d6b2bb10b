"""What holds for the letters of every language, whichever there are."""

import re
from datetime import timedelta

import pytest

from harvester.acknowledge import languages
from harvester.acknowledge.compose import samples
from harvester.acknowledge.letter import set_out
from harvester.model import Disposition
from letter_samples import DEADLINE, NOW, TEMPLATES, composer, due, read

COMPOSER = composer()
OTHERS = sorted(languages(TEMPLATES) - {"en"})
KINDS = (Disposition.EVIDENCE, Disposition.NIL, Disposition.QUESTION, Disposition.HOLDING, Disposition.UNCLEAR)


def letter(language: str, **changes: object) -> str:
    return read(COMPOSER.compose(due(language=language, **changes), NOW).raw).text


@pytest.mark.parametrize("language", OTHERS)
def test_the_check_finds_no_fault(language: str) -> None:
    assert COMPOSER.check([language]) == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_paragraph_is_left_in_english(language: str, kind: Disposition) -> None:
    ours = set(letter(language, disposition=kind, links=2).split("\n\n"))
    english = set(letter("en", disposition=kind, links=2).split("\n\n"))
    assert len(ours) == len(english)
    assert [one for one in ours & english if not one.startswith("LGA International Desk")] == []


@pytest.mark.parametrize("language", OTHERS)
def test_files_and_links_are_counted_in_every_plural_form(language: str) -> None:
    for number in (3, 5, 11, 21, 22, 25, 100):
        text = letter(language, links=number, files=tuple(f"annex {n}.pdf" for n in range(number)))
        assert len(re.findall(rf"(?<!\d){number}(?!\d)", text)) >= 2, number


@pytest.mark.parametrize("language", OTHERS)
def test_no_letter_has_a_gap_or_a_stray_mark(language: str) -> None:
    for one, now in samples(DEADLINE):
        changes = {name: getattr(one, name) for name in ("disposition", "files", "links", "received_at")}
        variables = COMPOSER.variables(due(language=language, **changes), now)
        text = set_out(COMPOSER.templates.render(language, variables)[1])
        for line in text.splitlines():
            if not line.startswith("  "):
                assert not re.search(r"  |\(\)|\( | \)| ,| \.(?!\.)|\{|\}|,,|\.\.(?!\.)|::", line), line


OFFICIAL = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv"  # of the European Union


def test_there_is_a_letter_in_every_official_language_and_in_norwegian_ukrainian_and_turkish() -> None:
    assert languages(TEMPLATES) == {*OFFICIAL.split(), "no", "uk", "tr"}


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("bg", {1: "1 прикачен файл и 1 хипервръзка", 2: "2 прикачени файла и 2 хипервръзки"}),
        (
            "cs",
            {1: "1 přílohu a 1 odkaz", 2: "2 přílohy a 2 odkazy", 5: "5 příloh a 5 odkazů", 21: "21 příloh a 21 od"},
        ),
        ("el", {1: "1 συνημμένο αρχείο και 1 σύνδεσμο", 21: "21 συνημμένα αρχεία και 21 συνδέσμους"}),
        ("hr", {1: "1 privitak i 1 poveznicu", 2: "2 privitka i 2 poveznice", 5: "5 privitaka i 5 poveznica"}),
        ("hr", {11: "11 privitaka", 21: "21 privitak i 21 poveznicu", 22: "22 privitka", 101: "101 privitak"}),
        ("hu", {1: "1 mellékletet és 1 hivatkozást", 21: "21 mellékletet és 21 hivatkozást"}),
        ("pl", {1: "1 załącznik i 1 link", 2: "2 załączniki i 2 linki", 5: "5 załączników i 5 linków"}),
        ("pl", {12: "12 załączników", 21: "21 załączników", 22: "22 załączniki", 101: "101 załączników"}),
        ("ro", {1: "1 fișier atașat și 1 link", 2: "2 fișiere atașate", 19: "19 fișiere", 20: "20 de fișiere atașate"}),
        ("ro", {21: "21 de linkuri", 101: "101 linkuri", 119: "119 linkuri", 120: "120 de linkuri"}),
        ("sk", {1: "1 prílohu a 1 odkaz", 2: "2 prílohy a 2 odkazy", 5: "5 príloh a 5 odkazov", 22: "22 príloh"}),
        ("sl", {1: "1 prilogo in 1 povezavo", 2: "2 prilogi in 2 povezavi", 3: "3 priloge in 3 povezave"}),
        (
            "sl",
            {5: "5 prilog in 5 povezav", 21: "21 prilog", 101: "101 prilogo", 102: "102 prilogi", 104: "104 priloge"},
        ),
        ("tr", {1: "1 ek ve 1 bağlantı", 21: "21 ek ve 21 bağlantı"}),
        ("uk", {1: "1 вкладення і 1 посилання", 5: "5 вкладень і 5 посилань", 21: "21 вкладення", 111: "111 вкладень"}),
    ],
)
def test_files_and_links_stand_in_the_form_that_the_number_asks_for(language: str, counted: dict[int, str]) -> None:
    for number, words in counted.items():
        text = letter(language, links=number, files=tuple(f"annex {n}.pdf" for n in range(number)))
        assert words in " ".join(text.split()), number


@pytest.mark.parametrize(
    ("language", "left"),
    [
        ("bg", {1: "(остава 1 ден)", 2: "(остават 2 дни)"}),
        ("cs", {1: "(zbývá 1 den)", 2: "(zbývají 2 dny)", 5: "(zbývá 5 dnů)"}),
        ("el", {1: "(απομένει 1 ημέρα)", 2: "(απομένουν 2 ημέρες)"}),
        ("hr", {1: "(preostao je 1 dan)", 2: "(preostala su 2 dana)", 5: "(preostalo je 5 dana)", 21: "je 21 dan)"}),
        ("hu", {1: "(még 1 nap)", 2: "(még 2 nap)"}),
        ("pl", {1: "(pozostał 1 dzień)", 2: "(pozostały 2 dni)", 5: "(pozostało 5 dni)", 21: "(pozostało 21 dni)"}),
        ("ro", {1: "(a mai rămas 1 zi)", 2: "(au mai rămas 2 zile)", 20: "(au mai rămas 20 de zile)"}),
        ("sk", {1: "(zostáva 1 deň)", 2: "(zostávajú 2 dni)", 5: "(zostáva 5 dní)"}),
        (
            "sl",
            {1: "(preostaja 1 dan)", 2: "(preostajata 2 dneva)", 3: "(preostajajo 3 dnevi)", 5: "(preostaja 5 dni)"},
        ),
        ("tr", {1: "(1 gün kaldı)", 2: "(2 gün kaldı)"}),
        ("uk", {1: "(залишився 1 день)", 2: "(залишилося 2 дні)", 5: "(залишилося 5 днів)", 21: "(залишився 21 день)"}),
    ],
)
def test_the_days_that_are_left_agree_with_their_verb(language: str, left: dict[int, str]) -> None:
    for number, words in left.items():
        raw = COMPOSER.compose(due(language=language), DEADLINE - timedelta(days=number)).raw
        assert words in " ".join(read(raw).text.split()), number


@pytest.mark.parametrize("language", sorted(languages(TEMPLATES)))
def test_a_letter_is_plain_mail_of_seven_bits_and_short_lines(language: str) -> None:
    for kind in KINDS:
        raw = COMPOSER.compose(due(language=language, disposition=kind, files=("plan.pdf",), links=3), NOW).raw
        assert raw.isascii() and raw.endswith(b"\r\n") and b"\r" not in raw.replace(b"\r\n", b"")
        assert max(map(len, raw.split(b"\r\n"))) <= 78
        assert max(map(len, read(raw).text.split("\n"))) <= 78
        assert len(read(raw).subject) <= 78
        assert "…" not in read(raw).subject
