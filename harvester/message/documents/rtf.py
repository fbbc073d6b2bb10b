"""Rich Text Format (Microsoft's specification 1.9.1), read in one pass: words, line ends, links of fields."""

import re
from dataclasses import dataclass, replace

from harvester.message.documents.transcript import Transcript

TOKEN = re.compile(
    r"\\'(?P<byte>[0-9a-fA-F]{2})"
    r"|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})?[ ]?"
    r"|\\(?P<sign>[^a-zA-Z'])"
    r"|(?P<brace>[{}])"
    r"|(?P<text>[^\\{}\r\n]+)"
    r"|[\r\n\\]",
    re.DOTALL,
)
SKIPPED = frozenset({
    "colortbl", "stylesheet", "info", "pict", "nonshppict", "shprslt", "sp", "header", "headerl",
    "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "filetbl", "revtbl", "listtable",
    "listoverridetable", "rsidtbl", "themedata", "colorschememapping", "datastore", "latentstyles",
    "xmlnstbl", "generator", "annotation", "atnid", "atnauthor", "atndate", "atnref",
})  # fmt: skip
READ_AFTER_STAR = frozenset({"fldinst", "shpinst", "shptxt"})  # ``\\*``: skip the group unless you know its word
SIGNS = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "nestrow": "\n", "tab": "\t", "cell": "\t",
    "nestcell": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ",
}  # fmt: skip
ESCAPES = {"\\": "\\", "{": "{", "}": "}", "~": "\u00a0", "_": "-", "\n": "\n", "\r": "\n", "\t": "\t"}
CODEPAGES = {
    0: "cp1252", 128: "cp932", 129: "cp949", 134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # by ``\fcharset``  # fmt: skip
BY_NUMBER = {int(name[2:]): name for name in CODEPAGES.values() if name.startswith("cp")} | {
    936: "gbk", 65001: "utf-8", 437: "cp437", 850: "cp850", 10000: "mac-roman",
}  # by ``\ansicpg``  # fmt: skip
FIELD_LINK = re.compile(r'\bHYPERLINK\s+"([^"]*)"')
DEEPEST = 1_000
MOST_WAITING = 400_000  # bytes or code units without a word in between; more than is ever read of a text


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds until the closing brace."""

    skipped: bool = False
    hidden: bool = False  # ``\v``, or deleted words under revision
    fonts: bool = False  # inside the table of fonts
    field: bool = False  # inside the instruction of a field
    fallback: int = 1  # ``\uc``: characters that follow a ``\u`` for readers that cannot
    charset: str | None = None  # of the font


class _Reader:
    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._group = _Group()
        self._stack: list[_Group] = []
        self._charset = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._bytes = bytearray()
        self._unicode: list[int] = []  # a character beyond U+FFFF comes as two
        self._to_skip = 0
        self._star = False
        self._field: list[str] = []

    def read(self, source: str) -> None:
        at = 0
        while found := TOKEN.match(source, at):
            at = found.end()
            kind = found.lastgroup
            if kind == "number":
                kind = "word"
            if kind == "text":
                self._text(found["text"])
            elif kind == "word":
                number = int(found["number"]) if found["number"] else None
                if found["word"] == "bin":
                    at += max(0, number or 0)
                self._word(found["word"], number)
            elif kind == "byte":
                self._byte(int(found["byte"], 16))
            elif kind == "brace":
                self._brace(found["brace"])
            elif kind == "sign":
                self._sign(found["sign"])
        self._say("")

    def _brace(self, brace: str) -> None:
        self._say("")
        self._to_skip = 0
        self._star = False
        if brace == "{":
            if len(self._stack) < DEEPEST:  # deeper ones share what holds
                self._stack.append(self._group)
            return
        before = self._group
        self._group = self._stack.pop() if self._stack else _Group()
        if before.field and not self._group.field:
            for target in FIELD_LINK.findall("".join(self._field)):
                self._transcript.link(target)
            self._field.clear()

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._star = True
        elif sign in ESCAPES:
            self._text(ESCAPES[sign])

    def _word(self, word: str, number: int | None) -> None:
        star, self._star = self._star, False
        if word in SKIPPED or (star and word not in READ_AFTER_STAR):
            self._group = replace(self._group, skipped=True)
        elif word in SIGNS:
            self._text(SIGNS[word])
        elif word == "u":
            self._code_unit((number or 0) & 0xFFFF)
        elif word == "uc":
            self._group = replace(self._group, fallback=max(0, min(number or 0, 20)))
        elif word == "f":
            self._font = number or 0
            if not self._group.fonts:
                self._say("")
                self._group = replace(self._group, charset=self._fonts.get(self._font))
        elif word == "fcharset" and self._group.fonts:
            if number in CODEPAGES:
                self._fonts[self._font] = CODEPAGES[number]
        elif word == "fonttbl":
            self._group = replace(self._group, fonts=True)
        elif word == "fldinst":
            self._group = replace(self._group, field=True)
        elif word == "ansicpg":
            self._charset = BY_NUMBER.get(number or 0, self._charset)
        elif word in ("v", "deleted"):
            self._group = replace(self._group, hidden=number != 0)
        elif word == "plain":
            self._say("")
            self._group = replace(self._group, hidden=False, charset=None)

    def _byte(self, value: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
            return
        if self._unicode or len(self._bytes) > MOST_WAITING:
            self._say("")
        self._bytes.append(value)

    def _code_unit(self, value: int) -> None:
        if self._bytes or len(self._unicode) > MOST_WAITING:
            self._say("")
        self._unicode.append(value)
        self._to_skip = self._group.fallback

    def _text(self, text: str) -> None:
        if self._to_skip:
            cut = min(self._to_skip, len(text))
            self._to_skip -= cut
            text = text[cut:]
        if text:
            self._say(text)

    def _say(self, text: str) -> None:
        """This text, after the single bytes and code units that waited for more of their kind."""
        if self._bytes:
            text = self._bytes.decode(self._group.charset or self._charset, "replace") + text
            self._bytes.clear()
        if self._unicode:
            units = b"".join(unit.to_bytes(2, "little") for unit in self._unicode)
            text = units.decode("utf-16-le", "replace") + text
            self._unicode.clear()
        group = self._group
        if not text or group.skipped or group.hidden or group.fonts:
            return
        if group.field:
            self._field.append(text[:4_096])
            return
        self._transcript.add(text)


def read_rtf(data: bytes, transcript: Transcript) -> None:
    _Reader(transcript).read(data.decode("latin-1"))
