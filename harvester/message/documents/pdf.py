"""PDF (ISO 32000): text of the pages, filled-in form fields, link annotations. Pictures of text stay unread."""

import ctypes
from typing import Any

from harvester.message.documents.transcript import Transcript, Unreadable
from harvester.model import TextStatus

LONGEST_LINK = 4_096
MOST_LINKS_A_PAGE = 2_000
HYPHEN = "\x02"  # how pdfium tells of a hyphen that only breaks a word at the end of a line


def read_pdf(data: bytes, transcript: Transcript) -> None:
    """Raises Unreadable: ENCRYPTED, DAMAGED, or SCANNED if there are pictures and no words at all."""
    import pypdfium2 as pdfium

    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as fault:
        needs_password = fault.err_code in (pdfium.raw.FPDF_ERR_PASSWORD, pdfium.raw.FPDF_ERR_SECURITY)
        raise Unreadable(TextStatus.ENCRYPTED if needs_password else TextStatus.DAMAGED) from fault
    has_form = pdf.get_formtype() != pdfium.raw.FORMTYPE_NONE
    if has_form:
        pdf.init_forms()
    some_text = some_pictures = broken = False
    for number in range(len(pdf)):
        try:
            page = pdf[number]
            _links(pdf, page, transcript)
            if has_form:
                page.flatten()  # what was typed in becomes a part of the page, which is then read anew
                page.close()
                page = pdf[number]
            text = _text(page)
        except pdfium.PdfiumError:
            broken = True
            continue
        if text.strip():
            some_text = True
            transcript.add(text.replace(HYPHEN + "\r\n", "").replace(HYPHEN, "-") + "\n")
        elif not some_pictures and _has_pictures(page):
            some_pictures = True
    if some_text and some_pictures:
        transcript.flag("pages-scanned")
    elif some_pictures:
        raise Unreadable(TextStatus.SCANNED)
    elif broken and not some_text:
        raise Unreadable(TextStatus.DAMAGED)


def _text(page: Any) -> str:
    text: str = page.get_textpage().get_text_bounded()
    return text


def _has_pictures(page: Any) -> bool:
    from pypdfium2 import raw

    return next(iter(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)), None) is not None


def _links(pdf: Any, page: Any, transcript: Transcript) -> None:
    """The addresses behind the page's link annotations."""
    from pypdfium2 import raw

    position = ctypes.c_int(0)
    link = raw.FPDF_LINK()
    for _ in range(MOST_LINKS_A_PAGE):
        if not raw.FPDFLink_Enumerate(page, position, link):
            return
        action = raw.FPDFLink_GetAction(link)
        if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
            continue
        size = raw.FPDFAction_GetURIPath(pdf, action, None, 0)
        if 1 < size <= LONGEST_LINK:
            target = ctypes.create_string_buffer(size)
            raw.FPDFAction_GetURIPath(pdf, action, target, size)
            transcript.link(target.value.decode("utf-8", "replace"))
