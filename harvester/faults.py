"""Named fault points, for tests that pull the plug. Without the environment variable they cost one look-up.

Every outside effect of a run passes one of them: each write, fsync, rename and removal of a file, each commit, each
IMAP command, each SMTP step. So a test can number them, and let a run die at each in turn.

``HARVESTER_FAULT=after-rename`` kills the process with SIGKILL the first time it passes that point,
``HARVESTER_FAULT=after-rename:3`` the third time.
"""

import os
import signal

_wanted, _, _count = os.environ.get("HARVESTER_FAULT", "").partition(":")
_left = int(_count or 1) if _wanted else 0


def point(name: str) -> None:
    """Die here if a test asked for it; as sudden as a power cut for this process."""
    global _left
    if name != _wanted:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
