"""Tokens that show that a form was made by our page for this visitor (S16 of the guarantees).

``nonce.mac``: HMAC-SHA256 of a fresh nonce under what the cookie holds. Nothing is stored, and no two pages carry the
same token, so that a compressed page gives nothing away (BREACH).
"""

import hmac
import secrets


def issue(door: str) -> str:
    nonce = secrets.token_urlsafe(12)
    return f"{nonce}.{_mac(door, nonce)}"


def right(door: str, token: str) -> bool:
    nonce, _, mac = token.partition(".")
    given = mac.encode("utf-8", "surrogatepass")
    return bool(door) and hmac.compare_digest(given, _mac(door, nonce).encode())


def _mac(door: str, nonce: str) -> str:
    return hmac.new(door.encode(), b"csrf " + nonce.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
