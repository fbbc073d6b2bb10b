"""Folders into which a server's own filter puts mail. A reply that lies there is seen by nobody.

A server may mark such a folder (RFC 6154, section 2: ``\\Junk``); many only name it, in their users' language.
"""

import re
from collections.abc import Iterable

SPECIAL_USE = b"\\junk"
NAMES = frozenset((
    "junk", "spam", "junk-e-mail", "junk-email", "junkmail", "junk-mail", "spamverdacht", "unerwünscht",
    "indésirables", "courrier-indésirable", "pourriel", "no-deseado", "correo-no-deseado",
    "posta-indesiderata", "ongewenste-e-mail", "ongewenst", "skräppost", "uønsket-e-mail", "uønsket-mail",
    "søppelpost", "roskaposti", "wiadomości-śmieci", "niechciane", "nevyžádaná-pošta", "nevyžiadaná-pošta",
    "levélszemét", "lixo-eletrónico", "lixo-electrónico", "neželjena-pošta", "neželena-pošta",
    "ανεπιθύμητα", "спам", "нежелана-поща", "mesaje-nedorite", "rämpspost", "bulk-mail", "quarantine",
))  # fmt: skip


def is_junk(name: str, flags: Iterable[bytes] = (), delimiter: str = "/") -> bool:
    """By the server's mark, or by the last part of the name (``INBOX.Spam``)."""
    if any(flag.lower() == SPECIAL_USE for flag in flags):
        return True
    last = name.rpartition(delimiter)[2] if delimiter else name
    return "-".join(re.findall(r"[^\W_]+", last.casefold())) in NAMES
