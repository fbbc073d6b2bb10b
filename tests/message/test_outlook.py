"""Mails in Outlook's own form."""

from attached import compound, old_word, outlook_message, paragraph, word
from harvester.message.documents import Extracted
from harvester.message.documents.kinds import kind_of
from harvester.message.documents.reading import read
from harvester.model import Limits, TextStatus

SHARE = "Our council shares a chief executive."


def found(data: bytes) -> Extracted:
    return read(data, kind_of(data, "application/vnd.ms-outlook", "answer.msg"), Limits())


def test_its_words_are_read_without_what_they_quote():
    letter = f"{SHARE}\r\n\r\n-----Original Message-----\r\nFrom: Desk\r\nSubject: Request\r\n\r\nDo you charge?\r\n"
    assert found(outlook_message(letter)) == Extracted(TextStatus.READ, SHARE)


def test_html_is_preferred_for_it_knows_links():
    page = (
        f'<html><p>{SHARE}</p><p>See <a href="https://town.example/a">this</a></p><blockquote>x</blockquote>'.encode()
    )
    one = found(outlook_message("plain", page))
    assert (one.text.split("\n")[0], one.links) == (SHARE, ("https://town.example/a",))


def test_its_files_are_read_one_level_deep():
    files = [
        ("a.docx", word(paragraph(SHARE))),
        ("b.doc", old_word("Since 2026.\r")),
        ("c.msg", outlook_message("deep")),
    ]
    one = found(outlook_message("Please see the files.", files=files))
    assert one.text == f"Please see the files.\na.docx\n{SHARE}\n\nb.doc\nSince 2026.\n\nc.msg"
    assert one.flags == ("packed-unsupported",)


def test_other_compound_files_are_unsupported():
    assert found(compound({"anything": b"x"})).status == TextStatus.UNSUPPORTED
