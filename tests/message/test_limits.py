"""What no parser ever sees (section 4 of the guarantees)."""

import pytest

from harvester.message.headers import read_block
from harvester.message.limits import excess, excess_of_parts
from harvester.model import Limits

LIMITS = Limits(
    raw_bytes=20_000,
    header_block_bytes=4_000,
    header_bytes=1_000,
    headers=50,
    encoded_words=10,
    boundary_lines=100,
    parts=20,
)
GOOD = b"From: a@town.example\r\nSubject: hello\r\n"
MULTIPART = GOOD + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'


def code(raw: bytes) -> str | None:
    block = read_block(raw)
    return excess(raw, block, LIMITS) or excess_of_parts(block, raw[block.body_at :], LIMITS)


def test_an_ordinary_mail_passes():
    assert code(GOOD + b"\r\nwords") is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", "empty"),
        (b" \r\n\t\r\n", "empty"),
        (GOOD + b"\r\n" + b"x" * 20_001, "too-large"),
        (GOOD + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 500) for n in range(10)) + b"\r\nwords", "header-too-large"),
        (GOOD + b"X-Long: " + b"y" * 1_001 + b"\r\n\r\nwords", "header-too-large"),
        (GOOD + b"X: y\r\n" * 51 + b"\r\nwords", "too-many-headers"),
        (GOOD + b"X: " + b"=?utf-8?q?a?= " * 11 + b"\r\n\r\nwords", "malformed-header"),
        (b"this is\r\nno mail\r\nat all\r\n", "malformed-header"),
        (MULTIPART + b"--x\r\n" * 101, "malformed-mime"),
        (MULTIPART + b"--x\r\nContent-Disposition: inline" + b";\r\n " * 501 + b"\r\n\r\ny", "malformed-mime"),
        (MULTIPART + b"--x\r\nContent-Type: text/plain\r\n\r\ny\r\n" * 101, "too-many-parts"),
    ],
)
def test_what_is_over_a_limit_gets_its_code(raw, expected):
    assert code(raw) == expected


def test_lines_of_dashes_in_a_plain_text_separate_nothing():
    assert code(GOOD + b"\r\n" + b"-----\r\n" * 200) is None


def test_headers_up_to_the_limits_are_fine():
    raw = GOOD + b"X: y\r\n" * 48 + b"\r\nwords"
    assert code(raw) is None
    assert code(GOOD + b"X: " + b"=?utf-8?q?a?= " * 10 + b"\r\n\r\nwords") is None
