"""What stands below a person's words."""

import pytest

from harvester.message.letter_words import by_language
from harvester.message.notices import disclaims, is_mobile_note
from harvester.message.signature import (
    farewell,
    is_afterthought,
    is_closing,
    is_contact,
    is_delimiter,
    is_thanks,
    name_block,
)


@pytest.mark.parametrize("language", by_language())
def test_closings_of_every_language_are_known_with_comma_and_name(language: str) -> None:
    for closing in by_language()[language]["closing"]:
        assert is_closing(closing.capitalize() + ",")
        assert is_closing(f"{closing.capitalize()}, Anna Berg")
    assert all(is_thanks(words.capitalize() + "!") for words in by_language()[language]["thanks"])


@pytest.mark.parametrize(
    "line",
    [
        "Best practice in our town",
        "Regards the second question we have no example",
        "Best offer of three",
        "Respectfully we disagree with the plan of the county.",
        "Saludos a todos los municipios que participan en este programa",
        "",
        "Yours is a good question",
        "Im Auftrag der Stadt betreibt der Verein das Bad seit dem Jahr 2008.",
    ],
)
def test_a_sentence_that_begins_like_a_closing_is_none(line: str) -> None:
    assert not is_closing(line)


def test_thanks_for_something_is_no_closing() -> None:
    assert not is_thanks("Thank you for your letter")


@pytest.mark.parametrize(
    ("line", "yes"), [("-- ", True), ("--", True), ("—", True), ("---", False), ("-- Anna", False), ("", False)]
)
def test_the_delimiter_stands_alone(line: str, yes: bool) -> None:
    assert is_delimiter(line) is yes


@pytest.mark.parametrize(
    ("block", "kept"),
    [
        (["Kind regards,", "Anna Berg", "Head of Shared Services"], 2),
        (["Kind regards, Anna", "Head of Shared Services"], 1),
        (["Mit freundlichen Grüßen", "Im Auftrag", "Anna Berg", "Stadt Aue"], 3),
        (["Üdvözlettel:", "Berg Anna", "jegyző"], 2),
        (["Mvh", "", "Anna", "070-0000000", "Town of Ashby"], 4),
        (["Regards", "www.ashby.example"], 1),
        (["Regards", "anna@ashby.example"], 1),
        (["Regards", "Sent from my iPhone"], 1),
        (["Anna Berg", "Head"], 0),
        ([], 0),
    ],
)
def test_closing_and_name_still_belong_to_the_letter(block: list[str], kept: int) -> None:
    assert farewell(block, 0, len(block)) == kept


def test_a_name_block_ends_at_a_sentence_or_an_afterthought() -> None:
    lines = ["Kind regards", "Anna Berg", "Town of Ashby", "", "PS: the pool is run by its visitors."]
    assert name_block(lines, 0, len(lines)) == 3
    lines = ["Kind regards", "Anna Berg", "", "I forgot to say that the pool is run by its visitors since 2008."]
    assert name_block(lines, 0, len(lines)) == 2
    lines = ["Kind regards", "Anna Berg", "", "Examples:", "Waste with Ashby", "A pool run by its visitors"]
    assert name_block(lines, 0, len(lines)) == 2
    lines = ["Kind regards", "Anna Berg", "", "Visit us:", "www.ashby.example"]
    assert name_block(lines, 0, len(lines)) == 5
    assert is_afterthought("P.S. one more thing")


@pytest.mark.parametrize("line", ["- our second example", "How do you do it?", "We share three services with them."])
def test_sentences_questions_and_list_points_are_no_contact_lines(line: str) -> None:
    assert not is_contact(line)


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé depuis mon mobile",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPad",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Lähetetty iPhonesta",
        "Wysłane z iPhone'a",
        "Odesláno z iPhonu",
        "Trimis de pe iPhone-ul meu",
        "Στάλθηκε από το iPhone μου",
        "Изпратено от моя iPhone",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "Get Outlook for Android",
        "Outlook für iOS herunterladen",
    ],
)
def test_notes_of_phones_are_known(line: str) -> None:
    assert is_mobile_note(line)


@pytest.mark.parametrize(
    "line",
    [
        "Sent from the mayor to all households",
        "Get outlook on savings",
        "Poslano z obcí celému okresu",
        "My phone is 000",
    ],
)
def test_a_sentence_is_no_note_of_a_phone(line: str) -> None:
    assert not is_mobile_note(line)


@pytest.mark.parametrize(
    "notice",
    [
        "This message is confidential and intended only for the addressee.",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie.",
        "Ce message est confidentiel. Si vous l'avez reçu par erreur, merci de le détruire.",
        "Este mensaje es confidencial y se dirige exclusivamente a su destinatario.",
        "Tämä viesti on luottamuksellinen ja tarkoitettu vain vastaanottajalle.",
        "Wiadomość jest poufna i przeznaczona wyłącznie dla adresata.",
        "Please consider the environment before printing this e-mail.",
        "Pensez à l'environnement avant d'imprimer ce message.",
    ],
)
def test_two_topics_or_one_stock_phrase_make_a_disclaimer(notice: str) -> None:
    assert disclaims(notice) >= 2


@pytest.mark.parametrize(
    "sentence",
    [
        "The advice line is confidential.",
        "We destroyed the old plan and merged both offices.",
        "Copying the model of our neighbours saved eight per cent.",
        "A joint service collects confidential papers of all three councils and destroys them.",
        "The environment office and the waste office share one head.",
    ],
)
def test_an_answer_shows_at_most_one_topic(sentence: str) -> None:
    assert disclaims(sentence) < 2
