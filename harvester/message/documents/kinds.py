"""What kind of file this is: by its bytes, and by name or declared type only where bytes cannot tell."""

import re
from enum import Enum, auto

from harvester.message.documents.plain import is_text
from harvester.message.documents.tnef import MAGIC


class Kind(Enum):
    PDF = auto()
    ZIP = auto()  # docx, xlsx, pptx, odt, ods, odp, or files put together; its entries tell which
    OLE = auto()  # doc, xls, msg, encrypted office files; ppt, which nobody here can read
    RTF = auto()
    TNEF = auto()  # winmail.dat
    HTML = auto()
    PLAIN = auto()
    OTHER = auto()


PLAIN_TYPES = frozenset({"text/plain", "text/csv", "text/tab-separated-values", "text/markdown", "application/csv"})
PLAIN_NAMES = (".txt", ".csv", ".tsv", ".md", ".text")
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
HTML_NAMES = (".html", ".htm", ".xhtml")
HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S
)
HEAD = 2_048


def kind_of(data: bytes, media_type: str, name: str) -> Kind:
    head = data[:HEAD]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind.ZIP
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Kind.OLE
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return Kind.RTF
    if head.startswith(MAGIC):
        return Kind.TNEF
    if b"%PDF-" in head[:1_024]:  # ISO 32000-1, annex H: readers look within the first 1,024 bytes
        return Kind.PDF
    media_type, name = media_type.lower(), name.lower()
    if HTML_START.match(head):
        return Kind.HTML
    says_html = media_type in HTML_TYPES or name.endswith(HTML_NAMES)
    says_plain = media_type in PLAIN_TYPES or name.endswith(PLAIN_NAMES)
    if not (says_html or says_plain) or not is_text(data):
        return Kind.OTHER
    return Kind.HTML if says_html else Kind.PLAIN
