"""What stops every letter at once: ``acknowledge.enabled = false``, or a file that anybody can make."""

from harvester.config import Config

STOP = "STOP"  # in the data folder; whatever it holds


def pulled(config: Config) -> bool:
    """Asked before each letter, and before a word to staff."""
    return (config.store.data / STOP).exists()


def silenced(config: Config) -> str:
    """Why no letter leaves, whoever waits for one; empty if letters do."""
    if not config.acknowledge.enabled:
        return "acknowledge.enabled is false: nothing is sent"
    return f"{config.store.data / STOP} is there: nothing is sent until it is removed" if pulled(config) else ""
