"""What a database driver complains about, told to the person who can put it right."""

import sqlite3

from sqlalchemy.exc import DBAPIError

from harvester.errors import HarvesterError, OutOfReach, Unusable

_SQLITE: dict[str, tuple[type[HarvesterError], str]] = {
    "SQLITE_BUSY": (OutOfReach, "another process has been writing for a minute; the next run tries again"),
    "SQLITE_LOCKED": (OutOfReach, "another process has been writing for a minute; the next run tries again"),
    "SQLITE_FULL": (OutOfReach, "the disk is full; free some space there, the next run goes on from here"),
    "SQLITE_IOERR": (OutOfReach, "the disk does not read or write; is there space left, is it broken?"),
    "SQLITE_READONLY": (Unusable, "cannot be written; change the owner of the file and its folder, or store.url"),
    "SQLITE_CANTOPEN": (Unusable, "cannot be opened; is the folder there, and may we write in it?"),
    "SQLITE_PERM": (Unusable, "cannot be opened; change the owner of the file, or store.url"),
    "SQLITE_NOTADB": (Unusable, "is not a SQLite database; move the file away, or change store.url"),
    "SQLITE_CORRUPT": (Unusable, "is damaged; restore it from a backup"),
}

_POSTGRES: dict[str, tuple[type[HarvesterError], str]] = {
    "08": (OutOfReach, "the connection was lost; the next run tries again"),
    "25P03": (
        OutOfReach,
        "we stood still for too long, and the server undid what we began; the next run tries again",
    ),
    "25006": (OutOfReach, "the server takes no writes now (a standby?)"),
    "28": (OutOfReach, "the server refuses our user or password; see store.url"),
    "3D000": (Unusable, "there is no such database; create it, or change store.url"),
    "40": (OutOfReach, "two hosts got in each other's way; the next run tries again"),
    "42501": (Unusable, "our user may not do that; make it the owner of the database"),
    "53": (OutOfReach, "the server has run out of disk, memory or connections"),
    "55P03": (OutOfReach, "another process has been writing for a minute; the next run tries again"),
    "57": (OutOfReach, "the server is shutting down or has stopped our work; the next run tries again"),
    "58": (OutOfReach, "the server's disk does not read or write"),
}


def database_trouble(fault: DBAPIError | sqlite3.Error, where: str) -> HarvesterError | None:
    """The sentence for this fault of the database ``where``; None if it is a bug of ours."""
    cause = fault.orig if isinstance(fault, DBAPIError) else fault
    known = _known(cause)
    if known is None:
        return None
    kind, advice = known
    said = " ".join(str(cause).split())[:200]
    return kind(f"{where}: {advice} ({said})" if said else f"{where}: {advice}")


def _known(cause: BaseException | None) -> tuple[type[HarvesterError], str] | None:
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "")
        return next((told for start, told in _SQLITE.items() if name.startswith(start)), None)
    state = getattr(cause, "sqlstate", None)
    if state:
        return next((told for start, told in _POSTGRES.items() if state.startswith(start)), None)
    if type(cause).__name__ == "OperationalError":  # no connection, so no code
        return OutOfReach, "the server cannot be reached; is it running, and is store.url right?"
    return None
