"""The evidence report as a Word file, with real headings, so that a table of contents can be made from them.

The same report makes the same bytes: the file's parts are packed again in one order and with one date.
"""

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from harvester.acknowledge.tongue import territories
from harvester.report import evidence_words as words
from harvester.report.evidence import Chapter, Report

if TYPE_CHECKING:
    from harvester.report.cases import Case

INDENT = 360_000  # of a quotation; a centimetre, as Word counts
WIDTHS = (3_600_000, 900_000, 900_000)  # of the table
PACKED = (2000, 1, 1, 0, 0, 0)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def docx(report: Report) -> bytes:
    """Office Open XML. A sender's words are plain text in it: no fields, no links to click on by mistake."""
    from docx import Document

    document = Document()
    told = document.core_properties
    made = datetime.fromisoformat(report.made_at).astimezone(UTC).replace(tzinfo=None)
    told.title, told.author, told.comments = _clean(report.title)[:250], _clean(report.organisation)[:250], ""
    told.created = told.modified = made
    told.last_modified_by, told.revision = "", 1
    document.add_heading(_clean(f"{report.title}: the evidence"), 0)
    _paragraphs(document, [f"{report.organisation}, {words.day(report.made_at)}", *words.summary(report)])
    _table(document, report)
    countries = territories("en")
    for chapter in report.chapters:
        _chapter(document, chapter, countries)
    document.add_heading("How this was made", 1)
    _paragraphs(document, words.method(report))
    document.add_heading("What it cannot tell", 1)
    _paragraphs(document, words.limits(report))
    raw = io.BytesIO()
    document.save(raw)
    return _packed_again(raw.getvalue())


def _table(document: Any, report: Report) -> None:
    rows = [("Category", "Replies", "Cases")]
    for chapter in report.chapters:
        number = sum(len(section.cases) for section in chapter.sections)
        rows.append((chapter.title, f"{chapter.replies:,}", f"{number:,}"))
        rows += [(f"    {section.title}", "", f"{len(section.cases):,}") for section in chapter.sections]
    table = document.add_table(rows=0, cols=3)
    table.style = "Light List Accent 1"
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width  # of the grid: LibreOffice and Word lay the table out by it
    for row in rows:
        for cell, text, width in zip(table.add_row().cells, row, WIDTHS, strict=True):
            cell.text, cell.width = _clean(text), width
        for cell in table.rows[-1].cells[1:]:
            cell.paragraphs[0].alignment = 2  # right
    document.add_paragraph(
        f"Replies by category; a reply may count in several. Base: {report.people:,} messages that people wrote.",
        style="Caption",
    )


def _chapter(document: Any, chapter: Chapter, countries: dict[str, str]) -> None:
    document.add_heading(_clean(chapter.title), 1)
    if chapter.request:
        _paragraphs(document, [f"Asked for: {chapter.request}"])
    if not chapter.sections:
        _paragraphs(document, ["No reply tells of this."])
    for section in chapter.sections:
        document.add_heading(_clean(f"{section.title} ({len(section.cases):,})"), 2)
        for case in section.cases:
            _case(document, case, countries)


def _case(document: Any, case: "Case", countries: dict[str, str]) -> None:
    document.add_heading(_clean(f"{case.title}: " if case.title else "") + _clean(words.line(case, countries)), 3)
    if case.summary:
        _paragraphs(document, [case.summary])
    for one in case.quotations:
        quoted = document.add_paragraph(_clean(one.text), style="Quote")
        quoted.paragraph_format.left_indent = INDENT
        if source := words.source(one.where, case.files):
            document.add_paragraph(_clean(f"From {source}"), style="Caption")
    if not case.quotations:
        _paragraphs(document, ["No place was marked: see the reply."])
    if case.saving:
        _paragraphs(document, [f"Saving, as they state it: “{case.saving}”"])
    if case.links:
        _paragraphs(document, [f"Links: {', '.join(case.links)}"])
    if case.files:
        _paragraphs(document, [f"Files: {', '.join(case.files)}"])


def _paragraphs(document: Any, texts: Any) -> None:
    for text in texts:
        document.add_paragraph(_clean(text))


def _clean(text: str) -> str:
    """XML has no place for some signs."""
    return _CONTROL.sub("\ufffd", text)


def _packed_again(raw: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = zipfile.ZipInfo(name, PACKED)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return target.getvalue()
