"""What would go, before anything does: which replies and why, and where else their words stand."""

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from harvester.config import Config
from harvester.custody.papers import Papers, find
from harvester.custody.telling import Telling
from harvester.errors import Unusable
from harvester.message.reader import headers_only
from harvester.model import Message
from harvester.store import all_texts, leaving, messages, remarks, reports
from harvester.store.engine import Store
from harvester.store.keys import address_key, mail_key
from harvester.store.leaving import Row
from harvester.store.listing import pages
from harvester.store.remarks import Remark
from harvester.store.reports import Frozen
from harvester.store.returned import came_back

if TYPE_CHECKING:
    from sqlalchemy import Connection

PAGE = 50  # mails in memory at once
A_FEW = 3  # mails with the same words in a row, addresses with the same name: more, and it tells of nobody
ABOUT_PEOPLE = 200  # replies up to which others' mails are asked whether they quote them: it means to read them all


@dataclass(frozen=True, slots=True)
class Going:
    """One reply, and why it goes. ``mail_key``, ``address``: of unread mails too."""

    row: Row
    why: str
    mail_key: str | None
    address: str | None


@dataclass(frozen=True)
class Plan:
    """``named``: mails of others that hold the sender's address, name or words; they stay, and a person decides.
    ``strangers``: what was asked for and is not there."""

    going: tuple[Going, ...]
    telling: Telling
    remarks: tuple[Remark, ...] = ()
    reports: tuple[Frozen, ...] = ()
    papers: Papers = field(default_factory=Papers)
    named: tuple[Row, ...] = ()
    strangers: tuple[str, ...] = ()
    places: Mapping[str, int] = field(default_factory=dict)  # where the mails lie that nobody deletes but a person

    @property
    def ids(self) -> list[int]:
        return [one.row.id for one in self.going]


def of_people(config: Config, store: Store, whom: Sequence[str]) -> Plan:
    """``whom``: addresses, and numbers of replies. With a reply go the mails that say the same word for word, and what
    mail servers reported about our letter to it."""
    why: dict[int, str] = {}
    strangers = []
    with store.read() as tx:
        for one in whom:
            found = _of_address(tx, store, one) if "@" in one else _of_number(tx, one)
            if not found:
                strangers.append(one)
            for reply_id, reason in found.items():
                why.setdefault(reply_id, reason)
        why |= {one: f"the same as reply {other}" for one, other in leaving.same_again(tx, list(why)).items()}
        for answered in list(why):
            for report, _ in came_back(tx, answered):
                why.setdefault(report, f"a mail server's report about our letter to reply {answered}")
    return _whole(config, store, why, tuple(strangers), about_people=len(why) <= ABOUT_PEOPLE)


def of_the_old(config: Config, store: Store, before: datetime) -> Plan:
    """Every reply that arrived before then."""
    with store.read() as tx:
        ids = leaving.received_before(tx, before)
    why = dict.fromkeys(ids, f"arrived before {before:%Y-%m-%d}")
    return _whole(config, store, why, (), about_people=False)


def _of_address(tx: "Connection", store: Store, address: str) -> dict[int, str]:
    found = dict.fromkeys(leaving.written_by(tx, address), "from this address")
    key = address_key(address)
    for reply_id, sha256 in leaving.of_no_address(tx):
        head = _head(store, sha256)
        if head is None:
            continue
        spelt = [value.lower() for name, value in head.headers.fields if name == "from"]
        if address_key(head.sender.address or "") == key or any(address.lower() in value for value in spelt):
            found[reply_id] = "from this address, by its header"
    return found


def _of_number(tx: "Connection", number: str) -> dict[int, str]:
    if not number.isdecimal():
        raise Unusable(f"{number}: neither an address nor the number of a reply; `harvester list` shows the numbers")
    return {row.id: "asked for by its number" for row in leaving.rows(tx, [int(number)])}


def _whole(config: Config, store: Store, why: dict[int, str], strangers: tuple[str, ...], about_people: bool) -> Plan:
    def elsewhere(words: str) -> bool:
        with store.read() as tx:
            return leaving.still_found(tx, words, why)

    telling = Telling(elsewhere, ("en", config.request.reply_language))
    with store.read() as tx:
        rows = leaving.rows(tx, list(why))
        going = tuple(_going(tx, store, rows, why, telling))
        others = leaving.names_of_others(tx, why) if telling.names else {}
        telling.names = {name for name in telling.names if others.get(name, 0) <= A_FEW}  # "Town Clerk" names nobody
        letters = {one.lower() for one in leaving.letters(tx, list(why))}
        places = leaving.places(tx, list(why))
    if not going:
        return Plan((), telling, strangers=strangers)
    with store.read() as tx:
        told = tuple(remarks.telling(tx, why, telling.redacted))
        quoting = quoting_reports(tx, set(why), telling)
        named = tuple(_named(tx, store, why, telling)) if about_people else ()
    papers = find(config, telling, letters)
    return Plan(going, telling, told, quoting, papers, named, strangers, places)


def _going(
    tx: "Connection", store: Store, rows: Sequence[Row], why: dict[int, str], telling: Telling
) -> Iterator[Going]:
    for page in pages(rows, PAGE):
        read = messages.load_messages(tx, [row.id for row in page])
        for row in page:
            telling.add_sender(row.address, row.name)
            telling.references.update({row.reference, row.sha256} - {""})
            message, key, address = read.get(row.id), row.mail_key, row.address
            if message is not None:
                telling.add(message)
            else:
                head = _head(store, row.sha256)
                if head is not None:
                    telling.add(head)
                    telling.add_unread(store.vault.get(row.sha256))
                    key, address = key or mail_key(head), address or head.sender.address
            yield Going(row, why[row.id], key, address)


def _head(store: Store, sha256: str) -> Message | None:
    """None: its bytes are gone, or damaged."""
    try:
        return headers_only(store.vault.get(sha256), "")
    except (FileNotFoundError, ValueError):
        return None


def quoting_reports(tx: "Connection", going: set[int], telling: Telling) -> tuple[Frozen, ...]:
    """Frozen reports that tell of one of these, or hold an address or a whole name of theirs."""
    those = {
        ident
        for ident, content in reports.contents(tx)
        if reports.quotes(content) & going
        or telling.names_them(content)
        or any(telling.search(words) for words in remarks.searched(content))
    }
    return tuple(one for one in reports.all_of(tx) if one.id in those)


def _named(tx: "Connection", store: Store, going: dict[int, str], telling: Telling) -> Iterator[Row]:
    """Mails of others that name these senders, or quote them: with eight words in a row that few others have too."""
    found: set[int] = set()
    shared: dict[int, set[int]] = {}
    for reply_id, text in _texts(tx, store):
        if reply_id in going:
            continue
        if telling.names_them(text):
            found.add(reply_id)
        elif runs := telling.shared_with(text):
            shared.setdefault(reply_id, set()).update(runs)
    common = Counter(run for runs in shared.values() for run in runs)
    found |= {one for one, runs in shared.items() if any(common[run] <= A_FEW for run in runs)}
    yield from leaving.rows(tx, sorted(found))


def _texts(tx: "Connection", store: Store) -> Iterator[tuple[int, str]]:
    """Of all replies, read or not."""
    yield from all_texts.each(tx)
    for reply_id, sha256 in all_texts.unread(tx):
        with contextlib.suppress(FileNotFoundError, ValueError):
            yield reply_id, store.vault.get(sha256).decode("utf-8", "replace")
