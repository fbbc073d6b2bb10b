"""A sender's file on its way out: what a scanner says holds; without one, a warning (S23 of the guarantees)."""

import sys

import pytest

from harvester.model import Role
from harvester.review.scan import may_harm
from page_samples import file, put, told, written


def ends_with(code: int) -> list[str]:
    return [sys.executable, "-c", f"import sys; open(sys.argv[1], 'rb').read(); sys.exit({code})"]


@pytest.fixture
def scanned(desk):
    """Sets the scanner up; returns a reply with a file."""

    def set_up(command: list[str], name: str = "table.pdf") -> int:
        review = desk.config.review.model_copy(update={"scan_command": command})
        object.__setattr__(desk, "config", desk.config.model_copy(update={"review": review}))
        return put(desk, written("See the file.", attachments=(file(desk, name, b"%PDF"),)), told())

    return set_up


@pytest.mark.parametrize(
    ("command", "status", "words"),
    [
        (ends_with(0), 200, ""),
        (ends_with(1), 403, "found something harmful"),
        (ends_with(2), 503, "did not answer"),
        (["/no/such/scanner"], 503, "did not answer"),
    ],
)
def test_nothing_goes_out_that_the_scanner_has_not_called_clean(scanned, come_in, command, status, words):
    number = scanned(command)
    answer = come_in(Role.VIEWER).get(f"/replies/{number}/attachments/1")
    assert answer.status_code == status
    assert words in answer.text
    assert ("attachment" in answer.headers.get("content-disposition", "")) is (status == 200)
    original = come_in(Role.VIEWER).get(f"/replies/{number}/original")
    assert original.status_code == status


def test_a_scanner_that_takes_too_long_holds_the_file(scanned, come_in, monkeypatch):
    monkeypatch.setattr("harvester.report.scanner.SECONDS", 0.2)
    number = scanned([sys.executable, "-c", "import time; time.sleep(5)"])
    assert come_in(Role.VIEWER).get(f"/replies/{number}/attachments/1").status_code == 503


def test_who_was_refused_what_stands_in_the_story(scanned, come_in):
    number = scanned(ends_with(1))
    visitor = come_in(Role.VIEWER)
    visitor.get(f"/replies/{number}/attachments/1")
    assert "Was refused a file" in visitor.get(f"/replies/{number}").text


def test_without_a_scanner_what_may_do_harm_is_handed_out_after_a_warning_only(scanned, come_in):
    number = scanned([], "offer.xlsm")
    visitor = come_in(Role.VIEWER)
    warned = visitor.get(f"/replies/{number}/attachments/1")
    assert "content-disposition" not in warned.headers
    assert "This file may do harm" in warned.text
    assert "attachment" in visitor.get(f"/replies/{number}/attachments/1?sure=yes").headers["content-disposition"]


@pytest.mark.parametrize("name", ["a.exe", "A.DOCM", "a.pdf.js", "a.svg. ", "page.html"])
def test_what_runs_something_may_do_harm(name):
    assert may_harm(name, "application/octet-stream")


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "exe", "a.exe.txt", ""])
def test_what_is_only_read_does_none(name):
    assert not may_harm(name, "application/pdf")
