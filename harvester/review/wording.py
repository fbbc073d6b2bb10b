"""Words in place of codes, the same on every page. A code that has none is shown as it is."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "disposition": {
        "evidence": "Evidence",
        "nil": "Nothing to report",
        "question": "Question",
        "holding": "An answer will follow",
        "auto_reply": "Automatic reply",
        "bounce": "Not delivered",
        "receipt": "Receipt",
        "list": "Mailing list",
        "calendar": "Invitation",
        "spam": "Spam",
        "unclear": "Unclear",
    },
    "standing": {"example": "Example", "planned": "Planned", "rejected": "Rejected"},
    "state": {"received": "Not read yet", "understood": "Read", "quarantined": "In quarantine"},
    "acknowledgement": {
        "queued": "Waits to be sent",
        "sending": "Being sent",
        "sent": "Sent",
        "failed": "Refused by their server",
        "unknown": "Unknown whether it arrived",
        "held": "Held back by a person",
        "withheld": "Not answered",
    },
    "text": {
        "read": "Read",
        "empty": "No words in it",
        "scanned": "A scan: pictures without text",
        "encrypted": "Encrypted: could not be opened",
        "damaged": "Damaged: could not be read",
        "too-large": "Too large to be read",
        "timeout": "Took too long to read",
        "unsupported": "Of a kind that is not read",
        "not-tried": "Not read",
    },
    "review": {"suggested": "To review", "untouched": "Not looked at", "open": "Begun", "settled": "Settled"},
    "link": {"web": "Web page", "share": "Shared files", "mailto": "Mail address"},
    "segment": {
        "own": "Their own words",
        "quoted": "Quoted",
        "forwarded": "Forwarded",
        "signature": "Signature",
        "disclaimer": "Disclaimer",
        "known": "Our own request or letter",
    },
    "why": {"rejected": "They say it is not so", "below-threshold": "Too little to count"},
}


def said(code: str | None, what: str) -> str:
    """``{{ row.disposition | said("disposition") }}``"""
    return WORDS[what].get(code, code) if code else ""
