"""The JSON that outside scripts rely on."""

from datetime import datetime, timedelta, timezone

import store_samples
from harvester.model import Attachment, Decision, Objection
from harvester.report.shape import explained, instant


def shaped(decision=None, **changes):
    one = store_samples.understanding(1, **changes)
    return explained("mail.eml", one.message, one.verdict, decision or Decision("officer@town.example", "en"))


def test_an_instant_is_written_in_utc_to_the_second():
    moment = datetime(2027, 8, 17, 0, 59, 59, 999, tzinfo=timezone(timedelta(hours=1)))
    assert instant(moment) == "2027-08-16T23:59:59Z"
    assert instant(None) is None


def test_what_is_not_known_is_null_or_empty_and_never_left_out():
    one = shaped(message_id=None, date=None, links=(), attachments=(), flags=())
    assert [one[key] for key in ("message_id", "date", "links", "attachments", "flags")] == [None, None, [], [], []]


def test_inline_pictures_are_no_attachments():
    picture = Attachment("logo.png", "image/png", "image/png", 10, "cd" * 32, inline=True)
    file = Attachment("plan.pdf", "application/pdf", "application/pdf", 10, "ab" * 32)
    assert [one["name"] for one in shaped(attachments=(picture, file))["attachments"]] == ["plan.pdf"]


def test_categories_and_what_nearly_counted_have_one_form():
    one = shaped()
    [found], [near] = one["categories"], one["near"]
    assert set(near) - set(found) == {"why"}
    assert found["kinds"] == ["shared.chief_executive", "shared.merger"]
    piece = found["evidence"][0]
    assert set(piece) == {"text", "start", "end", "where", "rule", "because", "standing"}


def test_reasons_are_empty_exactly_if_we_answer():
    assert shaped()["acknowledgement"] == {
        "answer": True, "to": "officer@town.example", "language": "en", "reasons": [],
    }  # fmt: skip
    silent = Decision("officer@town.example", "en", (Objection("bounce", ""), Objection("bounce", "")))
    assert shaped(silent)["acknowledgement"] == {"answer": False, "to": None, "language": "en", "reasons": ["bounce"]}


def test_evidence_can_be_found_at_its_offsets():
    one = store_samples.understanding(1)
    for piece in one.verdict.categories[0].evidence:
        assert 0 <= piece.start < piece.end <= len(one.message.own_text)
