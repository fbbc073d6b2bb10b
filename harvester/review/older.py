"""Verdicts of other rules than those of now: until the replies are judged anew, pages and exports show the old ones."""

from typing import TYPE_CHECKING

from harvester.classify.rulebook import hash_of
from harvester.errors import ConfigError
from harvester.review.visit import Visit
from harvester.store import replies

if TYPE_CHECKING:
    from sqlalchemy import Connection


def judged_by_older_rules(visit: Visit, tx: "Connection") -> int:
    """0 where the rules cannot be read: `harvester check` tells of that."""
    try:
        rules = hash_of(visit.desk.config.classify.rules)
    except ConfigError:
        return 0
    return visit.desk.memory.recall(tx, ("older", rules), lambda: len(replies.judged_by_others(tx, rules)))
