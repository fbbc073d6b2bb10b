"""Replies that ask not to be published, and what people decided about them."""

from sqlalchemy import Connection, select

from harvester.store.schema import verdict
from harvester.store.schema_staff import decision


def kept_back(tx: Connection) -> frozenset[int]:
    """What no shared export shows: it asks for confidence, and nobody has decided that it may be shown; or somebody
    has decided that it may not."""
    asks = select(verdict.c.reply_id).where(verdict.c.confidential.is_not(None))
    allowed = select(decision.c.reply_id).where(decision.c.may_share)
    refused = select(decision.c.reply_id).where(~decision.c.may_share)
    return frozenset(tx.scalars(asks.where(verdict.c.reply_id.not_in(allowed)))) | frozenset(tx.scalars(refused))
