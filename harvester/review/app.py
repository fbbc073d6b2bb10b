"""The pages as one ASGI application: routes, the guard before each, a helpful page for each no."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from harvester.errors import HarvesterError
from harvester.review.desk import Desk
from harvester.review.guard import NotSignedIn, arrive, known_host, remember
from harvester.review.headers import SafeHeaders
from harvester.review.visit import Form, No, Visit
from harvester.review.ways import MACHINES, WAYS, Way

FORM_BYTES = 1_000_000
FORM_FIELDS = 5_000
FORM_SECONDS = 30
QUERY_CHARS = 8_000
YEAR = 31_536_000

log = logging.getLogger(__name__)


def build(desk: Desk) -> Starlette:
    """The application; everything it needs hangs on ``desk``."""
    routes = [Route("/static/{version}/{name}", _static(desk), methods=["GET"])]
    routes += [Route(path, _machine(desk, say), methods=["GET"]) for path, say in MACHINES]
    routes += [Route(way.path, _endpoint(desk, way), methods=[way.method], name=way.name) for way in WAYS]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(SafeHeaders, https=desk.config.review.https),
            Middleware(GZipMiddleware, minimum_size=1_000),
        ],
        exception_handlers={HTTPException: _no_such_page(desk), Exception: _our_fault(desk)},
    )


def _endpoint(desk: Desk, way: Way) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if not known_host(desk, request.headers.get("host", "")):
            return PlainTextResponse("These pages have another name; see review.names in harvester.toml.\n", 400)
        if len(request.url.query) > QUERY_CHARS:
            return PlainTextResponse("This address is too long.\n", 414)
        try:
            form = await _form(request) if way.method == "POST" else ()
        except (TimeoutError, ClientDisconnect, ValueError):
            return PlainTextResponse("This form is too long, or came too slowly.\n", 413)
        return await run_in_threadpool(_answer, desk, way, request, form)

    return endpoint


def _machine(desk: Desk, say: Callable[[Desk, Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if not known_host(desk, request.headers.get("host", "")):
            return PlainTextResponse("These pages have another name; see review.names in harvester.toml.\n", 400)
        return await run_in_threadpool(say, desk, request)

    return endpoint


async def _form(request: Request) -> Form:
    """Fields of an ordinary form. Raises ValueError for one that is too long."""
    body = bytearray()
    async with asyncio.timeout(FORM_SECONDS):
        async for piece in request.stream():
            body += piece
            if len(body) > FORM_BYTES:
                raise ValueError("too long")
    text = body.decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, max_num_fields=FORM_FIELDS)


def _answer(desk: Desk, way: Way, request: Request, form: Form) -> Response:
    """In a thread of its own, because pages wait for the database."""
    now = desk.clock()
    visit = Visit(desk, request, form, now, secrets.token_urlsafe(32), None)
    try:
        visit = arrive(desk, request, form, now, way.needs, way.method == "POST")
        response = way.page(visit)
    except NotSignedIn as fault:
        to = "/sign-in" if fault.wanted == "/" else f"/sign-in?next={quote(fault.wanted, safe='/')}"
        return RedirectResponse(to, 303)
    except No as no:
        response = no_page(visit, no.status, no.title, no.sentence)
    except HarvesterError as fault:  # something a person can put right
        response = no_page(visit, 503, "That did not work", " ".join(fault.problems))
    if visit.who is None and "set-cookie" not in response.headers:
        remember(desk, response, visit.door)
    return response


def no_page(visit: Visit, status: int, title: str, sentence: str) -> Response:
    return visit.page("no.html.j2", status, title=title, sentence=sentence)


def _no_such_page(desk: Desk) -> Callable[[Request, Any], Awaitable[Response]]:
    way = Way("", "GET", lambda visit: no_page(visit, 404, "Page not found", ""), None)

    async def handler(request: Request, fault: HTTPException) -> Response:
        if fault.status_code == 404:
            return await run_in_threadpool(_answer, desk, way, request, ())
        return PlainTextResponse(f"{fault.detail}\n", fault.status_code, headers=fault.headers)

    return handler


def _our_fault(desk: Desk) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handler(request: Request, fault: Exception) -> Response:
        number = secrets.token_hex(4)
        log.error("fault %s on %s", number, request.url.path, exc_info=fault)
        return PlainTextResponse(
            f"Something went wrong on our side. Nothing was changed. The log has it as fault {number}.\n", 500
        )

    return handler


def _static(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    async def static(request: Request) -> Response:
        asset = desk.assets.files.get(request.path_params["name"])
        if asset is None or request.path_params["version"] != desk.assets.version:
            return PlainTextResponse("not here\n", 404)
        headers = {"Cache-Control": f"public, max-age={YEAR}, immutable", "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"})
        return Response(asset.body, media_type=asset.media_type, headers=headers)

    return static
