"""Names of attached files: text for people, never a path (rule N of the guarantees).

Every check comes after every removal, so that nothing a removal leaves behind slips through.
"""

import mimetypes
import re
import unicodedata

from harvester.message.clean import BLANKS, visible
from harvester.message.encoded_words import decoded

MOST_BYTES = 200

_FORBIDDEN = str.maketrans(dict.fromkeys(':*?"<>|', "_"))
_RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)
_EXTENSION_BYTES = 40  # longer ones are no extension
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/csv": ".csv",
    "message/rfc822": ".eml",
    "image/jpeg": ".jpg",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/ms-tnef": ".dat",
    "application/octet-stream": ".bin",
}
_TYPES = mimetypes.MimeTypes()  # the standard table alone, the same on every machine
_TYPES.add_type("application/vnd.ms-outlook", ".msg")
_TYPES.add_type("application/pkcs7-mime", ".p7m")


def safe_name(name: str, media_type: str, number: int) -> str:
    """The name to show and to download under; ``attachment-N.ext`` where nothing is left of it."""
    name = unicodedata.normalize("NFC", decoded(name))
    name = unicodedata.normalize("NFC", visible(name))  # removals may bring letters and accents together
    name = name[max(name.rfind("/"), name.rfind("\\")) + 1 :].translate(_FORBIDDEN)
    name = _trimmed(name)
    if _RESERVED.fullmatch(name.partition(".")[0].rstrip(BLANKS)):
        name = f"_{name}"
    return _cut(name) or f"attachment-{number}{extension(media_type)}"


def extension(media_type: str) -> str:
    """``.pdf`` for application/pdf; ``.bin`` for what nobody knows."""
    return _EXTENSIONS.get(media_type) or _TYPES.guess_extension(media_type) or ".bin"


def type_by_name(name: str) -> str | None:
    """What the extension promises."""
    return _TYPES.guess_type(name, strict=True)[0]


def _trimmed(name: str) -> str:
    return name.lstrip(BLANKS + ".").rstrip(BLANKS + ".")


def _cut(name: str) -> str:
    """At most 200 bytes of UTF-8, cut between characters, with the extension kept."""
    if len(name.encode("utf-8")) <= MOST_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = dot + ending if stem and len(ending.encode("utf-8")) <= _EXTENSION_BYTES else ""
    whole = stem if tail else name
    room = MOST_BYTES - len(tail.encode("utf-8"))
    return _trimmed(whole.encode("utf-8")[:room].decode("utf-8", "ignore") + tail)
