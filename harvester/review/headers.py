"""What every response says to the browser (S20 of the guarantees), as plain ASGI around the whole."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
FRAMED = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
"""Of a sender's HTML in its frame: no script, no form, no request, and no origin of its own."""
INERT = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""Of a file that is downloaded."""
STRICT_TRANSPORT = "max-age=31536000"


class SafeHeaders:
    """Adds what a response does not say itself."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self._app = app
        self._always = ALWAYS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._always.items():
                    headers.setdefault(name, value)
                if headers["Content-Security-Policy"] == FRAMED:
                    del headers["X-Frame-Options"]
            await send(message)

        await self._app(scope, receive, with_headers)
