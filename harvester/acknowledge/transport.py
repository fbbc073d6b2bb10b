"""How letters leave the house: over SMTP, by the machine's own sendmail, or into a Maildir for trials."""

from types import TracebackType
from typing import Protocol, Self

from harvester.acknowledge.local_delivery import LetterBox, Sendmail
from harvester.acknowledge.outbox import Outbox, Outcome
from harvester.config import OutboxConfig


class Transport(Protocol):
    """One for a run. ``ensure`` is asked before a letter is claimed, ``hand_over`` takes one letter to one address."""

    where: str

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def knock(self) -> str | None: ...
    def ensure(self) -> str | None: ...
    def hand_over(self, raw: bytes, to: str) -> Outcome: ...


def transport_of(config: OutboxConfig) -> Transport:
    match config.type:
        case "sendmail":
            return Sendmail(config)
        case "maildir":
            return LetterBox(config)
        case _:
            return Outbox(config)
