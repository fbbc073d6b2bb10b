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
