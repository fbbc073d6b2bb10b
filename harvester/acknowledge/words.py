"""The words of a structured header value: comments gone, quoted strings kept together, marks apart.

RFC 5322, section 3.2: CFWS, comments that nest, quoted pairs, quoted strings. One pass over the value,
whatever it holds.
"""

from dataclasses import dataclass

_BLANK = " \t\r\n"


class Unreadable(ValueError):
    """A comment or a quoted string has no end."""


@dataclass(frozen=True, slots=True)
class Word:
    """A run without blanks, or one of the marks the reader asked for. ``quoted``: it held a quoted string."""

    text: str
    quoted: bool = False


def words(value: str, marks: str = ";") -> list[Word]:
    """The words of ``value`` in order; each character of ``marks`` is a word of its own.

    Text in quotes is never a mark and never ends a word. Raises Unreadable.
    """
    found: list[Word] = []
    run: list[str] = []
    quoted = False
    at = 0
    while at < len(value):
        char = value[at]
        if char == '"':
            text, at = _quoted(value, at)
            run.append(text)
            quoted = True
            continue
        if char not in "(" + _BLANK + marks:
            run.append(char)
            at += 1
            continue
        if run or quoted:
            found.append(Word("".join(run), quoted))
            run, quoted = [], False
        if char == "(":
            at = _after_comment(value, at)
            continue
        if char in marks:
            found.append(Word(char))
        at += 1
    if run or quoted:
        found.append(Word("".join(run), quoted))
    return found


def _quoted(value: str, at: int) -> tuple[str, int]:
    """The content of the quoted string that begins at ``at``, and where it ends."""
    text: list[str] = []
    at += 1
    while at < len(value):
        if value[at] == "\\":
            text.append(value[at + 1 : at + 2])
            at += 2
        elif value[at] == '"':
            return "".join(text), at + 1
        else:
            text.append(value[at])
            at += 1
    raise Unreadable("a quoted string has no end")


def _after_comment(value: str, at: int) -> int:
    """Where the comment that begins at ``at`` ends; comments nest."""
    depth = 0
    while at < len(value):
        char = value[at]
        if char == "\\":
            at += 1
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    raise Unreadable("a comment has no end")
