"""harvester.toml -> frozen Config. Every fault at once, with file, line and what was probably meant."""

import os
import re
import tomllib
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from harvester.config.classify import ClassifyConfig
from harvester.config.letters import AcknowledgeConfig, DigestConfig
from harvester.config.mailbox import MailboxConfig
from harvester.config.outbox import OutboxConfig
from harvester.config.request import RequestConfig
from harvester.config.retention import RetentionConfig
from harvester.config.review import ReviewConfig
from harvester.config.store import StoreConfig
from harvester.config.table import Fault, Faults, Table
from harvester.config.watch import LogConfig, WatchConfig
from harvester.errors import ConfigError
from harvester.model import Limits


class Config(Table):
    """All of harvester.toml, understood. Paths are absolute."""

    request: RequestConfig
    mailbox: tuple[MailboxConfig, ...] = ()
    outbox: OutboxConfig = Field({}, validate_default=True)
    acknowledge: AcknowledgeConfig = Field({}, validate_default=True)
    digest: DigestConfig = Field({}, validate_default=True)
    classify: ClassifyConfig = Field({}, validate_default=True)
    store: StoreConfig = Field({}, validate_default=True)
    retention: RetentionConfig = Field({}, validate_default=True)
    review: ReviewConfig = Field({}, validate_default=True)
    watch: WatchConfig = Field({}, validate_default=True)
    log: LogConfig = Field({}, validate_default=True)
    limits: Limits = Limits()

    _path: Path = PrivateAttr(default=Path("harvester.toml"))
    _warnings: tuple[str, ...] = PrivateAttr(default=())

    @property
    def path(self) -> Path:
        return self._path

    @property
    def folder(self) -> Path:
        """The folder of harvester.toml: the request's home."""
        return self._path.parent

    @property
    def warnings(self) -> tuple[str, ...]:
        """What works but should be looked at, one sentence each."""
        return self._warnings

    @property
    def sent_mailbox(self) -> MailboxConfig | None:
        """The account that has ``outbox.sent_folder``: the first on a server."""
        return next((box for box in self.mailbox if box.type == "imap"), None)

    def cache_folder(self, make: bool = False) -> Path | None:
        """Where what takes long to make is kept; unless ``make``, only if the folder is there already."""
        folder = self.store.data / "cache"
        return folder if make or folder.is_dir() else None

    def request_texts(self) -> list[str]:
        """The words of the request, one text a file. Raises ConfigError if one cannot be read."""
        texts = []
        for path in self.request.texts:
            try:
                texts.append(path.read_text(encoding="utf-8-sig"))
            except (OSError, UnicodeDecodeError) as fault:
                why = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8 text"
                raise ConfigError(f"{path}: cannot be read: {why}") from fault
        return texts

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults: list[Fault] = []
        names = [m.name for m in self.mailbox]
        for n, name in enumerate(names):
            if name in names[:n]:
                sentence = f"another mailbox is called {name!r}; give each its own name"
                faults.append((("mailbox", n, "name"), sentence))
        wants_mail = "acknowledge.enabled is true" if self.acknowledge.enabled else ""
        wants_mail = wants_mail or ("digest.to names somebody" if self.digest.to else "")
        wants_mail = wants_mail or ("watch.operator names somebody" if self.watch.operator else "")
        if wants_mail:
            for key, value in (("host", self.outbox.host), ("from", self.outbox.from_)):
                if not value and (key == "from" or self.outbox.type == "smtp"):
                    faults.append((("outbox", key), f"{key} is missing, but {wants_mail}"))
        read_here = {address.casefold() for address in (*self.acknowledge.own_addresses, self.outbox.from_)}
        told = (("digest", "to", self.digest.to), ("watch", "operator", self.watch.operator))
        for n, table, key, address in ((n, table, key, one) for table, key, to in told for n, one in enumerate(to)):
            if address.casefold() in read_here:
                sentence = f"{address} is an address of this request: what we write there would come in as a reply"
                faults.append(((table, key, n), sentence))
        if self.classify.elsewhere and not self.store.url.startswith("postgresql"):
            sentence = 'workers on other hosts need store.url = "postgresql+psycopg://..."; see docs/cluster.md'
            faults.append((("classify", "elsewhere"), sentence))
        if self.outbox.sent_folder and self.sent_mailbox is None:
            faults.append((("outbox", "sent_folder"), 'needs a [[mailbox]] of type "imap", in which this folder is'))
        for field in fields(self.limits):
            if getattr(self.limits, field.name) <= 0:
                faults.append((("limits", field.name), "must be more than 0"))
        if faults:
            raise Faults(*faults)
        return self


def load(path: Path, overrides: Sequence[str] = ()) -> Config:
    """Read harvester.toml; ``overrides`` are the ``SECTION.KEY=VALUE`` of ``--set``.

    Raises ConfigError with every fault, each ``harvester.toml:LINE: mailbox[0].hots: what is wrong``.
    """
    from harvester.config.faults import sentences
    from harvester.config.overrides import apply
    from harvester.config.warnings import warnings_of
    from harvester.toml_lines import Lines

    path = Path(os.path.abspath(path.expanduser()))
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        table = tomllib.loads(text)
    except FileNotFoundError as fault:
        advice = "`harvester init DIR` writes one, --config FILE names another"
        raise ConfigError(f"{path}: there is no such file; {advice}") from fault
    except OSError as fault:
        raise ConfigError(f"{path}: cannot be read: {fault.strerror}") from fault
    except UnicodeDecodeError as fault:
        raise ConfigError(f"{path.name}:1: the file is not UTF-8 text; save it as UTF-8") from fault
    except tomllib.TOMLDecodeError as fault:
        where = re.search(r"\(at line (\d+), column (\d+)\)", str(fault))
        line = where.group(1) if where else str(text.count("\n") + 1)
        what = re.sub(r" \(at .*\)$", "", str(fault))
        raise ConfigError(f"{path.name}:{line}: this is not TOML: {what}") from fault
    table, set_by_hand, problems = apply(table, overrides, Config)
    lines = Lines(text)
    try:
        config = Config.model_validate(table, context={"folder": path.parent})
    except ValidationError as fault:
        found = sentences(fault, Config, path.name, lines, set_by_hand)
        raise ConfigError([*problems, *found]) from None  # the chain would show what was typed
    if problems:
        raise ConfigError(problems)
    config._path = path
    config._warnings = tuple(warnings_of(config))
    return config
