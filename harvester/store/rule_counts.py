"""How often each rule spoke in what is stored."""

from collections import defaultdict

from sqlalchemy import Connection, and_, distinct, func, select

from harvester.model import Standing
from harvester.store.schema import category, evidence

Spoken = dict[tuple[str, str], dict[str, int]]


def spoken(tx: Connection) -> Spoken:
    """(category, rule) -> in how many replies it counts, counts alone, came near, found something turned down."""
    of = and_(category.c.reply_id == evidence.c.reply_id, category.c.number == evidence.c.category_number)
    replies = func.count(distinct(evidence.c.reply_id))
    by_rule = select(evidence.c.category, evidence.c.rule, replies).select_from(evidence.join(category, of))
    found: Spoken = defaultdict(dict)
    for what, where in (
        ("counts", category.c.counts),
        ("near", and_(~category.c.counts, category.c.why != "rejected")),
        ("rejected", evidence.c.standing == Standing.REJECTED),
    ):
        for name, rule, number in tx.execute(by_rule.where(where).group_by(evidence.c.category, evidence.c.rule)):
            found[name, rule][what] = number
    only = (
        select(evidence.c.category, func.min(evidence.c.rule).label("rule"))
        .select_from(evidence.join(category, of))
        .where(category.c.counts)
        .group_by(evidence.c.reply_id, evidence.c.category_number, evidence.c.category)
        .having(func.count(distinct(evidence.c.rule)) == 1)
        .subquery()
    )
    alone = select(only.c.category, only.c.rule, func.count()).group_by(only.c.category, only.c.rule)
    for name, rule, number in tx.execute(alone):
        found[name, rule]["alone"] = number
    return dict(found)
