"""XML of strangers, read as it streams by: no tree, no document type (so no entities), no endless depth."""

from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

from harvester.message.documents.transcript import Unreadable
from harvester.model import TextStatus

DEEPEST = 500


class Listener(Protocol):
    """Names are ``namespace local`` with a blank in between, or ``local`` alone."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


def listen(pieces: Iterable[bytes], listener: Listener) -> None:
    """Tell the listener what is in these bytes; DAMAGED as Unreadable if it is not XML, or dangerous."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0
    start_here, end_here = listener.start, listener.end

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Unreadable(TextStatus.DAMAGED, "xml-depth")
        start_here(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        end_here(name)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = listener.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as fault:  # the latter two: charsets
        raise Unreadable(TextStatus.DAMAGED) from fault


def _refuse_doctype(*_: object) -> None:
    raise Unreadable(TextStatus.DAMAGED, "xml-doctype")


def local(name: str) -> str:
    """The name without its namespace: office files use two sets of those (ISO 29500, strict and transitional)."""
    return name.rpartition(" ")[2]
