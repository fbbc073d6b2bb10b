"""What staff sent by hand: looked up before letters leave, so that nobody hears two voices; copies of ours go there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from harvester.acknowledge.by_hand import SentByHand
from harvester.acknowledge.compose import Letter
from harvester.acknowledge.policy import by_hand
from harvester.config import Config
from harvester.errors import HarvesterError
from harvester.model import Due
from harvester.store import acks

if TYPE_CHECKING:
    from harvester.mailbox.sent import SentFolder
    from harvester.workshop import Workshop


@contextmanager
def sent_folder(config: Config) -> Iterator["SentFolder | None"]:
    """Connected; None where no such folder is configured."""
    if not config.outbox.sent_folder or config.sent_mailbox is None:
        yield None
        return
    from harvester.mailbox.sent import SentFolder

    with SentFolder(config.sent_mailbox, config.outbox.sent_folder) as sent:
        yield sent


def unanswered(shop: "Workshop", sent: "SentFolder", due: Sequence[Due]) -> list[Due]:
    """No second voice: whom one of us has answered by hand gets no letter. Looked up just before letters leave."""
    found = SentByHand(sent.heads(min(row.received_at for row in due)))
    answered = [row for row in due if found.answered(row)]
    if answered:
        with shop.store.begin() as tx:
            shop.tally.withheld += sum(acks.withhold(tx, row.reply_id, by_hand(), shop.now) for row in answered)
    return [row for row in due if row not in answered]


class Copies:
    """Letters that went out, kept in the Sent folder too. A courtesy: that it fails changes nothing for a letter."""

    def __init__(self, shop: "Workshop", sent: "SentFolder | None") -> None:
        self._shop = shop
        self._sent = sent

    def keep(self, letter: Letter) -> None:
        if self._sent is None:
            return
        try:
            self._sent.keep(letter.raw, self._shop.now)
        except HarvesterError as fault:
            self._sent = None  # told once; no other letter would fare better
            told = "no copies of the letters, which are sent all the same"
            self._shop.tally.problems.append(f"{told}: {'; '.join(fault.problems)}")
