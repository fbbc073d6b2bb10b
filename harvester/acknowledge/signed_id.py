"""Message-IDs of our letters, signed with the request's key: a mail that names one was caused by that letter.

``<ack.MAIL.SIGNATURE@domain>``: MAIL tells which reply was answered, SIGNATURE that we wrote it and to whom. Nobody can
make one up, so the store believes whoever names one that it holds (``store.threads``, ``store.returned``). Both follow
from the reply alone, so that every try, also after an old database was restored, bears the same id (RFC 5322, section
3.6.4). Only lower case: some servers change the case of what stands before the ``@``.
"""

import base64
import hashlib
import hmac

from harvester.message.domains import ascii_domain


def signed_id(key: bytes, sha256: str, to: str, domain: str) -> str:
    """The Message-ID of our letter to ``to`` about the reply with these bytes."""
    mail = sha256[:16]
    return f"<ack.{mail}.{_signature(key, mail, to)}@{domain}>"


def our_domain(from_: str) -> str:
    """Of the address that our letters come from."""
    return ascii_domain(from_.rpartition("@")[2]) or "localhost"


def _signature(key: bytes, mail: str, to: str) -> str:
    local, _, domain = to.rpartition("@")
    words = f"message-id {mail} {local.casefold()}@{ascii_domain(domain)}"
    digest = hmac.new(key, words.encode("utf-8"), hashlib.sha256).digest()
    return base64.b32encode(digest)[:20].decode("ascii").lower()
