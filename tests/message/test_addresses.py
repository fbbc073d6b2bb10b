"""Who wrote it: one mailbox, a doubt or nobody."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.addresses import AMBIGUOUS, NO_SENDER, mailboxes, sender
from harvester.model import Headers


def of(*values: str):
    return sender(Headers(tuple(("from", value) for value in values)))


@pytest.mark.parametrize(
    ("value", "address", "name"),
    [
        ("a@town.example", "a@town.example", ""),
        ("<a@town.example>", "a@town.example", ""),
        ("Anna Smith <a@town.example>", "a@town.example", "Anna Smith"),
        ('"Smith, Anna" <a@town.example>', "a@town.example", "Smith, Anna"),
        ("Smith, Anna <a@town.example>", "a@town.example", "Smith, Anna"),
        ('"The \\"Clerk\\"" <a@town.example>', "a@town.example", 'The "Clerk"'),
        ("a@town.example (Anna Smith)", "a@town.example", "Anna Smith"),
        ("a@town.example (Anna (the clerk))", "a@town.example", "Anna (the clerk)"),
        ("Anna (x@evil.example) <a@town.example>", "a@town.example", "Anna"),
        ('"x@evil.example" <a@town.example>', "a@town.example", "x@evil.example"),
        ("=?utf-8?q?J=C3=BCrgen?= <a@town.example>", "a@town.example", "Jürgen"),
        ('"=?utf-8?q?J=C3=BCrgen?=" <a@town.example>', "a@town.example", "Jürgen"),
        ("=?utf-8?q?a=0D=0ABcc:_x?= <a@town.example>", "a@town.example", "a  Bcc: x"),
        ("A <a@TOWN.Example>", "a@town.example", "A"),
        ("A <Anna.Smith@town.example>", "Anna.Smith@town.example", "A"),
        ("A < a @ town.example >", "a@town.example", "A"),
        ("A <@relay.example,@b.example:a@town.example>", "a@town.example", "A"),
        ('A <"a b"@town.example>', '"a b"@town.example', "A"),
        ("A <a@[192.0.2.1]>", "a@[192.0.2.1]", "A"),
        ("Ä <jürgen@müller.example>", "jürgen@müller.example", "Ä"),
        ("A <a+tag@town.example>", "a+tag@town.example", "A"),
        ("Sean O\\'Brien <a@town.example>", "a@town.example", "Sean O\\'Brien"),
        ("TOWN\\anna <a@town.example>", "a@town.example", "TOWN\\anna"),
        ("Anna [Clerk <a@town.example>", "a@town.example", "Anna [Clerk"),
        ("Anna) <a@town.example>", "a@town.example", "Anna)"),
        ("<a@town.example> Anna", "a@town.example", ""),
        ("Council: Anna <a@town.example>", "a@town.example", "Council: Anna"),
    ],
)
def test_one_mailbox_is_the_sender(value, address, name):
    found = of(value)
    assert (found.address, found.name, found.problem) == (address, name, None)


@pytest.mark.parametrize(
    "values",
    [
        (),
        ("",),
        ("<>",),
        ("Anna <>",),
        ("Only a name",),
        ("undisclosed-recipients:;",),
        ("Team: a@town.example, b@town.example;",),
        ("a@",),
        ("@town.example",),
        ("a@b@town.example",),
        ("a@town.example>",),
        ("Anna <a@town.example",),
        ("Anna <<a@town.example>>",),
        ("(never closed a@town.example",),
        ('"never closed a@town.example',),
        ("a b@town.example",),
        ("A <a@town..example>",),
        ("A <a@-town.example>",),
        ("A <a@town.example.>",),
        ("A <=?utf-8?q?a?=@town.example>",),
        ("=?utf-8?q?a=40town.example?=",),
        ("A <a\u202e@town.example>",),
        ("A <a\u200b@town.example>",),
        ("A <a@town\uff0eexample>",),
        ("A <a\x07@town.example>",),
        ("A <" + "a" * 129 + "@town.example>",),
        ("A <a@" + "b." * 130 + "example>",),
    ],
)
def test_what_names_no_mailbox_has_no_sender(values):
    found = of(*values)
    assert (found.address, found.problem) == (None, NO_SENDER)


@pytest.mark.parametrize(
    "values",
    [
        ("a@town.example, b@town.example",),
        ("A <a@town.example>, B <b@town.example>",),
        ("a@town.example", "b@town.example"),
        ("a@town.example", "a@town.example"),
        ("ceo@a.example <x@b.example>",),
        ("ceo @ a.example <x@b.example>",),
        ("ceo@a.example, <x@b.example>",),
        ("Team: x@b.example;, a@town.example",),
        ("a@town.example", "broken <"),
    ],
)
def test_what_two_programs_may_read_differently_is_ambiguous(values):
    """CVE-2023-27043 and its kin."""
    assert of(*values).problem == AMBIGUOUS


@pytest.mark.parametrize(
    "value",
    [
        "alice@example.org)bob@b.example",
        "alice@example.org(bob@b.example",
        "alice@example.org<bob@b.example>",
        "alice@example.org,bob@b.example",
        "alice@example.org;bob@b.example",
        "alice@example.org:bob@b.example",
        "alice@example.org.bob@b.example",
        '"alice@example.org"bob@b.example',
        "alice@example.org[bob@b.example",
        "alice@example.org@bob@b.example",
        "alice@example.org\\bob@b.example",
        "alice@example.org bob@b.example",
        "<alice@example.org> bob@b.example",
        "<alice@example.org> <bob@b.example>",
        "<alice@example.org> bob @ b.example",
        "alice@example.org: <bob@b.example>",
        "alice@example.org: Bob <bob@b.example>",
        "alice@example.org\\ <bob@b.example>",
        "alice@example.org] <bob@b.example>",
        "Team: <alice@example.org>, <bob@b.example>",
        "Team: <alice@example.org>;",
        "alice@example.org: Bob: <bob@b.example>",
        "Team: alice@example.org",
        "<alice\\@example.org>",
        "<alice@[example.org>",
    ],
)
def test_no_published_trick_of_cve_2023_27043_names_a_sender(value):
    assert of(value).problem is not None


def test_a_name_that_repeats_the_address_is_no_doubt():
    found = of("a@town.example <a@town.example>")
    assert (found.address, found.problem) == ("a@town.example", None)


def with_sender(value: str, *senders: str):
    return sender(Headers((("from", value), *(("sender", one) for one in senders))))


@pytest.mark.parametrize(
    ("harmless", "doubtful"),
    [
        ("Anna @ Town <a@town.example>", "Anna @ Town.example <a@north.example>"),
        ("anna@town <a@town.example>", "anna@town .example <a@north.example>"),
        ("anna.berg@tow <anna.berg@town.example>", "anna.berg@town.co <anna.berg@town.com>"),
        ("info@town.example <a@town.example>", "info@town.example <a@tovvn.example>"),
        ("info@town.example <a@mail.town.example>", "info@town.example.evil.test <a@mail.town.example>"),
        ("Anna @town <a@town.example>", "Anna @[192.0.2.1] <a@town.example>"),
        ("a@town.example, a@town.example", "a@town.example, a@north.example"),
        ("Anna <a@town.example>, A@Town.example (Anna)", "Anna <a@town.example>, b@town.example"),
        ("a@b@c <x@town.example>", "a@b.example@c <x@town.example>"),
    ],
)
def test_only_an_address_in_another_house_makes_a_name_doubtful(harmless, doubtful):
    assert of(harmless).problem is None
    assert of(harmless).address.endswith("town.example")
    assert of(doubtful).problem == AMBIGUOUS


def test_of_several_authors_the_one_named_as_sender_wrote():
    """RFC 5322, section 3.6.2."""
    both = "Bo <b@north.example>, Anna <A@town.example>"
    found = with_sender(both, "Anna Berg <a@town.example>")
    assert (found.address, found.name, found.problem) == ("A@town.example", "Anna", None)


@pytest.mark.parametrize(
    "senders",
    [
        (),
        ("c@town.example",),
        ("a@town.example, b@north.example",),
        ("a@town.example", "b@north.example"),
        ("a@town.example", "a@town.example"),
        ("b@north.example <a@town.example>",),
        ("Team: a@town.example;",),
        ("a@town.example <",),
    ],
)
def test_a_sender_field_in_doubt_settles_nothing(senders):
    assert with_sender("b@north.example, a@town.example", *senders).problem == AMBIGUOUS


def test_a_sender_field_settles_no_name_that_is_somebody_elses_address():
    assert with_sender("ceo@a.example <x@b.example>", "x@b.example").problem == AMBIGUOUS


def test_a_word_before_a_bare_address_may_be_its_beginning():
    """Both "anna.berg" and "berg" may be meant; nobody is written to."""
    assert of("Anna Berg@town.example").problem == NO_SENDER


def test_an_ambiguous_sender_still_shows_an_address():
    assert of("A <a@town.example>, B <b@town.example>").address == "a@town.example"


def test_what_cannot_be_read_is_still_shown_as_text():
    assert of("=?utf-8?q?J=C3=BCrgen?= <<<").name == "Jürgen <<<"


def test_mailboxes_of_a_list_with_groups_and_an_unreadable_one():
    value = 'A <a@x.example>, Team: b@x.example, "C, D" <c@x.example>;, @, a b@x.example, d@x.example'
    assert [one.address for one in mailboxes(value)] == [f"{letter}@x.example" for letter in "abcd"]
    assert mailboxes("A <a@x.example") == ()


LOCAL = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z0-9]{1,10})?", fullmatch=True)
NAMES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=20)


@settings(max_examples=80, deadline=None)
@given(LOCAL, NAMES)
def test_any_quoted_name_leaves_the_address_alone(local, name):
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    found = of(f'"{quoted}" <{local}@town.example>')
    assert (found.address, found.problem) == (f"{local}@town.example", None)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from('ab@.<>(),;:"\\[] \t=?\u202eü\u3000'), max_size=30))
def test_a_sender_without_a_problem_is_one_address_that_stands_in_the_text(value):
    found = of(value)
    if found.problem is None:
        assert found.address
        local, _, domain = found.address.rpartition("@")
        assert local
        assert domain
        assert local in value
        assert domain in value.lower()
    assert (found.address is None) == (found.problem == NO_SENDER)


@pytest.mark.parametrize(
    "unit",
    ['"', ",", "\\", "(", ")", "<", ">", "@", "a@", "a@b,", ":", ";", "[", "=?", " ", "\\(", '"\\', "a:", "<a@b>,",
     "a ", "=?a?q?b?=", "a@b ", "[1]", "()", "a.", "a@b;"],
)  # fmt: skip
def test_hostile_values_take_linear_time(unit):
    value = unit * (200_000 // len(unit))
    begun = time.process_time()
    of(value)
    assert time.process_time() - begun < 5
    begun = time.process_time()
    mailboxes(value)
    assert time.process_time() - begun < 5
