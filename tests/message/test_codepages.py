"""Which of Windows' character sets a person writes in, by the letters of the mail."""

import pytest

from harvester.message.documents.codepages import codepage_of


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("", "cp1252"),
        ("Please find our answer attached.", "cp1252"),
        ("Größe und Fläche, façade, España, £3", "cp1252"),
        ("V příloze zasíláme odpověď našeho úřadu.", "cp1250"),
        ("W załączeniu przesyłamy odpowiedź gminy.", "cp1250"),
        ("Vă transmitem răspunsul primăriei și anexele. Mulțumim.", "cp1250"),
        ("Mellékelten küldöm a település válaszát, két nagyobb fejlesztésről és a közös fűtőműről szól.", "cp1250"),
        ("Pielikumā nosūtām pašvaldības atbildi ar cieņu.", "cp1257"),
        ("Pridedame savivaldybės atsakymą, ačiū už laiškā.", "cp1257"),
        ("Belediyemizin cevabı ektedir, iyi çalışmalar, ağustos.", "cp1254"),
        ("Приложено изпращаме отговора на общината.", "cp1251"),
        ("Επισυνάπτεται η απάντηση του δήμου.", "cp1253"),
        ("会議の資料です。", "cp1252"),
    ],
)
def test_the_letters_of_a_mail_say_in_which_set_its_writer_saves_tables(text, page):
    assert codepage_of(text) == page


def test_a_name_from_elsewhere_makes_no_english_mail_polish():
    english = "The savings of our council were £3 million in the first year, and more is to come from next year on. "
    assert codepage_of(english * 10 + "Our twin town is Łódź.") == "cp1252"
