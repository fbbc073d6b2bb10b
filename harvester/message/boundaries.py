"""One boundary for all mails.

The parser makes an expression of each mail's boundary. That is a tenth of its work, and by the hundred they drive the
expressions of other libraries out of Python's memory, which are then made again and again.
"""

import re

OURS = b"=_one_boundary_for_all_mails_="
_MULTIPART = re.compile(
    rb'multipart/[\w-]+(?:;\s*[\w-]+=(?:"[^"\\]*"|[^\s";]+))*?'
    rb';\s*boundary=(?:"(?P<quoted>[^"\\]{0,69}[^"\\\s])"|(?P<bare>[^\s"\\;]{1,70}))\s*(?:;.*)?',
    re.IGNORECASE | re.DOTALL,
)
_NAMED = re.compile(rb"boundary[*=]", re.IGNORECASE)
_LINE_ENDS = (b"\r\n", b"\n", b"--\r\n", b"--\n")


def renamed(value: bytes, body: bytes) -> tuple[bytes, bytes]:
    """The Content-Type of a multipart and its body, with our boundary in place of its own (RFC 2046, section 5.1.1).

    As they are where more than whole lines would change, or where the parser might see other lines than we do.
    """
    found = _MULTIPART.fullmatch(value)
    if found is None or len(_NAMED.findall(value)) > 1 or OURS in body:
        return value, body
    own = found.lastgroup or ""
    line = b"--" + found[own]
    before, *pieces = (b"\n" + body + b"\n").split(b"\n" + line)
    if body.count(line) > len(pieces) or not all(piece.startswith(_LINE_ENDS) for piece in pieces):
        return value, body
    start, end = found.span(own)
    return value[:start] + OURS + value[end:], (b"\n--" + OURS).join([before, *pieces])[1:-1]
