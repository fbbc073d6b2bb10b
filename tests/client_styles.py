"""How forty mail programs and their users quote a request, below an answer or none."""

import html
import textwrap
from collections.abc import Callable, Iterator

Style = tuple[str, str, str]
"""Name, media type and text of a reply."""

ATTRIBUTIONS = {
    "Gmail, English": "On Mon, 9 Aug 2027 at 10:00, International Desk <replies@lga.example> wrote:",
    "Apple Mail, English": "On 9 Aug 2027, at 10:00, International Desk <replies@lga.example> wrote:",
    "Thunderbird, German": "Am 09.08.2027 um 10:00 schrieb International Desk:",
    "Gmail, French": "Le lun. 9 août 2027 à 10:00, International Desk <replies@lga.example> a écrit :",
    "Gmail, Spanish": "El lun, 9 ago 2027 a las 10:00, International Desk (<replies@lga.example>) escribió:",
    "Gmail, Italian": "Il giorno lun 9 ago 2027 alle ore 10:00 International Desk <replies@lga.example> ha scritto:",
    "Gmail, Dutch": "Op ma 9 aug 2027 om 10:00 schreef International Desk <replies@lga.example>:",
    "Gmail, Polish": "pon., 9 sie 2027 o 10:00 International Desk <replies@lga.example> napisał(a):",
    "Gmail, Portuguese": "International Desk <replies@lga.example> escreveu no dia segunda, 9/08/2027 à(s) 10:00:",
    "Gmail, Swedish": "Den mån 9 aug. 2027 kl 10:00 skrev International Desk <replies@lga.example>:",
    "Gmail, Danish": "Den man. 9. aug. 2027 kl. 10.00 skrev International Desk <replies@lga.example>:",
    "Gmail, Finnish": "ma 9. elok. 2027 klo 10.00 International Desk (replies@lga.example) kirjoitti:",
    "Gmail, Czech": "po 9. 8. 2027 v 10:00 odesílatel International Desk <replies@lga.example> napsal:",
    "Gmail, Hungarian": "International Desk <replies@lga.example> ezt írta (időpont: 2027. aug. 9., H, 10:00):",
    "Gmail, Greek": "Στις Δευ 9 Αυγ 2027 στις 10:00 π.μ., ο/η International Desk <replies@lga.example> έγραψε:",
    "Gmail, Romanian": "În lun., 9 aug. 2027 la 10:00, International Desk <replies@lga.example> a scris:",
}
HEADS = {
    "Outlook, English": ("From", "Sent", "To", "Subject"),
    "Outlook, German": ("Von", "Gesendet", "An", "Betreff"),
    "Outlook, French": ("De", "Envoyé", "À", "Objet"),
    "Outlook, Spanish": ("De", "Enviado", "Para", "Asunto"),
    "Outlook, Italian": ("Da", "Inviato", "A", "Oggetto"),
    "Outlook, Dutch": ("Van", "Verzonden", "Aan", "Onderwerp"),
    "Outlook, Polish": ("Od", "Wysłano", "Do", "Temat"),
    "Outlook, Swedish": ("Från", "Skickat", "Till", "Ämne"),
}
SAID = ("International Desk", "9 August 2027 10:00", "a.berg@north.example", "Request")


def marked(mark: str, width: int = 0) -> Callable[[str], str]:
    """Each line under a quote mark, wrapped anew where ``width`` says so."""

    def quote(text: str) -> str:
        lines = [
            part for line in text.splitlines() for part in (textwrap.wrap(line, width) if width else [line]) or [""]
        ]
        return "\n".join(mark + line for line in lines)

    return quote


MARKS: dict[str, Callable[[str], str]] = {
    "no mark": str,
    "wrapped at 72": marked("> ", 72),
    "wrapped at 50 without blank": marked(">", 50),
    "quoted twice": marked(">> ", 60),
    "a bar": marked("| ", 70),
    "indented": marked("    ", 70),
    "one long line": lambda text: " ".join(text.split()),
}


def styles(request: str, answer: str) -> Iterator[Style]:
    """Every style of this request, below ``answer`` (which may be empty)."""
    for name, line in ATTRIBUTIONS.items():
        yield name, "text/plain", f"{answer}\n\n{line}\n{marked('> ')(request)}\n"
    for name, words in HEADS.items():
        head = "\n".join(f"{word}: {value}" for word, value in zip(words, SAID, strict=True))
        yield name, "text/plain", f"{answer}\n\n{head}\n\n{request}\n"
    for name, quote in MARKS.items():
        yield f"pasted, {name}", "text/plain", f"{answer}\n\n{quote(request)}\n"
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" for line in request.splitlines() if line)
    for name, opening, closing in PAGES:
        yield name, "text/html", f"<html><body><p>{answer}</p>{opening}{paragraphs}{closing}</body></html>"


_HEAD = "<b>From:</b> Desk<br><b>Sent:</b> Monday<br><b>To:</b> Anna<br><b>Subject:</b> Request"
PAGES = (
    ("Gmail, HTML", '<div class="gmail_quote"><div class="gmail_attr">On Mon, Desk wrote:</div>', "</div>"),
    ("Outlook, HTML", f'<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>{_HEAD}</p></div>', ""),
    ("Outlook on the web", f'<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">{_HEAD}</div><div>', "</div>"),
    ("Outlook on a phone", f'<div class="ms-outlook-mobile-reference-message">{_HEAD}</div><div>', "</div>"),
    ("Apple Mail, HTML", '<blockquote type="cite"><div>On 9 Aug 2027, at 10:00, Desk wrote:</div>', "</blockquote>"),
    ("Thunderbird, HTML", '<div class="moz-cite-prefix">On Monday, Desk wrote:</div><blockquote>', "</blockquote>"),
    ("Yahoo, HTML", '<div class="yahoo_quoted"><div>On Monday, Desk wrote:</div>', "</div>"),
    ("GMX, HTML", '<div name="quote" style="border-left:2px solid #C3D9E5">', "</div>"),
    ("mail.ru, HTML", "<blockquote><div>Понедельник, 9 августа 2027, 10:00 от Desk:</div>", "</blockquote>"),
    ("pasted, HTML", "<div>", "</div>"),
    ("a table around all, HTML", "<table><tr><td>", "</td></tr></table>"),
)  # fmt: skip
