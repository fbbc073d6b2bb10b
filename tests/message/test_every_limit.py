"""Each limit of section 4 of the guarantees: just within it a mail is read as any other, beyond it something is said.

The limits of workers and of the whole of stored mail are tried elsewhere (ELSEWHERE names the tests).
"""

import base64
import hashlib
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from io import BytesIO
from pathlib import Path

import pytest

from harvester.classify.unread import something_unread
from harvester.message.documents import Extractor
from harvester.message.flags import ATTACHMENT, QUARANTINE, sentence
from harvester.message.reader import Reader
from harvester.model import Limits, Message, TextStatus

PROMISED = {
    "raw_bytes": 40_000_000, "stored_bytes": 150_000_000, "header_block_bytes": 256 * 1024, "header_bytes": 32 * 1024,
    "headers": 1_000, "encoded_words": 200, "boundary_lines": 4_000, "parts": 1_000, "depth": 20, "attachments": 250,
    "attachment_bytes": 25_000_000, "decoded_bytes": 60_000_000, "classified_chars": 100_000, "unbroken_run": 200,
    "links": 500, "archive_entries": 1_000, "archive_bytes": 50_000_000, "archive_ratio": 100, "document_seconds": 3.0,
    "document_bytes": 512_000_000, "documents_seconds": 20.0, "mail_seconds": 5.0,
}  # fmt: skip
CHILDREN = "message/test_documents_jail.py", "whatever_a_child_does_is_a_status_and_the_next_file_is_fine"
ELSEWHERE = {
    "stored_bytes": ("mailbox/test_mailbox_contract.py", "a_large_mail_is_kept_unread_and_a_huge_one_only_its_headers"),
    "document_seconds": CHILDREN,
    "document_bytes": CHILDREN,
    "mail_seconds": ("test_workers.py", "a_mail_that_waits_for_ever_is_stopped_by_the_clock_on_the_wall"),
    "worker_bytes": ("test_workers.py", "a_mail_that_eats_memory_is_stopped_at_the_limit"),
}
HEAD = b"From: Anna <a@town.example>\r\nTo: replies@lga.example\r\nSubject: hello\r\n"
TEXT = b"Content-Type: text/plain\r\n\r\nOur town shares.\r\n"
FILE = b"Content-Type: application/pdf; name=a.pdf\r\n\r\n"


def multipart(*parts: bytes, more: bytes = b"") -> bytes:
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + more + b"--x--\r\n"
    return HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + body


def headed(block: bytes, body: bytes = b"Our town shares.\r\n") -> bytes:
    return HEAD + block + b"\r\n" + body


def filled_up(size: int) -> bytes:
    """A header block of exactly so many bytes, in headers of some 30 KB."""
    block = b""
    while size - len(HEAD) - len(block) > 32_000:
        block += b"X-Long: " + b"y" * 29_990 + b"\r\n"
    rest = size - len(HEAD) - len(block)
    return HEAD + block + b"X-Last: " + b"y" * (rest - 12) + b"\r\n\r\nOur town shares.\r\n"


def nested(depth: int) -> bytes:
    """A text that lies so many multiparts deep."""
    raw = b"Content-Type: text/plain\r\n\r\nOur town shares.\r\n"
    for n in range(depth):
        edge = b"edge%d" % n
        raw = b'Content-Type: multipart/mixed; boundary="' + edge + b'"\r\n\r\n--' + edge + b"\r\n" + raw
        raw += b"\r\n--" + edge + b"--\r\n"
    return HEAD + b"MIME-Version: 1.0\r\n" + raw


def zipped(entries: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    with BytesIO() as made:
        with zipfile.ZipFile(made, "w", how) as archive:
            for name, data in entries.items():
                archive.writestr(name, data)
        return made.getvalue()


def with_zip(entries: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    data = base64.encodebytes(zipped(entries, how))
    head = b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return multipart(TEXT, head + data)


def links(number: int) -> bytes:
    return headed(b"", b"".join(b"see https://town%d.example/page\r\n" % n for n in range(number)))


def ratio(times: int) -> bytes:
    """A ZIP of one text that is this many times larger unpacked, or a very little less."""
    noise, size = random.Random(1).randbytes(20_000), 0
    for _ in range(4):  # the larger it is, the more is packed; from below
        packed = zipfile.ZipFile(BytesIO(zipped({"a.txt": noise.ljust(size)}, zipfile.ZIP_DEFLATED))).infolist()[0]
        size = times * packed.compress_size
    return with_zip({"a.txt": noise.ljust(size)}, zipfile.ZIP_DEFLATED)


CASES: dict[str, tuple[dict[str, int], Callable[[int], bytes], int, str]] = {
    # limit: settings that make it cheap to try, a mail of that size, the most that is fine, what one more is called
    "raw_bytes": ({"raw_bytes": 5_000}, lambda n: headed(b"", b"x y " * n)[:n], 5_000, "too-large"),
    "header_block_bytes": ({}, filled_up, 262_144, "header-too-large"),
    "header_bytes": ({}, lambda n: headed(b"X-Long: " + b"y" * (n - 7) + b"\r\n"), 32_768, "header-too-large"),
    "headers": ({}, lambda n: headed(b"X: y\r\n" * (n - 3)), 1_000, "too-many-headers"),
    "encoded_words": ({}, lambda n: headed(b"X:" + b" =?utf-8?q?a?=" * n + b"\r\n"), 200, "malformed-header"),
    "boundary_lines": ({}, lambda n: multipart(TEXT, more=b"--y\r\n" * (n - 2)), 4_000, "malformed-mime"),
    "parts": ({}, lambda n: multipart(*[TEXT] * (n - 1)), 1_000, "too-many-parts"),
    "depth": ({}, nested, 20, "too-deep"),
    "attachments": ({}, lambda n: multipart(TEXT, *[FILE + b"x"] * n), 250, "too-many-parts"),
    "attachment_bytes": (
        {"attachment_bytes": 5_000}, lambda n: multipart(TEXT, FILE + b"x" * n), 5_000, "attachment-large",
    ),
    "decoded_bytes": (
        {"decoded_bytes": 5_000}, lambda n: multipart(TEXT, FILE + b"x" * (n - 18)), 5_000, "too-large",
    ),
    "classified_chars": ({}, lambda n: headed(b"", b"ab " * (n // 3) + b"c" * (n % 3)), 100_000, "text-cut"),
    "unbroken_run": ({}, lambda n: headed(b"", b"so " + b"x" * n + b" is it\r\n"), 200, "text-cut"),
    "links": ({}, links, 500, "links-cut"),
    "archive_entries": (
        {}, lambda n: with_zip({f"{i}.txt": b"" for i in range(n)}), 1_000, "attachment-archive-entries",
    ),
    "archive_bytes": (
        {"archive_bytes": 50_000}, lambda n: with_zip({"a.txt": b"a b " * (n // 8), "b.txt": b"b" * (n - n // 8 * 4)}),
        50_000, "attachment-archive-size",
    ),
    "archive_ratio": ({}, ratio, 100, "attachment-archive-size"),
}  # fmt: skip


@pytest.fixture(scope="module")
def extractors() -> Iterator[dict[Limits, Extractor]]:
    made: dict[Limits, Extractor] = {}
    yield made
    for one in made.values():
        one.__exit__(None, None, None)


def read(raw: bytes, limits: Limits, extractors: dict[Limits, Extractor]) -> Message:
    extractor = extractors.setdefault(limits, Extractor(limits))
    return Reader([], limits, extractor).read(raw, lambda data: hashlib.sha256(data).hexdigest())


def test_the_limits_are_those_that_are_promised():
    assert {name: value for name, value in asdict(Limits()).items() if name != "worker_bytes"} == PROMISED


def test_every_limit_is_tried():
    assert {field.name for field in fields(Limits)} == {*CASES, *ELSEWHERE, "documents_seconds"}
    for file, name in ELSEWHERE.values():
        assert f"def test_{name}(" in (Path(__file__).parents[1] / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_within_a_limit_all_is_read_and_one_beyond_it_something_is_said(extractors, name):
    settings, mail, most, said = CASES[name]
    limits = Limits(**settings)
    fine = read(mail(most), limits, extractors)
    assert (fine.quarantine, set(fine.flags) & {said}) == (None, set())
    assert fine.own_text
    over = read(mail(most + 1), limits, extractors)
    assert said in (over.quarantine, *over.flags)
    assert QUARANTINE.get(said) or sentence(said)  # in words, for staff
    if over.quarantine:
        assert over.sender.address == "a@town.example"  # who wrote is known all the same
    elif said != "links-cut":
        assert something_unread(over)  # a person looks before "nothing to report" is believed
    if said.startswith(ATTACHMENT):
        assert over.attachments[0].sha256
        assert over.attachments[0].text_status is TextStatus.TOO_LARGE


def test_files_that_no_time_is_left_for_are_told_and_a_person_looks(extractors):
    page = b"Content-Type: text/rtf; name=a.rtf\r\n\r\n{\\rtf1 Our town shares.}"
    raw = multipart(TEXT, page, page)
    assert [one.flags for one in read(raw, Limits(), extractors).attachments] == [(), ()]
    late = read(raw, Limits(documents_seconds=1e-9), extractors)
    assert [one.text_status for one in late.attachments] == [TextStatus.NOT_TRIED] * 2
    assert "attachment-time-spent" in late.flags
    assert something_unread(late)
