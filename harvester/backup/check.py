"""Is a backup whole, and one of ours? Asked by ``restore --check``, and before a restore writes anything."""

import hashlib
from collections.abc import Iterator

from harvester.backup import manifest as manifests
from harvester.backup.manifest import Manifest
from harvester.backup.shelf import Source
from harvester.errors import Unusable
from harvester.store.schema import REVISIONS


def checked(source: Source, where: str) -> Manifest:
    """The backup's manifest, when every file is what it was. Raises Unusable with a sentence for each that is not."""
    try:
        with source.open(manifests.NAME) as file:
            found = manifests.understood(file.read(), where)
    except FileNotFoundError:
        raise Unusable(
            f"{where}: there is no {manifests.NAME}, so this is no backup, or one that was not finished; take another"
        ) from None
    if found.tables not in REVISIONS:
        raise Unusable(f"{where}: this backup is of a newer program ({found.program}); update this one, then restore")
    if _hash(source, found.sums) != found.sums_sha256:
        raise Unusable(f"{where}: {found.sums} is damaged or missing; take another backup")
    wrong = []
    for sha256, name in files(source, found):
        now = _hash(source, name)
        if now != sha256:
            wrong.append(f"{where}: {name} is {'missing' if now is None else 'damaged'}")
    if wrong:
        raise Unusable(
            [
                *wrong,
                f"nothing was restored: {len(wrong)} of {found.files} files are damaged or missing; take another",
            ]
        )
    return found


def files(source: Source, found: Manifest) -> Iterator[tuple[str, str]]:
    """(SHA-256, name) of every file."""
    with source.open(found.sums) as file:
        yield from manifests.lines(file)


def _hash(source: Source, name: str) -> str | None:
    try:
        with source.open(name) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    except FileNotFoundError:
        return None
