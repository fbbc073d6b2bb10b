"""``harvester review``: the pages on a socket, until somebody stops them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import uvicorn

from harvester.config import Config
from harvester.config.table import is_loopback
from harvester.model import Role
from harvester.review.app import build
from harvester.review.connection import Connection
from harvester.review.desk import Desk
from harvester.review.passwords import Passwords
from harvester.review.throttle import Throttle
from harvester.store import sessions, staff
from harvester.store.engine import Store

FIRST_LINK = timedelta(minutes=30)
CONNECTIONS = 100


def serve(config: Config, store: Store, clock: Callable[[], datetime]) -> None:
    """Serves until it is interrupted."""
    desk = Desk(config, store, clock, Passwords(), Throttle())
    uvicorn.run(
        build(desk), host=config.review.host, port=config.review.port, log_level="warning", server_header=False,
        limit_concurrency=CONNECTIONS, timeout_keep_alive=30, proxy_headers=False, http=Connection,
    )  # fmt: skip


def first_link(config: Config, store: Store, now: datetime) -> str | None:
    """As long as nobody has an account: a link that makes the first admin, once. Only on this very machine, where
    whoever can read the terminal is trusted; elsewhere `harvester user add` comes first. None: not needed, or not here.
    """
    if not is_loopback(config.review.host):
        return None
    with store.begin() as tx:
        if staff.anybody(tx):
            return None
        token = sessions.invite(tx, Role.ADMIN, now + FIRST_LINK)
    return address(config, f"/welcome?key={token}")


def address(config: Config, path: str = "/") -> str:
    """Under which people reach a page."""
    review = config.review
    if review.names:
        return f"{'https' if review.https else 'http'}://{review.names[0]}{path}"
    host = f"[{review.host}]" if ":" in review.host else review.host
    return f"http://{host}:{review.port}{path}"
