"""Short keys for what senders write, to compare and to index: their own words may be of any length and case."""

import hashlib

from harvester.model import Message

LONGEST = 320  # of a real address: RFC 5321, section 4.5.3.1


def address_key(address: str) -> str:
    """Addresses that reach one person, or one ticket system, have one key: without the ``+tag`` (RFC 5233). The local
    part's case is no difference in practice."""
    local, at, domain = address.lower().rpartition("@")
    key = f"{local.partition('+')[0]}{at}{domain}"
    return key if len(key) <= LONGEST else _hash(key)


def domain_of(address: str) -> str:
    return address_key(address).rpartition("@")[2]


def mail_key(message: Message) -> str | None:
    """Who wrote which mail; None where a mail says neither."""
    if not message.sender.address or not message.message_id:
        return None
    return _hash(address_key(message.sender.address), message.message_id)


def id_key(message_id: str) -> str:
    """A Message-ID of any length."""
    return _hash(message_id)


def words_key(message: Message) -> str | None:
    """Who said what: the sender's own words, however wrapped, and the files with them; None if there is neither."""
    own = " ".join(message.own_text.split()).casefold()
    files = sorted(file.sha256 for file in message.enclosures)
    if not message.sender.address or not (own or files):
        return None
    return _hash(address_key(message.sender.address), own, *files)


def _hash(*texts: str) -> str:
    """128 bits are enough to tell mails apart, and keep the indices small."""
    return hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:32]
