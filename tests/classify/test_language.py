"""The language of a reply, from one sentence on, and no guess below that."""

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.classify.language import EXPECTED, UNKNOWN, language_of

SENTENCES = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))
SHORT = tomllib.loads(Path(__file__).with_name("short_sentences.toml").read_text(encoding="utf-8"))
EVERY_SHORT_ONE = [(code, text) for code, texts in SENTENCES.items() for text in texts["short"]]


def test_there_are_sentences_for_every_expected_language():
    assert set(SENTENCES) == EXPECTED


@pytest.mark.parametrize(("language", "text"), EVERY_SHORT_ONE)
def test_a_greeting_and_a_sentence_are_enough(language, text):
    assert language_of(text) == language


@pytest.mark.parametrize("language", sorted(SHORT))
def test_a_short_sentence_is_told_right_or_not_at_all(language):
    told = {text: language_of(text) for text in SHORT[language]}
    assert set(told.values()) <= {language, UNKNOWN}, told
    assert sum(code == language for code in told.values()) >= 0.8 * len(told), told


def test_there_are_short_sentences_for_every_expected_language():
    assert set(SHORT) == EXPECTED


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Vores kontor ligger i Malmö, og borgerne driver selv badet derovre i dag."),
        ("cs", "Náš odbor sídlí v ulici Ľudovíta Štúra a knihovnu vedou sami obyvatelé obce."),
        ("unknown", "Kommunen og foreningen deler lokaler."),  # Danish and Norwegian alike
    ],
)
def test_a_name_from_next_door_settles_nothing(language, text):
    assert language_of(text) in (language, UNKNOWN)


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_a_paragraph_is_known(language):
    assert language_of(SENTENCES[language]["medium"]) == language
    assert language_of(SENTENCES[language]["medium"].upper()) == language


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_an_english_greeting_and_signature_do_not_outweigh_the_letter(language):
    body = SENTENCES[language]["medium"]
    text = f"Dear Jennifer,\n\n{body}\n\nKind regards\nTom Baker\nHead of International Affairs"
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Vi har desværre ikke noget eksempel, men skriv gerne igen efter ferien."),
        ("no", "Vi har dessverre ikke noe eksempel, men skriv gjerne igjen etter ferien."),
        ("sv", "Vi har tyvärr inget exempel, men skriv gärna igen efter semestern."),
        ("cs", "Bohužel nemáme žádný příklad, ale napište nám znovu po prázdninách."),
        ("sk", "Bohužiaľ nemáme žiadny príklad, ale napíšte nám znova po prázdninách."),
        ("hr", "Nažalost nemamo nijedan primjer, ali pišite nam opet nakon praznika."),
        ("sl", "Žal nimamo nobenega primera, pišite pa nam spet po počitnicah."),
        ("es", "Por desgracia no tenemos ningún ejemplo, pero escríbannos después de las vacaciones."),
        ("pt", "Infelizmente não temos nenhum exemplo, mas escrevam-nos depois das férias."),
        ("et", "Kahjuks meil näidet ei ole, aga kirjutage pärast puhkust uuesti."),
        ("fi", "Valitettavasti meillä ei ole esimerkkiä, mutta kirjoittakaa loman jälkeen uudestaan."),
        ("nl", "Helaas hebben we geen voorbeeld, maar schrijf ons na de vakantie nog eens."),
    ],
)
def test_close_neighbours_are_told_apart(language, text):
    assert language_of(text) == language


def test_other_languages_are_known_where_they_are_beyond_doubt():
    catalan = "Benvolguts, al nostre poble una associació de veïns porta la biblioteca des de l'any passat."
    assert language_of(catalan) == "ca"
    assert language_of("お問い合わせありがとうございます。残念ながら該当する例はございません。") == "ja"


def test_the_writing_of_a_few_words_may_give_their_language_away():
    assert language_of("안녕하세요 전자 메일 테스트") == "ko"
    assert language_of("שלום רב תודה על המכתב") == "he"
    assert language_of("شكرا جزيلا لكم على الرسالة") == "ar"
    assert language_of("Ευχαριστούμε για την επιστολή") == "el"
    assert language_of("お ん い わ ず れ か") == UNKNOWN


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "El municipio y la asociación comparten locales."),  # CLD2: Catalan
        ("es", "La piscina la gestiona una asociación."),  # Galician
        ("pt", "Queira ver o ficheiro em anexo."),  # Galician
        ("hr", "Hvala na pismu, uskoro ćemo odgovoriti."),  # Serbian
        ("bg", "Няма примери от наша страна."),  # Serbian
        ("no", "Takk for brevet, vi svarer snart."),  # English
    ],
)
def test_a_few_words_in_what_resembles_a_language_nobody_expects(language, text):
    assert language_of(text) in (language, UNKNOWN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OK",
        "Thanks!",
        "Anna Svensson",
        "John Smith Peter Brown Mary Jones",
        "+44 20 0000 0000 / 17.08.2010 / 12:30",
        "xxxx xxxx xxxx xxxx",
        "https://www.town.example/the/quick/brown/fox anna@town.example",
    ],
)
def test_names_numbers_and_links_have_no_language(text):
    assert language_of(text) == UNKNOWN


def test_the_choice_can_be_narrowed():
    danish = SENTENCES["da"]["medium"]
    assert language_of(danish, ["no", "sv"]) == "no"
    assert language_of(danish, ["nb", "sv"]) == "no"
    assert language_of(danish, ["xx"]) == UNKNOWN


def test_links_and_addresses_do_not_count():
    links = "https://www.council.example/the-report-of-the-committee?with=the+figures " * 20
    assert language_of(f"{SENTENCES['de']['short'][0]} {links}") == "de"


def test_a_long_text_costs_no_more_than_its_beginning():
    language_of("warm the model up first")
    began = time.process_time()
    for hostile in ("a" * 3_000_000, "a'" * 1_500_000, "word " * 600_000, "(" * 3_000_000, "@ " * 1_000_000):
        language_of(hostile)
    assert time.process_time() - began < 5


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_a_code_or_none(text):
    code = language_of(text)
    assert code == UNKNOWN or (len(code) == 2 and code.isascii() and code.islower())


def test_lone_surrogates_are_no_trouble():
    assert language_of("the council has \udcff no such example of this \ud800") == "en"
