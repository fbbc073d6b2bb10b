"""The sample replies that ship with the project."""

import email
import re
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "data" / "sample"
SAMPLES = {path.stem: path for path in sorted(FOLDER.glob("*.eml"))}
REQUEST = (FOLDER.parent / "request.txt").read_text(encoding="utf-8")
HOSTS_THAT_MUST_BE_REAL = {"eur01.safelinks.protection.outlook.com", "eastmarch.sharepoint.com"}


def texts(raw: bytes) -> str:
    """Headers and every text part, decoded."""
    found = [raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")]
    for part in email.message_from_bytes(raw).walk():
        if part.get_content_maintype() == "text":
            found.append((part.get_payload(decode=True) or b"").decode("utf-8", "replace"))
    return "\n".join(found)


def test_there_are_many_in_many_languages_and_they_are_small():
    assert len(SAMPLES) >= 45
    assert sum(path.stat().st_size for path in SAMPLES.values()) < 2_000_000
    languages = Counter(match[1] for name in SAMPLES if (match := re.search(r"-([a-z]{2})$", name)))
    assert len(languages) >= 10


def test_each_is_told_in_the_readme():
    told = re.findall(r"^\| (\S+) \|", (FOLDER / "README.md").read_text(encoding="utf-8"), re.M)
    assert told[2:] == list(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_lines_end_as_they_do_on_the_wire(name):
    raw = SAMPLES[name].read_bytes()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998  # RFC 5322, section 2.1.1


@pytest.mark.parametrize("name", SAMPLES)
def test_nobody_real_can_be_written_to_or_linked(name):
    text = texts(SAMPLES[name].read_bytes())
    hosts = {host.lower() for host in re.findall(r"[\w.+-]@([\w-]+(?:\.[\w-]+)+)", text)}
    assert {host for host in hosts if not host.endswith(".example")} == set()
    ours = set(re.findall(r"https?://([\w.-]+)", REQUEST))
    linked = {host.rstrip(".") for host in re.findall(r"https?://(?:[^\s/@]*@)?([\w.-]+)", text)}
    assert {h for h in linked if not h.endswith(".example")} <= ours | HOSTS_THAT_MUST_BE_REAL


def test_all_but_the_list_mail_are_addressed_to_our_desk():
    others = {
        name
        for name, path in SAMPLES.items()
        if "replies@lga.example" not in (email.message_from_bytes(path.read_bytes())["To"] or "")
    }
    assert others == {"28-mailing-list"}


# ------------------------------------------------------------------ what must come out

ANSWERED: frozenset[str] = frozenset()
UNCHECKED = None  # rules of this language are not there yet

MUST_COME_OUT: dict[str, tuple[str, set[str] | None, frozenset[str]]] = {
    # name: (disposition, categories, reasons that must be among those for silence; none: it is answered)
    "01-shared-chief-executive-en": ("evidence", {"shared"}, ANSWERED),
    "02-takeover-community-de": ("evidence", {"takeover"}, ANSWERED),
    "03-bounce-report": ("bounce", set(), frozenset({"null-return-path", "bounce", "system-sender"})),
    "05-out-of-office-en": ("auto_reply", set(), frozenset({"null-return-path", "auto-submitted", "suppress"})),
    "18-nil-return-en": ("nil", set(), ANSWERED),
    "19-question-de": ("question", set(), ANSWERED),
    "20-holding-reply-en": ("holding", set(), ANSWERED),
    "22-tenant-management-en": ("evidence", {"takeover"}, ANSWERED),
    "23-interleaved-answers-de": ("evidence", {"shared", "takeover"}, ANSWERED),
    "24-charging-for-extras-en": ("evidence", {"costcut"}, ANSWERED),
    "25-out-of-office-es": ("auto_reply", set(), frozenset({"ooo-subject"})),
    "26-read-receipt": ("receipt", set(), frozenset({"null-return-path", "mdn"})),
    "27-invitation": ("calendar", set(), frozenset({"calendar"})),
    "28-mailing-list": ("list", set(), frozenset({"list", "precedence", "not-addressed"})),
    "29-newsletter-nl": ("list", set(), frozenset({"list"})),
    "30-spam": ("spam", set(), frozenset({"spam"})),
    "31-bounce-old-style": ("bounce", set(), frozenset({"null-return-path", "bounce", "system-sender"})),
    "32-delivered-twice-en": ("evidence", {"shared"}, ANSWERED),  # alone; the demo knows that it came before
    "33-sent-again-de": ("evidence", {"takeover"}, ANSWERED),
    "36-planned-en": ("evidence", {"shared"}, ANSWERED),
    "37-rejected-en": ("unclear", set(), ANSWERED),
    "41-attached-mail-and-zip-en": ("evidence", {"takeover"}, ANSWERED),
    "42-wrong-charset-de": ("evidence", {"costcut"}, ANSWERED),
    "43-links-en": ("evidence", {"shared"}, ANSWERED),
    "44-fee-reduction-de": ("evidence", {"takeover"}, ANSWERED),
    "47-malformed-too-deep": ("unclear", set(), frozenset({"malformed"})),
    "49-forged-sender-en": ("evidence", UNCHECKED, frozenset({"auth-fail"})),
    "51-association-five-cases-en": ("evidence", {"shared", "takeover", "costcut"}, ANSWERED),
    "52-only-the-request-en": ("unclear", set(), ANSWERED),
    "53-ticket-robot-de": ("auto_reply", set(), frozenset({"system-sender"})),
    "57-nil-return-de": ("nil", set(), ANSWERED),
    "58-other-sense-en": ("unclear", set(), ANSWERED),
    "59-outsourcing-de": ("evidence", {"costcut"}, ANSWERED),
    "61-staff-mutual-en": ("evidence", {"takeover"}, ANSWERED),
}
