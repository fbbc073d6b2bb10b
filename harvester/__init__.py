"""Reads the replies to a request for information from a mailbox, classifies, stores and acknowledges them."""

import sys

# read by every Python 3, so that an old one says this and not something about its own shortcomings
if sys.version_info < (3, 11):  # noqa: UP036
    raise SystemExit(
        "harvester needs Python 3.11 or newer, and this is %d.%d (%s); make PYTHON=python3.11 uses another"  # noqa: UP031
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )
