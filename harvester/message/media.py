"""What kind of file this is by its content, against what the mail says. The one door of puremagic."""

import warnings

from harvester.message.names import type_by_name

HEAD = 8_192
"""Bytes looked at; only signatures at the beginning count."""
SURE = 0.7
GENERIC = frozenset(
    {"", "application/octet-stream", "application/x-octet-stream", "application/download", "application/binary",
     "application/force-download", "application/x-download", "binary/octet-stream", "application/unknown"}
)  # fmt: skip
"""Declared types that say nothing: no mismatch whatever the content is."""
SAME = (
    frozenset({"application/zip", "application/x-zip-compressed", "application/x-zip", "application/x-compressed"}),
    frozenset({"image/jpeg", "image/jpg", "image/pjpeg"}),
    frozenset({"text/vcard", "text/x-vcard", "text/directory"}),
    frozenset({"application/rtf", "text/rtf", "text/richtext"}),
    frozenset({"application/pdf", "application/x-pdf", "text/pdf"}),
    frozenset({"image/bmp", "image/x-ms-bmp", "image/x-bmp"}),
    frozenset({"audio/x-wav", "audio/wav", "audio/wave", "audio/vnd.wave"}),
    frozenset({"application/ms-tnef", "application/vnd.ms-tnef"}),
    frozenset({"text/xml", "application/xml"}),
)
SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
PGP_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----"
OLE, ZIP, TNEF = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"\x78\x9f\x3e\x22"
_OFFICE_ENTRIES = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)


def type_of(data: bytes, declared: str, name: str) -> str:
    """The media type: by content where content tells, else as declared, else by the name's ending."""
    by_content = _by_content(data)
    if by_content is None:
        if declared not in GENERIC:
            return declared
        return type_by_name(name) or "application/octet-stream"
    if _is_container(by_content) and (finer := _finer(data, declared, name)):
        return finer
    return declared if _same(by_content, declared) else by_content


def mismatch(found: str, declared: str) -> bool:
    """Does the mail say something else than the bytes?"""
    return declared not in GENERIC and found != declared and not _same(found, declared)


def _by_content(data: bytes) -> str | None:
    head = data[:HEAD]
    if head.startswith(OLE):
        return "application/x-ole-storage"
    if head.startswith((ZIP, b"PK\x05\x06")):
        return "application/zip"
    if head.startswith(b"{\\rtf"):
        return "application/rtf"
    if head.startswith(TNEF):
        return "application/ms-tnef"
    if b"%PDF-" in head[:1024]:  # last, for it may stand in what is packed in another file
        return "application/pdf"
    if is_words(head):
        return None  # plain text has no signature: believe what is declared
    import puremagic

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = puremagic.magic_string(head)
        except (puremagic.PureError, ValueError, OSError):
            return None
    best = max(found, key=lambda one: one.confidence, default=None)
    if best is None or best.confidence < SURE or not best.mime_type:
        return None
    return str(best.mime_type).lower()


def is_words(data: bytes) -> bool:
    """No control characters at its beginning: a text of some kind, in some character set."""
    head = data[:HEAD].strip()
    return bool(head) and not head.translate(None, bytes(range(32, 256)) + b"\t\r\n\f\x1b")


def is_signature(declared: str, data: bytes, name: str) -> bool:
    """A signature of the mail (RFC 3156, section 5; RFC 8551, sections 3.2.1 and 3.5.3), not something to read."""
    if declared in SIGNATURES:
        return True
    return declared in GENERIC and (name.lower().endswith(".p7s") or data[:100].lstrip().startswith(PGP_SIGNATURE))


def _is_container(found: str) -> bool:
    return found in ("application/zip", "application/x-ole-storage")


def _finer(data: bytes, declared: str, name: str) -> str | None:
    """Office files are archives: their entries say which, then what is declared, then the name."""
    if data.startswith(ZIP):
        head = data[:HEAD]
        if head[30:38] == b"mimetype":
            kind = head[38:140].split(b"PK")[0].decode("ascii", "replace").strip()
            if kind.startswith("application/vnd.oasis.opendocument."):
                return kind
        if b"[Content_Types].xml" in head or b"_rels/.rels" in head:
            for entry, kind in _OFFICE_ENTRIES:
                if entry in data:
                    return declared if declared.startswith(kind.rpartition(".")[0]) else kind
    for claimed in (declared, type_by_name(name)):
        if claimed and _may_be_a_container(claimed, data):
            return claimed
    return None


def _may_be_a_container(claimed: str, data: bytes) -> bool:
    if data.startswith(OLE):
        return claimed.startswith(("application/vnd.ms-", "application/ms")) or "outlook" in claimed
    return claimed.startswith(("application/vnd.", "application/epub", "application/java-archive")) or any(
        claimed in group and "application/zip" in group for group in SAME
    )


def _same(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in SAME)
