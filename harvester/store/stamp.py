"""A stamp that changes with everything that counts and figures are made of, so that they need not be made again."""

from sqlalchemy import Connection, func, select

from harvester.store.schema import event, reply, review, run

Stamp = tuple[int, ...]


def stamp(tx: Connection) -> Stamp | None:
    """None while a run is going (or one has died): it changes verdicts without a word in the history.

    Moves, reviews and replies are counted besides, because on PostgreSQL a lower number may be committed after a
    higher one, and because what is erased leaves no number behind.
    """
    last = tx.execute(select(run.c.id, run.c.finished_at).order_by(run.c.id.desc()).limit(1)).first()
    if last is not None and last.finished_at is None:
        return None
    found = [0 if last is None else int(last.id)]
    for table in (event, review, reply):
        number, highest = tx.execute(select(func.count(table.c.id), func.max(table.c.id))).one()
        found += [int(number), int(highest or 0)]
    return tuple(found)
