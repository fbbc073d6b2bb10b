"""In which line of a TOML file a key stands; tomllib gives values without positions.

Only for text that tomllib has accepted: the scanner here knows where values end, not whether they are right.
"""

import re

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_INSIDE = {
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*+', re.DOTALL),
    "'''": re.compile(r"(?:[^']|'(?!''))*+"),
    '"': re.compile(r'(?:[^"\\]|\\.)*+'),
    "'": re.compile(r"[^']*+"),
}
"""By quote, longest first: what stands between two of them."""


def dotted(path: Path) -> str:
    """``("mailbox", 0, "host")`` as people write it: ``mailbox[0].host``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


class Lines:
    """Dotted keys to line numbers (from 1), for tables, arrays of tables, inline tables and arrays."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.line, self.line_at = 1, 0  # counted up to here
        self.known: dict[Path, int] = {}
        self.elements: dict[Path, int] = {}  # array of tables -> how many so far
        self._file()

    def of(self, path: Path) -> int:
        """The line of this key, else of the nearest table around it, else 1."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.known:
                return self.known[path[:length]]
        return 1

    def _file(self) -> None:
        table: Path = ()
        while True:
            self._blank()
            if self.at >= len(self.text):
                return
            if self.text.startswith("[[", self.at):
                table = self._header("[[", "]]")
            elif self.text[self.at] == "[":
                table = self._header("[", "]")
            else:
                self._pair(table)

    def _header(self, opening: str, closing: str) -> Path:
        line = self._line()
        self.at += len(opening)
        parts = self._key()
        self.at = self.text.index(closing, self.at) + len(closing)
        path: Path = ()
        for part in parts[:-1]:
            path = self._enter((*path, part))
            self.known.setdefault(path, line)
        path = (*path, parts[-1])
        if opening == "[[":
            number = self.elements.get(path, 0)
            self.elements[path] = number + 1
            self.known.setdefault(path, line)
            path = (*path, number)
        self.known.setdefault(path, line)
        return path

    def _enter(self, path: Path) -> Path:
        """A header below an array of tables means its last element."""
        return (*path, self.elements[path] - 1) if path in self.elements else path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self.known.setdefault(path, line)
        self.at = self.text.index("=", self.at) + 1
        self._value(path)

    def _value(self, path: Path) -> None:
        self._blank()
        self.known.setdefault(path, self._line())
        if self.text[self.at] in "\"'":
            self._string()
        elif self.text[self.at] == "[":
            self._list(path)
        elif self.text[self.at] == "{":
            self._inline(path)
        else:
            scalar = _SCALAR.match(self.text, self.at)
            self.at = scalar.end() if scalar else len(self.text)

    def _list(self, path: Path) -> None:
        self.at += 1
        number = 0
        while self._more("]"):
            self._value((*path, number))
            number += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self._more("}"):
            self._pair(path)

    def _more(self, closing: str) -> bool:
        """Step over blanks and commas; False (and past it) at the closing bracket."""
        self._blank()
        while self.text[self.at] == ",":
            self.at += 1
            self._blank()
        if self.text[self.at] == closing:
            self.at += 1
            return False
        return True

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._blank()
            bare = _BARE.match(self.text, self.at)
            if bare:
                parts.append(bare.group())
                self.at = bare.end()
            else:
                parts.append(self._string())
            self._blank()
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _string(self) -> str:
        quote = next(q for q in _INSIDE if self.text.startswith(q, self.at))
        inside = _INSIDE[quote].match(self.text, self.at + len(quote))
        assert inside is not None  # it may be empty
        self.at = inside.end() + len(quote)
        while len(quote) == 3 and self.text.startswith(quote[0], self.at):  # up to two more may end the text
            self.at += 1
        return inside.group()

    def _blank(self) -> None:
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at

    def _line(self) -> int:
        self.line += self.text.count("\n", self.line_at, self.at)
        self.line_at = self.at
        return self.line
