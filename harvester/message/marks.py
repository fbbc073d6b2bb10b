"""What the HTML of mail clients says about whose words an element holds, in every language.

A table of signs: classes, ids and attributes that clients write around a quote, a forwarded mail or a
signature. Some cover their element, some stand before the quote and cover all the rest of the mail.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from harvester.model import SegmentKind

QUOTED, SIGNATURE = SegmentKind.QUOTED, SegmentKind.SIGNATURE


@dataclass(frozen=True, slots=True)
class Here:
    """The element's own words."""

    kind: SegmentKind
    answers_between: bool = False  # what stands between its block quotes is the writer's


@dataclass(frozen=True, slots=True)
class Rest:
    """From this element to the end of the mail."""

    kind: SegmentKind


class Node(Protocol):
    """What is asked of an element; selectolax's own type stays behind its door."""

    def text(self) -> str: ...
    def css(self, query: str) -> Sequence["Node"]: ...


CLASSES: dict[str, Here | Rest] = {
    "gmail_quote": Here(QUOTED, answers_between=True),
    "gmail_quote_container": Here(QUOTED, answers_between=True),
    "gmail_attr": Here(QUOTED),
    "gmail_signature": Here(SIGNATURE),
    "moz-cite-prefix": Here(QUOTED),  # Thunderbird
    "moz-email-headers-table": Here(QUOTED),
    "moz-signature": Here(SIGNATURE),
    "moz-txt-sig": Here(SIGNATURE),
    "yahoo_quoted": Here(QUOTED),
    "yahoo-quoted-begin": Here(QUOTED),
    "yahoo-signature": Here(SIGNATURE),
    "ymail_signature": Here(SIGNATURE),
    "iosymail": Here(QUOTED),
    "protonmail_quote": Here(QUOTED),
    "protonmail_signature_block": Here(SIGNATURE),
    "tutanota_quote": Here(QUOTED),
    "zmail_extra": Here(QUOTED),  # Zoho
    "OutlookMessageHeader": Rest(QUOTED),  # Outlook 2000
    "WM_QUOTE": Here(QUOTED),  # Windows Mail
    "mail-quote-collapse": Here(QUOTED),  # mail.ru
    "domino-quote": Here(QUOTED),  # Notes
    "GroupWiseReplyHeader": Here(QUOTED),
    "freebirdQuote": Here(QUOTED),
    "email_quote": Here(QUOTED),  # Gmail app showing Exchange mail
    "airmail_on": Here(QUOTED),
    "gmx_quote": Here(QUOTED),
    "mcntgmail_quote": Here(QUOTED),
    "sh-quoted-content": Here(QUOTED),  # Superhuman
    "front-blockquote": Here(QUOTED),
    "spark_quote": Here(QUOTED),
}
IDS: dict[str, Here | Rest] = {
    "divRplyFwdMsg": Rest(QUOTED),  # Outlook on the web
    "appendonsend": Rest(QUOTED),
    "stopSpelling": Rest(QUOTED),  # Hotmail
    "OLK_SRC_BODY_SECTION": Here(QUOTED),  # Outlook for Mac
    "mail-editor-reference-message-container": Here(QUOTED),  # the new Outlook
    "zwchr": Rest(QUOTED),  # Zimbra
    "reply-intro": Here(QUOTED),  # Roundcube
    "isReplyContent": Here(QUOTED),  # NetEase
    "mail-app-auto-quote": Here(QUOTED),
    "yahoo_quoted": Here(QUOTED),
    "Signature": Here(SIGNATURE),
    "signature": Here(SIGNATURE),
    "ms-outlook-mobile-signature": Here(SIGNATURE),
    "AppleMailSignature": Here(SIGNATURE),
    "composer_signature": Here(SIGNATURE),  # Samsung
    "_rc_sig": Here(SIGNATURE),  # Roundcube
}
ATTRIBUTES: dict[tuple[str, str], Here | Rest] = {
    ("type", "cite"): Here(QUOTED),
    ("name", "quote"): Here(QUOTED),  # GMX, web.de
    ("data-marker", "__QUOTED_TEXT__"): Here(QUOTED),  # Zimbra
    ("data-marker", "__DIVIDER__"): Rest(QUOTED),
    ("data-marker", "__HEADERS__"): Here(QUOTED),
    ("data-marker", "__SIG_PRE__"): Here(SIGNATURE),
    ("data-smartmail", "gmail_signature"): Here(SIGNATURE),
    ("data-signatureblock", "true"): Here(SIGNATURE),
}
_BORDER_TOP = re.compile(r"border-top(?:-style)?\s*:\s*(?:[^;]{0,60}\s)?solid", re.IGNORECASE)


_PREFIX = re.compile(r"^(?:x_)+|^ydp[0-9a-f]{1,12}(?=yahoo)|(?<=^yahoo_quoted)_\d+$")
"""Outlook on the web and Yahoo rename what they show again."""


def mark_of(tag: str, attributes: Mapping[str, str | None], node: Node) -> Here | Rest | None:
    """The mark an element carries, or None."""
    classes = attributes.get("class")
    if classes:
        for name in classes.split()[:20]:
            mark = CLASSES.get(_unprefixed(name))
            if mark is not None:
                return mark
    identity = attributes.get("id")
    if identity:
        mark = IDS.get(_unprefixed(identity))
        if mark is not None:
            return mark
    for key in ("type", "name", "data-marker", "data-smartmail", "data-signatureblock"):
        value = attributes.get(key)
        if value:
            mark = ATTRIBUTES.get((key, value))
            if mark is not None and (key != "type" or tag == "blockquote"):
                return mark
    style = attributes.get("style")
    if tag == "div" and style and "border-top" in style and _BORDER_TOP.search(style[:500]):
        # Outlook draws a line above its header block; a line alone may be anybody's
        bold = [part.text().rstrip("\xa0 ") for part in node.css("b, strong")[:8]]
        if sum(words.endswith((":", "：")) for words in bold) >= 3:
            return Rest(QUOTED)
    return None


def _unprefixed(name: str) -> str:
    return _PREFIX.sub("", name[:80]) if "_" in name else name
