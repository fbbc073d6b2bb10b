"""What holds of a reply now: the machine's verdict, and over it what a person has decided.

The row of the table and ``filed`` show it, so that lists, counts and exports need not ask who said so. Whoever writes
a verdict or a decision settles it here, in the same transaction.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, ScalarSelect, Table, delete, func, insert, select, update

from harvester.store.schema import category, filed, reply, respondent, verdict
from harvester.store.schema_staff import decision


def settle(tx: Connection, ids: Sequence[int]) -> None:
    """Disposition, respondent, categories of these replies. A decision that files keeps its own rows in ``filed``."""
    by_people = select(decision.c.reply_id).where(decision.c.reply_id.in_(ids), decision.c.files)
    tx.execute(delete(filed).where(filed.c.reply_id.in_(ids), filed.c.reply_id.not_in(by_people)))
    columns = ("reply_id", "category", "kind", "kinds", "score", "standing")
    machine = select(*(category.c[name] for name in columns)).where(
        category.c.reply_id.in_(ids), category.c.counts, category.c.reply_id.not_in(by_people)
    )
    tx.execute(insert(filed).from_select(columns, machine))
    said = {
        "disposition": func.coalesce(_of(decision, "disposition"), _of(verdict, "disposition")),
        "organisation": func.coalesce(_of(decision, "organisation"), _of(respondent, "organisation")),
        "country": func.coalesce(_of(decision, "country"), _of(respondent, "country")),
    }
    tx.execute(update(reply).where(reply.c.id.in_(ids)).values(said))


def _of(table: Table, column: str) -> ScalarSelect[Any]:
    return select(table.c[column]).where(table.c.reply_id == reply.c.id).scalar_subquery()
