"""The signs by which a mail tells that no person wrote it, or that no answer is wanted.

Every occurrence of a header is looked at, without its comments. docs/acknowledging.md tells each in a sentence.
"""

import re
from collections.abc import Iterator

from harvester.acknowledge.case import Case, listed, short
from harvester.message.comments import without_comments
from harvester.message.domains import organisational
from harvester.message.robots import is_bounce_subject, is_robot, starts_out_of_office
from harvester.model import MACHINE, Objection

MOST_HOPS = 50


def not_understood(case: Case) -> Iterator[Objection]:
    if case.message.quarantine:
        yield Objection(
            "malformed",
            f"The mail could not be read within the limits ({case.message.quarantine}).",
            "RFC 3834, section 2",
        )


def no_way_back(case: Case) -> Iterator[Objection]:
    """``<>``, with blanks or comments inside too."""
    if "" in case.return_paths():
        yield Objection(
            "null-return-path",
            "The mail has an empty return path: its sender wants no answer of any kind.",
            "RFC 3834, section 2; RFC 5321, section 4.5.5",
        )


def returned_mail(case: Case) -> Iterator[Objection]:
    """RFC 3464 reports, those of older mail systems, and robots that only write a subject."""
    reports = [kind.get("report-type", "") for media_type, kind in case.types() if media_type == "multipart/report"]
    receipt = "message/disposition-notification" in {media_type for media_type, _ in case.types()}
    report = any(kind != "disposition-notification" and not (receipt and not kind) for kind in reports)
    status = any(
        media_type in ("message/delivery-status", "message/global-delivery-status") for media_type, _ in case.types()
    )
    by_subject = is_robot(case.local_part) and is_bounce_subject(case.message.subject)
    if report or status or case.message.headers.has("x-failed-recipients") or by_subject:
        yield Objection(
            "bounce", "A mail server reports on a mail that was not delivered.", "RFC 3464; RFC 3461, section 6"
        )


def read_receipt(case: Case) -> Iterator[Objection]:
    for media_type, kind in case.types():
        if media_type in ("message/disposition-notification", "message/global-disposition-notification") or (
            media_type == "multipart/report" and kind.get("report-type") == "disposition-notification"
        ):
            yield Objection("mdn", "It is a receipt: a program says that a mail was opened.", "RFC 8098")
            return


def calendar_request(case: Case) -> Iterator[Objection]:
    if any(media_type == "text/calendar" and "method" in kind for media_type, kind in case.types()):
        yield Objection("calendar", "It is an invitation or an answer of a calendar program.", "RFC 6047")


def sent_by_a_machine(case: Case) -> Iterator[Objection]:
    """Anything but ``no``: unknown words and none at all too."""
    for value in case.values("auto-submitted"):
        word = value.partition(";")[0].strip()
        if word.casefold() != "no":
            yield Objection(
                "auto-submitted",
                f"A program wrote the mail (Auto-Submitted: {short(word)}).",
                "RFC 3834, sections 2 and 5",
            )
            return


LIST_HEADERS = (
    "list-id", "list-help", "list-post", "list-unsubscribe", "list-unsubscribe-post", "list-subscribe",
    "list-owner", "list-archive", "x-beenthere", "x-mailing-list", "mailing-list", "x-mailman-version",
    "feedback-id",
)  # fmt: skip


def sent_to_a_list(case: Case) -> Iterator[Objection]:
    """Their presence says it, even when they are empty."""
    if found := [name for name in LIST_HEADERS if case.message.headers.has(name)]:
        yield Objection(
            "list",
            f"The mail came through a mailing list or a bulk mailer ({found[0]}).",
            "RFC 2369; RFC 2919; RFC 5230, section 4.6",
        )


def low_precedence(case: Case) -> Iterator[Objection]:
    for name in ("precedence", "x-precedence"):
        for value in case.values(name):
            if said := set(listed(value)) & {"bulk", "junk", "list", "auto_reply", "auto-reply"}:
                yield Objection(
                    "precedence", f"The mail calls itself mass mail (Precedence: {min(said)}).",
                    "RFC 3834, section 3.1.8",
                )  # fmt: skip
                return


def answers_unwanted(case: Case) -> Iterator[Objection]:
    """It only stops the answer; it says nothing on who wrote the mail."""
    for value in case.values("x-auto-response-suppress"):
        if set(listed(value)) & {"all", "oof", "autoreply"}:
            yield Objection(
                "suppress", "The sender's mail system asks for no automatic answers.", "MS-OXCMAIL, 2.2.3.2.14"
            )
            return


AUTOMATIC = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from")


def marked_by_its_maker(case: Case) -> Iterator[Objection]:
    found = [name for name in AUTOMATIC if case.message.headers.has(name)]
    if any(value.casefold().startswith("tmda") for value in case.values("x-delivery-agent")):
        found.append("x-delivery-agent")
    if found:
        yield Objection("vendor-auto", f"A program marked the mail as automatic ({found[0]}).", "common practice")


def going_round(case: Case) -> Iterator[Objection]:
    ours = any(case.settings.own(word) for value in case.values("x-loop") for word in re.split(r"[\s,;]+", value))
    hops = len(case.message.headers.all("received"))
    if ours or hops > MOST_HOPS:
        why = "it bears our own mark (X-Loop)" if ours else f"it passed {hops} servers"
        yield Objection("loop", f"The mail goes round in circles: {why}.", "RFC 5321, section 6.3")


SPAM_FLAGS = ("x-spam-flag", "x-spam-status", "x-spam")


def our_filter_says_spam(case: Case) -> Iterator[Objection]:
    """Only above the line where our servers took the mail: what stands below came with it."""
    for name, value in case.message.headers.fields[: _taken_over(case)]:
        if name in SPAM_FLAGS and listed(without_comments(value))[0] == "yes":
            yield Objection("spam", f"Our spam filter says that it is spam ({name}).", "our own mail server")
            return


def _taken_over(case: Case) -> int:
    """Where our lowest own Received stands; the topmost is ours in any case (RFC 5321, section 4.4)."""
    settings = case.settings
    ours = {organisational(address.rpartition("@")[2]) for address in settings.own_addresses}
    ours.add(organisational(settings.authserv_id))
    line = None
    for place, (name, value) in enumerate(case.message.headers.fields):
        if name == "received":
            by = re.search(r"(?:^|\s)by\s+([^\s;()]+)", without_comments(value), re.IGNORECASE)
            if line is not None and not (by and organisational(by[1]) in ours):
                break
            line = place
    return len(case.message.headers.fields) if line is None else line


def away(case: Case) -> Iterator[Objection]:
    if starts_out_of_office(case.message.subject):
        yield Objection("ooo-subject", "The subject is that of an out-of-office note.", "RFC 5230; common practice")


def a_machine_by_any_sign(case: Case) -> Iterator[Objection]:
    if case.verdict.disposition in MACHINE:
        yield Objection(
            "machine", f"No person wrote the mail ({case.verdict.disposition}): {case.verdict.because}.",
            "RFC 3834, section 2",
        )  # fmt: skip
