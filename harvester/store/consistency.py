"""Is the database sound in itself? Its pages, its foreign keys, the frozen reports."""

from collections.abc import Iterator

from sqlalchemy import Connection, and_, func, select

from harvester.errors import Unusable
from harvester.store import reports, schema_staff
from harvester.store.schema import metadata

MOST = 20  # faults of one kind that are told one by one

assert schema_staff  # its tables are in ``metadata`` because it is imported


def damaged_pages(tx: Connection) -> Iterator[str]:
    """What the database's own check complains about."""
    if tx.dialect.name == "sqlite":
        for row in tx.exec_driver_sql(f"PRAGMA integrity_check({MOST})"):
            if row[0] != "ok":
                yield str(row[0]).replace("\n", " ")
        return
    broken = "SELECT checksum_failures, checksum_last_failure FROM pg_stat_database WHERE datname = current_database()"
    row = tx.exec_driver_sql(broken).one()
    if row.checksum_failures:
        yield f"the server has read {row.checksum_failures} damaged pages, the last at {row.checksum_last_failure}"


def orphans(tx: Connection) -> Iterator[str]:
    """Rows whose parent is not there."""
    if tx.dialect.name == "sqlite":
        for number, row in enumerate(tx.exec_driver_sql("PRAGMA foreign_key_check")):
            if number < MOST:
                yield f"a row of {row[0]} belongs to a row of {row[2]} that is not there"
        return
    for table in metadata.sorted_tables:
        for key in table.foreign_key_constraints:
            parent = key.referred_table.alias("parent")
            columns = [(one.parent, parent.c[one.column.name]) for one in key.elements]
            lost = select(func.count()).select_from(
                table.outerjoin(parent, and_(*(mine == theirs for mine, theirs in columns)))
            )
            lost = lost.where(*(mine.is_not(None) for mine, _ in columns), columns[0][1].is_(None))
            if number := tx.execute(lost).scalar_one():
                yield f"{number} rows of {table.name} belong to rows of {key.referred_table.name} that are not there"


def changed_reports(tx: Connection) -> Iterator[str]:
    """Frozen reports that are not as they were frozen."""
    for one in reports.all_of(tx):
        if one.erased_at is not None:
            continue
        try:
            reports.content(tx, one.id)
        except Unusable as fault:
            yield "; ".join(fault.problems)
