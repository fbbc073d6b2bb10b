"""A lone word above a letter that asks for confidence: ``CONFIDENTIAL``, ``[Not for publication]``, ``VERTRAULICH:``.

Rules read sentences, and this is none; so whole lines are compared, in every language at once, because a subject of
one word tells no language. Only the head of a text is looked at: further down such a line may be anything.
"""

import re
import unicodedata
from collections.abc import Iterator

from harvester.classify.confidence import LONGEST
from harvester.model import Message

LINES = 8  # of a text, from its top
LOOKED_AT = 2_000  # characters of it


def _bare(line: str) -> str:
    """Without case and accents: capitals often go without."""
    letters = line.casefold()
    if letters.isascii():
        return " ".join(letters.split())
    letters = unicodedata.normalize("NFD", letters)
    return " ".join("".join(sign for sign in letters if not unicodedata.combining(sign)).split())


MARKINGS = frozenset(
    _bare(line)
    for line in """
    confidential; strictly confidential; private and confidential; private & confidential; in confidence;
    strictly private and confidential; in strict confidence; commercial in confidence; commercially confidential;
    not for publication; not to be published; not for disclosure; not for public disclosure; not for release;
    not for distribution; not for quotation; not for attribution; do not publish; do not quote; do not distribute;
    off the record; internal use only; for internal use only; restricted; official-sensitive; official sensitive;
    vertraulich; streng vertraulich; persönlich und vertraulich; vertrauliche mitteilung;
    nicht zur veröffentlichung; nicht zur veröffentlichung bestimmt; nicht zur weitergabe; nicht veröffentlichen;
    nicht für die öffentlichkeit; nicht öffentlich; nichtöffentlich; nur für den internen gebrauch;
    nur für den dienstgebrauch;
    confidentiel; strictement confidentiel; personnel et confidentiel; à titre confidentiel; ne pas publier;
    ne pas diffuser; non destiné à la publication; pas pour publication; usage interne; réservé à un usage interne;
    confidencial; estrictamente confidencial; no publicar; no difundir; no apto para publicación;
    no destinado a publicación; uso interno; solo para uso interno;
    estritamente confidencial; não publicar; não divulgar; não destinado a publicação; apenas para uso interno;
    riservato; strettamente riservato; confidenziale; strettamente confidenziale; riservato e confidenziale;
    riservata; non pubblicare; non divulgare; non destinato alla pubblicazione; da non pubblicare; ad uso interno;
    vertrouwelijk; strikt vertrouwelijk; persoonlijk en vertrouwelijk; niet voor publicatie; niet publiceren;
    niet openbaar; niet verspreiden; alleen voor intern gebruik;
    fortroligt; strengt fortroligt; fortrolig; må ikke offentliggøres; ikke til offentliggørelse;
    kun til internt brug;
    konfidentiellt; strikt konfidentiellt; sekretess; sekretessbelagt; får ej publiceras; ej för publicering;
    ej för spridning; endast för internt bruk;
    luottamuksellinen; luottamuksellista; ehdottoman luottamuksellinen; salassa pidettävä; ei julkinen;
    ei julkaistavaksi; ei saa julkaista; vain sisäiseen käyttöön;
    poufne; ściśle poufne; do użytku wewnętrznego; nie publikować; nie do publikacji; nie do rozpowszechniania;
    důvěrné; přísně důvěrné; neveřejné; nezveřejňovat; není určeno ke zveřejnění; pouze pro vnitřní potřebu;
    dôverné; prísne dôverné; neverejné; nezverejňovať; nie je určené na zverejnenie; len na internú potrebu;
    bizalmas; szigorúan bizalmas; nem nyilvános; nem publikus; nem közlésre; nem publikálható; belső használatra;
    confidențial; strict confidențial; confidential; nu se publică; nu este destinat publicării; a nu se publica;
    поверително; строго поверително; не е за публикуване; да не се публикува; за служебно ползване;
    εμπιστευτικό; εμπιστευτικά; αυστηρά εμπιστευτικό; άκρως εμπιστευτικό; απόρρητο; όχι για δημοσίευση;
    να μη δημοσιευθεί; μη δημοσιεύσιμο; για εσωτερική χρήση;
    povjerljivo; strogo povjerljivo; nije za objavu; ne objavljivati; za internu uporabu;
    zaupno; strogo zaupno; ni za objavo; ne objavljati; za interno uporabo;
    konfidentsiaalne; rangelt konfidentsiaalne; salajane; mitte avaldada; ei ole avaldamiseks;
    asutusesiseseks kasutamiseks; ametkondlikuks kasutamiseks;
    konfidenciāli; stingri konfidenciāli; nepublicēt; nav paredzēts publicēšanai; dienesta vajadzībām;
    konfidencialu; griežtai konfidencialu; neskelbti; neskelbtina; nevieša; tik vidaus naudojimui;
    kunfidenzjali; strettament kunfidenzjali; mhux għall-pubblikazzjoni; tippubblikax; għall-użu intern biss;
    faoi rún; rúnda; go hiomlán faoi rún; ní le foilsiú; ná foilsigh; le haghaidh úsáide inmheánaí amháin
    """.replace("\n", " ").split(";")
)
"""The languages of the European Union, one after another."""

_FIRST = re.compile(r"[^\W_]+")
_BEGINNING = 40  # characters of a line that hold its first word
_OPENS = frozenset(found[0] for one in MARKINGS if (found := _FIRST.search(one)))
_PARTS = re.compile(r"[\[\](){}|*_=#~<>•·:;,./!\"“”„«»–—]+|(?<!\w)-+|-+(?!\w)")
"""What stands around and between such words; a hyphen within a word is part of it."""


def marking(message: Message) -> str | None:
    """The line above the letter, in the subject or at the head of a file that asks for confidence, as it is written."""
    for value in message.headers.all("sensitivity"):  # RFC 4021, section 2.1.55
        if value.strip().casefold() in ("private", "company-confidential"):
            return f"Sensitivity: {value.strip()}"
    if _marked(message.subject, anywhere=True):
        return message.subject[:LONGEST].strip()
    for text in (message.own_text, *(file.text for file in message.files)):
        for line in _head(text):
            if _marked(line, anywhere=False):
                return line
    return None


def _head(text: str) -> Iterator[str]:
    lines = (line.strip() for line in text[:LOOKED_AT].splitlines())
    for number, line in enumerate(line for line in lines if line):
        if number == LINES:
            return
        yield line


def _marked(line: str, *, anywhere: bool) -> bool:
    """Is every part of the line such a word (``anywhere``: any part of it)?"""
    if len(line) > LONGEST:
        return False
    first = _FIRST.search(_bare(line[:_BEGINNING]))
    if not anywhere and (first is None or first[0] not in _OPENS):
        return False
    parts = [part for one in _PARTS.split(line) if (part := _bare(one))]
    found = [part in MARKINGS for part in parts]
    return any(found) if anywhere else bool(found) and all(found)
