"""What is counted on the bytes before any parser sees them, in linear time (section 4 of the guarantees)."""

import re

from harvester.message.headers import Block
from harvester.model import Limits

_WORD = re.compile(rb"=\?[^?\s]{1,75}\?[bBqQ]\?")
_PARAMETERS = re.compile(rb"^content-(?:type|disposition)[ \t]*:(?:[^\r\n]|\r?\n[ \t])*", re.MULTILINE | re.IGNORECASE)
MOST_PARAMETERS = 500
"""Semicolons in one header of a part; the parser's time grows with their square."""
_HEADER_OF_A_PART = re.compile(rb"^content-type[ \t]*:", re.MULTILINE | re.IGNORECASE)


def excess(raw: bytes, block: Block, limits: Limits) -> str | None:
    """The quarantine code of a mail that no parser shall see; None for any other."""
    if not raw or raw.isspace():
        return "empty"
    if len(raw) > limits.raw_bytes:
        return "too-large"
    if block.size > limits.header_block_bytes or block.largest > limits.header_bytes:
        return "header-too-large"
    if len(block.raw) > limits.headers:
        return "too-many-headers"
    if any(len(_WORD.findall(value)) > limits.encoded_words for _, value in block.raw if b"=?" in value):
        return "malformed-header"
    if block.broken:
        return "malformed-header"
    return None


def excess_of_parts(block: Block, body: bytes, limits: Limits) -> str | None:
    """The same of what stands below the headers. Lines that may separate parts are only counted where there are
    parts."""
    headers = [value for name, value in block.raw if name.startswith("content-")]
    if body.count(b";") > MOST_PARAMETERS:  # else no header of a part can have more
        headers += [match[0] for match in _PARAMETERS.finditer(body)]
    if any(header.count(b";") > MOST_PARAMETERS for header in headers):
        return "malformed-mime"
    if not any(name == "content-type" and b"multipart" in value.lower() for name, value in block.raw):
        return None
    if body.startswith(b"--") + body.count(b"\n--") <= limits.boundary_lines:
        return None
    declared = sum(1 for _ in _HEADER_OF_A_PART.finditer(body))
    return "too-many-parts" if declared > limits.parts else "malformed-mime"
