"""Words and breaks -> text as a person sees it: white space collapsed, at most one empty line."""


class Typesetter:
    """Collects text; breaks and blanks are written only when more words come."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self._breaks = 0  # line ends owed before the next words
        self._blank = False
        self._lead = ""

    def break_line(self, at_least: int) -> None:
        if self.length:
            self._breaks = max(self._breaks, at_least)
        self._blank = False

    def add_break(self) -> None:
        """``<br>`` always counts; more than one empty line is never written."""
        if self.length:
            self._breaks = min(self._breaks + 1, 2)
        self._blank = False

    def blank(self) -> None:
        self._blank = True

    def lead(self, mark: str) -> None:
        """Written before the next words: bullets, cells."""
        self._lead = mark

    @property
    def line_is_open(self) -> bool:
        return self.length > 0 and self._breaks == 0

    @property
    def here(self) -> int:
        """Where the next words will begin."""
        blank = 1 if self._blank and self.line_is_open and not self._lead else 0
        return self.length + self._breaks + blank + len(self._lead)

    def put(self, words: str) -> None:
        if self._breaks:
            words = "\n" * self._breaks + self._lead + words
        elif self._lead:
            words = self._lead + words
        elif self._blank and self.length:
            words = " " + words
        self._breaks, self._blank, self._lead = 0, False, ""
        self.pieces.append(words)
        self.length += len(words)

    def words(self, data: str) -> None:
        """Text with its white space collapsed (CSS Text 3, section 4.1.1); no-break spaces too."""
        words = data.split()
        if not words:
            if "\xa0" in data and not self.line_is_open and self._breaks == 1:
                self._breaks = 2  # <p>&nbsp;</p>: how Word writes an empty line
            else:
                self._blank = True
            return
        if data[0].isspace():
            self._blank = True
        self.put(" ".join(words))
        if data[-1].isspace():
            self._blank = True

    def verbatim(self, data: str) -> None:
        for n, line in enumerate(data.replace("\r\n", "\n").split("\n")):
            if n:
                self.add_break()
            if line.strip():
                self.put(line.rstrip())

    def last_lines(self) -> list[str]:
        """The lines right above here, for whoever asks what announces what comes next."""
        tail = "".join(self.pieces[-12:])[-1_200:]
        return tail.split("\n")[-3:]
