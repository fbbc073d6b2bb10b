"""What a full or forbidden disk means to the person who runs us."""

import errno
from pathlib import Path

from harvester.errors import HarvesterError, OutOfReach, Unusable

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ELOOP})


def disk_trouble(fault: OSError, folder: Path) -> HarvesterError | None:
    """The sentence for this fault in ``folder``; None if it is not about the disk."""
    if fault.errno in FULL:
        return OutOfReach(f"{folder}: the disk is full; free some space there, the next run goes on from here")
    if fault.errno in FORBIDDEN:
        return Unusable(f"{folder}: cannot be written ({fault.strerror}); change its owner, or store.data")
    return None
