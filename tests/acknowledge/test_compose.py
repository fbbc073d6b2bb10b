"""The letters as their recipients get them: the right words, exactly these headers, and nothing of the sender's."""

import email
import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from email.utils import getaddresses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.acknowledge import languages
from harvester.acknowledge.compose import samples
from harvester.acknowledge.signed_id import signed_id
from harvester.classify.topics import topics
from harvester.errors import ConfigError
from harvester.model import Disposition
from letter_samples import DEADLINE, KEY, NOW, TEMPLATES, composer, due, read

LANGUAGES = sorted(languages(TEMPLATES))
DAY = timedelta(days=1)
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "X-Loop", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip
COMPOSER = composer()


def letter(now=NOW, **changes):
    return read(COMPOSER.compose(due(**changes), now).raw)


# ---------------------------------------------------------------------- the words


@pytest.mark.parametrize(
    ("language", "disposition", "says"),
    [
        ("en", Disposition.EVIDENCE, "Thank you for your reply to our request for information"),
        ("en", Disposition.NIL, "you have nothing to report"),
        ("en", Disposition.QUESTION, "A member of staff will answer your question personally."),
        ("en", Disposition.HOLDING, "you will come back to us"),
        ("en", Disposition.UNCLEAR, "Thank you for your message"),
        ("de", Disposition.EVIDENCE, "vielen Dank für Ihre Antwort auf unsere Anfrage"),
        ("de", Disposition.NIL, "keine Beispiele nennen können"),
        ("de", Disposition.QUESTION, "wird Ihre Frage persönlich beantworten."),
        ("de", Disposition.HOLDING, "zurückkommen werden"),
        ("de", Disposition.UNCLEAR, "vielen Dank für Ihre Nachricht"),
        ("fr", Disposition.EVIDENCE, "Nous vous remercions de votre réponse"),
        ("fr", Disposition.NIL, "vous n’avez pas d’exemple à signaler"),
        ("fr", Disposition.QUESTION, "vous répondra personnellement."),
        ("fr", Disposition.HOLDING, "vous donnerez suite ultérieurement"),
        ("fr", Disposition.UNCLEAR, "Nous vous remercions de votre message"),
    ],
)
def test_each_kind_of_reply_has_its_own_words(language, disposition, says):
    got = letter(language=language, disposition=disposition)
    assert says in got.flowing and "LGA-2027-0042" in got.flowing and "LGA-2027-0042" in got.subject
    assert "Innovative and cost-saving models of local service delivery" in got.flowing


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letters_of_one_language_differ_by_kind_and_by_time(language):
    kinds = [Disposition.EVIDENCE, Disposition.NIL, Disposition.QUESTION, Disposition.HOLDING, Disposition.UNCLEAR]
    in_time = [letter(language=language, disposition=kind).text for kind in kinds]
    late = [letter(DEADLINE + DAY, language=language, disposition=k, received_at=DEADLINE + DAY).text for k in kinds]
    assert len(set(in_time)) == 5
    assert [early != after for early, after in zip(in_time, late, strict=True)] == [True, True, True, True, False]


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "reached us after the deadline (Monday, 16 August 2027)."),
        ("de", "nach Ablauf der Frist (Montag, 16. August 2027) eingegangen"),
        ("fr", "après la date limite (lundi 16 août 2027)"),
    ],
)
def test_a_late_reply_is_told_so_kindly(language, says):
    late = {"language": language, "received_at": DEADLINE + timedelta(seconds=1)}
    assert says in letter(DEADLINE + DAY, **late).flowing
    assert says not in letter(DEADLINE + DAY, language=language, received_at=DEADLINE).flowing


def test_who_wrote_in_time_is_not_blamed_for_our_late_answer():
    text = letter(DEADLINE + DAY, received_at=DEADLINE - DAY).flowing
    assert "deadline" not in text and "days left" not in text


@pytest.mark.parametrize(
    ("language", "left", "says"),
    [
        ("en", 6, "(6 days left)"),
        ("en", 1, "(1 day left)"),
        ("en", 0, "(today)"),
        ("de", 6, "(noch 6 Tage)"),
        ("de", 1, "(noch 1 Tag)"),
        ("de", 0, "(heute)"),
        ("fr", 6, "(6 jours restants)"),
        ("fr", 1, "(1 jour restant)"),
        ("fr", 0, "(aujourd’hui)"),
    ],
)
def test_days_left_are_counted_on_the_calendar_of_the_deadline(language, left, says):
    now = DEADLINE - left * DAY - timedelta(hours=20)
    assert says in letter(now, language=language, received_at=now).flowing


def test_past_midnight_where_the_deadline_is_a_new_day_has_begun():
    half_past_midnight_in_london = datetime(2027, 8, 10, 23, 30, tzinfo=UTC)
    assert "(5 days left)" in letter(half_past_midnight_in_london).flowing


def test_a_deadline_within_the_day_names_the_hour():
    noon = composer("request.deadline=2027-08-16T12:00:00")
    text = read(noon.compose(due(), NOW).raw).flowing
    assert "Monday, 16 August 2027, 12:00 (Europe/London)" in text


@pytest.mark.parametrize(
    ("language", "files", "links", "says"),
    [
        ("en", 1, 3, "we received 1 attachment and 3 links:"),
        ("en", 2, 1, "we received 2 attachments and 1 link:"),
        ("en", 0, 1, "we received 1 link."),
        ("en", 1, 0, "we received 1 attachment:"),
        ("de", 1, 3, "haben wir 1 Anlage und 3 Links erhalten:"),
        ("de", 2, 1, "haben wir 2 Anlagen und 1 Link erhalten:"),
        ("fr", 1, 3, "comportait 1 pièce jointe et 3 liens :"),
        ("fr", 2, 1, "comportait 2 pièces jointes et 1 lien :"),
    ],
)
def test_attachments_and_links_are_counted_in_correct_plurals(language, files, links, says):
    names = tuple(f"plan {n}.pdf" for n in range(files))
    got = letter(language=language, files=names, links=links)
    assert says in got.flowing and all(f"  - {name}\n" in got.text for name in names)


def test_nothing_is_said_of_attachments_and_links_where_there_are_none():
    assert "received" not in letter().flowing


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x" * 80 + ".pdf", "x" * 55 + "….pdf"),
        ("Haushaltsplan 2027 mit allen Anlagen und einem sehr langen Namen.xlsx",
         "Haushaltsplan 2027 mit allen Anlagen und einem sehr….xlsx"),
        ("no ending " * 8, "no ending no ending no ending no ending no ending no ending…"),
        ("a." + "b" * 70, "a." + "b" * 57 + "…"),
        (".profile", ".profile"),
        ("plan.pdf", "plan.pdf"),
    ],
)  # fmt: skip
def test_a_long_name_is_shortened_and_keeps_its_ending(name, shown):
    assert f"  - {shown}\n" in letter(files=(name,)).text


def test_of_many_attachments_ten_are_named():
    text = letter(files=tuple(f"annex {n}.pdf" for n in range(25))).text
    assert text.count("annex") == 10 and "  - ... (+15)\n" in text and "25 attachments" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_signature_is_the_same_in_every_language(language):
    got = letter(language=language).text
    ours = "LGA International Desk\nLocal Government Association (England)\nInternational Desk, replies@lga.example\n"
    assert ours in got


def test_a_language_without_a_letter_gets_the_requests_own():
    assert COMPOSER.compose(due(language="is"), NOW).language == "en"


def test_without_a_contact_our_own_address_is_named():
    assert "\nreplies@lga.example\n" in read(composer("request.contact=").compose(due(), NOW).raw).text


# ---------------------------------------------------------------------- the bytes


def test_the_headers_are_these_and_no_others():
    got = letter()
    assert set(got.headers) == HEADERS
    del got.headers["Date"], got.headers["Message-ID"]
    assert got.headers == {
        "From": "LGA International Desk <replies@lga.example>",
        "To": "officer@town.example",
        "Subject": "Auto: We have received your reply (LGA-2027-0042)",
        "In-Reply-To": "<reply@town.example>",
        "References": "<request@lga.example> <reply@town.example>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "X-Loop": "replies@lga.example",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
    }


@pytest.mark.parametrize("name", ["Büro für Auswärtiges", "Desk, International", 'The "Desk"', "x" * 70, ""])
def test_our_own_name_may_hold_anything(name):
    raw = composer(f"outbox.from_name={json.dumps(name)}", "outbox.from=desk@rät.example").compose(due(), NOW).raw
    ((shown, address),) = getaddresses([read(raw).headers["From"]])
    assert str(make_header(decode_header(shown))) == name and address.endswith("@xn--rt-via.example")


def test_lines_are_short_and_seven_bit_in_every_letter():
    for language in LANGUAGES:
        for one, now in samples(DEADLINE):
            changes = {name: getattr(one, name) for name in ("disposition", "files", "links", "received_at")}
            raw = COMPOSER.compose(due(language=language, **changes), now).raw
            assert raw.isascii() and b"\r" not in raw.replace(b"\r\n", b"") and b"\n" not in raw.replace(b"\r\n", b"")
            assert max(map(len, raw.split(b"\r\n"))) <= 78
            assert max(len(line) for line in read(raw).text.split("\n")) <= 78


def test_the_message_id_is_signed_and_the_same_for_every_try():
    first, second = COMPOSER.compose(due(), NOW), COMPOSER.compose(due(), NOW + DAY)
    assert first.message_id == second.message_id == read(second.raw).headers["Message-ID"]
    assert first.message_id == signed_id(KEY, due().sha256, "officer@town.example", "lga.example")


def test_a_message_id_once_fixed_is_kept():
    assert COMPOSER.compose(due(message_id="<ack.old@lga.example>"), NOW).message_id == "<ack.old@lga.example>"


@pytest.mark.parametrize(
    "message_id",
    [None, "", "no brackets@x", "<two@at@signs>\r\nBcc: evil@x.example", "<a b@x>", "<é@x>", "<a@b> <c@d>"],
)
def test_an_id_that_is_none_is_not_repeated(message_id):
    got = letter(in_reply_to=message_id)
    assert "In-Reply-To" not in got.headers and "References" not in got.headers


def test_a_thread_keeps_its_first_and_its_latest_mails():
    thread = tuple(f"<{n}@town.example>" for n in range(60))
    got = letter(references=(thread[0], "<bad id@x>", *thread)).headers["References"].split()
    assert got == ["<0@town.example>", *thread[41:], "<reply@town.example>"]


@pytest.mark.parametrize(
    ("to", "written"),
    [
        ("amt@gemeinde-köln.example", "amt@xn--gemeinde-kln-ejb.example"),
        ('"anna maria"@town.example', '"anna maria"@town.example'),
        ("o'brien+eu@town.example", "o'brien+eu@town.example"),
    ],
)
def test_the_recipient_is_the_bare_address(to, written):
    got = letter(to=to)
    assert getaddresses([got.headers["To"]]) == [("", written)]


def test_an_address_beyond_ascii_is_written_as_it_is():
    """Only a server with SMTPUTF8 is handed it (RFC 6532)."""
    raw = COMPOSER.compose(due(to="bürger@town.example"), NOW).raw
    assert "To: bürger@town.example\r\n".encode() in raw


HOSTILE = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            ["\r\n", "\n", "\r", "\0", "\x85", "\u2028", "Bcc: evil@x.example", "=?utf-8?q?a=0ABcc:_x?=", "{{ 7*7 }}",
             "{% include 'x' %}", "%s", "{0}", "é", "\u202e", ",", "<", ">", "@", '"', " "]
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_of_the_senders_becomes_a_header_or_template_language(name, message_id, subject):
    raw = COMPOSER.compose(due(files=(name,), in_reply_to=f"<{message_id}@x>", subject=subject), NOW).raw
    mail = email.message_from_bytes(raw)
    assert set(mail.keys()) <= HEADERS and len(mail.keys()) == len(set(mail.keys()))
    assert mail["To"] == "officer@town.example"
    assert ("49" in read(raw).text) <= ("49" in name)
    assert not name.isprintable() or len(name) > 60 or " ".join(name.split()) in read(raw).flowing


@pytest.mark.parametrize("name", ["{{ 7*7 }}", "{% set x = 1 %}", "%s %999999999d", "{0} {n}", "{# a #}"])
def test_template_language_in_a_name_is_shown_as_typed(name):
    assert f"  - {name}\n" in letter(files=(name,)).text


# ---------------------------------------------------------------------- checking


def test_the_shipped_templates_are_without_fault():
    assert composer().check() == []


def test_samples_hold_every_kind_in_time_and_late():
    kinds = {(one.disposition, one.received_at > DEADLINE) for one, _ in samples(DEADLINE)}
    wanted = [Disposition.EVIDENCE, Disposition.NIL, Disposition.QUESTION, Disposition.HOLDING, Disposition.UNCLEAR]
    assert set(itertools.product(wanted, (False, True))) <= kinds


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the shipped templates, to be spoilt."""
    for path in TEMPLATES.glob("*.j2"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_all_faults_of_all_languages_are_told_at_once(own: Path):
    for language, spoilt in (("en", "{{ refrence }}"), ("de", "{{ deadlin }} {{ titel }}")):
        file = own / f"{language}.txt.j2"
        file.write_text(file.read_text().replace("{{ deadline }}", spoilt))
    problems = composer(templates=own).check()
    assert any("en.txt.j2:" in one and "did you mean 'reference'" in one for one in problems)
    assert any("de.txt.j2:" in one and "did you mean 'deadline'" in one for one in problems)
    assert any("de.txt.j2:" in one and "did you mean 'title'" in one for one in problems)
    assert composer(templates=own).check({"fr"}) == []


def test_a_fault_that_only_some_letters_meet_is_found_too(own: Path):
    file = own / "en.txt.j2"
    lines = file.read_text().split("\n")
    number = next(n for n, line in enumerate(lines) if "you have nothing to report" in line)
    lines[number] += " {{ attachments[7].upper() }}"
    file.write_text("\n".join(lines))
    (problem,) = composer(templates=own).check()
    assert f"en.txt.j2:{number + 1}: " in problem
    with pytest.raises(ConfigError, match=f"en.txt.j2:{number + 1}: "):
        composer(templates=own).compose(due(disposition=Disposition.NIL), NOW)


def test_a_missing_letter_in_the_requests_own_language_is_told(own: Path):
    (own / "en.txt.j2").unlink()
    assert any(
        "en.txt.j2 is missing, but request.reply_language is 'en'" in one for one in composer(templates=own).check()
    )
    assert any("en.txt.j2" in one for one in composer(templates=own).check({"en"}))


def test_a_folder_without_letters_is_told(tmp_path: Path):
    assert composer(templates=tmp_path).check() == [f"{tmp_path}: holds no letter; write one as en.txt.j2"]


def test_a_language_that_nobody_knows_is_told(own: Path):
    (own / "xx.txt.j2").write_bytes((own / "en.txt.j2").read_bytes())
    assert any("xx.txt.j2:1: 'xx' is not the code of a language" in one for one in composer(templates=own).check())


NAMED = "acknowledge.name_categories=true"


def test_categories_are_named_by_their_titles_if_the_operator_wants_it():
    filed = due(categories=("shared", "costcut"), files=("plan.pdf",))
    named = read(composer(NAMED).compose(filed, NOW).raw).text
    assert "filed your reply under:\n\n  - Authorities share\n  - Other cost-cutting measures\n" in named
    unnamed = read(composer().compose(filed, NOW).raw).text
    assert "filed your reply" not in unnamed and "Authorities share" not in unnamed


def test_no_categories_stand_in_letters_that_are_not_about_examples_or_where_none_counts():
    for kind in (Disposition.NIL, Disposition.QUESTION, Disposition.HOLDING, Disposition.UNCLEAR):
        filed = due(disposition=kind, categories=("shared",))
        assert "Authorities share" not in read(composer(NAMED).compose(filed, NOW).raw).text
    for none in ((), ("no-longer-there",)):
        assert "filed your reply" not in read(composer(NAMED).compose(due(categories=none), NOW).raw).text


def test_every_language_has_a_line_before_the_categories():
    composed = composer(NAMED)
    assert composed.check() == []
    for language in composed.templates.languages:
        text = read(composed.compose(due(language=language, categories=("shared",)), NOW).raw).text
        assert re.search(r":\n\n  - Authorities share\n\n", text), language


def test_titles_are_read_without_the_rules_that_cannot_be(tmp_path):
    (tmp_path / "one.toml").write_text('id = "one"\ntitle = "The one"\n', encoding="utf-8")
    (tmp_path / "mood.toml").write_text('id = "mood"\ntitle = "A mood"\ndecides = "disposition"\n', encoding="utf-8")
    (tmp_path / "broken.toml").write_text("id = = 3\n", encoding="utf-8")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    assert topics(tmp_path).categories == {"one": "The one"}
