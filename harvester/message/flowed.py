"""``format=flowed`` (RFC 3676): lines that end in a blank go on in the next one."""


def unflowed(text: str, delsp: bool = False) -> str:
    """Paragraphs as they were typed; quote marks stay at the beginning of every joined line."""
    lines: list[str] = []
    open_depth: int | None = None  # of the paragraph that goes on
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        signature = words == "-- "
        if open_depth == depth and not signature:
            lines[-1] += words
        else:
            lines.append(">" * depth + (" " if depth else "") + words)
        goes_on = words.endswith(" ") and not signature
        if goes_on and delsp:
            lines[-1] = lines[-1][:-1]
        open_depth = depth if goes_on else None
    return "\n".join(lines)
