"""Spreadsheets: xlsx, xlsb, xls, ods. Rows as lines with tabs between cells; hidden sheets are left out."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from harvester.message.documents.archive import Archive
from harvester.message.documents.office import relations
from harvester.message.documents.transcript import Transcript, Unreadable
from harvester.model import TextStatus


def read_sheets(data: bytes, transcript: Transcript) -> None:
    """The library knows no limits: whoever calls has looked into the archive (``Archive.unpack_all``)."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != calamine.SheetVisibleEnum.Visible:
                transcript.flag("sheets-hidden")
                continue
            for row in book.get_sheet_by_name(sheet.name).iter_rows():
                for text in _row(row):
                    transcript.add(text)
            transcript.add("\n")
    except calamine.PasswordError as fault:
        raise Unreadable(TextStatus.ENCRYPTED) from fault
    except (calamine.CalamineError, OSError, ValueError) as fault:
        raise Unreadable(TextStatus.DAMAGED) from fault
    except BaseException as fault:
        if type(fault).__name__ == "PanicException":  # Rust's, of a library that trusts what a file says; no Exception
            raise Unreadable(TextStatus.DAMAGED) from fault
        raise


def read_links(archive: Archive, main: str, transcript: Transcript) -> None:
    """The links of an Excel file's sheets; calamine does not tell them."""
    for one in relations(archive, main).values():
        if one.kind == "worksheet":
            for link in relations(archive, one.target).values():
                if link.kind == "hyperlink" and link.outside:
                    transcript.link(link.target)


def _row(cells: list[Any]) -> Iterator[str]:
    between = ""
    for cell in cells:
        text = _cell(cell)
        if text:
            yield between + text
            between = "\t"
    yield "\n"


def _cell(value: object) -> str:
    match value:
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return f"{value:.15g}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case timedelta() | int():
            return str(value)
        case _:
            return ""
