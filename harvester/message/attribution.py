"""How mail clients announce somebody else's words, in the languages our respondents write.

Three shapes: a header block (``From:``/``Sent:``/``To:``/``Subject:`` lines), an attribution line
(``On ... wrote:``), a separator (``-----Original Message-----``, ``Begin forwarded message:``).
Words are looked up, lines are cut at 1,000 characters and no pattern nests repeats: time stays linear.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

LINE_CUT = 1_000
WRAPPED = 3
"""An attribution line may be wrapped over so many lines."""

_FORMAT = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\ufeff\u00ad"))
_DRESS = "*_~`'\"|> \t\xa0"  # what markdown and plain-text versions of bold leave around a label

LABELS: dict[str, str] = {
    # bg hr/sr/bs cs da de el en es et fi fr ga hu is it ja lt lv mt nl no pl pt ro ru sk sl sv tr uk
    "from": "from, von, de, da, van, od, fra, från, lähettäjä, από, απο, от, otkud, pošiljatelj, saatja, kellelt, ó, feladó,"
    " frá, nuo, siuntėjas, no, sūtītājs, minn, mingħand, remitente, expéditeur, afzender, mittente, remetente, expeditor,"
    " kimden, gönderen, від, od koga, odesílatel, odosielateľ, nadawca, avsender, avsändare, afsender, αποστολέας, подател,"
    " отправитель, відправник, 差出人, 送信者, absender, gesendet von, envoyé par, da parte di",
    "sent": "sent, date, gesendet, datum, envoyé, envoyé le, date d'envoi, enviado, enviado el, enviada, enviada em, enviado em,"
    " fecha, data, inviato, inviata, verzonden, verzonden op, sendt, dato, skickat, lähetetty, päivämäärä, päiväys, pvm, στάλθηκε,"
    " εστάλη, ημερομηνία, изпратено, изпратено на, дата, odesláno, odoslané, dátum, poslano, poslané, poslal, wysłano, data wysłania,"
    " wysłane, trimis, trimis la, trimisă, expediat, elküldve, küldve, küldés ideje, saadetud, kuupäev, išsiųsta, data ir laikas,"
    " nosūtīts, datums, mibgħut, mibgħuta, seolta, dáta, sent on, отправлено, дата отправки, надіслано, відправлено, gönderildi,"
    " gönderilen tarih, tarih, gönderme tarihi, sent date, 送信日時, 日時, 日付, dagsetning, sent þann, gönderim tarihi, vrijeme,"
    " čas, datum in čas, дата и время, sendt den, skickad, skrevet",
    "to": "to, an, à, a, para, aan, til, till, vastaanottaja, kenelle, προς, до, komu, za, prima, primatelj, do, către, catre, címzett,"
    " kellele, saaja, kam, gavėjas, kam:, adresāts, lil, chuig, chun, кому, kime, alıcı, 宛先, destinataire, destinatario,"
    " destinatário, pour, naar, empfänger, mottaker, mottagare, modtager, für, per, získal, adresat, prejemnik, príjemca, příjemce",
    "cc": "cc, kopie, kopie an, copie, copie à, copia, con copia, kópia, kopia, kopi, kopija, kopie:, κοιν, κοινοποίηση, копие, kopio, tiedoksi,"
    " másolatot kap, másolat, koopia, kopijas, cóip, копия, копія, bilgi, dw, do wiadomości, 同報, ccn, bcc, blindkopie, cci, cco, afrit, kk,"
    " na vědomí, sk, in kopie, i kopi, c.c.",
    "subject": "subject, betreff, objet, sujet, asunto, oggetto, onderwerp, emne, ämne, aihe, θέμα, тема, относно, předmět, predmet, naslov,"
    " temat, assunto, subiect, tárgy, teema, tema, temats, suġġett, ábhar, konu, 件名, efni, viðfangsefni, zadeva, vec, dalykas, betr, re,"
    " subiectul, титла",
    "other": "reply-to, antwort an, antworten an, importance, wichtigkeit, priority, priorität, attachments, anlagen, anhänge, pièces jointes,"
    " date d'envoi, répondre à, responder a, organisation, importancia, importanza, prioridad, adjuntos, allegati, bijlagen, vedhæftede filer,"
    " liitteet, załączniki, přílohy, message-id, bilagor, sender, in-reply-to, references, newsgroups, 添付ファイル, importância,"
    " vedlegg, anexos, приложения, вложения, συνημμένα, ważność, důležitost, prioritet, priorité, urgentie, tärkeys, betydelse",
}
"""Header labels by their role; a word may stand for one role only."""

VERBS = (
    "wrote, writes, schrieb, schrieben, schreibt, geschrieben, a écrit, écrit, écrivait, escribió, escribio, ha escrito, ha scritto,"
    " scrive, scritto, schreef, schreven, geschreven, skrev, skrifaði, ritaði, kirjoitti, έγραψε, γράφει, έγραφε, написа, написал, написала,"
    " написал(а), написав, написала, пише, писал, пишет, napsal, napsala, napsal(a), napísal, napísala, napísal(a), píše, napisał, napisała,"
    " napisał(a), napisala, pisze, napisao, napisao je, napisao/la, napisao(la), je napisao, je napisala, napisal, je napisal, piše,"
    " escreveu, a scris, a scris:, írta, ezt írta, kirjutas, rašė, parašė, rakstīja, uzrakstīja, kiteb, kitbet, scríobh, yazdı, şunları yazdı,"
    " şunu yazdı, さんは書きました, のメッセージ, 書きました, さんのメール, напиша, пожаловал, пише"
)

ORIGINAL = (
    "original message, original mail, originalnachricht, original-nachricht, ursprüngliche nachricht, ursprüngliche mail, originalmail,"
    " message d'origine, message d’origine, message original, message initial, mensaje original, messaggio originale, messaggio di origine,"
    " oorspronkelijk bericht, origineel bericht, oprindelig meddelelse, oprindelig besked, original meddelelse, ursprungligt meddelande,"
    " originalmeddelande, opprinnelig melding, original melding, alkuperäinen viesti, oryginalna wiadomość, wiadomość oryginalna,"
    " wiadomość pierwotna, původní zpráva, pôvodná správa, mensagem original, αρχικό μήνυμα, оригинално съобщение, първоначално съобщение,"
    " mesaj original, mesajul original, eredeti üzenet, originalus laiškas, pradinis pranešimas, originalus pranešimas, sākotnējais ziņojums,"
    " oriģinālais ziņojums, algne kiri, algne sõnum, algsõnum, esialgne kiri, izvorna poruka, originalna poruka, izvirno sporočilo,"
    " prvotno sporočilo, messaġġ oriġinali, bunteachtaireacht, teachtaireacht bhunaidh, исходное сообщение, оригинальное сообщение,"
    " оригінальне повідомлення, вихідне повідомлення, orijinal ileti, orijinal mesaj, özgün ileti, upprunaleg skilaboð, upphafleg skilaboð,"
    " 元のメッセージ, オリジナルメッセージ, original appointment, ursprünglicher termin, reply message, antwortnachricht, missatge original"
)

FORWARDED = (
    "forwarded message, begin forwarded message, forwarded mail, forwarded by, forwarded email, weitergeleitete nachricht,"
    " anfang der weitergeleiteten nachricht, anfang der weitergeleiteten e-mail, beginn der weitergeleiteten nachricht, weitergeleitete mail,"
    " message transféré, message transmis, début du message transféré, début du message réexpédié, message réexpédié, mail transféré,"
    " mensaje reenviado, inicio del mensaje reenviado, messaggio inoltrato, inizio messaggio inoltrato, inizio del messaggio inoltrato,"
    " doorgestuurd bericht, begin doorgestuurd bericht, doorgezonden bericht, videresendt meddelelse, start på videresendt besked,"
    " begynd videresendt besked, videresendt besked, vidarebefordrat meddelande, vidarebefordrat brev, påbörja vidarebefordrat meddelande,"
    " videresendt melding, start på videresendt melding, välitetty viesti, edelleenlähetetty viesti, välitetty viesti alkaa,"
    " przekazana wiadomość, wiadomość przekazana dalej, wiadomość napisana przez, początek przekazywanej wiadomości, przeposlaná zpráva,"
    " přeposlaná zpráva, předaná zpráva, preposlaná správa, posredovano sporočilo, proslijeđena poruka, mensagem encaminhada,"
    " mensagem reencaminhada, início da mensagem encaminhada, início da mensagem reencaminhada, προωθημένο μήνυμα, προωθημένο μήνυμα ηλεκτρονικού ταχυδρομείου,"
    " препратено съобщение, начало на препратено съобщение, mesaj redirecționat, mesaj retransmis, mesajul redirecționat,"
    " továbbított üzenet, továbbított levél, persiųstas laiškas, persiųstas pranešimas, pārsūtīts ziņojums, pārsūtītā ziņa, edastatud kiri,"
    " edastatud sõnum, messaġġ mgħoddi, teachtaireacht ar aghaidh, пересылаемое сообщение, пересланное сообщение, начало переадресованного сообщения,"
    " переслане повідомлення, пересланий лист, iletilen mesaj, yönlendirilen ileti, iletilmiş mesaj, áframsent skilaboð, áframsend skilaboð,"
    " 転送メッセージ, 転送されたメッセージ, missatge reenviat"
)

OPENERS = (
    "on, am, le, el, il, op, den, dne, dňa, dnia, w dniu, em, a, la, pe, în, στις, την, на, в, ngày, il-, ar, på, the, kl, el día, o dia, date,"
    " po, u, dana, em, 2, 20"
)

_WEEKDAY = (
    "mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|gio|maa|tis|ons|tor|fre|lör|sön|man|lør"
    "|søn|pon|wto|śro|czw|pią|sob|nie|pá|ma|ti|ke|to|pe|la|su|пон|вто|сре|чет|пет|съб|нед|вт|ср|чт|пт|сб|вс|пн|δευ|τρι|τετ|πεμ|παρ|σαβ|κυρ"
)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


_ROLE = {word.casefold().rstrip(":"): role for role, words in LABELS.items() for word in _words(words)}
_LONGEST_LABEL = max(map(len, _ROLE))
_ORIGINAL = frozenset(word.casefold() for word in _words(ORIGINAL))
_FORWARDED = frozenset(word.casefold() for word in _words(FORWARDED))
_VERB = re.compile(
    r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, set(_words(VERBS))), key=len, reverse=True)) + r")(?!\w)"
    r"|書きました|のメッセージ|さんのメール",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d\d|\d{4}年")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_ADDRESS = re.compile(r"[^\s<>@]@[\w-]|\[mailto:")
_OPENS = re.compile(
    r"\W{0,3}(?:(?:"
    + "|".join(sorted(map(re.escape, set(_words(OPENERS))), key=len, reverse=True))
    + r")\s|(?:"
    + _WEEKDAY
    + r")\w{0,9}[.,]?\s|\d)",
    re.IGNORECASE,
)
_RULE = re.compile(r"[-_=*–—\s]{5,}$")


class Sign(IntEnum):
    """How sure an attribution line is."""

    NONE = 0
    WEAK = 1  # counts where quoted lines follow
    STRONG = 2  # counts by itself: all that follows is quoted


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Lines ``start`` to ``end`` (half-open) are a header block; the words quoted begin at ``end``."""

    start: int
    end: int


def plain(line: str) -> str:
    """A line without its quote marks, invisible characters and length beyond what we look at."""
    cut = line[:LINE_CUT]
    if not cut.isascii():
        cut = cut.translate(_FORMAT).replace("\xa0", " ")
    return cut.strip(" \t\r>|")


def role(line: str) -> str | None:
    """The role of a header label at the start of a (plain) line: ``*Van:* Anna`` is ``from``."""
    at = line.find(":", 0, _LONGEST_LABEL + 8)
    if at < 0:
        at = line.find("：", 0, _LONGEST_LABEL + 8)
        if at < 0:
            return None
    return _ROLE.get(line[:at].strip(_DRESS).casefold())


def header_block(lines: Sequence[str], at: int, *, announced: bool = False) -> HeaderBlock | None:
    """A header block that begins at line ``at``.

    Three different labels within a dozen lines; two are enough where a separator ``announced`` it.
    Long values may be folded over lines, and HTML leaves blank lines between labels.
    """
    first = role(lines[at])
    if first not in ("from", "sent", "subject", "to"):
        return None
    roles = {first}
    end, strange = at + 1, 0
    for n in range(at + 1, min(at + 14, len(lines))):
        line = lines[n]
        found = role(line)
        if found is not None:
            roles.add(found)
            end, strange = n + 1, 0
        elif line:
            strange += 1
            if strange > 2 or roles >= {"from", "sent", "to", "subject"}:
                break
    proper = roles - {"other", "cc"}
    enough = len(proper) >= 3 and "from" in proper
    # a reply's block names the writer first; two labels need an address or a date to be believed
    if not enough and len(roles) >= 2 and "from" in proper and first == "from":
        joined = " ".join(lines[at:end])
        enough = announced or bool(_ADDRESS.search(joined) and _YEAR.search(joined))
    return HeaderBlock(at, end) if enough else None


def separator(line: str) -> str | None:
    """``original`` or ``forwarded`` for the lines that announce another mail, else None."""
    if len(line) > 120:
        return None
    core = line.strip("-–—_=*#~<>: \t.")
    words = core.casefold()
    dashed = len(line) - len(core) >= 4 and line[:1] in "-–—_=*#~"
    if words in _FORWARDED and (dashed or line.endswith((":", "："))):
        return "forwarded"
    if dashed and words in _ORIGINAL:
        return "original"
    # Lotus Notes: "----- Forwarded by Anna Berg/TOWN on 03.08.2010 14:02 -----"
    if dashed and words.startswith(("forwarded by ", "weitergeleitet von ", "transféré par ")):
        return "forwarded"
    return None


def is_rule(line: str) -> bool:
    """A drawn line: ``________________``, ``----------``."""
    return len(line) >= 5 and line[0] in "-_=*–—" and _RULE.match(line) is not None


def attribution(line: str) -> Sign:
    """How surely one (joined, plain) line is ``On ... wrote:`` in any of our languages."""
    line = line.strip("- \t*_")
    if len(line) < 6 or len(line) > 600:
        return Sign.NONE
    verb = _VERB.search(line) is not None
    if not verb and line[-1] not in ":：":
        return Sign.NONE
    if verb and line[-1] not in ":：" and not line.endswith(("----", "wrote", "schrieb", "écrit")):
        return Sign.NONE
    year, clock, address = _YEAR.search(line), _CLOCK.search(line), _ADDRESS.search(line)
    if verb and (year or _OPENS.match(line)) and (clock or address):
        return Sign.STRONG
    if verb and (year or address):
        return Sign.WEAK
    if (address and (year or clock)) or (year and clock):
        return Sign.WEAK  # "2016-10-24 15:36 GMT+02:00 Anna <anna@town.example>:"
    return Sign.WEAK if verb and len(line) < 80 else Sign.NONE


def attribution_ending_at(lines: Sequence[str], at: int) -> tuple[int, Sign]:
    """(first line, sign) of the attribution whose last line is ``at``; ``(at, Sign.NONE)`` if there is none."""
    last = lines[at].rstrip("- \t*_")
    if not last or (last[-1] not in ":：" and "----" not in lines[at][-6:]):
        return at, Sign.NONE
    best = attribution(lines[at])
    if best and _dated(lines[at]):
        return at, best
    joined = lines[at]
    for start in range(at - 1, max(-1, at - WRAPPED), -1):
        if not lines[start] or len(joined) > 600:
            break
        joined = f"{lines[start]} {joined}"
        if not (_OPENS.match(lines[start]) and _dated(lines[start])):
            continue
        sign = attribution(joined)
        if sign:
            return start, sign
    return at, best


def _dated(line: str) -> bool:
    return bool(_YEAR.search(line) or _CLOCK.search(line))
