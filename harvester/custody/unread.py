"""The files inside a mail that was never read to its end: a worker that died may have left them in the vault, and no
row says so. Taken apart in a child, for such mails are those that kill who reads them.
"""

import contextlib
import hashlib
import os
import resource
import signal

from harvester.forking import at_most, die_with_parent
from harvester.model import Limits

SECONDS = 20


def files_of(raw: bytes, limits: Limits) -> set[str]:
    """Their hashes; none of a mail that cannot be taken apart: nothing of it ever came into the vault."""
    me, (read, write) = os.getpid(), os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):
            os.close(read)
            die_with_parent(me)
            signal.alarm(SECONDS)
            at_most(resource.RLIMIT_CORE, 0)
            at_most(resource.RLIMIT_CPU, SECONDS)
            at_most(resource.RLIMIT_DATA, limits.worker_bytes)
            _tell(raw, limits, write)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="ascii") as told:
        found = {line.strip() for line in told if len(line.strip()) == 64}
    os.waitpid(child, 0)
    return found


def _tell(raw: bytes, limits: Limits, write: int) -> None:
    from harvester.message.parse import open_mail

    for file in open_mail(raw, limits).files:
        os.write(write, hashlib.sha256(file.data).hexdigest().encode("ascii") + b"\n")
