"""A reply that only quotes the request says nothing, whatever program quoted it; and no word of an answer is lost."""

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from client_styles import MARKS, Style, styles
from harvester.classify import Classifier
from harvester.classify.rulebook import load
from harvester.message.reader import Reader
from harvester.model import Limits, Understanding
from harvester.understand import understand
from rulebooks import SHIPPED, compiled_rules

REPO = Path(__file__).parent.parent
REQUEST = (REPO / "data" / "request.txt").read_text(encoding="utf-8")
ANSWER = "Our council runs one payroll office together with West Town, and that saves 90,000 euros a year."
SILENT, ANSWERED = list(styles(REQUEST, "")), list(styles(REQUEST, ANSWER))
ENCODINGS = ("quoted-printable", "base64", "8bit")


@pytest.fixture(scope="module")
def read():
    book = load(SHIPPED, compiled_rules())
    reader, classifier = Reader([REQUEST], Limits()), Classifier(book)

    def read(style: Style) -> Understanding:
        name, kind, text = style
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"], mail["Subject"] = "Anna <a.berg@north.example>", "replies@lga.example", "Re: Request"
        mail.set_content(text, subtype=kind.partition("/")[2], cte=ENCODINGS[len(name) % 3])
        return understand(mail.as_bytes(), reader, classifier, lambda data: "0" * 64)

    return read


def test_there_are_forty_styles() -> None:
    assert len({name for name, _, _ in SILENT}) == len(SILENT) >= 40


@pytest.mark.parametrize("style", SILENT, ids=[name for name, _, _ in SILENT])
def test_the_quoted_request_alone_has_no_words_links_or_categories(style: Style, read) -> None:
    found = read(style)
    assert (found.message.own_text, found.message.links, found.verdict.categories) == ("", (), ())
    assert found.message.request_quoted


@pytest.mark.parametrize("style", ANSWERED, ids=[name for name, _, _ in ANSWERED])
def test_an_answer_above_the_quoted_request_is_all_that_is_own(style: Style, read) -> None:
    found = read(style).message
    assert " ".join(found.own_text.split()) == ANSWER
    assert found.links == ()


@pytest.mark.parametrize("name", MARKS)
def test_an_answer_typed_in_the_middle_of_the_request_is_kept(name: str, read) -> None:
    before, found, after = REQUEST.partition("2. Where local authority staff")
    text = f"{MARKS[name](before)}\n\n{ANSWER}\n\n{MARKS[name](found + after)}\n"
    message = read((name, "text/plain", text)).message
    assert " ".join(message.own_text.split()) == ANSWER
    assert message.links == ()
