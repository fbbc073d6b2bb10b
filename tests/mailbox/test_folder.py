"""What is particular to mail on disk."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvester.errors import Unusable
from harvester.mailbox import from_path, open_mailbox
from harvester.model import Arrived, Limits

NOW = datetime(2027, 8, 1, 12, tzinfo=UTC)


def taken(path: Path) -> dict[str, Arrived]:
    with open_mailbox(from_path(path), Limits(), NOW) as box:
        box.open("INBOX")
        return {one.uid: one for batch in box.batches("INBOX", sorted(box.uids("INBOX"))) for one in batch}


def mbox(tmp_path: Path, content: bytes) -> list[bytes]:
    (tmp_path / "box").write_bytes(content)
    with open_mailbox(from_path(tmp_path / "box"), Limits(), NOW) as box:
        box.open("INBOX")
        spans = box._list("INBOX")  # type: ignore[attr-defined]
        in_order = sorted(spans, key=lambda uid: spans[uid][1])
        return [one.raw or b"" for batch in box.batches("INBOX", in_order) for one in batch]


FROM = b"From a@x Sun Aug  1 12:00:00 2027\n"
SHARE = b"A: 1\n\n\nFrom here on we share.\n"


@pytest.mark.parametrize(
    ("content", "mails"),
    [
        (FROM + b"A: 1\n\nx\n\n" + FROM + b"A: 2\n", [b"A: 1\n\nx\n", b"A: 2\n"]),
        (FROM + SHARE, [SHARE]),
        (b"From a@x\r\nA: 1\r\n\r\nx\r\n\r\nFrom b@x\r\nA: 2\r\n\r\n", [b"A: 1\r\n\r\nx\r\n", b"A: 2\r\n"]),
        (FROM + b"A: 1\n\nno blank\n" + FROM + b"A: 2\n", [b"A: 1\n\nno blank\n", b"A: 2\n"]),
        (FROM + b"A: 1\n\nsame\n\n" + FROM + b"A: 1\n\nsame\n", [b"A: 1\n\nsame\n", b"A: 1\n\nsame\n"]),
    ],
    ids=["two", "body-line-from", "crlf", "no-blank-line", "twins"],
)
def test_an_mbox_is_parted_at_its_from_lines(tmp_path: Path, content: bytes, mails: list[bytes]) -> None:
    assert mbox(tmp_path, content) == mails


def test_a_changed_flag_does_not_make_a_new_mail(tmp_path: Path) -> None:
    for sub in ("new", "cur", "tmp"):
        (tmp_path / sub).mkdir()
    (tmp_path / "new" / "1.a.host").write_bytes(b"A: 1\n")
    with open_mailbox(from_path(tmp_path), Limits(), NOW) as box:
        before = box.open("INBOX")
        (tmp_path / "new" / "1.a.host").rename(tmp_path / "cur" / "1.a.host:2,S")
        (batch,) = box.batches("INBOX", ["1.a.host"])  # renamed between listing and reading
        assert [one.raw for one in batch] == [b"A: 1\n"]
        assert box.open("INBOX") == before


def test_mail_files_below_are_found_and_others_are_not(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.EML").write_bytes(b"A: 1\n")
    (tmp_path / "a.eml").write_bytes(b"A: 2\n")
    (tmp_path / "a.txt").write_bytes(b"no mail")
    got = taken(tmp_path)
    assert {uid: one.raw for uid, one in got.items()} == {"a.eml": b"A: 2\n", "b/x.EML": b"A: 1\n"}
    assert all(one.received_at == NOW for one in got.values())


def test_one_file_is_a_mailbox_of_one_mail(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"From: a@x\n\nx\n")
    assert list(taken(tmp_path / "a.eml")) == ["a.eml"]
    assert from_path(tmp_path / "a.eml").folders[0].acknowledge is False


def test_an_empty_file_is_quarantined(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"")
    one = taken(tmp_path)["a.eml"]
    assert (one.raw, one.quarantine) == (None, "empty")


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no such file"):
        from_path(tmp_path / "none")
