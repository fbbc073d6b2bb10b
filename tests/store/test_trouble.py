"""What a database complains about becomes a sentence and the right exit code; what is our bug does not."""

import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from harvester.errors import OutOfReach, Unusable
from harvester.store.disk import disk_trouble
from harvester.store.trouble import database_trouble


def sqlite_fault(name: str) -> sqlite3.Error:
    fault = sqlite3.OperationalError("said by  SQLite")
    fault.sqlite_errorname = name
    return fault


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_BUSY", OutOfReach), ("SQLITE_BUSY_SNAPSHOT", OutOfReach), ("SQLITE_LOCKED", OutOfReach),
        ("SQLITE_FULL", OutOfReach), ("SQLITE_IOERR_WRITE", OutOfReach), ("SQLITE_READONLY", Unusable),
        ("SQLITE_READONLY_DBMOVED", Unusable), ("SQLITE_CANTOPEN", Unusable), ("SQLITE_NOTADB", Unusable),
        ("SQLITE_CORRUPT_VTAB", Unusable),
    ],
)  # fmt: skip
def test_faults_of_sqlite_have_their_class_and_name_the_file(name, kind):
    for fault in (sqlite_fault(name), OperationalError("SELECT", {}, sqlite_fault(name))):
        told = database_trouble(fault, "data/h.db")
        assert type(told) is kind
        assert str(told).startswith("data/h.db: ") and str(told).endswith("(said by SQLite)")


class ServerFault(Exception):
    def __init__(self, sqlstate):
        super().__init__("said by the server\nHINT: none")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53100", OutOfReach), ("53300", OutOfReach), ("57P01", OutOfReach), ("08006", OutOfReach),
        ("28P01", OutOfReach), ("40001", OutOfReach), ("40P01", OutOfReach), ("55P03", OutOfReach),
        ("25006", OutOfReach), ("58030", OutOfReach), ("3D000", Unusable), ("42501", Unusable),
    ],
)  # fmt: skip
def test_faults_of_the_server_have_their_class_and_are_one_line(state, kind):
    told = database_trouble(OperationalError("SELECT", {}, ServerFault(state)), "postgresql://h/db")
    assert type(told) is kind
    assert "\n" not in str(told)


@pytest.mark.parametrize("fault", [sqlite_fault("SQLITE_ERROR"), OperationalError("x", {}, ServerFault("42P01"))])
def test_a_bug_of_ours_is_no_trouble_of_theirs(fault):
    assert database_trouble(fault, "h.db") is None


def test_a_fault_that_is_not_about_the_disk_is_none_of_its_business(tmp_path):
    assert disk_trouble(ConnectionResetError(104, "reset"), tmp_path) is None
