"""harvester.toml -> frozen Config; every fault with file, line and what was probably meant."""

from harvester.config.classify import ClassifyConfig
from harvester.config.letters import AcknowledgeConfig, DigestConfig
from harvester.config.mailbox import FolderConfig, MailboxConfig
from harvester.config.outbox import OutboxConfig
from harvester.config.request import RequestConfig
from harvester.config.retention import RetentionConfig
from harvester.config.review import ReviewConfig
from harvester.config.secret import Secret
from harvester.config.store import StoreConfig
from harvester.config.table import is_loopback
from harvester.config.watch import LogConfig, WatchConfig
from harvester.config.whole import Config, load

__all__ = [
    "AcknowledgeConfig",
    "ClassifyConfig",
    "Config",
    "DigestConfig",
    "FolderConfig",
    "LogConfig",
    "MailboxConfig",
    "OutboxConfig",
    "RequestConfig",
    "RetentionConfig",
    "ReviewConfig",
    "Secret",
    "StoreConfig",
    "WatchConfig",
    "is_loopback",
    "load",
]
