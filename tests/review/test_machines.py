"""What monitoring may ask without signing in, and what it may not."""

import pytest
from starlette.testclient import TestClient

from harvester.model import Tally
from harvester.review.app import build
from harvester.review.desk import Desk
from harvester.store import runs
from store_samples import NOW


def asks(desk: Desk, address: str = "127.0.0.1", settings=None) -> TestClient:
    place = {"url": f"sqlite:///{desk.store.data / 'harvester.db'}", "data": desk.store.data}
    own = {"store": desk.config.store.model_copy(update=place)}
    config = desk.config.model_copy(update=own | (settings or {}))
    one = Desk(config, desk.store, desk.clock, desk.passwords, desk.throttle)
    return TestClient(build(one), base_url="http://127.0.0.1:8025", client=(address, 40000))


@pytest.fixture
def well(desk):
    for path in desk.store.data.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    with desk.store.begin() as tx:
        runs.finish(tx, runs.start(tx, NOW), Tally(), NOW)
    return desk


def test_healthz_says_only_whether_all_is_well_and_how_much_is_not(well, clock):
    answer = asks(well, "192.0.2.7").get("/healthz")
    assert answer.status_code in (200, 503) and set(answer.json()) == {"status", "red", "yellow"}
    assert "set-cookie" not in answer.headers
    clock.pass_by(hours=3)
    late = asks(well).get("/healthz")
    assert late.status_code == 503 and late.json()["status"] == "red"


def test_healthz_is_red_when_the_database_cannot_be_used(well):
    (well.store.data / "harvester.db").write_bytes(b"no database at all" * 100)
    assert asks(well).get("/healthz").status_code == 503


def test_numbers_are_for_this_machine_or_for_who_has_the_token(well, tmp_path):
    answer = asks(well).get("/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'harvester_replies{state="understood"} 5' in answer.text and "@" not in answer.text
    assert asks(well, "192.0.2.7").get("/metrics").status_code == 404
    assert asks(well).get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    token = tmp_path / "token"
    token.write_text("s3cret\n")
    watch = well.config.watch.model_copy(update={"metrics_token_file": token})
    far = asks(well, "192.0.2.7", {"watch": watch})
    assert far.get("/metrics", headers={"Authorization": "Bearer s3cret"}).status_code == 200
    for wrong in ("Bearer s3cre", "Bearer ", "Basic s3cret", "s3cret"):
        assert far.get("/metrics", headers={"Authorization": wrong}).status_code == 404


def test_behind_a_proxy_everybody_seems_to_be_on_this_machine_so_only_the_token_counts(well):
    behind = {"review": well.config.review.model_copy(update={"https": True})}
    assert asks(well, settings=behind).get("/metrics").status_code == 404
