"""Returned mails of the common mail systems without multipart/report: seen, and whom they did not reach."""

import tomllib
from pathlib import Path

import pytest

from harvester.classify.bounce import bounce_of
from harvester.model import Disposition, Headers, Message, Sender
from kinds import disposition

SAMPLES = tomllib.loads((Path(__file__).parent / "returned_mails.toml").read_text(encoding="utf-8"))


def mail(sample: dict[str, str], sender: str, *headers: tuple[str, str]) -> Message:
    return Message(
        sha256="",
        size=0,
        headers=Headers(headers),
        sender=Sender(sender),
        subject=sample["subject"],
        text=sample["text"],
        own_text=sample["text"],
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_a_returned_mail_is_seen_by_its_sender_and_by_its_empty_return_path(name: str) -> None:
    sample = SAMPLES[name]
    for seen in (mail(sample, sample["sender"]), mail(sample, "it@north.example", ("return-path", "<>"))):
        assert disposition(seen, {}, False, "unknown")[0] is Disposition.BOUNCE


@pytest.mark.parametrize("name", SAMPLES)
def test_a_returned_mail_tells_whom_it_did_not_reach_and_for_how_long(name: str) -> None:
    sample = SAMPLES[name]
    bounce = bounce_of(mail(sample, sample["sender"], ("to", "replies@lga.example")))
    assert (str(bounce.failure), bounce.recipient, bounce.status) == (
        sample["failure"],
        sample["recipient"],
        sample.get("status"),
    )


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Request", "Our letter could not be delivered to the following addresses: Mill Lane 3 and 5."),
        ("Undeliverable post in our district", "Both towns deliver undeliverable post together."),
        ("Delivery failed, why?", "Our bus delivery could not be delivered to the school; both towns run it."),
        ("Returned mail from the residents", "We got returned mail from the residents; one office handles it now."),
    ],
)
def test_people_speak_of_post_too(subject: str, text: str) -> None:
    person = mail({"subject": subject, "text": text}, "anna@north.example")
    assert disposition(person, {}, False, "en")[0] is Disposition.UNCLEAR


def test_ours_is_not_the_address_that_failed() -> None:
    text = "From: replies@lga.example\nCould not be delivered to: j.doe@north.example"
    sample = {"subject": "Undeliverable Mail", "text": text}
    assert bounce_of(mail(sample, "postmaster@north.example", ("to", "Desk <Replies@lga.example>"))).recipient == (
        "j.doe@north.example"
    )
