"""Deliberate bugs. Each is a mistake that somebody could make; the tests of pulled plugs must find every one.

They are planted from outside, so the program itself holds none of them. ``HARVESTER_BUG=NAME pytest tests/crash`` shows
the failures.
"""

import os
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, update

from harvester import answer, harvest
from harvester.acknowledge import journal, outbox
from harvester.acknowledge.outbox import Outcome
from harvester.model import AckState
from harvester.store import acks, history, lock, replies, temp_file, vault
from harvester.store.schema import acknowledgement, location
from plugs import End
from scenarios import (
    MakeWorld,
    a_folder_made_anew,
    a_mail_that_cannot_be_had_at_first,
    another_run_at_any_point,
    dies_anywhere,
    silence_after_the_dot,
    yesterdays_database,
)

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Bug:
    """``found_by``: the scenario whose end it spoils."""

    plant: Plant
    found_by: Callable[[MakeWorld], Any]


def without_sync(module: Any) -> Plant:
    """The bytes are written and the row is committed, but nobody waits for the disk."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        names = {name: getattr(os, name) for name in dir(os) if not name.startswith("__")}
        lazy = SimpleNamespace(**names)
        for name in ("open", "write", "rename", "mkdir"):  # as they are when they are called: a disk may be watched
            setattr(lazy, name, lambda *a, _name=name, **k: getattr(os, _name)(*a, **k))
        lazy.fsync = lambda _held: None
        patch.setattr(module, "os", lazy)

    return plant


def answer_before_commit(patch: pytest.MonkeyPatch) -> None:
    """First the letter, then the row that says "I am sending"."""
    claimed = answer.claimed

    def late(desk: Any, row: Any, message_id: str, limits: Any) -> bool:
        letter = desk.composer.compose(row, desk.shop.now)
        desk.outbox.hand_over(letter.raw, row.to)
        claimed(desk, row, message_id, limits)
        with desk.shop.store.begin() as tx:
            acks.settle(tx, row.reply_id, AckState.SENT, desk.shop.now, "sent")
        return False

    patch.setattr(answer, "claimed", late)


def highest_uid(patch: pytest.MonkeyPatch) -> None:
    """New is what has a higher UID than all that is known."""

    def known(tx: Any, account: str, folder: str, validity: str) -> set[str]:
        here = (location.c.account == account, location.c.folder == folder, location.c.validity == validity)
        highest = max(map(int, tx.scalars(select(location.c.uid).where(*here))), default=0)
        return {str(uid) for uid in range(1, highest + 1)}

    patch.setattr(replies, "known_uids", known)


def resend_unknown(patch: pytest.MonkeyPatch) -> None:
    """What a dead run left in the middle of sending goes out again."""

    def settle(tx: Any, _now: Any, _going: Any) -> int:
        left = update(acknowledgement).where(acknowledgement.c.state == AckState.SENDING)
        tx.execute(left.values(state=AckState.QUEUED))
        return 0

    patch.setattr(acks, "settle_interrupted", settle)
    patch.setattr(journal.Journal, "begun_after", lambda *_: False)


def no_duplicates(patch: pytest.MonkeyPatch) -> None:
    """A second delivery of the same mail counts as a new reply."""
    patch.setattr(history.History, "duplicate_of", lambda *_: None)


def no_lock(patch: pytest.MonkeyPatch) -> None:
    """Every run believes that it is alone: it takes the letters of others for those of the dead."""

    @contextmanager
    def hold(*_: Any):
        yield True

    patch.setattr(lock._Files, "hold", hold)
    patch.setattr(lock._Files, "is_held", lambda *_: False)


def mark_before_commit(patch: pytest.MonkeyPatch) -> None:
    """The folder is noted as read through before its mails are in the database."""
    take_folder = harvest.take_folder

    def early(shop: Any, config: Any, mailbox: Any, folder: Any) -> None:
        state = mailbox.open(folder.name)
        with shop.store.read() as tx:
            last = replies.folder_state(tx, config.name, folder.name)
        if harvest.nothing_new(state, last, shop.now):
            return
        with shop.store.begin() as tx:
            replies.save_folder_state(tx, config.name, folder.name, harvest.replace(state, scanned_at=shop.now))
        patch.setattr(harvest, "nothing_new", lambda *_: False)
        take_folder(shop, config, mailbox, folder)

    patch.setattr(harvest, "take_folder", early)


def validity_ignored(patch: pytest.MonkeyPatch) -> None:
    """A UID is a UID, whatever the folder's UIDVALIDITY."""
    known_uids = replies.known_uids
    stored_uids = replies.stored_uids
    patch.setattr(replies, "known_uids", lambda tx, account, folder, _: known_uids(tx, account, folder, "7"))
    patch.setattr(replies, "stored_uids", lambda tx, account, folder, _: stored_uids(tx, account, folder, "7"))


def journal_ignored(patch: pytest.MonkeyPatch) -> None:
    """Only the database is asked whom we have answered."""
    patch.setattr(answer, "answered_before_the_restore", lambda *_: False)


def silence_is_a_refusal(patch: pytest.MonkeyPatch) -> None:
    """No answer after the letter's end is taken for "try again"."""
    after_dot = outbox._after_dot

    def hopeful(line: Any) -> Outcome:
        outcome = after_dot(line)
        return Outcome("retry", outcome.note) if outcome.kind == "unknown" else outcome

    patch.setattr(outbox, "_after_dot", hopeful)


def torn_files_stay(patch: pytest.MonkeyPatch) -> None:
    """Nobody sweeps up after the dead."""
    patch.setattr(vault.Vault, "sweep", lambda _: 0)


def dying(how: End, *only: str) -> Callable[[MakeWorld], Any]:
    """At every point, or at those of these names, which is quicker."""
    return lambda make: dies_anywhere(make, how, only)


BUGS: dict[str, Bug] = {
    "commit-before-fsync": Bug(without_sync(temp_file), dying("power", "committed")),
    "journal-not-synced": Bug(without_sync(journal), dying("power", "after-settle")),
    "answer-before-commit": Bug(answer_before_commit, dying("kill", "smtp-heard")),
    "highest-uid": Bug(highest_uid, a_mail_that_cannot_be_had_at_first),
    "resend-unknown": Bug(resend_unknown, dying("kill", "after-data")),
    "no-duplicates": Bug(no_duplicates, dying("kill", "after-lock")),
    "no-lock": Bug(no_lock, lambda make: another_run_at_any_point(make, ("after-journal",))),
    "mark-before-commit": Bug(mark_before_commit, dying("kill", "after-vault")),
    "validity-ignored": Bug(validity_ignored, a_folder_made_anew),
    "journal-ignored": Bug(journal_ignored, yesterdays_database),
    "silence-is-a-refusal": Bug(silence_is_a_refusal, silence_after_the_dot),
    "torn-files-stay": Bug(torn_files_stay, dying("kill", "after-temp-write")),
}
