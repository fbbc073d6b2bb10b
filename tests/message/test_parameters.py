"""Content-Type and Content-Disposition as mail programs write them (RFC 2045 section 5.1, RFC 2231)."""

import time
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.clean import one_line
from harvester.message.parameters import MOST, media_type, parse


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text/plain", "text/plain"),
        ("TEXT/Plain; charset=x", "text/plain"),
        (" text / html ;", "text/html"),
        ("text", None),
        ("", None),
        ("; charset=x", None),
        ("text/", None),
        ("text/" + "x" * 100, "text/" + "x" * 100),
    ],
)
def test_a_media_type_is_a_type_and_a_subtype(value, expected):
    assert media_type(value) == expected


def test_the_value_is_lower_case_and_parameters_keep_their_case():
    found = parse('Multipart/Mixed; Boundary="aB c;d"; charset=UTF-8')
    assert found.value == "multipart/mixed"
    assert (found.get("boundary"), found.get("charset"), found.get("nothing")) == ("aB c;d", "UTF-8", "")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("filename=a.pdf", "a.pdf"),
        ("filename = a.pdf ", "a.pdf"),
        ("FileName=a.pdf", "a.pdf"),
        ("filename=our answer.pdf", "our answer.pdf"),
        ('filename="our; answer.pdf"', "our; answer.pdf"),
        ('filename="say \\"yes\\".pdf"', 'say "yes".pdf'),
        ('filename="C:\\new\\a.pdf"', "C:\\new\\a.pdf"),
        ('filename="never closed.pdf', "never closed.pdf"),
        ('filename="a.pdf" junk; size=1', "a.pdf"),
        ("junk; filename=a.pdf", "a.pdf"),
        (";; filename=a.pdf;", "a.pdf"),
        ('filename="=?utf-8?q?Gr=C3=BC=C3=9Fe?="', "Grüße"),
        ("filename=Grüße.pdf", "Grüße.pdf"),
        ("filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
        ("filename*=iso-8859-1'de'Gr%FC%DFe.pdf", "Grüße.pdf"),
        ("filename*=utf-8''it's.pdf", "it's.pdf"),
        ("filename*=''plain.pdf", "plain.pdf"),
        ("filename*=no%20charset.pdf", "no charset.pdf"),
        ("filename*=unicode_escape''%5Cu003c.pdf", "\\u003c.pdf"),
        ("filename*=utf-8''100%.pdf", "100%.pdf"),
        ("filename*0=one; filename*1=two", "onetwo"),
        ("filename*1=two; filename*0=one", "onetwo"),
        ("filename*0*=utf-8''%C3; filename*1*=%BC.pdf", "ü.pdf"),
        ("filename*0*=utf-8''%C3%BC; filename*1=%41.pdf", "ü%41.pdf"),
        ("filename*0=one; filename*2=three", "one"),
        ("filename*1=two", ""),
        ("filename=old.pdf; filename*=utf-8''new.pdf", "new.pdf"),
        ("filename*=utf-8''new.pdf; filename=old.pdf", "new.pdf"),
        ("filename=first.pdf; filename=second.pdf", "first.pdf"),
        ('filename*0="=?utf-8?q?a=C3"; filename*1="=BC?="', "aü"),
        ("filename*=utf-8''a%0D%0Ab%00.pdf", "a  b.pdf"),
    ],
)
def test_a_name_is_found_however_it_is_written(written, expected):
    assert parse("attachment; " + written).get("filename") == expected


def test_a_name_that_comes_twice_with_two_values_is_told():
    assert parse("multipart/mixed; boundary=a; boundary=b").repeated == ("boundary",)
    assert parse("multipart/mixed; boundary=a; boundary=a").repeated == ()


def test_no_more_than_fifty_parameters_are_read():
    found = parse("a/b;" + ";".join(f"x{n}=y" for n in range(MOST + 20)))
    assert len(found.parameters) == MOST


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40), st.integers(1, 9))
def test_any_name_survives_rfc_2231_in_any_number_of_pieces(text, step):
    text = text.encode("utf-8", "ignore").decode().replace("=?", "")
    coded = quote(text, safe="")
    cut = [coded[n : n + step * 3] for n in range(0, len(coded), step * 3)] or [""]
    # pieces may even cut "%C3" into two: only whole triplets are promised
    if any(piece[-1:] == "%" or piece[-2:-1] == "%" for piece in cut):
        cut = [coded]
    written = "; ".join(f"name*{n}*={chr(39) * 2 if n == 0 else ''}{piece}" for n, piece in enumerate(cut[:50]))
    whole = parse("a/b; " + written.replace("''", "utf-8''", 1)).get("name")
    if len(cut) <= MOST:
        assert whole == one_line(text.removeprefix("\ufeff"))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(["a", ";", "=", '"', "\\", "*", "0", "1", "'", "%C3", "%", "=?utf-8?q?", "?=", " ", "ü", "/"])
    ).map("".join)
)
def test_any_value_is_read_and_its_parameters_are_one_line_each(value):
    for _, text in parse(value).parameters:
        assert text == one_line(text)


@pytest.mark.parametrize(
    "unit", [";", '"', "\\", "=", "*", "a=", "a=b;", 'a="', "a*1*=;", " ", "; ", "a", "'", "a*=''", "%"]
)
def test_hostile_values_take_linear_time(unit):
    begun = time.process_time()
    parse("a/b;" + unit * (200_000 // len(unit)))
    media_type(unit * (200_000 // len(unit)))
    assert time.process_time() - begun < 5
