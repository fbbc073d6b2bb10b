"""Every flag and every quarantine code has its sentence, and the page for staff says the same."""

import re
from pathlib import Path

import pytest

from harvester.message import charset, headers, parts
from harvester.message.flags import ATTACHMENT, OF_FILE, OF_MAIL, PACKED, QUARANTINE, UNFORESEEN, sentence

HOUSE = Path(__file__).parents[2] / "harvester"
PAGE = (HOUSE.parent / "docs" / "flags.md").read_text(encoding="utf-8")
RAISED = re.compile(
    r"""flags\[['"]([a-z-]+)['"]\]|flag\(['"]([a-z-]+)['"]\)|flags\.append\(['"]([a-z-]+)['"]\)"""
    r"""|Unreadable\([\w.]+, ['"]([a-z-]+)['"]\)|flags=\(['"]([a-z-]+)['"]"""
)
CODES = re.compile(
    r"""(?:return|Over\(|code =|quarantine=|or|None,) ?['"]((?:too|malformed|header|worker|empty)[a-z-]*)['"]"""
)


def raised_in(*folders: str) -> set[str]:
    sources = [path.read_text(encoding="utf-8") for folder in folders for path in (HOUSE / folder).rglob("*.py")]
    return {next(filter(None, found.groups())) for source in sources for found in RAISED.finditer(source)}


def test_every_flag_that_is_raised_has_a_sentence():
    found = raised_in("message")
    assert {"text-cut", "signed", "type-mismatch", "archive-size", "memory"} <= found  # the search works
    assert all(sentence(flag) or sentence(ATTACHMENT + flag) for flag in found)
    constants = {headers.JUNK, headers.NO_GAP, headers.REPEATED, charset.UNKNOWN, charset.CURED, charset.DAMAGED}
    assert constants | set(parts._KINDS.values()) <= OF_MAIL.keys()


def test_every_quarantine_code_has_a_sentence():
    sources = [path.read_text(encoding="utf-8") for path in HOUSE.rglob("*.py")]
    found = {code for source in sources for code in CODES.findall(source)}
    assert {"too-deep", "malformed-mime", "worker-died"} <= found
    assert found - {"malformed"} <= QUARANTINE.keys()  # that one is a reason not to answer


@pytest.mark.parametrize("table", [OF_MAIL, OF_FILE, QUARANTINE], ids=["mail", "file", "quarantine"])
def test_the_page_says_what_the_program_says(table):
    for name, words in table.items():
        assert f"| `{name}` | {words} |" in PAGE


def test_the_page_says_nothing_else():
    sections = dict(zip(*[iter(re.split(r"^## (.*)$", PAGE, flags=re.MULTILINE)[1:])] * 2, strict=True))
    for title, known in (
        ("Flags of a mail", OF_MAIL),
        ("Flags of an attached file", OF_FILE),
        ("Quarantine", QUARANTINE),
    ):
        told = dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", sections[title], re.MULTILINE))
        assert {name: words for name, words in told.items() if not name.startswith((PACKED, UNFORESEEN))} == known


def test_flags_of_files_are_explained_on_the_mail_too():
    assert sentence("attachment-type-mismatch") == OF_FILE["type-mismatch"]
    assert "encrypted" in sentence("attachment-packed-encrypted")
    assert sentence("attachment-unforeseen-KeyError").endswith("please report it.")
    assert sentence("no-such-flag") == ""
