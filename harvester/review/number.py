"""Numbers that a browser sends: anybody can write anything there."""

DIGITS = 18  # any such number is one that a row can have


def number_in(text: str | None) -> int | None:
    """The number that the text is, and nothing but; None for anything else, and for one that is too long."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= DIGITS else None
