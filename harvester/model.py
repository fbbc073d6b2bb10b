"""The words of the house: what a mail, a verdict and an acknowledgement are made of.

Frozen dataclasses walk between the rooms; states are enums; allowed moves are data.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum

READER_VERSION = "2"
"""Raised whenever ``message`` finds something else in the same bytes."""


class Disposition(StrEnum):
    """What kind of mail a reply is, decided before any topic."""

    EVIDENCE = "evidence"
    NIL = "nil"
    QUESTION = "question"
    HOLDING = "holding"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    LIST = "list"
    CALENDAR = "calendar"
    SPAM = "spam"
    UNCLEAR = "unclear"


MACHINE = frozenset(
    {
        Disposition.AUTO_REPLY,
        Disposition.BOUNCE,
        Disposition.RECEIPT,
        Disposition.LIST,
        Disposition.CALENDAR,
        Disposition.SPAM,
    }
)
PEOPLE = tuple(one for one in Disposition if one not in MACHINE)
"""What people wrote, whatever it says."""


class Standing(StrEnum):
    """What a reply says of a case, strongest first."""

    EXAMPLE = "example"
    PLANNED = "planned"
    REJECTED = "rejected"


class ReplyState(StrEnum):
    """How far a reply has come."""

    RECEIVED = "received"  # bytes and row are stored
    UNDERSTOOD = "understood"  # everything derived is stored
    QUARANTINED = "quarantined"  # kept and listed, nothing derived, never answered


class Role(StrEnum):
    """What one of the staff may do; each may do all that those before it may."""

    VIEWER = "viewer"  # look
    EDITOR = "editor"  # review, export
    ADMIN = "admin"  # decide who may what, and what is sent

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)


class AckState(StrEnum):
    """How far our answer to a reply has come."""

    QUEUED = "queued"  # will be sent when limits and not_before allow
    SENDING = "sending"  # committed before the first SMTP step
    SENT = "sent"  # the server took it
    FAILED = "failed"  # the server refused it for good
    UNKNOWN = "unknown"  # nobody can tell; only a person queues it again
    HELD = "held"  # a person holds it back
    WITHHELD = "withheld"  # objections; never sent


ACK_MOVES: dict[AckState, frozenset[AckState]] = {
    AckState.QUEUED: frozenset({AckState.SENDING, AckState.HELD, AckState.UNKNOWN, AckState.WITHHELD}),
    AckState.SENDING: frozenset({AckState.SENT, AckState.QUEUED, AckState.FAILED, AckState.UNKNOWN}),
    AckState.HELD: frozenset({AckState.QUEUED}),
    AckState.UNKNOWN: frozenset({AckState.QUEUED}),
    AckState.SENT: frozenset(),
    AckState.FAILED: frozenset(),
    AckState.WITHHELD: frozenset(),
}


class SegmentKind(StrEnum):
    """Whose words a piece of the text holds."""

    OWN = "own"
    QUOTED = "quoted"
    FORWARDED = "forwarded"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"
    KNOWN = "known"  # our own request or acknowledgement, recognised by its words


class LinkKind(StrEnum):
    WEB = "web"
    SHARE = "share"
    MAILTO = "mailto"


class TextStatus(StrEnum):
    """What became of the text inside an attachment."""

    READ = "read"
    EMPTY = "empty"
    SCANNED = "scanned"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_LARGE = "too-large"
    TIMEOUT = "timeout"
    UNSUPPORTED = "unsupported"
    NOT_TRIED = "not-tried"


@dataclass(frozen=True, slots=True)
class Limits:
    """Counted before any parser sees the mail (bytes, counts, seconds). ``[limits]`` overrides."""

    raw_bytes: int = 40_000_000
    stored_bytes: int = 150_000_000
    header_block_bytes: int = 262_144
    header_bytes: int = 32_768
    headers: int = 1_000
    encoded_words: int = 200
    boundary_lines: int = 4_000
    parts: int = 1_000
    depth: int = 20
    attachments: int = 250
    attachment_bytes: int = 25_000_000
    decoded_bytes: int = 60_000_000
    classified_chars: int = 100_000
    unbroken_run: int = 200
    links: int = 500
    archive_entries: int = 1_000
    archive_bytes: int = 50_000_000
    archive_ratio: int = 100
    document_seconds: float = 3.0
    document_bytes: int = 512_000_000
    documents_seconds: float = 20.0
    mail_seconds: float = 5.0
    worker_bytes: int = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Headers:
    """The raw header block as our own tolerant scanner reads it (RFC 5322, section 2.2).

    ``fields`` are (lower-case name, unfolded value) in order of appearance; values keep their
    encoded words. Broken lines never end the block.
    """

    fields: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> list[str]:
        """Every value of this header, topmost first."""
        wanted = name.lower()
        return [value for key, value in self.fields if key == wanted]

    def first(self, name: str, default: str = "") -> str:
        return next(iter(self.all(name)), default)

    def has(self, name: str) -> bool:
        return bool(self.all(name))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.fields)


@dataclass(frozen=True, slots=True)
class Sender:
    """The From mailbox (RFC 5322, section 3.6.2). ``problem``: ``no-valid-sender`` or ``ambiguous-sender``."""

    address: str | None
    name: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """``text[start:end]`` of a message's text, in code points."""

    kind: SegmentKind
    start: int
    end: int
    language: str = ""  # ISO 639-1 or "unknown"; empty: too short, or nobody's reply


@dataclass(frozen=True, slots=True)
class Link:
    url: str  # unwrapped target
    raw: str  # as written
    host: str  # punycode
    wrapped: bool
    kind: LinkKind
    found_in: str  # own_text | html | attachment:N


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part outside attached messages, for whoever judges structure."""

    media_type: str  # lower case
    parameters: tuple[tuple[str, str], ...] = ()
    text: str = ""  # of message/delivery-status and its like; of a returned mail its headers

    def parameter(self, name: str) -> str | None:
        return dict(self.parameters).get(name)


SIGNATURE = "signature"
"""The flag of an attachment that is the signature of its mail."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that a person would call an attachment. Its bytes lie in the vault under ``sha256``."""

    name: str  # safe (rule N of the guarantees)
    media_type: str  # by content where content tells, else as declared
    declared_type: str
    size: int  # bytes, decoded
    sha256: str
    inline: bool = False  # shown inside the HTML; not counted as an attachment
    text_status: TextStatus = TextStatus.NOT_TRIED
    text: str = ""  # words of the respondent inside; known text subtracted
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What ``message`` reads from the bytes of one mail. No verdict yet."""

    sha256: str
    size: int
    headers: Headers
    message_id: str | None = None
    sender: Sender = Sender(None)
    subject: str = ""
    date: datetime | None = None  # UTC
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""  # the mail's readable text, whole
    segments: tuple[Segment, ...] = ()
    own_text: str = ""  # the respondent's own words only
    signature: str = ""
    request_quoted: bool = False
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()  # inline images included
    parts: tuple[Part, ...] = ()
    quarantine: str | None = None  # code; then nothing below the headers is filled
    flags: tuple[str, ...] = ()

    @property
    def files(self) -> list[Attachment]:
        """The attachments without inline images."""
        return [a for a in self.attachments if not a.inline]

    @property
    def enclosures(self) -> list[Attachment]:
        """The files that were sent to be read: a signature is none."""
        return [a for a in self.files if SIGNATURE not in a.flags]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that made a rule speak. Offsets: half-open code points in the text that ``where`` names."""

    category: str
    kind: str | None  # full dotted id
    text: str
    start: int
    end: int
    where: str  # own_text | subject | attachment:N
    rule: str
    because: str
    standing: Standing
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class CategoryVerdict:
    id: str
    kind: str | None
    kinds: tuple[str, ...]
    score: float
    standing: Standing
    evidence: tuple[Evidence, ...]
    why: str | None = None  # for what does not count: rejected | below-threshold


@dataclass(frozen=True, slots=True)
class Respondent:
    """The organisation a reply speaks for, as guessed from domain and signature."""

    organisation: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2
    domain: str | None = None


class Failure(StrEnum):
    """What a delivery report says of a mail of ours (RFC 3463, section 3.1)."""

    HARD = "hard"  # never again to this address
    SOFT = "soft"  # late, or another time it may work
    NONE = "none"  # it was delivered


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail of ours that came back (RFC 3464)."""

    failure: Failure
    recipient: str | None = None
    status: str | None = None  # 5.1.1
    returned: str | None = None  # Message-ID of the mail that it is about


@dataclass(frozen=True, slots=True)
class Absence:
    """What an out-of-office note tells besides."""

    back: date | None = None  # the last day that it names: until when, or from when again
    deputy: str | None = None  # name, address or both, as written


@dataclass(frozen=True, slots=True)
class Verdict:
    disposition: Disposition
    because: str  # why this disposition
    language: str = "unknown"  # ISO 639-1
    categories: tuple[CategoryVerdict, ...] = ()
    near: tuple[CategoryVerdict, ...] = ()
    respondent: Respondent = Respondent()
    review_suggested: bool = False
    rulebook: str = ""  # hash
    bounce: Bounce | None = None
    absence: Absence | None = None
    confidential: str | None = None  # the respondent's words that ask not to be published


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that is derived from one mail's bytes; what a worker hands back."""

    message: Message
    verdict: Verdict
    reader: str = READER_VERSION


@dataclass(frozen=True, slots=True)
class Arrived:
    """One mail as a mailbox hands it over: where it lies and its bytes.

    ``raw`` is None when it is over the size limit or empty; then ``quarantine`` says so and
    ``header_block`` may hold what could be had.
    """

    uid: str  # unique below (account, folder, validity): IMAP UID as decimal, or a file's name
    received_at: datetime  # INTERNALDATE, UTC; for files the time of taking in
    raw: bytes | None
    size: int = 0
    quarantine: str | None = None
    header_block: bytes = b""

    @property
    def kept(self) -> bytes:
        """What the vault holds of it."""
        return self.header_block if self.raw is None else self.raw


@dataclass(frozen=True, slots=True)
class FolderState:
    """What a folder looked like at the last complete scan."""

    validity: str
    next_uid: str
    exists: int
    scanned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Our own situation when the answer is decided; facts outside the mail."""

    now: datetime
    received_at: datetime
    duplicate_of: int | None = None  # id of the earlier reply
    answers_to_address_24h: int = 0
    answered_by_hand: bool = False
    may_acknowledge: bool = True  # False: folder says so, or imported without --acknowledge


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason to stay silent: its code, a sentence for staff and the reference."""

    code: str
    sentence: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """May we answer this reply? To whom, in which language, and every objection."""

    to: str | None
    language: str
    objections: tuple[Objection, ...] = ()
    duplicate_of: int | None = None

    @property
    def answer(self) -> bool:
        return not self.objections


@dataclass(frozen=True, slots=True)
class Due:
    """An acknowledgement that waits to be sent, and all that its letter says."""

    reply_id: int
    sha256: str  # of the reply's raw bytes
    to: str
    language: str
    reference: str  # LGA-2027-0042
    disposition: Disposition
    received_at: datetime
    in_reply_to: str | None  # the reply's Message-ID
    references: tuple[str, ...] = ()
    subject: str = ""
    files: tuple[str, ...] = ()  # safe names of the attachments
    links: int = 0
    categories: tuple[str, ...] = ()  # ids
    message_id: str | None = None  # of our letter, fixed by the first try
    tries: int = 0
    first_try: datetime | None = None
    queued_at: datetime | None = None  # when it last came into the queue: new, for another try, or by a person


@dataclass(slots=True)
class Tally:
    """Counts of one run; the JSON of ``harvester run``."""

    fetched: int = 0
    known: int = 0
    vanished: int = 0
    duplicates: int = 0
    understood: int = 0
    quarantined: int = 0
    queued: int = 0
    deferred: int = 0
    withheld: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: bool = False
    problems: list[str] = field(default_factory=list)  # sentences; not in the JSON

    @property
    def counts(self) -> dict[str, int]:
        """Without zeros."""
        numbers = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("skipped", "problems")}
        return {name: number for name, number in numbers.items() if number}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run saw of one folder, or of a whole mailbox that it could not enter."""

    account: str
    folder: str = ""  # empty: the mailbox as a whole
    on_server: int = 0
    new: int = 0
    fault: str = ""  # why it could not be read; empty if it was
    certificate_ends: str = ""  # of the server, ISO 8601; empty where there is none
    refused: int = 0  # runs in a row in which its login was refused
    refused_at: str = ""  # the last of them, ISO 8601
