"""Passwords: argon2id (RFC 9106), and which ones we take (NIST SP 800-63B, section 3.1.1)."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 200
COMMON = ("password", "passwort", "harvester", "12345678", "qwerty", "letmein", "iloveyou", "welcome")


class Passwords:
    """Hashing costs 64 MiB and some 50 ms: what makes guessing dear makes signing in slow, and must not be skipped."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def right(self, known: str | None, password: str) -> bool:
        """``known`` None (no such user): takes just as long, and is never right."""
        try:
            self._hasher.verify(known or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return known is not None

    def outdated(self, known: str) -> bool:
        """Hashed with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(known)


def objection(password: str, name: str) -> str | None:
    """Why we do not take this password; None: we do. Length counts, not signs and digits."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; a sentence is easy to remember"
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters"
    bare = password.casefold()
    if len(set(bare)) < 5 or any(word in bare and len(bare) < len(word) + 8 for word in COMMON):
        return "This is among the first that somebody would try"
    if name and name.casefold() in bare and len(bare) < len(name) + 8:
        return "Do not make it from your name"
    return None
