"""For machines that watch: whether all is well, and the numbers. No session, no cookie, no name, no address."""

import secrets
from ipaddress import ip_address

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from harvester.errors import HarvesterError
from harvester.review.desk import Desk
from harvester.watch.health import is_red
from harvester.watch.metrics import MEDIA_TYPE, metrics
from harvester.watch.vitals import vitals

PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def healthz(desk: Desk, _request: Request) -> Response:
    """200 as long as nothing is red, else 503; and how many things are red and yellow."""
    found = vitals(desk.config, desk.clock()).findings
    red = sum(one.level == "red" for one in found)
    said = {"status": "red" if is_red(found) else "ok", "red": red, "yellow": len(found) - red}
    return JSONResponse(said, 503 if red else 200)


def numbers(desk: Desk, request: Request) -> Response:
    """For this very machine, or for who has the token; for others there is no such page."""
    if not _may_count(desk, request):
        return PlainTextResponse("not here\n", 404)
    return Response(metrics(vitals(desk.config, desk.clock())), media_type=MEDIA_TYPE)


def _may_count(desk: Desk, request: Request) -> bool:
    wanted = _token(desk)
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if wanted and scheme.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), wanted.encode()):
        return True
    # behind a proxy everybody comes from this machine; https = true says that there is one
    if desk.config.review.https or any(request.headers.get(name) for name in PASSED_ON) or request.client is None:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _token(desk: Desk) -> str:
    file = desk.config.watch.metrics_token_file
    if file is None:
        return ""
    from harvester.config.secret import Secret

    try:
        return Secret("file", file).reveal()
    except HarvesterError:  # nobody knows a token that is not there
        return ""
