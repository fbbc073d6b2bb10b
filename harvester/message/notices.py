"""Lines that programs and lawyers put below a letter: notes of phones, legal notices, virus scanners.

A legal notice shows by several of its topics, each a list of word beginnings: looked up, not matched, because
they are asked of every paragraph of every mail.
"""

import re
from functools import lru_cache

LOOKED_AT = 2_000
"""Characters of a paragraph."""
SHORTEST = 9
"""No notice says less."""

CONFIDENTIAL = (
    "confiden", "privileged", "vertraulich", "riservat", "vertrouwelijk", "fortroli", "konfidential", "konfidentiell",
    "konfidensi",
    "sekretess", "luottamuksell", "poufn", "důvěrn", "dôvern", "zaupn", "povjerljiv", "поверител", "конфиденц",
    "конфіденц", "εμπιστευτικ", "απόρρητ", "bizalmas", "konfidents", "konfidenci", "kunfidenzjali", "rúnda",
    "faoi rún", "gizli", "trúnaðar", "disclaimer", "haftungsausschluss", "rechtlich geschützt", "wiadomość ta jest",
    "機密",
)  # fmt: skip
ADDRESSEE = (
    "intended only", "intended solely", "intended exclusively", "intended recipient", "intended for", "addressee",
    "named recipient", "individual or entity", "person or entity", "destinatar", "destinatár", "destinatair",
    "empfänger", "adressat", "geadresseerde", "ontvanger", "adresat", "adresát", "vastaanottaj", "mottagare",
    "modtager", "mottaker", "παραλήπτ", "αποδέκτ", "получател", "адресат", "címzett", "adressaad", "adresāt", "gavėj",
    "naslovnik", "primatelj", "alıcı", "viðtakand", "faighteoir", "受信者", "przeznaczon",
)  # fmt: skip
MISSENT = (
    "in error", "by mistake", "delete it", "delete this", "delete the", "destroy", "notify the", "notify us",
    "unauthorised", "unauthorized", "copying", "disclosure", "dissemination", "irrtümlich", "versehentlich",
    "vernichten", "löschen", "weitergabe", "par erreur", "détrui", "supprim", "diffusion", "por error", "difusión",
    "por engano", "per errore", "cancell", "elimin", "vernietig", "verwijder", "ten onrechte", "verspreid",
    "ved en fejl", "af en fejl", "slet den", "slette", "av misstag", "radera", "spridning", "slett", "usuń", "usuni",
    "zniszcz", "omyłk", "smaž", "odstra", "vymaz", "vymaž", "omylom", "omylem", "izbriš", "pomoto", "greškom",
    "изтрий", "погреш", "ошибк", "помилк", "εκ παραδρομής", "διαγρά", "din greșeală", "ștergeți", "töröl", "tévedés",
    "kustuta", "eksituse", "kļūd", "dzēs", "per klaidą", "ištrin", "b'żball", "trí bhotún", "virhe", "poista",
    "yanlışlıkla", "siliniz", "eyða", "virus",
)  # fmt: skip
TOPICS = (CONFIDENTIAL, ADDRESSEE, MISSENT)
ITSELF = (
    "mail", "message", "nachricht", "courriel", "mensaje", "mensagem", "correo", "messaggio", "bericht",
    "meddelande", "meddelelse", "melding", "viesti", "wiadomoś", "zpráv", "správ", "sporočil", "poruk", "съобщени",
    "сообщени", "повідомлен", "μήνυμα", "μηνύματο", "mesaj", "üzenet", "kiri", "kirja", "sõnum", "vēstul", "ziņoj",
    "laišk", "praneš", "messaġġ", "teachtaireacht", "ileti", "skilabo", "tölvupóst", "メール", "attachment", "anhang",
    "anhänge", "письм", "e-post", "e-past",
)  # fmt: skip
"""A legal notice speaks of the mail that it stands in: a service that destroys confidential papers does not."""

BOILERPLATE = (
    "consider the environment", "think of the environment", "think about the environment", "before printing this",
    "think before you print", "originated outside", "originated from outside", "external sender", "external email:",
    "external e-mail:", "virus-free", "virus free", "virenfrei", "ohne viren", "sans virus", "libre de virus",
    "virusmentes", "denken sie an die umwelt", "avant d'imprimer", "pensez à l'environnement", "antes de imprimir",
    "prima di stampare", "tänk på miljön", "tenk på miljøet", "ajattele ympäristöä", "denk aan het milieu",
    "zanim wydrukujesz", "externe e-mail", "expéditeur externe", "do not click on links", "do not click links",
    "scanned for viruses", "scanned by mimecast", "scanned by symantec", "scanned by messagelabs",
    "scanned by mailscanner", "mail was scanned", "mail has been scanned", "mail was checked",
    "mail has been checked", "avast", "security.cloud", "umwelt zuliebe", "how we process your personal",
    "how we use your personal", "informationen zum datenschutz", "hinweise zum datenschutz", "datenschutzhinweise",
    "may be subject to recording", "may be monitored", "may be subject to disclosure",
    "may be disclosed under the freedom",
    "[external", "externer absender", "diese nachricht stammt von außerhalb", "courriel externe", "message externe",
    "correo externo", "mensaje externo", "messaggio esterno", "e-mail esterna", "externe afzender", "extern avsändare",
    "ekstern afsender", "wiadomość zewnętrzna", "externí odesílatel", "ulkoinen lähettäjä",
    "komt van buiten", "afkomstig van buiten", "von einem externen absender", "kommt von extern", "stammt von extern",
    "von außerhalb der", "von außerhalb unser", "provient de l'extérieur", "expéditeur extérieur", "remitente externo",
    "proviene dall'esterno", "mittente esterno", "remetente externo", "från en extern", "fra en ekstern",
    "spoza organizacji", "mimo organizaci", "mimo organizácie",
)  # fmt: skip
"""One of these at the beginning of a paragraph says it all."""

_PHONE_OPENS = re.compile(
    r"\W{0,3}(?:sent (?:from|via|by|with|using)|from my|someone from mobile"
    r"|von meine[mr]? .{0,40}gesendet|gesendet (?:von|mit|über)|diese nachricht wurde von mein"
    r"|envoyé (?:de|depuis|à partir|via|avec)|provenance"
    r"|enviado (?:desde|do|a partir|del|com|con)|inviato (?:da|dal|con|tramite)"
    r"|verzonden (?:vanaf|met|via|vanuit)|verstuurd (?:vanaf|met|via)"
    r"|skickat? från|skickades från|skickat med|sendt (?:fra|via|med)|sent (?:frá|úr)"
    r"|lähetetty|saadetud|nosūtīts no|išsiųsta iš"
    r"|wysłan[eo] z|wysłane przy|odesláno z|odoslané z|poslano (?:z|s|iz|sa)|trimis (?:de pe|din|de la)"
    r"|(?:el)?küldve|mibgħut|seolta ó|από το|αποστολή από|στάλθηκε από|εστάλη από"
    r"|изпратено от|отправлено (?:с|из)|надіслано з|從我的)",
    re.IGNORECASE,
)
_PHONE_THING = re.compile(
    r"iphon|ipad|ipod|android|black ?berry|outlook|\bmail\b|mailbox|samsung|galaxy|huawei|xiaomi|nokia"
    r"|phone|mobil|handy|tablet|\bcell|device|k-9|yahoo|gmail|windows|puhelime|telefon|telefoon|airmail|proton|gerät"
    r"|portable|móvil|telemóvel|cellulare",
    re.IGNORECASE,
)
_PHONE_ENDS = re.compile(r"(?:gönderildi|küldve|から送信)\W?$", re.IGNORECASE)
"""Languages in which the thing stands first; each of their words holds a letter that is not ASCII."""
_LONGEST_END = 12  # characters
_SENT_FROM_MY = re.compile(r"\W{0,3}sent (?:from|via|by|on|using) my\b", re.IGNORECASE)
_OFFERS_OUTLOOK = re.compile(
    r"\boutlook\b.{0,30}(?:android|\bios)|(?:android|\bios\b).{0,12}\boutlook\b", re.IGNORECASE
)
_AFTER = 25  # characters between "sent from" and the thing
_NOTE_WORDS = 8


def is_mobile_note(line: str) -> bool:
    """``Sent from my iPhone`` in the languages that phones speak; ``Get Outlook for Android`` in any."""
    if len(line) > 140:
        return False
    if opens := _PHONE_OPENS.match(line):
        things = _PHONE_THING.search(line, 0, opens.end() + _AFTER)
        return things is not None or _SENT_FROM_MY.match(line) is not None
    if line[-1:] in "?!" or line.count(" ") >= _NOTE_WORDS:
        return False
    if not line.isascii() and _PHONE_ENDS.search(line, len(line) - _LONGEST_END):
        return _PHONE_THING.search(line) is not None
    return line[-1:] != "." and "outlook" in line.lower() and _OFFERS_OUTLOOK.search(line) is not None


def disclaims(paragraph: str) -> int:
    """How many topics of a legal notice a paragraph touches; two make a disclaimer."""
    return _topics(paragraph[:LOOKED_AT]) if len(paragraph) >= SHORTEST else 0


@lru_cache(maxsize=500)  # an office's notice stands below each of its mails, and most mails thank and greet alike
def _topics(paragraph: str) -> int:
    words = paragraph.casefold()
    if not any(map(_may_tell, words.split())):
        return 0
    opening = words[:400]
    if any(phrase in opening for phrase in BOILERPLATE):
        return 2
    topics = sum(any(word in words for word in topic) for topic in TOPICS)
    return topics if topics < 2 or any(word in words for word in ITSELF) else 1


_SIGNS = tuple({max(phrase.split(), key=len) for phrase in (*BOILERPLATE, *CONFIDENTIAL, *ADDRESSEE, *MISSENT)})
"""The longest word of each: without one of them there is no notice, and words come again from mail to mail."""


@lru_cache(maxsize=5_000)
def _may_tell(word: str) -> bool:
    return any(sign in word for sign in _SIGNS)
