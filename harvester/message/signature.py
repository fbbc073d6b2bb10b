"""What stands below a person's words: closing and contact lines, notes of mobile phones, disclaimers.

Everything here looks at single (plain) lines; ``segments`` decides where such lines may stand.
"""

import re
from collections.abc import Sequence

CLOSINGS = (
    # en
    "kind regards, best regards, warm regards, warmest regards, kindest regards, with kind regards, with best regards, regards, many regards,"
    " best wishes, with best wishes, all the best, yours sincerely, sincerely, sincerely yours, yours faithfully, yours truly, cordially,"
    " respectfully, respectfully yours, cheers, with thanks and regards, thanks and regards, best, yours, "
    # de
    "mit freundlichen grüßen, mit freundlichen grüssen, mit freundlichem gruß, mit freundlichem gruss, freundliche grüße, freundliche grüsse,"
    " viele grüße, viele grüsse, beste grüße, beste grüsse, herzliche grüße, herzliche grüsse, mit besten grüßen, mit besten grüssen,"
    " mit herzlichen grüßen, schöne grüße, liebe grüße, hochachtungsvoll, mfg, lg, vg, gruß, gruss, grüße, grüsse, i.a., im auftrag, i. a.,"
    # fr
    " cordialement, bien cordialement, très cordialement, sincères salutations, salutations distinguées, meilleures salutations,"
    " bien à vous, avec mes meilleures salutations, respectueusement, amicalement, cdlt, salutations cordiales, salutations,"
    # es pt it
    " un saludo, un saludo cordial, un cordial saludo, saludos cordiales, saludos, atentamente, reciba un cordial saludo, muy atentamente,"
    " saludos atentos, com os melhores cumprimentos, melhores cumprimentos, os melhores cumprimentos, cumprimentos, atenciosamente,"
    " com os meus cumprimentos, saudações cordiais, cordiais saudações, atentamente, cordiali saluti, distinti saluti, cordialmente,"
    " un cordiale saluto, saluti, i migliori saluti, con i migliori saluti, tanti saluti,"
    # nl
    " met vriendelijke groet, met vriendelijke groeten, vriendelijke groet, vriendelijke groeten, hartelijke groet, hartelijke groeten,"
    " groeten, groet, hoogachtend, mvg, met hartelijke groet,"
    # sv da no is fi
    " med vänlig hälsning, med vänliga hälsningar, vänliga hälsningar, vänlig hälsning, hälsningar, bästa hälsningar, mvh,"
    " med venlig hilsen, venlig hilsen, med venlige hilsner, venlige hilsner, mange hilsner, de bedste hilsner, bedste hilsner, hilsen, kh, vh,"
    " med vennlig hilsen, vennlig hilsen, beste hilsen, hilsener, bestu kveðjur, kær kveðja, með kveðju, með bestu kveðju, kveðja,"
    " ystävällisin terveisin, terveisin, parhain terveisin, kunnioittavasti, yt, terv,"
    # pl cs sk sl hr bg
    " z poważaniem, pozdrawiam, z wyrazami szacunku, łączę wyrazy szacunku, serdecznie pozdrawiam, z pozdrowieniami, pozdrowienia,"
    " s pozdravem, s přátelským pozdravem, se srdečným pozdravem, s úctou, zdravím, hezký den, s pozdravom, s priateľským pozdravom,"
    " s úctou, lep pozdrav, lepo pozdravljeni, s spoštovanjem, z lepimi pozdravi, prijazen pozdrav, s poštovanjem, srdačan pozdrav,"
    " lijep pozdrav, pozdrav, с уважение, поздрави, с поздрав, с най-добри пожелания,"
    # ro hu et lv lt mt ga
    " cu stimă, cu respect, cu deosebită considerație, cu deosebită stimă, numai bine, o zi bună, üdvözlettel, tisztelettel, szívélyes üdvözlettel,"
    " lugupidamisega, parimate soovidega, heade soovidega, tervitustega, ar cieņu, cieņā, ar sveicieniem, pagarbiai, su pagarba, geriausi linkėjimai,"
    " tislijiet, dejjem tiegħek, bl-aħjar xewqat, dejjem tagħkom, le dea-mhéin, le gach dea-mhéin, is mise le meas, le meas, beir bua,"
    # el tr uk ru ja
    " με εκτίμηση, με φιλικούς χαιρετισμούς, φιλικά, με τιμή, χαιρετισμούς, saygılarımla, saygılarımızla, iyi çalışmalar, sevgiler,"
    " з повагою, з найкращими побажаннями, с уважением, с наилучшими пожеланиями, 敬具, 以上"
)
"""Words with which a letter ends."""

THANKS = (
    "thanks, many thanks, thank you, with thanks, thanks again, thx, danke, vielen dank, besten dank, merci, merci d'avance, gracias,"
    " muchas gracias, grazie, obrigado, obrigada, bedankt, dank u, tack, tak, mange tak, kiitos, takk, dziękuję, děkuji, ďakujem, hvala,"
    " mulțumesc, köszönöm, aitäh, paldies, ačiū, ευχαριστώ, благодаря, спасибо, дякую, teşekkürler"
)
"""Words that end a letter only where nothing but a name follows."""

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


def _set(words: str) -> frozenset[str]:
    return frozenset(w for w in (word.strip().casefold().rstrip(".") for word in words.split(",")) if w)


_CLOSING = _set(CLOSINGS)
_THANKS = _set(THANKS)
_FULL = tuple(sorted((w for w in _CLOSING if " " in w or len(w) > 7), key=len, reverse=True))
_CONTACT = re.compile(r"\d{3}|@|www\.|https?:|\.\w{2,8}$|\+\d")
_PHONE_OR_DOMAIN = re.compile(r"[\W\d]*(?:\w{1,6}[.:])?[\W\d]*$|\S+@\S+$|(?:https?://|www\.)?[\w-]+(?:\.[\w-]+)+/?$", re.IGNORECASE)


def is_delimiter(line: str) -> bool:
    """``-- `` (RFC 3676, section 4.3), also without its blank, and the dash that phones write for it."""
    return line.rstrip() in ("--", "—", "– –") and line[:1] in "-—–"


def is_closing(line: str) -> bool:
    """``Kind regards,`` - alone, or with the name on the same line."""
    if len(line) > 80:
        return False
    words = line.strip(" \t,.;!-–—*_").casefold()
    if words in _CLOSING:
        return True
    for closing in _FULL:
        if words.startswith(closing) and not words[len(closing)].isalnum():
            return len(words[len(closing) :].split()) <= 4
    head, comma, tail = words.partition(",")
    return bool(comma) and head.strip() in _CLOSING and len(tail.split()) <= 4


def is_thanks(line: str) -> bool:
    """``Many thanks,`` alone on its line: a closing if only a name follows."""
    return len(line) <= 40 and line.strip(" \t,.;!-–—*_").casefold() in _THANKS


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
    return words <= 8 and not (words >= 5 and line[-1] in ".!?:") and line[-1] != "?" and not line.startswith(("- ", "* ", "• "))


def disclaims(paragraph: str) -> int:
    """How many signs of a legal notice a paragraph shows; two make a disclaimer."""
    cut = paragraph[:2_000]
    if _BOILERPLATE.search(cut[:400]):
        return 2
    return sum(bool(sign.search(cut)) for sign in (_CONFIDENTIAL, _ADDRESSEE, _MISSENT))


def farewell(block: str) -> int:
    """How many characters of a signature block are still words of the letter: closing, name, a number.

    The job title and the address below are not: "Head of Shared Services" says nothing of a case.
    A block that does not begin with a closing has none.
    """
    end = at = taken = 0
    for line in block.splitlines(keepends=True):
        words = line.strip(" \t\r\n*_>")
        at += len(line)
        if not words:
            continue
        if is_mobile_note(words):
            break
        if taken == 0:
            if not (is_closing(words) or is_thanks(words)):
                return 0
        elif taken == 1:
            if len(words.split()) > 5 and not is_closing(words):
                break
        elif taken > 3 or not (_PHONE_OR_DOMAIN.match(words) or is_closing(words)):
            break
        taken += 1
        end = at
    return end


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
