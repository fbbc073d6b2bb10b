"""What a person can put right. Anything else is a bug and keeps its traceback."""

from collections.abc import Iterable

OK, NEEDS_PERSON, WRONG_SETUP, OUT_OF_REACH = 0, 1, 2, 75


class HarvesterError(Exception):
    """A person can put this right: sentences without a traceback, and an exit code.

    ``problems`` holds every fault found, one sentence each.
    """

    exit_code = WRONG_SETUP

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = [problems] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(self.problems))


class ConfigError(HarvesterError):
    """harvester.toml, a rule file or a template asks for something we cannot do."""


class Unusable(HarvesterError):
    """A source, the data folder or the database cannot be used as it is (exit code 2)."""


class NeedsPerson(HarvesterError):
    """Nothing is wrong, but somebody must decide before it goes on (exit code 1)."""

    exit_code = NEEDS_PERSON


class OutOfReach(HarvesterError):
    """Mailbox, SMTP server, database or disk cannot be reached or used now (exit code 75)."""

    exit_code = OUT_OF_REACH


class LoginRefused(OutOfReach):
    """The server refused our name and password; trying again in this run would lock us out."""
