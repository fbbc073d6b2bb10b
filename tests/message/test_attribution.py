"""Lines that announce somebody else's words."""

import pytest

from harvester.message.attribution import (
    Sign,
    attribution,
    attribution_ending_at,
    header_block,
    plain,
    role,
    separator,
)
from harvester.message.letter_words import by_language, letter_words

EU = [
    "bg",
    "hr",
    "cs",
    "da",
    "nl",
    "en",
    "et",
    "fi",
    "fr",
    "de",
    "el",
    "hu",
    "ga",
    "it",
    "lv",
    "lt",
    "mt",
    "pl",
    "pt",
    "ro",
    "sk",
    "sl",
    "es",
    "sv",
]


@pytest.mark.parametrize("language", [*EU, "no", "is", "uk", "tr", "ru", "ja"])
def test_every_language_knows_every_kind_of_word(language: str) -> None:
    table = by_language()[language]
    assert [kind for kind in by_language()["en"] if kind not in table] == []
    assert [kind for kind, words in table.items() if not words and kind != "opens"] == []


def test_no_label_stands_for_two_roles() -> None:
    kinds = ("from", "sent", "to", "cc", "subject", "other")
    found = [(word, kind) for kind in kinds for word in letter_words(kind)]
    assert len(found) == len({word for word, _ in found})


def test_words_are_written_in_small_letters_once_a_list() -> None:
    for language, table in by_language().items():
        for kind, words in table.items():
            assert [w for w in words if w != w.strip() or not w or w.endswith(":")] == [], (language, kind)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("From: Anna", "from"),
        ("*Van:* Anna", "from"),
        ("DE : Anna", "from"),
        ("差出人：Anna", "from"),
        ("Odesláno: dnes", "sent"),
        ("Yours: Anna", None),
        ("no colon here", None),
        ("", None),
    ],
)
def test_a_label_is_known_by_its_role(line: str, expected: str | None) -> None:
    assert role(line) == expected


def test_a_header_block_may_be_folded_and_have_blank_lines() -> None:
    lines = ["From: Anna", "", "Sent: Monday", "To: Bob;", "Carl;", "", "Subject: Waste", "", "Words"]
    block = header_block(lines, 0)
    assert block is not None
    assert (block.start, block.end) == (0, 7)


def test_notes_begins_its_header_block_with_the_recipients() -> None:
    assert header_block(["An: Anna", "Kopie: Bob", "Thema: Abfall", "", "Words"], 0) is not None
    assert header_block(["To: the north", "Subject: waste", "we go."], 0) is None


def test_two_labels_need_an_address_and_a_date() -> None:
    assert header_block(["From: the north", "To: the south", "we go."], 0) is None
    assert header_block(["From: Anna <anna@town.example>", "Date: 3.8.2010", "", "Words"], 0) is not None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-----Original Message-----", "original"),
        ("Original message", None),  # without dashes it may be anybody's heading
        ("Begin forwarded message:", "forwarded"),
        ("---------- Message transféré ----------", "forwarded"),
        ("-----", None),
        ("- our original message to staff -", None),
    ],
)
def test_separators_need_their_dashes(line: str, expected: str | None) -> None:
    assert separator(line) == expected


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("On Mon, 2 Aug 2010 at 10:00, Anna <anna@town.example> wrote:", Sign.STRONG),
        ("Anna wrote:", Sign.WEAK),
        ("2010-08-02 15:36 GMT+02:00 Anna <anna@town.example>:", Sign.WEAK),
        ("Den 3/8 2010 10.12 skrev Anna van Berg:", Sign.STRONG),
        ("Anna Berg <anna@town.example> schrieb am 02.08.2010 10:12:", Sign.STRONG),
        ("Le 2 août 2010 à 10:12, Anna <anna@town.example> a écrit\u202f:", Sign.STRONG),
        ("On 2 August 2010 at 10:00 the council wrote to its residents:", Sign.WEAK),
        ("In 2010 (see info@town.example) the council wrote the following:", Sign.WEAK),
        ("The council decided:", Sign.NONE),
        ("Anna wrote a report in 2010.", Sign.NONE),
        ("", Sign.NONE),
    ],
)
def test_an_attribution_shows_verb_date_and_address(line: str, sign: Sign) -> None:
    assert attribution(plain(line)) is sign


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("Am 03.08.10 um 10:12 schrieb Anna Berg", Sign.WEAK),
        ("2010/8/3 Anna Berg <anna@town.example>", Sign.WEAK),
        ("On 3 August 2010 at 10:12 the mayor wrote to the residents", Sign.NONE),
        ("On 3 August 2010 at 10:12 Anna wrote.", Sign.NONE),
        ("2010/8/3 Anna Berg asks info@town.example", Sign.NONE),
    ],
)
def test_a_few_programs_leave_the_colon_out(line: str, sign: Sign) -> None:
    assert attribution_ending_at([plain(line)], 0)[1] is sign


def test_quote_marks_and_invisible_letters_are_not_part_of_a_line() -> None:
    assert plain("> >  From:\u200e\xa0Anna \r") == "From: Anna"
    assert len(plain("x" * 5_000)) == 1_000
