"""A file's bytes -> its text, by whatever reader its kind needs. Runs in the jailed child."""

from collections.abc import Callable
from functools import partial

from harvester.message.documents import office, old_word, opendocument, outlook, sheets
from harvester.message.documents.archive import Archive
from harvester.message.documents.codepages import LATIN
from harvester.message.documents.compound import Compound
from harvester.message.documents.kinds import Kind, kind_of
from harvester.message.documents.letter import add_letter
from harvester.message.documents.tnef import open_winmail
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
                _read_ole(data, limits, transcript, charset, packed)
            case Kind.RTF:
                from harvester.message.documents.rtf import read_rtf

                read_rtf(data, transcript)
            case Kind.TNEF if not packed:
                _read_winmail(data, limits, transcript, charset)
            case Kind.HTML:
                _read_html(data, transcript, charset)
            case Kind.PLAIN:
                from harvester.message.documents.plain import decoded

                transcript.add(decoded(data, charset))
            case _:
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
            _refuse_pictures(archive, "word/media/", transcript)
        case ["ppt", *_]:
            office.read_slides(archive, main, transcript)
            _refuse_pictures(archive, "ppt/media/", transcript)
        case ["xl", *_]:
            archive.unpack_all()
            sheets.read_links(archive, main, transcript)
            sheets.read_sheets(data, transcript)
        case _ if packed or main:
            raise Unreadable(TextStatus.UNSUPPORTED)
        case _:
            _read_packed(archive, limits, transcript, charset)


def _refuse_pictures(archive: Archive, folder: str, transcript: Transcript) -> None:
    """A document without a word but with pictures is a scan that somebody put into it."""
    if transcript.empty and any(name.startswith(folder) and len(name) > len(folder) for name in archive.names):
        raise Unreadable(TextStatus.SCANNED)


def _read_packed(archive: Archive, limits: Limits, transcript: Transcript, charset: str) -> None:
    """Files put together by a person."""
    names = [name for name in archive.names if not name.endswith("/") and not name.startswith("__MACOSX/")]
    _read_files([(name, partial(archive.read, name)) for name in names], limits, transcript, charset)


def _read_files(
    files: list[tuple[str, Callable[[], bytes]]], limits: Limits, transcript: Transcript, charset: str
) -> None:
    """Packed files, one level deep: each one's name is a line, its words follow."""
    locked = 0
    for name, content in files:
        transcript.add(f"{name}\n")
        try:
            data = content()
            _read(data, kind_of(data, "", name), limits, transcript, charset, packed=True)
        except Unreadable as why:
            if why.status is TextStatus.TOO_LARGE:
                raise
            locked += why.status is TextStatus.ENCRYPTED
            transcript.flag(f"packed-{why.status}")
        transcript.add("\n\n")
    if files and locked == len(files):
        raise Unreadable(TextStatus.ENCRYPTED)


def _read_winmail(data: bytes, limits: Limits, transcript: Transcript, charset: str) -> None:
    """What Outlook packed. The letter is the mail's text once more; it is read where there are no files."""
    found = open_winmail(data)
    if len(found.files) > limits.archive_entries:
        raise Unreadable(TextStatus.TOO_LARGE, "archive-entries")
    if not found.whole:
        transcript.flag("packed-damaged")
    if found.files:
        _read_files([(one.name, partial(bytes, one.data)) for one in found.files], limits, transcript, charset)
    else:
        add_letter(transcript, limits, charset, html=found.html, plain=found.body, rtf=found.rtf)


def _read_opendocument(data: bytes, archive: Archive, transcript: Transcript) -> None:
    opendocument.refuse_encrypted(archive)
    kind = archive.read("mimetype").decode("ascii", "replace").strip().removeprefix(OPENDOCUMENT)
    if kind.startswith("spreadsheet"):
        archive.unpack_all()
        opendocument.read_links(archive, transcript)
        sheets.read_sheets(data, transcript)
    elif kind.startswith(("text", "presentation")):
        opendocument.read_opendocument(archive, transcript)
        _refuse_pictures(archive, "Pictures/", transcript)
    else:
        raise Unreadable(TextStatus.UNSUPPORTED)


def _read_ole(data: bytes, limits: Limits, transcript: Transcript, charset: str, packed: bool) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:  # MS-OFFCRYPTO; however damaged, nobody can read it
        raise Unreadable(TextStatus.ENCRYPTED)
    file = Compound(data, limits)
    if "WordDocument" in file:
        old_word.read_old_word(file, transcript)
    elif "Workbook" in file or "Book" in file:
        sheets.read_sheets(data, transcript)
    elif outlook.is_outlook(file) and not packed:
        outlook.read_letter(file, transcript, limits, charset)
        _read_files(outlook.files_of(file, charset), limits, transcript, charset)
    else:
        raise Unreadable(TextStatus.UNSUPPORTED)


def _read_html(data: bytes, transcript: Transcript, charset: str) -> None:
    from harvester.message.charset import codec_of, html_label
    from harvester.message.documents.plain import decoded
    from harvester.message.html import read_html

    page = read_html(decoded(data, codec_of(html_label(data)) or charset))
    for anchor in page.anchors:
        transcript.link(anchor.href)
    transcript.add(page.text)
