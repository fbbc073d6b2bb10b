"""A file's bytes -> its text, by whatever reader its kind needs. Runs in the jailed child."""

from harvester.message.documents import office, opendocument, sheets
from harvester.message.documents.archive import Archive
from harvester.message.documents.codepages import LATIN
from harvester.message.documents.kinds import Kind, kind_of
from harvester.message.documents.transcript import Enough, Extracted, Transcript, Unreadable
from harvester.model import Limits, TextStatus

OPENDOCUMENT = "application/vnd.oasis.opendocument."


def read(data: bytes, kind: Kind, limits: Limits, charset: str = LATIN) -> Extracted:
    """Never raises because of the file; running out of memory is the caller's affair.

    ``charset``: of plain text that does not say in which it is written.
    """
    transcript = Transcript(limits)
    try:
        _read(data, kind, limits, transcript, charset)
    except Enough:
        pass
    except Unreadable as why:
        return Extracted(why.status, flags=why.flags)
    return transcript.extracted()


def _read(data: bytes, kind: Kind, limits: Limits, transcript: Transcript, charset: str, packed: bool = False) -> None:
    """Raises nothing but Enough, Unreadable and MemoryError. ``packed``: it was inside a ZIP file itself."""
    try:
        match kind:
            case Kind.PDF:
                from harvester.message.documents.pdf import read_pdf

                read_pdf(data, transcript)
            case Kind.ZIP:
                _read_zip(data, limits, transcript, charset, packed)
            case Kind.OLE:
                _read_ole(data, transcript)
            case Kind.RTF:
                from harvester.message.documents.rtf import read_rtf

                read_rtf(data, transcript)
            case Kind.HTML:
                _read_html(data, transcript, charset)
            case Kind.PLAIN:
                from harvester.message.documents.plain import decoded

                transcript.add(decoded(data, charset))
            case Kind.OTHER:
                raise Unreadable(TextStatus.UNSUPPORTED)
    except (Enough, Unreadable, MemoryError):
        raise
    except Exception as fault:  # a reader stumbled over a file that no one thought of
        raise Unreadable(TextStatus.DAMAGED, f"unforeseen-{type(fault).__name__}") from fault


def _read_zip(data: bytes, limits: Limits, transcript: Transcript, charset: str, packed: bool) -> None:
    archive = Archive(data, limits)
    if opendocument.CONTENT in archive and "mimetype" in archive:
        _read_opendocument(data, archive, transcript)
        return
    main = office.main_part(archive)
    match main.split("/"):
        case ["word", *_]:
            office.read_word(archive, main, transcript)
        case ["ppt", *_]:
            office.read_slides(archive, main, transcript)
        case ["xl", *_]:
            archive.unpack_all()
            sheets.read_links(archive, main, transcript)
            sheets.read_sheets(data, transcript)
        case _ if packed or main:
            raise Unreadable(TextStatus.UNSUPPORTED)
        case _:
            _read_packed(archive, limits, transcript, charset)


def _read_packed(archive: Archive, limits: Limits, transcript: Transcript, charset: str) -> None:
    """Files put together by a person, one level deep: each one's name is a line, its words follow."""
    names = [name for name in archive.names if not name.endswith("/") and not name.startswith("__MACOSX/")]
    locked = 0
    for name in names:
        transcript.add(f"{name}\n")
        try:
            data = archive.read(name)
            _read(data, kind_of(data, "", name), limits, transcript, charset, packed=True)
        except Unreadable as why:
            if why.status is TextStatus.TOO_LARGE:
                raise
            locked += why.status is TextStatus.ENCRYPTED
            transcript.flag(f"packed-{why.status}")
        transcript.add("\n\n")
    if names and locked == len(names):
        raise Unreadable(TextStatus.ENCRYPTED)


def _read_opendocument(data: bytes, archive: Archive, transcript: Transcript) -> None:
    opendocument.refuse_encrypted(archive)
    kind = archive.read("mimetype").decode("ascii", "replace").strip().removeprefix(OPENDOCUMENT)
    if kind.startswith("spreadsheet"):
        archive.unpack_all()
        opendocument.read_links(archive, transcript)
        sheets.read_sheets(data, transcript)
    elif kind.startswith(("text", "presentation")):
        opendocument.read_opendocument(archive, transcript)
    else:
        raise Unreadable(TextStatus.UNSUPPORTED)


def _read_ole(data: bytes, transcript: Transcript) -> None:
    """Compound files (MS-CFB): their directory names each stream in UTF-16."""
    if "EncryptedPackage".encode("utf-16-le") in data:  # MS-OFFCRYPTO
        raise Unreadable(TextStatus.ENCRYPTED)
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        raise Unreadable(TextStatus.UNSUPPORTED)
    sheets.read_sheets(data, transcript)


def _read_html(data: bytes, transcript: Transcript, charset: str) -> None:
    from harvester.message.charset import codec_of, html_label
    from harvester.message.documents.plain import decoded
    from harvester.message.html import read_html

    page = read_html(decoded(data, codec_of(html_label(data)) or charset))
    for anchor in page.anchors:
        transcript.link(anchor.href)
    transcript.add(page.text)
