"""A Junk folder that nobody reads is told; it is found by the server's mark or by its name."""

from pathlib import Path

import pytest

from harvester.config import MailboxConfig
from harvester.mailbox.imap import ImapMailbox
from harvester.mailbox.junk import is_junk
from harvester.model import Limits
from scripted_imap import Conversation, ScriptedImap

LISTED = (
    b'* LIST (\\HasNoChildren) "." INBOX\r\n'
    b'* LIST (\\HasNoChildren \\Junk) "." "Oddly named"\r\n'
    b'* LIST (\\HasNoChildren) "." INBOX.Spam\r\n'
    b'* LIST (\\Noselect) "." Junk\r\n'
    b'* LIST (\\HasNoChildren) "." Spam\r\n'
    b'* LIST (\\HasNoChildren) "." "About spam filters"\r\n'
    b"%T OK done\r\n"
)
MAILS = {b"Oddly named": 3, b"INBOX.Spam": 7, b"Spam": 0, b"About spam filters": 9}


def status(_: Conversation, line: bytes) -> bytes:
    name = line.split(b" ", 2)[2].rpartition(b" (")[0].strip(b'"')
    return b'* STATUS "%b" (MESSAGES %d)\r\n%%T OK done\r\n' % (name, MAILS[name])


def found(tmp_path: Path, folders: list[str]) -> list[tuple[str, int]]:
    (tmp_path / "password").write_text("correct horse")
    with ScriptedImap({"LIST": LISTED, "STATUS": status}) as server:
        table = {
            "name": "replies", "host": "127.0.0.1", "port": server.port, "tls": "none", "user": "u",
            "password_file": str(tmp_path / "password"), "timeout": 5, "folders": folders,
        }  # fmt: skip
        with ImapMailbox(MailboxConfig.model_validate(table), Limits()) as mailbox:
            return list(mailbox.junk())


def test_junk_folders_are_told_by_mark_and_by_name(tmp_path: Path) -> None:
    assert found(tmp_path, ["INBOX"]) == [("Oddly named", 3), ("INBOX.Spam", 7), ("Spam", 0)]


def test_a_junk_folder_that_is_read_is_not_told(tmp_path: Path) -> None:
    assert found(tmp_path, ["INBOX", "INBOX.Spam", "Oddly named"]) == [("Spam", 0)]


@pytest.mark.parametrize(
    ("name", "junk"),
    [
        ("Junk", True), ("INBOX/Spam", True), ("Junk E-Mail", True), ("Courrier indésirable", True),
        ("Nevyžádaná pošta", True), ("[Gmail]/Spam", True), ("Archive", False), ("Anti-spam project", False),
        ("Spam/Reports", False),
    ],
)  # fmt: skip
def test_names_that_servers_give_to_junk(name: str, junk: bool) -> None:
    assert is_junk(name) is junk
