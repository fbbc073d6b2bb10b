"""Comments of structured headers (RFC 5322, section 3.2.2): ``no (sent by hand)`` means ``no``."""

import re

_STEP = re.compile(r'[^()"\\]+|\\.|[()"]|\\', re.DOTALL)


def without_comments(value: str) -> str:
    """The value without ``(...)``, nested ones too; parentheses inside a quoted string are text.

    A comment that is never closed reaches to the end. Linear in the length of the value.
    """
    if "(" not in value:
        return value
    kept: list[str] = []
    depth = 0
    quoted = False
    for step in _STEP.findall(value):
        if quoted:
            kept.append(step)
            quoted = step != '"'
        elif step == "(":
            depth += 1
            if depth == 1:
                kept.append(" ")  # a comment separates words like a blank
        elif depth:
            depth -= step == ")"
        else:
            kept.append(step)
            quoted = step == '"'
    return "".join(kept)
