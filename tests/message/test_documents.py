"""What a file's text is: one example of every kind, and what is left out of it."""

import io
from datetime import date

import docx
import pptx
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from attached import (
    PICTURE,
    RELS,
    SHOW_PICTURE,
    compound,
    opendocument,
    paragraph,
    pdf,
    raw_word,
    stream,
    text,
    word,
    zipped,
)
from harvester.message.documents import Extracted
from harvester.message.documents.kinds import Kind, kind_of
from harvester.message.documents.reading import read
from harvester.message.documents.transcript import clean
from harvester.model import Limits, TextStatus

SHARE = "Two councils share a chief executive."


def found(data: bytes, media_type: str = "application/octet-stream", name: str = "", **limits: int) -> Extracted:
    return read(data, kind_of(data, media_type, name), Limits(**limits))


def test_word_paragraphs_are_lines_and_a_row_of_a_table_is_one_line() -> None:
    document = docx.Document()
    document.add_paragraph(SHARE)
    table = document.add_table(2, 2)
    for cell, words in zip(table._cells, ("Town", "Chief", "Aton", "shared"), strict=True):
        cell.text = words
    out = io.BytesIO()
    document.save(out)
    assert found(out.getvalue()) == Extracted(TextStatus.READ, f"{SHARE}\nTown\tChief\nAton\tshared")


def test_stationery_comments_and_deleted_words_are_not_read() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Letterhead"
    document.sections[0].footer.paragraphs[0].text = "Bank details"
    document.add_paragraph(SHARE)
    out = io.BytesIO()
    document.save(out)
    assert found(out.getvalue()).text == SHARE
    edited = (
        "<w:p><w:r><w:t>We </w:t></w:r><w:del><w:r><w:delText>never </w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved </w:t></w:r></w:moveFrom><w:ins><w:r><w:t>share.</w:t></w:r></w:ins></w:p>"
    )
    assert found(word(edited, more={"word/comments.xml": "<w/>"})).text == "We share."


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Before, </w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r><w:r><w:t>after.</w:t></w:r></w:p>"
    )
    assert found(word(body)).text == "Before, after.\nIn the box."


def test_tabs_line_ends_and_hyphens_of_word_become_characters() -> None:
    body = (
        '<w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t>'
        "<w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r></w:p>"
    )
    assert found(word(body)).text == "a\tb\nc-d"


def test_links_of_word_files_are_found_under_words_and_in_fields() -> None:
    rels = (
        f'<Relationship Id="r7" Type="{RELS}/hyperlink" Target="https://a.example/x?y=1&amp;z" TargetMode="External"/>'
        f'<Relationship Id="r8" Type="{RELS}/hyperlink" Target="https://unused.example/" TargetMode="External"/>'
    )
    body = (
        '<w:p><w:hyperlink r:id="r7"><w:r><w:t>our report</w:t></w:r></w:hyperlink></w:p>'
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://b.ex</w:instrText>'
        '</w:r><w:r><w:instrText>ample/" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>see here</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        '<w:fldSimple w:instr="HYPERLINK &quot;https://c.example/&quot;"><w:r><w:t>c</w:t></w:r></w:fldSimple>'
    )
    one = found(word(body, rels))
    assert one.links == ("https://a.example/x?y=1&z", "https://b.example/", "https://c.example/")
    assert one.text == "our report\nsee here\nc"


def test_footnotes_are_the_writers_words() -> None:
    rels = f'<Relationship Id="r1" Type="{RELS}/footnotes" Target="footnotes.xml"/>'
    notes = f'<w:footnotes xmlns:w="urn:any">{paragraph("Since 2026.")}</w:footnotes>'
    assert found(word(paragraph("We share."), rels, {"word/footnotes.xml": notes})).text == "We share.\n\nSince 2026."


def test_slides_are_read_in_order_with_tables_and_notes() -> None:
    show = pptx.Presentation()
    for title in ("First", "Second"):
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = f"Point of {title}"
        slide.notes_slide.notes_text_frame.text = f"Notes of {title}"
    run = slide.placeholders[1].text_frame.paragraphs[0].runs[0]
    run.hyperlink.address = "https://slides.example/"
    out = io.BytesIO()
    show.save(out)
    one = found(out.getvalue())
    assert one.text.split("\n") == [
        "First", "Point of First", "Notes of First", "", "Second", "Point of Second", "Notes of Second",
    ]  # fmt: skip
    assert one.links == ("https://slides.example/",)


def test_a_sheet_is_lines_of_cells_without_hidden_sheets() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Answers")
        sheet.write_row(0, 0, ["Aton", 3, 2.5, True])
        sheet.write_datetime(1, 0, date(2027, 8, 16), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_url(3, 1, "https://sheet.example/data", string="data")
        hidden = book.add_worksheet("Lists")
        hidden.write(0, 0, "shared chief executive")
        hidden.hide()
    one = found(out.getvalue())
    assert one == Extracted(
        TextStatus.READ, "Aton\t3\t2.5\tTRUE\n2027-08-16\n\ndata", ("https://sheet.example/data",), ("sheets-hidden",)
    )


def test_opendocument_text_is_read_with_links_and_without_deleted_words_or_comments() -> None:
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:h>Title</text:h><text:p>We <text:s text:c="2"/>share<text:tab/>a '
        '<text:a xlink:href="https://odt.example/">report</text:a><office:annotation><text:p>hm</text:p>'
        "</office:annotation>.<text:line-break/>End</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
    )
    one = found(opendocument("text", body))
    assert one == Extracted(TextStatus.READ, "Title\nWe   share\ta report.\nEnd\na\tb", ("https://odt.example/",))


def test_opendocument_slides_and_sheets_are_read() -> None:
    page = "<draw:page><draw:frame><draw:text-box><text:p>A slide</text:p></draw:text-box></draw:frame></draw:page>"
    assert found(opendocument("presentation", page)).text == "A slide"
    cell = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    rows = f"<table:table-row>{cell % 'a'}{cell % 'b'}</table:table-row>"
    assert found(opendocument("spreadsheet", f'<table:table table:name="S">{rows}</table:table>')).text == "a\tb"


def test_an_encrypted_opendocument_is_told_by_its_manifest() -> None:
    manifest = {"META-INF/manifest.xml": "<m><encryption-data/></m>"}
    assert found(opendocument("text", "<text:p>x</text:p>", manifest)).status == TextStatus.ENCRYPTED


def test_pdf_pages_are_read_with_the_links_on_them() -> None:
    link = "<< /Type /Annot /Subtype /Link /Rect [72 750 200 772] /A << /S /URI /URI (https://pdf.example/r) >> >>"
    one = found(pdf([text(SHARE, "Since 2026."), text("Page two.")], f"/Annots [{link}]"))
    assert one == Extracted(TextStatus.READ, f"{SHARE}\nSince 2026.\nPage two.", ("https://pdf.example/r",))


def test_a_pdf_of_pictures_is_scanned_and_one_with_some_words_says_so() -> None:
    assert found(pdf([SHOW_PICTURE], objects=[PICTURE])).status == TextStatus.SCANNED
    some = found(pdf([SHOW_PICTURE, text(SHARE)], objects=[PICTURE]))
    assert (some.status, some.text, some.flags) == (TextStatus.READ, SHARE, ("pages-scanned",))
    assert found(pdf([""])).status == TextStatus.EMPTY


def test_what_was_typed_into_a_pdf_form_is_read() -> None:
    box = "/Type /XObject /Subtype /Form /BBox [0 0 300 20] /Resources << /Font << /F1 3 0 R >> >>"
    look = stream(b"/Tx BMC BT /F1 12 Tf 2 5 Td (shared since 2026) Tj ET EMC", box)
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (answer) /V (shared since 2026) /F 4"
        b" /Rect [72 600 372 620] /P 4 0 R /DA (/F1 12 Tf 0 g) /AP << /N 7 0 R >> >>"
    )
    form = "/AcroForm << /Fields [8 0 R] /DR << /Font << /F1 3 0 R >> >> /DA (/F1 12 Tf 0 g) >>"
    one = found(pdf([text("Do you share?")], "/Annots [8 0 R]", [PICTURE, look, field], form))
    assert one.text.split("\n") == ["Do you share?", "shared since 2026"]


def test_a_pdf_under_a_password_is_encrypted() -> None:
    keys = b"/O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> /P -4"  # of a password that nobody knows
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 %b >> /ID [<4142> <4142>] /Root 1 0 R" % keys
    assert found(pdf([text(SHARE)]).replace(b"/Root 1 0 R", lock)).status == TextStatus.ENCRYPTED


@pytest.mark.parametrize("cut", [9, 300, 600])
def test_a_broken_pdf_is_damaged_or_repaired_but_never_a_fault(cut: int) -> None:
    data = pdf([text(SHARE)])
    assert found(data[:cut]).status in (TextStatus.DAMAGED, TextStatus.READ, TextStatus.EMPTY)
    assert found(data[:20]).status == TextStatus.DAMAGED


RTF = r"""{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}}
{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}}{\*\generator Writer 1.0;}{\info{\title Secret title}}
{\header Letterhead\par}\pard\f0 Caf\'e9 \u8364?5 \{x\}\par
{\v hidden }{\deleted gone }We\~share.\line{\f1 \'cf\'f0\'e8}\tab end\par
{\field{\*\fldinst HYPERLINK "https://rtf.example/a"}{\fldrslt our report}}\par
{\*\unknown nobody reads this}{\pict\wmetafile8 010009000003}\u55357?\u56832?\par
{\*\shpinst{\sp{\sn name}{\sv Box}}{\shptxt boxed\par}}{\shprslt boxed}}"""


def test_rich_text_is_read_without_its_tables_and_hidden_words() -> None:
    one = found(RTF.encode())
    assert one.text == "Café €5 {x}\nWe\u00a0share.\nПри\tend\nour report\n😀\nboxed"
    assert one.links == ("https://rtf.example/a",)


def test_binary_data_inside_rich_text_is_jumped_over() -> None:
    assert found(b"{\\rtf1 a{\\pict\\bin5 }}}{{}b\\par}").text == "ab"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Grüße €".encode(), "Grüße €"),
        ("\ufeffGrüße €".encode(), "Grüße €"),
        ("Grüße €".encode("cp1252"), "Grüße €"),
        ("\ufeffGrüße €".encode("utf-16-le"), "Grüße €"),
        ("Town;shared;since 2026\r\n".encode("utf-16-be"), "Town;shared;since 2026"),
        ("\ufeffab".encode("utf-32-be"), "ab"),
    ],
    ids=["utf-8", "bom", "cp1252", "utf-16-bom", "utf-16-bare", "utf-32"],
)
def test_the_charset_of_plain_text_is_guessed(data: bytes, expected: str) -> None:
    assert found(data, "text/csv").text == expected


def test_html_is_read_with_its_links() -> None:
    page = b"<!DOCTYPE html><html><body><p>We share.</p><a href='https://html.example/'>report</a><script>x()</script>"
    one = found(page, "application/octet-stream", "reply.doc")
    assert (one.text.split(), one.links) == (["We", "share.", "report"], ("https://html.example/",))


def test_bytes_win_over_names_and_declared_types() -> None:
    assert found(word(paragraph(SHARE)), "application/pdf", "x.pdf").text == SHARE
    assert found(b"{\\rtf1 words}", "application/msword", "x.doc").text == "words"
    assert found(pdf([text(SHARE)]), "text/plain", "x.txt").text == SHARE


@pytest.mark.parametrize(
    ("data", "media_type", "name"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "image/png", "x.png"),
        (b"From: a@b.example\n\nhi", "message/rfc822", "x.eml"),
        (bytes(range(256)) * 8, "text/plain", "x.txt"),
        (compound({"PowerPoint Document": b"x"}), "application/vnd.ms-powerpoint", "x.ppt"),
        (b"BEGIN:VCARD", "text/vcard", "x.vcf"),
    ],
    ids=["picture", "mail", "fake-text", "old-slides", "card"],
)
def test_what_nobody_here_can_read_is_unsupported(data: bytes, media_type: str, name: str) -> None:
    assert found(data, media_type, name).status == TextStatus.UNSUPPORTED


def test_files_put_together_are_listed_with_the_words_of_each() -> None:
    files = {
        "cases/": "", "cases/Aton.docx": word(paragraph(SHARE)), "cases/map.png": b"\x89PNG\r\n\x1a\n",
        "notes.txt": "Since 2026.", "__MACOSX/notes.txt": "x",
    }  # fmt: skip
    assert found(zipped(files)) == Extracted(
        TextStatus.READ,
        f"cases/Aton.docx\n{SHARE}\n\ncases/map.png\n\nnotes.txt\nSince 2026.",
        flags=("packed-unsupported",),
    )


def test_files_put_together_are_opened_one_level_deep() -> None:
    one = found(zipped({"inner.zip": zipped({"secret.txt": "We share."})}))
    assert (one.text, one.flags) == ("inner.zip", ("packed-unsupported",))


def test_files_under_a_password_are_encrypted() -> None:
    data = bytearray(zipped({"a.txt": "We share."}))
    data[6] |= 1  # the flag in the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    assert found(bytes(data)).status == TextStatus.ENCRYPTED


def test_an_encrypted_office_file_is_told() -> None:
    data = compound({"EncryptedPackage": b"x" * 5_000, "EncryptionInfo": b"x"})
    assert found(data, "application/octet-stream", "x.docx").status == TextStatus.ENCRYPTED
    assert found(data[:2_900], "application/octet-stream", "x.docx").status == TextStatus.ENCRYPTED


def test_a_scan_put_into_a_document_is_scanned() -> None:
    picture = {"word/media/image1.png": b"\x89PNG", "Pictures/1.png": b"\x89PNG"}
    assert found(word("", more=picture)).status == TextStatus.SCANNED
    assert found(word(paragraph(SHARE), more=picture)).status == TextStatus.READ
    assert found(opendocument("text", "", picture)).status == TextStatus.SCANNED


def test_a_long_text_is_cut_and_says_so() -> None:
    one = found(word(paragraph("word") * 1000), classified_chars=100)
    assert (one.status, one.flags) == (TextStatus.READ, ("text-cut",))
    assert len(one.text) == 99  # a line end is no word


def test_a_file_without_words_is_empty() -> None:
    assert found(word("<w:p/>")).status == TextStatus.EMPTY
    assert found(b" \n", "text/plain").status == TextStatus.EMPTY


def test_no_control_character_or_surrogate_leaves() -> None:
    assert clean("a\x00b\ud800c\r\nd  \n\n\n\ne\u2028f\x85") == "abc\nd\n\ne\nf"


@given(st.binary(max_size=400), st.sampled_from(list(Kind)))
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_a_status(data: bytes, kind: Kind) -> None:
    assert isinstance(read(data, kind, Limits()).status, TextStatus)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_gives_a_status_and_clean_text(data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from(WHOLE)))
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=5)):
        whole[at] = data.draw(st.integers(0, 255))
    one = found(bytes(whole[: data.draw(st.integers(8, len(whole)))]))
    one.text.encode()
    assert "\x00" not in one.text


WHOLE = [
    word(paragraph(SHARE)),
    raw_word("<w/>"),
    opendocument("text", "<text:p>x</text:p>"),
    RTF.encode(),
    pdf([text(SHARE)]),
]
