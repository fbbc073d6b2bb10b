"""What stands below a person's words: closing and contact lines, notes of mobile phones, disclaimers.

Everything here looks at single (plain) lines; ``segments`` decides where such lines may stand.
"""

import re
from collections.abc import Sequence

from harvester.message.letter_words import letter_words

AFTERTHOUGHT = ("p.s", "ps:", "ps ", "p.p.s", "pps", "n.b", "nb:", "p. s", "post scriptum", "p.d.", "pd:")

_MOBILE_OPENS = re.compile(
    r"\W{0,3}(?:sent (?:from|via|by|with|using)|get \W?outlook|from my|someone from mobile|von meine[mr]? .{0,40}gesendet|gesendet (?:von|mit|über)"
    r"|diese nachricht wurde von mein|envoyé (?:de|depuis|à partir|via|avec)|provenance|télécharge[zr] outlook|enviado (?:desde|do|a partir|del|com|con)"
    r"|inviato (?:da|dal|con|tramite)|verzonden (?:vanaf|met|via|vanuit)|verstuurd (?:vanaf|met|via)|skickat? från|skickades från|skickat med"
    r"|sendt (?:fra|via|med)|lähetetty|wysłan[eo] z|wysłane przy|odesláno z|odoslané z|poslano (?:z|s|iz|sa)|trimis (?:de pe|din|de la)|από το"
    r"|στάλθηκε από|εστάλη από|изпратено от|отправлено (?:с|из)|надіслано з|küldve|saadetud minu|nosūtīts no|išsiųsta iš|mibgħut|seolta ó"
    r"|sent frá|iphone'?umdan|ipad'?imden|從我的|iphoneから送信|outlook (?:for|für|pour|per|voor|til|para) (?:ios|android)|hent outlook|hämta outlook"
    r"|outlook (?:letöltése|hankkiminen)|holen sie sich outlook|obtenir outlook|obtener outlook|scarica outlook|pobierz outlook"
    r"|download outlook|outlook downloaden)",
    re.IGNORECASE,
)
_MOBILE_THING = re.compile(
    r"\bmy\b|iphone|ipad|ipod|android|black ?berry|outlook|\bmail\b|mailbox|samsung|galaxy|huawei|xiaomi|nokia|phone|mobil|handy|tablet|\bcell"
    r"|device|k-9|yahoo|gmail|windows|puhelime|telefon|telefoon|airmail|proton|gerät|portable|móvil|telemóvel|cellulare",
    re.IGNORECASE,
)
_CONFIDENTIAL = re.compile(
    r"confiden|privileged|vertraulich|riservat|vertrouwelijk|fortroli|konfidential|konfidentiell|sekretess|luottamuksell|poufn|důvěrn|dôvern"
    r"|zaupn|povjerljiv|поверител|конфиденц|конфіденц|εμπιστευτικ|απόρρητ|bizalmas|konfidents|konfidenci|kunfidenzjali|rúnda|faoi rún|gizli"
    r"|trúnaðar|disclaimer|haftungsausschluss|légal|rechtlich geschützt|wiadomość .{0,60}przeznaczon|機密",
    re.IGNORECASE,
)
_ADDRESSEE = re.compile(
    r"intended (?:only|solely|exclusively|recipient|for)|addressee|named recipient|destinat[aá]r|empfänger|adressat|geadresseerde|ontvanger"
    r"|adresat|adresát|vastaanottaj|mottagare|modtager|mottaker|παραλήπτ|αποδέκτ|получател|адресат|címzett|adressaad|adresāt|gavėj|naslovnik"
    r"|primatelj|primaoc|individual or entity|person or entity|alıcı|viðtakand|faighteoir|受信者",
    re.IGNORECASE,
)
_MISSENT = re.compile(
    r"in error|by mistake|delete (?:it|this|the)|destroy|notify (?:the|us)|unauthori[sz]ed|irrtümlich|versehentlich|vernichten|löschen|par erreur"
    r"|détrui|supprim|por error|elimin|por engano|cancell|per errore|vernietig|verwijder|ten onrechte|ved en fejl|af en fejl|av misstag|slet "
    r"|radera|slett|usuń|usuni|zniszcz|omyłk|smaž|odstra|vymaz|vymaž|omylom|omylem|izbriš|pomoto|greškom|изтрий|погреш|ошибк|помилк|εκ παραδρομής"
    r"|διαγρά|din greșeală|ștergeți|töröl|tévedés|kustuta|eksituse|kļūd|dzēs|per klaidą|ištrin|b'żball|trí bhotún|virhe|poistaa|yanlışlıkla|sil"
    r"|copying|disclosure|dissemination|distribution|weitergabe|diffusion|difusión|verspreid|spridning|virus",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"(?:consider|think (?:of|about)) the environment|before printing this|think before you print|originated (?:from )?outside|external (?:e-?mail|sender)"
    r"|(?:this|the) e?-?mail (?:message )?(?:and any attachments )?(?:has been|was) (?:scanned|checked)|scanned (?:for|by) .{0,40}(?:virus|mimecast|symantec"
    r"|messagelabs|mailscanner)|virenfrei|ohne viren|sans virus|virus-?free|libre de virus|denken sie an die umwelt|umwelt .{0,60}(?:ausdruck|drucken)"
    r"|avant d'imprimer|pensez à l'environnement|antes de imprimir|prima di stampare|tänk på miljön|tenk på miljøet|ajattele ympäristöä|denk aan het milieu"
    r"|externe e-?mail|expéditeur externe|do not click (?:on )?(?:links|any)|zanim wydrukujesz|virusmentes",
    re.IGNORECASE,
)


_CLOSING = frozenset(word.rstrip(".") for word in letter_words("closing"))
_THANKS = letter_words("thanks")
_LONGEST_CLOSING = max(word.count(" ") + 1 for word in _CLOSING)
_CONTACT = re.compile(r"\d{3}|@|www\.|https?:|\.\w{2,8}$|\+\d")


def is_delimiter(line: str) -> bool:
    """``-- `` (RFC 3676, section 4.3), also without its blank, and the dash that phones write for it."""
    return line.rstrip() in ("--", "—", "– –") and line[:1] in "-—–"


def is_closing(line: str) -> bool:
    """``Kind regards,`` - alone, or with the name on the same line."""
    if len(line) > 80:
        return False
    words = _bare(line)
    if words in _CLOSING:
        return True
    head, comma, tail = words.partition(",")
    if comma and head.strip() in _CLOSING:
        return len(tail.split()) <= 4
    parts = words.split()
    for n in range(min(_LONGEST_CLOSING, len(parts) - 1), 0, -1):
        closing = " ".join(parts[:n])
        # "Best offer", "Salutations to all": one short word may begin anything
        if (n > 1 or len(closing) > 7) and _bare(closing) in _CLOSING:
            return len(parts) - n <= 4
    return False


def is_thanks(line: str) -> bool:
    """``Many thanks,`` alone on its line: a closing if only a name follows."""
    return len(line) <= 40 and _bare(line) in _THANKS


def _bare(line: str) -> str:
    """A line's words without what stands around them, in small letters."""
    return line.strip(" \t,.;!-–—*_").casefold()


def is_afterthought(line: str) -> bool:
    return line[:16].casefold().startswith(AFTERTHOUGHT)


def is_mobile_note(line: str) -> bool:
    """``Sent from my iPhone`` in the languages that phones speak."""
    return len(line) <= 140 and bool(_MOBILE_OPENS.match(line)) and bool(_MOBILE_THING.search(line))


def is_contact(line: str) -> bool:
    """A line that may stand in a name block: short and no sentence."""
    if len(line) > 90:
        return False
    words = line.count(" ") + 1
    if _CONTACT.search(line):
        return words <= 14
    return (
        words <= 8
        and not (words >= 5 and line[-1] in ".!?:")
        and line[-1] != "?"
        and not line.startswith(("- ", "* ", "• "))
    )


def disclaims(paragraph: str) -> int:
    """How many signs of a legal notice a paragraph shows; two make a disclaimer."""
    cut = paragraph[:2_000]
    if _BOILERPLATE.search(cut[:400]):
        return 2
    return sum(bool(sign.search(cut)) for sign in (_CONFIDENTIAL, _ADDRESSEE, _MISSENT))


def farewell(lines: Sequence[str], at: int, end: int) -> int:
    """How far a signature that begins on line ``at`` is still the letter (exclusive): closing, name, a number.

    The job title and the address below are not: "Head of Shared Services" says nothing of a case, and the
    link to the town's front page is no answer. ``at`` if the signature does not begin with a closing.
    """
    stop, taken = at, 0
    for n in range(at, end):
        line = lines[n]
        if not line:
            continue
        if taken == 0:
            if is_thanks(line) or _is_bare_closing(line):
                taken = 1
            elif is_closing(line):
                taken = 2  # the name stands on the same line
            else:
                return at
        elif is_mobile_note(line) or taken > 3:
            break
        elif (taken == 1 and len(line.split()) <= 5 and not _CONTACT.search(line)) or _is_phone(line):
            taken += 1
        else:
            break
        stop = n + 1
    return stop


def _is_bare_closing(line: str) -> bool:
    return len(line) <= 80 and _bare(line) in _CLOSING


def _is_phone(line: str) -> bool:
    """``070-0000000``, ``Tel. +45 00 00 00 00``."""
    return len(line) <= 40 and sum(map(str.isdigit, line)) >= 5 and sum(map(str.isalpha, line)) <= 6


def name_block(lines: Sequence[str], at: int, end: int) -> int:
    """Where the block of contact lines that begins at the closing on line ``at`` stops (exclusive)."""
    stop, blank, taken = at + 1, 0, 0
    for n in range(at + 1, end):
        line = lines[n]
        if not line:
            blank += 1
            if blank > 3 and taken:
                break
            continue
        if is_afterthought(line) or not is_contact(line) or taken >= 15:
            break
        taken, blank, stop = taken + 1, 0, n + 1
    return stop
