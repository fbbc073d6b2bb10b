"""Named fault points, for tests that pull the plug. Without the environment variable they cost one look-up.

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
