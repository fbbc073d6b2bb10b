"""What the checks look at: the mail, its verdict, our situation and our settings, in one value."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from harvester.acknowledge import languages
from harvester.acknowledge.authentication import Trust, trust
from harvester.config import Config
from harvester.message.comments import without_comments
from harvester.message.domains import ascii_domain
from harvester.model import Circumstances, Message, Verdict


@dataclass(frozen=True, slots=True)
class Settings:
    """What the checks need of harvester.toml."""

    own_addresses: frozenset[str]  # as ``bare`` writes them
    authserv_id: str = ""
    since: datetime | None = None
    max_age_days: float = 3
    per_address_per_day: int = 1
    languages: frozenset[str] = frozenset({"en"})  # for which there is a letter
    reply_language: str = "en"

    @classmethod
    def of(cls, config: Config) -> "Settings":
        """Own are also the address we send from, where its bounces go, and accounts that are addresses."""
        ours = config.acknowledge
        logins = [box.user for box in config.mailbox if "@" in box.user]
        own = [*ours.own_addresses, config.outbox.from_, config.outbox.bounce_address, *logins]
        return cls(
            own_addresses=frozenset(bare(address) for address in own if address),
            authserv_id=ours.authserv_id,
            since=ours.since,
            max_age_days=ours.max_age_days,
            per_address_per_day=ours.per_address_per_day,
            languages=languages(ours.templates),
            reply_language=config.request.reply_language,
        )

    def own(self, address: str) -> bool:
        return bare(address) in self.own_addresses


def bare(address: str) -> str:
    """For comparing: without case and ``+tag``, the domain in punycode."""
    local, _, domain = address.strip().strip("<>").rpartition("@")
    return f"{local.partition('+')[0].casefold()}@{ascii_domain(domain)}"


@dataclass(frozen=True, slots=True)
class Case:
    """All that a check may look at."""

    message: Message
    verdict: Verdict
    circumstances: Circumstances
    settings: Settings

    def values(self, header: str) -> list[str]:
        """Every occurrence, without comments."""
        return [without_comments(value).strip() for value in self.message.headers.all(header)]

    def return_paths(self) -> list[str]:
        """Bare and without blanks; ``<>`` is empty. Some servers write it as MAILER-DAEMON."""
        paths = ("".join(value.split()).strip("<>").casefold() for value in self.values("return-path"))
        return ["" if path == "mailer-daemon" else path for path in paths]

    def types(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Media type and parameters of every part outside attached messages, and what the top header says."""
        for part in self.message.parts:
            yield part.media_type.lower(), {name.lower(): value.lower() for name, value in part.parameters}
        for value in self.values("content-type"):
            media_type, *rest = value.lower().split(";")
            pairs = (parameter.partition("=") for parameter in rest)
            yield media_type.strip(), {name.strip(): text.strip().strip('"') for name, _, text in pairs}

    @property
    def address(self) -> str:
        return self.message.sender.address or ""

    @property
    def trust(self) -> Trust:
        """What our own mail server says of the From address."""
        return trust(self.message.headers, self.settings.authserv_id, self.address)

    @property
    def local_part(self) -> str:
        return self.address.rpartition("@")[0]


_ATOM = r"[^\s\x00-\x20\x7f-\xa0<>()\[\],:;@%!\\\"]+"
_LABEL = r"[^\W_]+(?:-+[^\W_]+)*"
_WRITABLE = re.compile(rf"(?:{_ATOM}|\"[^\x00-\x1f\x7f-\xa0<>@\\\"]+\")@{_LABEL}(?:\.{_LABEL})*")


def can_be_written_to(address: str) -> bool:
    """An address that says one thing to every server: RFC 5321, section 4.1.2, without its rarities."""
    local = address.rpartition("@")[0]
    if len(local) > 64 or len(address) > 254 or not address.isprintable():
        return False
    return _WRITABLE.fullmatch(address) is not None


def listed(value: str) -> list[str]:
    """The words of an unstructured list: blanks, commas and semicolons part them; case is no matter."""
    return re.split(r"[\s,;]+", value.casefold().strip())


def short(word: str) -> str:
    """A sender's word in our sentence: printable and short."""
    return "".join(c if c.isprintable() else " " for c in word)[:40] or "nothing"
