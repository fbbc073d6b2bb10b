"""OpenDocument text and slides (ISO 26300): the words of content.xml. Page headers lie in styles.xml."""

from harvester.message.documents.archive import Archive
from harvester.message.documents.transcript import Transcript, Unreadable
from harvester.message.documents.xml_events import listen, local
from harvester.model import TextStatus

CONTENT = "content.xml"
MANIFEST = "META-INF/manifest.xml"
SKIPPED = frozenset({"tracked-changes", "annotation", "note-citation", "page-number", "forms", "scripts"})
PARAGRAPHS = frozenset({"p", "h"})
FEW = frozenset(map(str, range(1, 21)))  # how many blanks ``text:s`` stands for; it may ask for a billion


def refuse_encrypted(archive: Archive) -> None:
    """Entries of encrypted OpenDocument files are not marked in the ZIP directory, only in the manifest."""
    if MANIFEST in archive and b"encryption-data" in archive.read(MANIFEST):
        raise Unreadable(TextStatus.ENCRYPTED)


def read_opendocument(archive: Archive, transcript: Transcript) -> None:
    words = _Words(transcript)
    listen(archive.pieces(CONTENT), words)
    words.flush()


def read_links(archive: Archive, transcript: Transcript) -> None:
    """The links alone; for sheets, whose cells another library reads."""
    listen(archive.pieces(CONTENT), _Links(transcript))


class _Links:
    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if local(name) == "a":
            target = next((value for key, value in attributes.items() if key.endswith("xlink href")), "")
            if not target.startswith("#"):
                self._transcript.link(target)

    def end(self, name: str) -> None: ...

    def text(self, data: str) -> None: ...


class _Words(_Links):
    """Paragraphs as lines, a table's row as one line with tabs."""

    def __init__(self, transcript: Transcript) -> None:
        super().__init__(transcript)
        self._skipping = 0
        self._paragraphs = 0  # open ones: a text box lies inside a paragraph
        self._rows = 0
        self._lines: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipping:
            self._skipping += 1
            return
        tag = local(name)
        if tag in PARAGRAPHS:
            self._paragraphs += 1
        elif tag in SKIPPED:
            self._skipping = 1
        elif tag == "s":
            count = next((value for key, value in attributes.items() if local(key) == "c"), "1")
            self._lines.append(" " * (int(count) if count in FEW else 1))
        elif tag == "tab":
            self._lines.append("\t")
        elif tag == "line-break":
            self._lines.append("\n")
        elif tag == "table-row":
            self._rows += 1
        super().start(name, attributes)

    def end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
            return
        tag = local(name)
        if tag in PARAGRAPHS:
            self._paragraphs -= 1
            self._lines.append("\n")
            if not self._rows and not self._paragraphs:
                self.flush()
        elif tag == "table-cell":
            if self._lines and self._lines[-1] == "\n":
                self._lines[-1] = "\t"
        elif tag == "table-row":
            self._rows -= 1
            self._lines.append("\n")
            if not self._rows:
                self.flush()

    def text(self, data: str) -> None:
        if self._paragraphs and not self._skipping:
            self._lines.append(data)

    def flush(self) -> None:
        text = "".join(self._lines)
        self._lines.clear()
        self._transcript.add(text)
