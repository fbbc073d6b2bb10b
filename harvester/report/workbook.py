"""Every reply in an Excel workbook: real dates and numbers, a header that stays, widths that fit, and what it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from harvester.classify.topics import Topics
from harvester.errors import Unusable
from harvester.report.cells import COLUMNS, flat

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

MOST = 1_048_575  # rows of a sheet, without the header
LINE = 15  # its height in points
HEADINGS: Mapping[str, tuple[str, int]] = {  # what a person calls a column, and its width in signs
    "id": ("No.", 6),
    "reference": ("Reference", 15),
    "received_at": ("Received", 18),
    "from": ("From", 22),
    "from_name": ("Name", 16),
    "organisation": ("Organisation", 22),
    "country": ("Country", 8),
    "subject": ("Subject", 30),
    "disposition": ("What it is", 13),
    "categories": ("Ids of categories", 22),
    "in_words": ("Categories", 30),
    "language": ("Language", 9),
    "attachments": ("Files", 6),
    "links": ("Links", 6),
    "acknowledgement": ("Answer", 12),
    "reasons": ("Not answered because", 15),
    "review": ("Reviewed", 18),
    "late": ("Late", 7),
    "duplicate_of": ("Same as no.", 8),
    "quarantine": ("Quarantine", 12),
    "state": ("Reading", 12),
    "confidential": ("Asks for confidence", 15),
}


@dataclass(frozen=True)
class About:
    """What the workbook says of itself on a second sheet; ``facts``: (name, value)."""

    zone: str
    facts: Sequence[tuple[str, str]]


def workbook(rows: Iterable[Mapping[str, Any]], path: Path, about: About, topics: Topics) -> int:
    """Returns how many replies are in it. Memory does not grow with them. Raises Unusable for more than Excel holds."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("replies")
    bold = book.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left", "valign": "top"})
    plain = book.add_format({"valign": "top", "text_wrap": True})
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, HEADINGS[name][1])
        sheet.write_string(0, column, HEADINGS[name][0], bold)
    sheet.set_default_row(2 * LINE)  # of two lines; a height for each row would cost memory
    zone = ZoneInfo(about.zone)
    number = 0
    for number, row in enumerate(rows, 1):
        if number > MOST:
            book.close()
            raise Unusable(f"an Excel sheet holds {MOST:,} replies: choose fewer of them, or export csv")
        values = flat(row, topics)
        for column, (name, value) in enumerate(zip(COLUMNS, values, strict=True)):
            if name == "received_at" and isinstance(value, str):
                here = datetime.fromisoformat(value).astimezone(zone).replace(tzinfo=None)
                sheet.write_datetime(number, column, here, moment)
            else:
                _cell(sheet, number, column, value, plain)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(number, 1), len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(1, 0)  # one page wide, as many long as it takes
    sheet.repeat_rows(0)
    _about(book.add_worksheet("about"), bold, [*about.facts, ("Replies", f"{number:,}"), ("Times", about.zone)])
    book.close()
    return number


def _about(sheet: "Worksheet", bold: Any, facts: Sequence[tuple[str, str]]) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 90)
    for row, (name, value) in enumerate(facts):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value)


def _cell(sheet: "Worksheet", row: int, column: int, value: object, plain: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, plain)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, plain)
    elif value is not None:
        sheet.write_string(row, column, str(value), plain)
