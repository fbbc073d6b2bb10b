"""R6: the folder is made anew while a run reads it, between two commands."""

from pathlib import Path

import pytest

from harvester.config.mailbox import MailboxConfig
from harvester.errors import OutOfReach
from harvester.mailbox.imap import ImapMailbox
from harvester.model import Limits
from scripted_imap import Conversation
from small_world import PostOffice, mail


def test_a_folder_that_is_made_anew_between_two_batches_is_left_to_the_next_run(tmp_path):
    """A refused command costs the connection; behind the next one the same numbers mean other mails."""
    (tmp_path / "password").write_text("secret")
    (tmp_path / "password").chmod(0o600)
    with PostOffice() as post:
        post.deliver(mail(1), mail(2))
        right = post.answers["UID FETCH"]

        def once_refused(talk: Conversation, line: bytes) -> bytes | None:
            if b"BODY.PEEK[]" in line and post.validity == 7:
                post.make_anew()
                post.deliver(mail(3), mail(4))
                return b"%T NO [SERVERBUG] gone\r\n"
            assert callable(right)
            return right(talk, line)

        post.answers["UID FETCH"] = once_refused
        table = {"name": "replies", "type": "imap", "host": "127.0.0.1", "port": post.port, "tls": "none",
                 "user": "replies", "password_file": "password", "folders": ["INBOX"]}  # fmt: skip
        config = MailboxConfig.model_validate(table, context={"folder": Path(tmp_path)})
        with ImapMailbox(config, Limits()) as box:
            assert box.open("INBOX").validity == "7"
            with pytest.raises(OutOfReach, match="made anew meanwhile"):
                list(box.batches("INBOX", sorted(box.uids("INBOX"))))
        with ImapMailbox(config, Limits()) as box:
            assert box.open("INBOX").validity == "8"
            got = [one.raw for batch in box.batches("INBOX", ["1", "2"]) for one in batch]
        assert got == [mail(3), mail(4)]
