"""Passwords: from a file, the environment, a command or the service manager; never from harvester.toml."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harvester.errors import ConfigError

PASSWORD_KEYS = ("password_file", "password_env", "password_command", "password_credential")
COMMAND_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a password lies. ``source``: file, env, command or credential."""

    source: str
    place: Path | str | tuple[str, ...]

    def reveal(self) -> str:
        """The password without its line end. Raises ConfigError saying where we looked, never its text."""
        if self.source == "env":
            value = os.environ.get(str(self.place), "")
            where = f"the environment variable {self.place}"
        elif self.source == "command":
            value, where = self._ask_command(), f"the command {self._program()}"
        else:
            file = self.file
            if file is None:
                raise ConfigError(
                    f"password_credential = {str(self.place)!r}: CREDENTIALS_DIRECTORY is not set; "
                    "start the harvester from a systemd unit with LoadCredential=, or use password_file"
                )
            where = f"the file {file}"
            try:
                value = file.read_text(encoding="utf-8")
            except OSError as fault:
                raise ConfigError(f"{where}, which should hold the password: {fault.strerror}") from fault
            except UnicodeDecodeError:
                raise ConfigError(f"{where}, which should hold the password, is not UTF-8 text") from None
        value = value.rstrip("\r\n")
        if not value:
            raise ConfigError(f"{where}, which should hold the password, is empty or not set")
        if any(c in value for c in "\r\n\0"):
            raise ConfigError(f"{where} must hold the password and nothing else, on one line")
        return value

    @property
    def file(self) -> Path | None:
        """The file that holds it, if it is a file."""
        if self.source == "file":
            return Path(str(self.place))
        folder = os.environ.get("CREDENTIALS_DIRECTORY")
        return Path(folder) / str(self.place) if self.source == "credential" and folder else None

    def _program(self) -> str:
        return self.place[0] if isinstance(self.place, tuple) else str(self.place)

    def _ask_command(self) -> str:
        command = list(self.place) if isinstance(self.place, tuple) else [str(self.place)]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=COMMAND_SECONDS,
                stdin=subprocess.DEVNULL,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as fault:
            why = getattr(fault, "strerror", None) or f"no answer within {COMMAND_SECONDS} s"
            raise ConfigError(f"the password command {command[0]}: {why}") from None
        if done.returncode != 0:
            raise ConfigError(f"the password command {command[0]} ended with status {done.returncode}")
        return done.stdout
