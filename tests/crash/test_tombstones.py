"""What was erased stays away: its tombstone knows its bytes, and the same mail by another way by who wrote which."""

import hashlib

import pytest
from sqlalchemy import select

from harvester.message.reader import headers_only
from harvester.report.reconcile import reconcile
from harvester.store import tombstones
from harvester.store.engine import Store
from harvester.store.keys import mail_key
from harvester.store.schema import location, reply
from harvester.store.tombstones import Buried
from small_world import START, again, mail


@pytest.mark.parametrize("kind", ["make_world", "make_on_postgres"])
def test_what_was_erased_is_neither_taken_in_nor_answered_again(request, kind):
    world = request.getfixturevalue(kind)()
    store = Store.open(world.config.store.url, world.data)
    with store.begin() as tx:
        tombstones.put(tx, [buried(1), buried(2)], "officer", "asked to be forgotten", START)
    world.post.deliver(mail(1), again(mail(2)), mail(3))
    counts = [world.run().value, world.run().value]
    assert [(one["fetched"], one["known"], one["sent"]) for one in counts] == [(3, 0, 1), (0, 3, 0)]
    with store.read() as tx:
        assert tx.scalars(select(reply.c.sha256)).all() == [hash_of(mail(3))]
        graves = tx.scalars(select(location.c.erased_id).order_by(location.c.uid)).all()
    assert len(graves) == 3 and graves.count(None) == 1
    totals = reconcile(world.config, store)["totals"]
    store.close()
    assert totals == {"on_server": 3, "stored": 3, "quarantined": 0, "missing": 0, "erased": 2}
    assert len(world.smtp.letters) == 1
    assert [path.name for path in (world.data / "vault").rglob("*") if path.is_file()] == [hash_of(mail(3))]


def buried(number: int) -> Buried:
    return Buried(900 + number, hash_of(mail(number)), mail_key(headers_only(mail(number), "")), ())


def hash_of(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
