"""Letters without an SMTP server of one's own: by the machine's sendmail, or into a Maildir where nobody gets them.

Both mean the same by their outcomes as the SMTP server does (``outbox.Outcome``): ``sent`` is what was taken,
``unknown`` what may have been.
"""

import os
import subprocess
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from harvester import faults
from harvester.acknowledge.outbox import Outcome, sendable, unfit
from harvester.config import OutboxConfig

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}  # no secret of ours
REFUSED = {65: "the letter's form", 67: "the recipient", 68: "the recipient's host"}  # sysexits.h
LATER = (69, 75, 76)
SHORT = 200


class _Local:
    """No line to open or to close."""

    def __init__(self, config: OutboxConfig) -> None:
        self.config = config
        self.path = config.path or Path()
        self.where = f"outbox {self.path}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class Sendmail(_Local):
    """The program that Postfix, Exim and others put at /usr/sbin/sendmail; it queues and delivers by itself."""

    def knock(self) -> str | None:
        return self.ensure()

    def ensure(self) -> str | None:
        if os.access(self.path, os.X_OK) and self.path.is_file():
            return None
        return f"{self.where}: there is no such program that we may run; correct outbox.path"

    def hand_over(self, raw: bytes, to: str) -> Outcome:
        """One recipient, given as an argument and never taken from the letter's headers (no ``-t``)."""
        if unfit(to):
            return Outcome("failed", "the address cannot be written to a mail program")
        sender = sendable(self.config.bounce_address) or "<>"
        faults.point("before-sendmail")
        command = [str(self.path), "-i", "-f", sender, "--", sendable(to)]
        try:
            done = subprocess.run(
                command, input=raw.replace(b"\r\n", b"\n"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                timeout=self.config.timeout, env=ENVIRONMENT, cwd="/", start_new_session=True, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Outcome("unknown", "the program did not end in time (outbox.timeout), it may have sent the letter")
        except OSError as fault:
            return Outcome("out_of_reach", f"{self.where}: cannot be run: {fault.strerror}")
        faults.point("after-sendmail")
        return self._outcome(done.returncode, _said(done.stdout))

    def _outcome(self, code: int, said: str) -> Outcome:
        if code == 0:
            return Outcome("sent", said or "queued by sendmail")
        if code < 0:
            return Outcome("unknown", f"the program was killed (signal {-code}), it may have sent the letter")
        if code in REFUSED:
            return Outcome("failed", f"sendmail refused {REFUSED[code]} (exit code {code}): {said}")
        if code in LATER:
            return Outcome("retry", f"sendmail put the letter off (exit code {code}): {said}")
        return Outcome("out_of_reach", f"{self.where}: takes no letters (exit code {code}): {said}")


class LetterBox(_Local):
    """A Maildir for trials: everything is as real, but nobody gets a letter."""

    def knock(self) -> str | None:
        """Makes nothing."""
        there = next(one for one in (self.path, *self.path.parents) if one.exists())
        return None if os.access(there, os.W_OK | os.X_OK) else f"{self.where}: {there} cannot be written"

    def ensure(self) -> str | None:
        try:
            for name in ("tmp", "new", "cur"):
                (self.path / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            return f"{self.where}: cannot be made: {fault.strerror}"
        return None if os.access(self.path / "tmp", os.W_OK) else f"{self.where}: cannot be written"

    def hand_over(self, raw: bytes, to: str) -> Outcome:
        """First whole in tmp, then by its name in new."""
        if trouble := self.ensure():
            return Outcome("out_of_reach", trouble)
        name = f"{uuid.uuid4().hex}.harvester"
        half, whole = self.path / "tmp" / name, self.path / "new" / name
        try:
            with half.open("xb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            faults.point("before-letter-box")
            half.rename(whole)
            faults.point("after-letter-box")
        except OSError as fault:
            half.unlink(missing_ok=True)
            return Outcome("out_of_reach", f"{self.where}: cannot be written: {fault.strerror}")
        return Outcome("sent", f"put into {whole}; nobody gets it (outbox.type is maildir)")


def _said(output: bytes) -> str:
    text = output[: 4 * SHORT].decode("utf-8", "replace")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:SHORT]
