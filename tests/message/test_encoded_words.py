"""Encoded words as mail programs really send them (RFC 2047, RFC 2231 section 5)."""

import base64
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.clean import one_line
from harvester.message.encoded_words import WORDS, decoded


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1?Q?Gr=FC=DFe?=", "Grüße"),
        ("=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?q?a_b?=", "a b"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= \r\n =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("Re: =?utf-8?q?a?= b", "Re: a b"),
        ("=?utf-8?q?a?==?iso-8859-1?q?=FC?=", "aü"),
        ("x=?utf-8?q?=C3=BC?=y", "xüy"),
        ('"=?utf-8?q?=C3=BC?="', '"ü"'),
        ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
        ("=?utf-8?b?ww?= =?utf-8?b?vA==?=", "ü"),
        ("=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),
        ("=?utf-8?b?R3LDvMOfZ Q==?=", "Grüße"),
        ("=?utf-8?q?with blanks inside?=", "with blanks inside"),
        ("=?utf-8?q?bad =ZZ escape?=", "bad =ZZ escape"),
        ("=?x-nobody-knows?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=??q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?q??=", ""),
        ("=?utf-8?q?never closed", "=?utf-8?q?never closed"),
        ("=?utf-8?q?lost =?utf-8?q?found?=", "=?utf-8?q?lost found"),
        ("=?utf-8?x?what?=", "=?utf-8?x?what?="),
        ("=?iso-2022-jp?B?GyRCMnE1RBsoQg==?=", "会議"),
    ],
)
def test_a_value_is_read_as_people_see_it(value, expected):
    assert decoded(value) == expected


def test_a_word_that_hides_a_word_is_decoded_once():
    assert decoded("=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=") == "=?utf-8?q?x?="


@pytest.mark.parametrize("hidden", ["=0D=0A", "=00", "=E2=80=AE", "=E2=80=8B", "=C2=85", "=E2=80=A8", "=07"])
def test_no_encoded_control_or_direction_character_comes_through(hidden):
    assert decoded(f"=?utf-8?q?a{hidden}b?=").replace(" ", "") == "ab"


@pytest.mark.parametrize("name", ["unicode_escape", "utf-7", "idna", "undefined", "rot13", "punycode"])
def test_dangerous_character_sets_are_never_used(name):
    assert decoded(f"=?{name}?q?+ADw-=5Cu003c?=") == r"+ADw-\u003c"


def test_letters_in_utf_7_are_read_and_tags_are_not():
    assert decoded("=?utf-7?Q?Die_Fr+APY-sche?=") == "Die Frösche"
    assert decoded("=?unicode-1-1-utf-7?Q?+ADw-b+AD4-?=") == "+ADw-b+AD4-"


def test_words_beyond_the_limit_stay_as_they_are():
    found = decoded("=?utf-8?q?a?= " * (WORDS + 3))
    assert found.startswith("a" * WORDS + " =?utf-8?q?a?=")


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=40), st.integers(1, 7))
def test_words_cut_in_the_middle_of_characters_come_together_again(text, step):
    data = text.encode("utf-8", "replace")
    cut = [data[n : n + step] for n in range(0, len(data), step)]
    q = " ".join("=?utf-8?q?" + "".join(f"={byte:02X}" for byte in piece) + "?=" for piece in cut)
    b = "\r\n ".join(f"=?utf-8?B?{base64.b64encode(piece).decode()}?=" for piece in cut)
    expected = one_line(data.removeprefix(b"\xef\xbb\xbf").decode())
    assert decoded(q) == decoded(b) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(["=?", "?=", "utf-8", "?q?", "?B?", "=C3", "w7w", "*en", " ", "a", "\n", "\udcff"])).map(
        "".join
    )
)
def test_any_value_is_one_visible_line(value):
    found = decoded(value)
    assert found == one_line(found)
    found.encode("utf-8")


@pytest.mark.parametrize(
    "unit",
    [
        "=?",
        "?=",
        "=?utf-8?q?",
        "=?utf-8?q?a?=",
        "=?utf-8?q?a?= ",
        "=?a?b?",
        "=?" + "a" * 75,
        "?q?",
        "=?a?q?=",
        " ",
        "=",
    ],
)
def test_hostile_values_take_linear_time(unit):
    begun = time.process_time()
    decoded(unit * (200_000 // len(unit)))
    decoded("=?utf-8?q?" + unit * (200_000 // len(unit)) + "?=")
    assert time.process_time() - begun < 5
