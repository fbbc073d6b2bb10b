"""Who wrote the mail, to whom, and whether that is proven; and whom we may write to."""

from collections.abc import Iterator

from harvester.acknowledge.authentication import Trust
from harvester.acknowledge.case import Case, can_be_written_to, short
from harvester.message.addresses import mailboxes
from harvester.message.domains import organisational
from harvester.message.robots import is_robot
from harvester.model import Message, Objection


def no_sender(case: Case) -> Iterator[Objection]:
    sender = case.message.sender
    nobody = sender.address is None and sender.problem is None and not case.message.quarantine
    unfit = sender.address is not None and not can_be_written_to(sender.address)
    if sender.problem == "no-valid-sender" or nobody or unfit:
        yield Objection(
            "no-valid-sender", "The mail does not say who wrote it, or not in a way we understand.",
            "RFC 5322, section 3.6.2",
        )  # fmt: skip


def several_senders(case: Case) -> Iterator[Objection]:
    if case.message.sender.problem == "ambiguous-sender" or several_authors(case.message):
        yield Objection(
            "ambiguous-sender", "The mail names several senders, or can be read in two ways.", "CVE-2023-27043"
        )


def several_authors(message: Message) -> bool:
    """``Sender`` may name the one who wrote, but what proves a sender looks at From (RFC 7489, section 6.6.1)."""
    fields = message.headers.all("from")
    return len(fields) > 1 or len({box.address.lower() for value in fields for box in mailboxes(value)}) > 1


def from_ourselves(case: Case) -> Iterator[Objection]:
    if case.address and case.settings.own(case.address):
        yield Objection("own-address", "The mail comes from one of our own addresses.", "RFC 3834, section 2")


def from_a_robot(case: Case) -> Iterator[Objection]:
    if case.address and is_robot(case.local_part):
        yield Objection(
            "system-sender", f"No person reads the sender's mailbox ({short(case.local_part)}).",
            "RFC 3834, section 2; RFC 5230, section 4.6",
        )  # fmt: skip


DESTINATIONS = ("to", "cc", "resent-to", "resent-cc", "delivered-to", "x-original-to")


def not_addressed_to_us(case: Case) -> Iterator[Objection]:
    headers = case.message.headers
    named = (box.address for name in DESTINATIONS for value in headers.all(name) for box in mailboxes(value))
    if not any(case.settings.own(address) for address in named):
        yield Objection("not-addressed", "None of our addresses is named as a recipient.", "RFC 5230, section 4.5")


def forged(case: Case) -> Iterator[Objection]:
    if case.trust is Trust.FAILED:
        yield Objection(
            "auth-fail", "Our mail server found that the sender's address is forged (dmarc=fail).",
            "RFC 8601, section 5; RFC 7489",
        )  # fmt: skip


def not_proven(case: Case) -> Iterator[Objection]:
    """Without a proof an answer may go to somebody who never wrote to us (backscatter)."""
    if case.trust is Trust.PASSED:
        return
    owner = organisational(case.address.rpartition("@")[2])
    paths = [path for path in case.return_paths() if "@" in path]
    elsewhere = [path for path in paths if organisational(path.rpartition("@")[2]) != owner]
    if case.settings.authserv_id:
        why = f"{case.settings.authserv_id} does not say that the sender's address is genuine"
    elif elsewhere and case.address:
        why = "the return path belongs to another organisation than the sender"
    else:
        return
    yield Objection("unauthenticated", f"Nothing proves the sender: {why}.", "RFC 8601, section 5; RFC 7489")


def recipient(message: Message) -> str | None:
    """The From address and no other (RFC 3834, section 4); never Reply-To, never a list."""
    address = message.sender.address
    doubtful = message.sender.problem is not None or several_authors(message)
    return address if address and not doubtful and can_be_written_to(address) else None
