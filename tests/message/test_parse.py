"""Taking mails apart: bodies, files, parts, whatever a sender did to them."""

import base64
import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.parse import head_of, open_mail
from harvester.model import Limits

LIMITS = Limits()
HEAD = b"From: Anna <a@town.example>\r\nSubject: hello\r\nMIME-Version: 1.0\r\n"
PDF = b"%PDF-1.4 some words"


def mail(text: str = "Words of mine.", **headers: str) -> EmailMessage:
    one = EmailMessage()
    one["From"], one["To"], one["Subject"] = "a@town.example", "replies@lga.example", "hello"
    for name, value in headers.items():
        one[name] = value
    one.set_content(text)
    return one


def opened(one: EmailMessage | bytes, limits: Limits = LIMITS):
    return open_mail(one if isinstance(one, bytes) else one.as_bytes(), limits)


def multipart(*parts: bytes, kind: bytes = b"mixed") -> bytes:
    body = b"".join(b"--xx\r\n" + part + b"\r\n" for part in parts)
    return HEAD + b"Content-Type: multipart/" + kind + b'; boundary="xx"\r\n\r\n' + body + b"--xx--\r\n"


def texts(found) -> list[str]:
    return [body.text.strip() for body in found.bodies]


TEXT = b"Content-Type: text/plain\r\n\r\nwords"


def test_a_plain_mail_has_one_body():
    found = opened(mail())
    assert (found.quarantine, texts(found), found.files) == (None, ["Words of mine."], ())
    assert (found.sender.address, found.subject) == ("a@town.example", "hello")


def test_alternatives_are_one_text_in_two_forms():
    one = mail()
    one.add_alternative("<p>Words of mine.</p>", subtype="html")
    bodies = opened(one).bodies
    assert [body.media_type for body in bodies] == ["text/plain", "text/html"]
    assert bodies[0].alternative == bodies[1].alternative is not None


def test_bytes_of_attachments_are_kept_exactly():
    data = bytes(range(256)) * 40
    one = mail()
    one.add_attachment(data, maintype="application", subtype="octet-stream", filename="a.bin")
    [file] = opened(one).files
    assert (file.name, file.data, file.inline) == ("a.bin", data, False)


@pytest.mark.parametrize("encoding", [b"7bit", b"8bit", b"binary", b"x-unknown"])
def test_unencoded_attachments_keep_their_line_ends(encoding):
    part = b"Content-Type: text/csv; name=a.csv\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\na;b\r\n1;2\r\n"
    [file] = opened(multipart(TEXT, part)).files
    assert file.data == b"a;b\r\n1;2\r\n"


def test_a_nameless_attachment_gets_a_name_by_its_kind():
    part = b"Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\n" + PDF
    assert opened(multipart(TEXT, part)).files[0].name == "attachment-1.pdf"


def test_an_attached_mail_is_one_file_with_its_bytes():
    inner = mail("inner words")
    inner.add_attachment(PDF, maintype="application", subtype="pdf", filename="inner.pdf")
    raw = inner.as_bytes().replace(b"\n", b"\r\n")
    found = opened(multipart(TEXT, b"Content-Type: message/rfc822\r\n\r\n" + raw))
    [file] = found.files
    assert file.data.rstrip() == raw.rstrip()
    assert (file.name, file.media_type) == ("hello.eml", "message/rfc822")
    assert texts(found) == ["words"]
    assert [part.media_type for part in found.parts] == ["multipart/mixed", "text/plain", "message/rfc822"]


def test_a_mail_in_a_mail_in_a_mail_is_still_one_file():
    inner = multipart(TEXT, b"Content-Type: message/rfc822\r\n\r\n" + mail("deep").as_bytes()).replace(b"xx", b"inner")
    [file] = opened(multipart(TEXT, b"Content-Type:\r\n Message/RFC822\r\n\r\n" + inner)).files
    assert file.data.rstrip() == inner.rstrip()


def test_a_text_that_shows_raw_headers_is_left_as_it_is():
    shown = "Your mail began so:\nContent-Type: message/rfc822\n\nand was refused."
    assert texts(opened(mail(shown))) == [shown]
    part = b"Content-Type: text/csv; name=a.csv\r\n\r\nContent-Type: message/rfc822\r\nx"
    assert opened(multipart(TEXT, part)).files[0].data == b"Content-Type: message/rfc822\r\nx"


def test_pictures_shown_in_the_html_are_inline_and_others_are_not():
    html = b'Content-Type: text/html\r\n\r\n<p>words <img src="cid:logo"></p>'
    shown = b"Content-Type: image/png; name=l.png\r\nContent-ID: <logo>\r\n\r\n\x89PNG\r\n\x1a\n"
    other = b"Content-Type: image/png; name=p.png\r\nContent-ID: <other>\r\n\r\n\x89PNG\r\n\x1a\n."
    found = opened(multipart(html, shown, other, kind=b"related"))
    assert [(file.name, file.inline) for file in found.files] == [("l.png", True), ("p.png", False)]


def test_a_delivery_report_is_read_and_is_no_attachment():
    status = (
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.town.example\r\n\r\nAction: failed\r\n"
    )
    back = b"Content-Type: message/rfc822\r\n\r\n" + mail().as_bytes()
    found = opened(multipart(TEXT, status, back, kind=b'report; report-type="delivery-status"'))
    assert found.files == ()
    [report] = [part for part in found.parts if part.media_type == "message/delivery-status"]
    assert "Action: failed" in report.text


@pytest.mark.parametrize("kind", [b"message/delivery-status", b"message/rfc822", b"text/rfc822-headers"])
def test_what_a_report_says_is_text_that_can_be_stored(kind):
    part = b"Content-Type: " + kind + b"\r\n\r\nReporting-MTA: dns; m\0x.town.example\r\nSubject: x\r\n"
    found = opened(multipart(TEXT, part, kind=b"report; report-type=delivery-status"))
    assert found.parts[-1].text.startswith("Reporting-MTA: dns; mx.town.example\nSubject: x")


def test_a_report_that_somebody_attached_is_a_file_like_any_other():
    status = (
        b"Content-Type: message/delivery-status\r\nContent-Disposition: attachment; filename=details.txt\r\n\r\n"
        b"Reporting-MTA: dns; mx.town.example\r\n"
    )
    found = opened(multipart(TEXT, status))
    [file] = found.files
    assert (file.name, file.data) == ("details.txt", b"Reporting-MTA: dns; mx.town.example\r\n")
    assert "mx.town.example" in found.parts[-1].text
    assert opened(multipart(TEXT, status, kind=b"report; report-type=delivery-status")).files == ()


@pytest.mark.parametrize(
    ("part", "flag"),
    [
        (b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n\x78\x9f\x3e\x22", "tnef"),
        (b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nx", "smime"),
        (b"Content-Type: application/pgp-signature; name=s.asc\r\n\r\nx", "signed"),
        (b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR", "calendar"),
        (b"Content-Type: application/pdf; name=a.pdf\r\n\r\n\x89PNG\r\n\x1a\n\0\0\0\rIHDR", None),
        (b"Content-Type: text/plain; charset=klingon\r\n\r\nwords \xff", "charset-unknown"),
        (b"Content-Type: text/plain\r\n\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend", "uuencoded"),
    ],
)
def test_what_a_person_should_know_of_is_flagged(part, flag):
    found = opened(multipart(TEXT, part))
    assert found.quarantine is None
    assert flag is None or flag in found.flags


@pytest.mark.parametrize(
    ("headers", "flags"),
    [
        (b"application/pkcs7-signature; name=smime.p7s\r\nContent-Disposition: attachment", ("signature",)),
        (b"application/pgp-signature\r\nContent-Disposition: attachment; filename=signature.asc", ("signature",)),
        (b"application/octet-stream\r\nContent-Disposition: attachment; filename=smime.p7s", ("signature",)),
        (b"application/pgp-signature; name=signature.asc", None),
        (b"application/octet-stream; name=signature.asc", None),
    ],
)
def test_a_signature_is_listed_where_it_is_sent_as_a_file_and_never_as_something_to_read(headers, flags):
    part = b"Content-Type: " + headers + b"\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nx"
    found = opened(multipart(TEXT, part, kind=b"signed"))
    assert "signed" in found.flags
    assert [file.flags for file in found.files] == ([] if flags is None else [flags])


def test_the_mails_of_a_digest_are_mails_though_they_do_not_say_so():
    inner = b"From: c@town.example\r\nSubject: First\r\n\r\nWe share a council."
    plain = b"Content-Type: text/plain\r\n\r\nAdministrivia"
    found = opened(multipart(b"\r\n" + inner, b"Content-Type: message/rfc822\r\n\r\n" + inner, plain, kind=b"digest"))
    assert [(file.name, file.declared_type, file.data) for file in found.files] == [
        ("First.eml", "message/rfc822", inner)
    ] * 2
    assert (texts(found), found.flags) == (["Administrivia"], ())


@pytest.mark.parametrize("kind", [b"multipart/(all of it)mixed", b"multipart/mixed (all of it)", b"multipart/"])
def test_the_parts_of_a_mail_that_names_them_oddly_are_parts(kind):
    raw = HEAD + b"Content-Type: " + kind + b"; boundary=b\r\n\r\n--b\r\n\r\nWe share.\r\n--b--\r\n"
    assert texts(opened(raw)) == ["We share."]


@pytest.mark.parametrize("fold", [b" ", b"\r\n ", b"\r\n \r\n ", b"\t", b""])
def test_an_attached_mail_is_one_file_however_its_type_is_folded(fold):
    inner = b"Subject: x\r\n\r\nWe share."
    (file,) = opened(multipart(TEXT, b"Content-Type:" + fold + b"message/rfc822\r\n\r\n" + inner)).files
    assert b"We share." in file.data and b"Subject: x" in file.data


def test_a_key_or_a_certificate_is_a_file_like_any_other():
    part = b"Content-Type: application/octet-stream; name=key.asc\r\n\r\n-----BEGIN PGP PUBLIC KEY BLOCK-----"
    found = opened(multipart(TEXT, part))
    assert ([file.flags for file in found.files], "signed" in found.flags) == ([()], False)


def test_words_that_are_called_a_picture_are_read_as_words():
    part = b"Content-Type: image/jpg\r\nContent-Disposition:\r\nContent-Location: a.jpg\r\n\r\nWe share a council."
    found = opened(multipart(part, kind=b"related"))
    assert (texts(found), found.files, found.flags) == (["We share a council."], (), ("text-mislabelled",))
    named = part.replace(b"image/jpg", b"image/jpg; name=a.jpg")
    assert [file.name for file in opened(multipart(TEXT, named)).files] == ["a.jpg"]
    picture = b"Content-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    assert [file.media_type for file in opened(multipart(TEXT, picture)).files] == ["image/png"]


def test_a_file_that_is_not_what_the_mail_says_is_marked():
    part = b"Content-Type: image/png; name=a.png\r\n\r\n" + PDF
    assert opened(multipart(TEXT, part)).files[0].flags == ("type-mismatch",)


def test_damaged_base64_is_kept_as_far_as_it_goes():
    good = base64.b64encode(PDF * 3)
    part = (
        b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + good[:40]
        + b"!!\xff"
    )
    found = opened(multipart(TEXT, part))
    assert found.files[0].data.startswith(PDF)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (HEAD + b'Content-Type: text/html\r\n\r\n<meta charset="iso-8859-2"><p>\xb1\xe6</p>', "ąć"),
        (HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\nGr\xfc\xdfe", "Grüße"),
        (HEAD + b"Content-Type: text/plain; charset=us-ascii\r\n\r\nGr\xc3\xbc\xc3\x9fe", "Grüße"),
        (HEAD + b"Content-Type: text/plain; charset=iso-8859-7\r\n\r\n\xc4\xde\xec\xef\xf2", "Δήμος"),
        (HEAD.replace(b"\r\n", b"\r") + b"\rone\rtwo", "one"),
        (b"From a@b Mon Jan  1\n" + HEAD + b"\r\nwords", "words"),
        (HEAD + b"Content-Type : text/plain; charset=utf-8\r\njunk line\r\nX: y\r\n\r\nGr\xc3\xbc\xc3\x9fe", "Grüße"),
    ],
)
def test_letters_are_never_dropped(raw, text):
    assert text in opened(raw).bodies[0].text


def test_names_in_every_encoding_are_read():
    for name in (b'filename="=?utf-8?b?w5xiZXJzaWNodC5wZGY=?="', b"filename*=utf-8''%C3%9Cbersicht.pdf",
                 b"filename*0*=utf-8''%C3%9Cber; filename*1=sicht.pdf", b'filename="\xdcbersicht.pdf"'):  # fmt: skip
        part = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + name + b"\r\n\r\n" + PDF
        assert opened(multipart(TEXT, part)).files[0].name == "Übersicht.pdf"


def test_a_multipart_without_boundary_is_text():
    found = opened(HEAD + b"Content-Type: multipart/mixed\r\n\r\nwords")
    assert (found.quarantine, texts(found)) == (None, ["words"])


def nested(depth: int) -> bytes:
    raw = TEXT
    for n in range(depth):
        edge = b"b%d" % n
        raw = (
            b'Content-Type: multipart/mixed; boundary="'
            + edge
            + b'"\r\n\r\n--'
            + edge
            + b"\r\n"
            + raw
            + b"\r\n--"
            + edge
            + b"--"
        )
    return HEAD + raw


@pytest.mark.parametrize(("depth", "code"), [(15, None), (25, "too-deep"), (1_500, "too-deep")])
def test_depth_is_limited(depth, code):
    assert opened(nested(depth)).quarantine == code


def test_the_number_of_parts_and_files_is_limited():
    assert opened(multipart(*[TEXT] * 1_200)).quarantine == "too-many-parts"
    file = b"Content-Type: application/pdf; name=a.pdf\r\n\r\nx"
    assert opened(multipart(TEXT, *[file] * 251)).quarantine == "too-many-parts"


def test_all_files_together_are_limited():
    file = b"Content-Type: application/pdf; name=a.pdf\r\n\r\n" + b"x" * 4_000
    assert opened(multipart(TEXT, file, file), Limits(decoded_bytes=6_000)).quarantine == "too-large"


def test_a_mail_in_quarantine_still_says_who_wrote_it():
    found = head_of(HEAD + b"\r\n" + b"x" * 10_000, "too-large", 4_000)
    assert (found.quarantine, found.sender.address, found.subject) == ("too-large", "a@town.example", "hello")
    assert opened(nested(25)).sender.address == "a@town.example"


TWICE = b"Content-Type: text/plain\r\nContent-Type: text/html\r\n"


@pytest.mark.parametrize(
    ("raw", "flag"),
    [
        (HEAD + TWICE + b"\r\n<b>words</b>", "repeated-header"),
        (multipart(TWICE + b"\r\n<b>words</b>"), "repeated-header"),
        (multipart(b"Content-Type: text/plain; charset=utf-8; charset=utf-16\r\n\r\nwords"), "repeated-parameter"),
        (multipart(TEXT) + b"\r\nWe share a library too.\r\n", "text-after-end"),
        (multipart(TEXT) + b"\r\n" + multipart(TEXT)[len(HEAD) :], "text-after-end"),
        (multipart(TEXT) + b"\r\n \r\n--\r\n\0", None),
        (multipart(TEXT), None),
    ],
    ids=[
        "two types",
        "two types of a part",
        "two charsets",
        "words after the end",
        "parts after the end",
        "blanks",
        "none",
    ],
)
def test_what_two_programs_may_read_differently_is_flagged(raw, flag):
    found = opened(raw)
    assert found.flags == ((flag,) if flag else ())
    assert len(found.bodies) == 1


HOSTILE = [
    HEAD + b"Content-Type: multipart/mixed; boundary=" + b";" * 30_000 + b"\r\n\r\n--;",
    HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\n--',
    multipart(*[b"Content-Disposition: attachment; filename=" + b'"' * 2_000 + b"\r\n\r\nx"] * 50),
    HEAD + b"Content-Type: text/plain; charset=" + b"x" * 20_000 + b"\r\n\r\nwords",
    HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"=" * 300_000,
    HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 300_000,
    HEAD + b"\r\n" + b"\x00" * 300_000,
    HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 3_900,
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_structure_takes_no_time(raw):
    begin = time.process_time()
    opened(raw)
    assert time.process_time() - begin < 5


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2_000), st.binary(max_size=6))
def test_a_damaged_mail_never_raises(noise, at, cut):
    one = mail()
    one.add_attachment(PDF, maintype="application", subtype="pdf", filename="a.pdf")
    raw = one.as_bytes()
    at %= len(raw)
    for damaged in (
        raw[:at] + noise + raw[at:],
        raw[:at] + raw[at + len(noise) :],
        raw[:at] + cut,
        HEAD + noise,
        noise,
    ):
        found = opened(damaged)
        assert found.quarantine is None or not found.bodies
