"""Whose words are these: own, quoted, forwarded, signature, disclaimer, ours."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.message.known import KnownTexts
from harvester.message.segments import segment
from harvester.model import Segment, SegmentKind

OURS = """Request: how do you share your services?

Please tell us whether two or more of the towns in your district run one office together.

Have your residents taken over a swimming pool or a library that the town could no longer pay for?

Thank you for all the examples that you can send to us before the end of August."""


def words(text: str, kind: SegmentKind, ours: str = "", marks: tuple[Segment, ...] = ()) -> str:
    """What of the text is of this kind, white space collapsed."""
    known = KnownTexts([ours]).spans(text) if ours else ()
    return " ".join(" ".join(text[s.start : s.end] for s in segment(text, marks, known) if s.kind is kind).split())


def own(text: str, ours: str = "") -> str:
    return words(text, SegmentKind.OWN, ours)


ANSWER = "We share a waste service with two other towns."

ATTRIBUTIONS = {
    "en": "On 3 Aug 2010, at 10:12, Desk <desk@lga.example> wrote:",
    "en-us": "On Tue, Aug 3, 2010 at 2:14 PM, Desk <desk@lga.example> wrote:",
    "de": "Am 03.08.2010 um 10:12 schrieb Desk <desk@lga.example>:",
    "fr": "Le 3 août 2010 à 10:12, Desk <desk@lga.example> a écrit :",
    "es": "El 3 de agosto de 2010, 10:12, Desk <desk@lga.example> escribió:",
    "pt": "Em 3 de agosto de 2010 10:12, Desk <desk@lga.example> escreveu:",
    "it": "Il giorno 03 agosto 2010, alle ore 10:12, Desk <desk@lga.example> ha scritto:",
    "nl": "Op 3 aug. 2010 om 10:12 schreef Desk <desk@lga.example>:",
    "sv": "Den tis 3 aug. 2010 kl 10:12 skrev Desk <desk@lga.example>:",
    "da": "Den 3. aug. 2010 kl. 10.12 skrev Desk <desk@lga.example>:",
    "no": "tir. 3. aug. 2010 kl. 10:12 skrev Desk <desk@lga.example>:",
    "is": "þri., 3. ágú. 2010 kl. 10:12 skrifaði Desk <desk@lga.example>:",
    "fi": "Desk <desk@lga.example> kirjoitti 3.8.2010 kello 10.12:",
    "et": "Kuupäeval 3. august 2010 10:12 kirjutas Desk <desk@lga.example>:",
    "lv": "otrd., 2010. g. 3. aug., plkst. 10:12 — lietotājs Desk <desk@lga.example> rakstīja:",
    "lt": "2010-08-03, antr., 10:12 Desk <desk@lga.example> rašė:",
    "pl": "W dniu 3 sierpnia 2010 10:12 Desk <desk@lga.example> napisał(a):",
    "cs": "Dne 3. srpna 2010 10:12 Desk <desk@lga.example> napsal(a):",
    "sk": "Dňa 3. augusta 2010 10:12 Desk <desk@lga.example> napísal(a):",
    "sl": "V tor., 3. avg. 2010 ob 10:12 je oseba Desk <desk@lga.example> napisala:",
    "hr": "Dana 3. kolovoza 2010. 10:12 Desk <desk@lga.example> napisao je:",
    "bg": "На 3 август 2010 г., 10:12 Desk <desk@lga.example> написа:",
    "ro": "În mar., 3 aug. 2010 la 10:12, Desk <desk@lga.example> a scris:",
    "hu": "Desk <desk@lga.example> ezt írta (időpont: 2010. aug. 3., K, 10:12):",
    "el": "Στις 3 Αυγούστου 2010 10:12, Desk <desk@lga.example> έγραψε:",
    "mt": "Fit-3 t'Awwissu 2010 10:12, Desk <desk@lga.example> kiteb:",
    "ga": "Ar 3 Lúnasa 2010 10:12, scríobh Desk <desk@lga.example>:",
    "tr": "Desk <desk@lga.example>, 3 Ağu 2010 Sal, 10:12 tarihinde şunu yazdı:",
    "uk": "вт, 3 серп. 2010 р. о 10:12 Desk <desk@lga.example> пише:",
    "ru": "вт, 3 авг. 2010 г. в 10:12, Desk <desk@lga.example> написал(а):",
    "ja": "2010年8月3日(火) 10:12 Desk <desk@lga.example> のメッセージ:",
}

HEADERS = {
    "bg": "От: Desk\nИзпратено: 03 август 2010 10:12\nДо: Anna\nОтносно: Request",
    "cs": "Od: Desk\nOdesláno: úterý 3. srpna 2010 10:12\nKomu: Anna\nPředmět: Request",
    "da": "Fra: Desk\nSendt: 3. august 2010 10:12\nTil: Anna\nEmne: Request",
    "de": "Von: Desk\nGesendet: Dienstag, 3. August 2010 10:12\nAn: Anna\nBetreff: Request",
    "el": "Από: Desk\nΣτάλθηκε: 3 Αυγούστου 2010 10:12\nΠρος: Anna\nΘέμα: Request",
    "en": "From: Desk\nSent: 03 August 2010 10:12\nTo: Anna\nSubject: Request",
    "es": "De: Desk\nEnviado el: martes, 3 de agosto de 2010 10:12\nPara: Anna\nAsunto: Request",
    "et": "Saatja: Desk\nSaadetud: 3. august 2010 10:12\nAdressaat: Anna\nTeema: Request",
    "fi": "Lähettäjä: Desk\nLähetetty: 3. elokuuta 2010 10:12\nVastaanottaja: Anna\nAihe: Request",
    "fr": "De : Desk\nEnvoyé : mardi 3 août 2010 10:12\nÀ : Anna\nObjet : Request",
    "ga": "Ó: Desk\nSeolta: 3 Lúnasa 2010 10:12\nChuig: Anna\nÁbhar: Request",
    "hr": "Od: Desk\nPoslano: 3. kolovoza 2010. 10:12\nPrima: Anna\nPredmet: Request",
    "hu": "Feladó: Desk\nElküldve: 2010. augusztus 3. 10:12\nCímzett: Anna\nTárgy: Request",
    "is": "Frá: Desk\nSent: 3. ágúst 2010 10:12\nTil: Anna\nEfni: Request",
    "it": "Da: Desk\nInviato: martedì 3 agosto 2010 10:12\nA: Anna\nOggetto: Request",
    "ja": "差出人: Desk\n送信日時: 2010年8月3日 10:12\n宛先: Anna\n件名: Request",
    "lt": "Nuo: Desk\nIšsiųsta: 2010 m. rugpjūčio 3 d. 10:12\nKam: Anna\nTema: Request",
    "lv": "No: Desk\nNosūtīts: 2010. gada 3. augusts 10:12\nKam: Anna\nTēma: Request",
    "mt": "Minn: Desk\nMibgħut: 3 ta' Awwissu 2010 10:12\nLil: Anna\nSuġġett: Request",
    "nl": "Van: Desk\nVerzonden: dinsdag 3 augustus 2010 10:12\nAan: Anna\nOnderwerp: Request",
    "no": "Fra: Desk\nSendt: 3. august 2010 10:12\nTil: Anna\nEmne: Request",
    "pl": "Od: Desk\nWysłano: 3 sierpnia 2010 10:12\nDo: Anna\nTemat: Request",
    "pt": "De: Desk\nEnviada: 3 de agosto de 2010 10:12\nPara: Anna\nAssunto: Request",
    "ro": "De la: Desk\nTrimis: 3 august 2010 10:12\nCătre: Anna\nSubiect: Request",
    "ru": "От: Desk\nОтправлено: 3 августа 2010 г. 10:12\nКому: Anna\nТема: Request",
    "sk": "Od: Desk\nOdoslané: utorok 3. augusta 2010 10:12\nKomu: Anna\nPredmet: Request",
    "sl": "Od: Desk\nPoslano: 3. avgust 2010 10:12\nZa: Anna\nZadeva: Request",
    "sv": "Från: Desk\nSkickat: den 3 augusti 2010 10:12\nTill: Anna\nÄmne: Request",
    "tr": "Kimden: Desk\nGönderildi: 3 Ağustos 2010 10:12\nKime: Anna\nKonu: Request",
    "uk": "Від: Desk\nНадіслано: 3 серпня 2010 р. 10:12\nКому: Anna\nТема: Request",
}


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_what_follows_an_attribution_is_quoted_in_every_language(line: str) -> None:
    assert own(f"{ANSWER}\n\n{line}\n\n> Do you share services?\n> Tell us.\n") == ANSWER


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_an_attribution_wrapped_over_two_lines_is_quoted(line: str) -> None:
    head, blank, tail = line.rpartition(" ")
    assert own(f"{ANSWER}\n\n{head}\n{tail}\n> Do you share services?\n> Tell us.\n") == ANSWER, blank


@pytest.mark.parametrize("block", HEADERS.values(), ids=HEADERS.keys())
def test_what_follows_a_header_block_is_quoted_in_every_language(block: str) -> None:
    assert own(f"{ANSWER}\n\n{block}\n\nDo you share services?\nTell us.\n") == ANSWER


@pytest.mark.parametrize("block", HEADERS.values(), ids=HEADERS.keys())
def test_a_header_block_in_bold_marks_or_behind_a_line_is_seen(block: str) -> None:
    bold = "\n".join(f"*{line.partition(':')[0]}:*{line.partition(':')[2]}" for line in block.split("\n"))
    assert own(f"{ANSWER}\n\n{bold}\n\nDo you share services?\n") == ANSWER
    assert own(f"{ANSWER}\n\n{'_' * 32}\n{block}\n\nDo you share services?\n") == ANSWER


@pytest.mark.parametrize(
    "line",
    [
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "-----Message d'origine-----",
        "-----Mensaje original-----",
        "-----Messaggio originale-----",
        "-----Oryginalna wiadomość-----",
        "-----Αρχικό μήνυμα-----",
        "-----Оригинално съобщение-----",
        "-----Eredeti üzenet-----",
        "-------- Original message --------",
        "---------- Forwarded message ----------",
        "---------- Weitergeleitete Nachricht ----------",
        "Begin forwarded message:",
        "Début du message réexpédié :",
        "----- Forwarded by Anna Berg/TOWN on 03.08.2010 14:02 -----",
    ],
)
def test_a_separator_ends_the_own_words(line: str) -> None:
    assert own(f"{ANSWER}\n\n{line}\nFrom: Desk\nTo: Anna\n\nDo you share services?\n") == ANSWER


@pytest.mark.parametrize(
    "above",
    [
        ">>> Desk <desk@lga.example> 03/08/2010 10:12 >>>",
        "Desk <desk@lga.example>\n03.08.2010 10:12\n\nAn\nanna@town.example\nKopie\n\nThema\nRequest\n",
        "Desk/LGA@LGA wrote on 08/03/2010 10:12:33 AM:",
        "--- On Tue, 3/8/10, Desk <desk@lga.example> wrote:",
    ],
    ids=["groupwise", "notes", "notes of the web", "yahoo"],
)
def test_what_stands_below_the_lines_of_rarer_clients_is_quoted(above: str) -> None:
    assert own(f"{ANSWER}\n\n{above}\nDo you share services?\n") == ANSWER


def test_a_citation_without_a_verb_is_one_where_a_quote_follows() -> None:
    assert own(f"{ANSWER}\n\nQuoting Desk <desk@lga.example>:\n\n> Do you share?\n") == ANSWER
    listed = "Ask Anna <anna@town.example>: she runs it."
    assert own(listed) == listed


def test_a_date_and_a_mailbox_above_a_quote_announce_it() -> None:
    assert own(f"{ANSWER}\n\n2010/8/3 Desk <desk@lga.example>\n\n> Do you share?\n") == ANSWER
    kept = "2010/8/3 Ask <desk@lga.example>"
    assert own(f"{ANSWER}\n\n{kept}\n\nWe do.\n") == f"{ANSWER} {kept} We do."


def test_what_a_help_desk_puts_below_its_line_is_quoted() -> None:
    below = "##- Please type your reply above this line -##\n\nYour request (12) was updated."
    assert own(f"{ANSWER}\n\n{below}\n") == ANSWER
    assert own(f"{below}\n\n{ANSWER}\n").endswith(ANSWER)
    assert own("The name stands above this line.") == "The name stands above this line."


def test_answers_between_quoted_lines_stay_own() -> None:
    text = "> Do you share services?\n\nYes, waste.\n\n> Since when?\n\nSince 2008.\n"
    assert own(text) == "Yes, waste. Since 2008."


@pytest.mark.parametrize(
    "text",
    [
        "Hello Jo,\n\nMonday, 9 Aug 2010, 10:00 you wrote:\n\nJF> Who pays?\n\nBoth.\n\nJF> Who decides?\nThe board.",
        "Hello Jo,\n\nOn 9 Aug 2010, at 10:00, Desk wrote:\n| Who pays?\nBoth.\n| Who decides?\nThe board.",
        "Hello Jo,\n\nOn 9 Aug 2010, at 10:00, Desk wrote:\n: Who pays?\n\nBoth.\n: Who decides?\nThe board.",
        "Hello Jo,\n\nLe 9 août 2010 à 10:00, Desk a écrit :\n» Who pays?\nBoth.\n» Who decides?\nThe board.",
    ],
)
def test_rarer_quote_marks_are_told_from_answers(text: str) -> None:
    assert own(text) == "Hello Jo, Both. The board."


@pytest.mark.parametrize(
    "text",
    [
        "A> we share it with West Town.",
        "Our answers:\n| Who | Both |\n| When | 2010 |",
        "We have three:\n: one\n: two",
        "On 9 Aug 2010 at 10:00 we wrote down a list.\n| one | two |",
    ],
)
def test_what_only_looks_like_a_rare_mark_is_own(text: str) -> None:
    assert own(text) == " ".join(text.split())


def test_an_answer_below_the_quote_stays_own() -> None:
    assert own(f"{ATTRIBUTIONS['en']}\n> Do you share services?\n> Tell us.\n\n{ANSWER}\n") == ANSWER


def test_an_answer_typed_between_our_questions_without_marks_is_own() -> None:
    mixed = OURS.replace("\n\nHave your", f"\n\n{ANSWER}\n\nHave your")
    text = f"See below.\n\n{HEADERS['en']}\n\nDear all,\n\n{mixed}\n"
    assert own(text, OURS) == f"See below. {ANSWER}"


def test_a_colleagues_mail_above_our_request_is_not_taken_for_an_answer() -> None:
    text = f"We have none.\n\n{HEADERS['en']}\n\nBob, can you answer this?\n\n{HEADERS['de']}\n\n{OURS}\n"
    assert own(text, OURS) == "We have none."


def test_what_is_passed_on_without_a_word_counts() -> None:
    forwarded = f"---------- Forwarded message ----------\n{HEADERS['en']}\n\n{ANSWER}\n"
    assert own(forwarded) == ANSWER
    assert "Desk" in words(forwarded, SegmentKind.FORWARDED)


def test_a_colleagues_answer_passed_on_counts_without_our_request_below_it() -> None:
    assert own(f"{HEADERS['fr']}\n\n{ANSWER}\n\n{HEADERS['en']}\n\n{OURS}\n", OURS) == ANSWER


PASSED_ON = "From: Bo <bo@west.example>\nSent: 9 August 2027 10:00\nTo: Anna\nSubject: RE: Request\n\n"
UNDER_MARKS = f"Begin forwarded message:\n\n> {PASSED_ON.rstrip().replace(chr(10), chr(10) + '> ')}\n>\n> {ANSWER}\n"


@pytest.mark.parametrize(
    "note",
    [
        "FYI",
        "Please see below the answer of my colleague.\n\nKind regards\nAnna",
        "Sehr geehrte Damen und Herren,\n\nsiehe unten.",
        "Voir ci-dessous.",
        "Ks. alla",
        "Прошу, див. нижче",
        "下記をご参照ください。",
        "--\nAnna Berg\nClerk",
        "Sent from my iPhone",
        "",
    ],
)
@pytest.mark.parametrize("below", [f"{PASSED_ON}{ANSWER}\n", UNDER_MARKS], ids=["header block", "marks"])
def test_a_mail_under_a_covering_note_counts(note: str, below: str) -> None:
    text = f"{note}\n\n{below}"
    assert own(text).replace("> ", "").endswith(ANSWER)
    assert "bo@west.example" in words(text, SegmentKind.FORWARDED)


@pytest.mark.parametrize(
    "answer",
    ["We have none.", "No, sorry.\n\nKind regards\nAnna", "Thank you for your kind mail, I shall ask my colleagues."],
)
@pytest.mark.parametrize("below", [f"{PASSED_ON}{ANSWER}\n", UNDER_MARKS], ids=["header block", "marks"])
def test_a_mail_under_an_answer_is_quoted(answer: str, below: str) -> None:
    assert own(f"{answer}\n\n{below}") == " ".join(answer.split())


def test_our_request_under_a_covering_note_leaves_the_note() -> None:
    assert own(f"Please see below.\n\n{PASSED_ON}{OURS}", OURS) == "Please see below."
    marked = OURS.replace("\n", "\n> ")
    assert own(f"Please see below.\n\nOn 3 Aug 2010, Desk wrote:\n> {marked}", OURS) == "Please see below."


def test_under_marks_the_outermost_words_are_read() -> None:
    text = f"> {ANSWER}\n>\n> On 3 Aug 2010 at 10:12, Desk <desk@lga.example> wrote:\n>> Do you share services?\n"
    assert own(text) == f"> {ANSWER} >"
    twice = text.replace(">", ">>").replace(">>>>", ">>>")
    assert own(f"> On 4 Aug 2010 at 10:12, Bo <bo@west.example> wrote:\n>\n{twice}") == f">> {ANSWER} >>"


def test_our_request_under_marks_leaves_nothing() -> None:
    assert own("> Dear colleagues\n> " + OURS.replace("\n", "\n> "), OURS) == ""
    assert own("On 3 Aug 2010, Desk wrote:\n> " + OURS.replace("\n", "\n> "), OURS) == ""


def test_a_passage_cited_at_the_top_stays_with_the_answer() -> None:
    assert (
        own("> Two towns run it together.\n\nThis is our by-law.") == "> Two towns run it together. This is our by-law."
    )


@pytest.mark.parametrize(
    "quote",
    [
        "On 3 Aug 2010 at 10:12, Desk <desk@lga.example> wrote:\n> Do you share?",
        "> On 3 Aug 2010 at 10:12, Desk <desk@lga.example> wrote:\n> Do you share?",
        "> Do you share?\n>\n> Kind regards\n> Desk",
        "> From: Desk\n> Sent: 3 August 2010\n> To: Anna\n> Subject: x\n>\n> Do you share?",
    ],
)
def test_a_letter_quoted_at_the_top_is_quoted(quote: str) -> None:
    assert own(f"{quote}\n\n{ANSWER}") == ANSWER


def test_questions_between_answers_are_quoted_though_nothing_announces_them() -> None:
    assert own(f"> Do you share services?\n{ANSWER}\n> Since when?\nSince May.") == f"{ANSWER} Since May."


def test_our_question_cited_at_the_top_is_quoted() -> None:
    question = "> Please tell us whether two or more of the towns in your district run one office together."
    assert own(f"{question}\n\n{ANSWER}", OURS) == ANSWER


def test_our_letter_sent_back_without_a_word_leaves_nothing() -> None:
    assert own(f"{HEADERS['en']}\n\nDear all,\n\n{OURS}\n\nThe Desk\nTel. 000\n", OURS) == ""


def test_an_answer_below_our_unmarked_letter_is_own() -> None:
    assert own(f"{HEADERS['en']}\n\nDear all,\n\n{OURS}\n\n{ANSWER}\n", OURS) == ANSWER


def test_our_words_within_own_text_are_known() -> None:
    text = f"{ANSWER}\n\n{OURS}\n\nThat is all."
    assert own(text, OURS) == f"{ANSWER} That is all."
    assert words(text, SegmentKind.KNOWN, OURS) == " ".join(OURS.split())


def test_a_memo_that_names_a_date_is_no_header_block() -> None:
    text = "We answer in two points.\nDate: since 2008\nSubject: waste\nIt saves money."
    assert own(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "sentence",
    [
        "In 2009 the mayor wrote: we will share our services.",
        "To: the towns of the north we said yes.",
        "The report of 2009 says:",
        "On 3 August 2009 at 10:00 the council wrote to its residents:",
        "From 2008 to 2010 we saved eight per cent:",
        ">50 % of our costs were saved.",
        "Von den Kosten sparten wir 8 %:",
    ],
)
def test_an_ordinary_sentence_does_not_end_the_own_words(sentence: str) -> None:
    assert own(f"{sentence}\n\n{ANSWER}\n") == f"{sentence} {ANSWER}"


def test_closing_and_name_are_own_and_what_stands_below_is_signature() -> None:
    text = f"{ANSWER}\n\nKind regards,\nAnna Berg\nHead of Shared Services\nTown of Ashby\nwww.ashby.example\n"
    assert own(text) == f"{ANSWER} Kind regards, Anna Berg"
    assert words(text, SegmentKind.SIGNATURE) == "Head of Shared Services Town of Ashby www.ashby.example"


@pytest.mark.parametrize("delimiter", ["-- ", "--", "—"])
def test_below_the_delimiter_is_signature(delimiter: str) -> None:
    text = f"{ANSWER}\n{delimiter}\nAnna Berg\nHead of Shared Services\n"
    assert own(text) == ANSWER


def test_an_answer_below_the_signature_is_not_eaten() -> None:
    after = "One thing I forgot to say above: the pool is run by its visitors since last year."
    assert own(f"{ANSWER}\n\nKind regards\nAnna\n\n{after}\n") == f"{ANSWER} Kind regards Anna {after}"


def test_a_long_text_below_two_dashes_is_no_signature() -> None:
    rows = "\n".join(f"Point {n}: we share service number {n} with our neighbours." for n in range(40))
    assert "Point 39" in own(f"{ANSWER}\n--\n{rows}\n")


def test_thanks_in_the_middle_of_an_answer_ends_nothing() -> None:
    text = f"Thank you\n\n{ANSWER} It has been running for two years and saves money."
    assert own(text) == " ".join(text.split())


@pytest.mark.parametrize("note", ["Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPad"])
def test_a_note_of_a_phone_is_signature(note: str) -> None:
    assert own(f"{ANSWER}\n\n{note}\n") == ANSWER


def test_a_legal_notice_is_a_disclaimer() -> None:
    notice = (
        "This e-mail is confidential and intended solely for the addressee. If you have received it in error,"
        " please delete it and notify the sender."
    )
    text = f"{ANSWER}\n\n{notice}\n"
    assert own(text) == ANSWER
    assert words(text, SegmentKind.DISCLAIMER) == notice


def test_an_answer_right_above_a_legal_notice_is_not_eaten() -> None:
    notice = "This e-mail and all its attachments are\nconfidential and only for the addressee."
    assert own(f"{ANSWER}\n{notice}\n") == ANSWER


def test_an_answer_that_speaks_of_confidential_services_is_no_disclaimer() -> None:
    text = "Our councils share a confidential advice line for tenants and staff."
    assert own(text) == text


def test_what_the_html_marks_is_taken_as_marked() -> None:
    text = f"{ANSWER}\n\nSome words of others\n\nAnd more of mine."
    at = text.index("Some")
    marks = (Segment(SegmentKind.QUOTED, at, at + len("Some words of others")),)
    assert words(text, SegmentKind.OWN, marks=marks) == f"{ANSWER} And more of mine."


PIECES = st.sampled_from(
    [
        ANSWER, "", "> quoted", ">", "-- ", "Kind regards", "Anna", "Sent from my iPhone", HEADERS["en"], HEADERS["de"],
        ATTRIBUTIONS["en"], ATTRIBUTIONS["fr"], "-----Original Message-----", "________________", OURS, " \t",
        "This is confidential. Delete it if sent in error.", "\u200b", "On", "wrote:", "From: x", "To:", "\r",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=14), st.booleans(), st.data())
def test_segments_cover_the_text_without_gaps(pieces: list[str], ours: bool, data: st.DataObject) -> None:
    text = "\n".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
    marks = tuple(Segment(SegmentKind.QUOTED, a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if a < b)
    found = segment(text, marks, KnownTexts([OURS]).spans(text) if ours else ())
    assert "".join(text[s.start : s.end] for s in found) == text
    assert [s.start for s in found[1:]] == [s.end for s in found[:-1]]
    assert all(s.start < s.end for s in found)


@pytest.mark.parametrize(
    "unit",
    [
        "> words of others\n", ">\n", "-- \n", "On On On\n", "On ", "On 2010 wrote\n", "Kind regards\nBob\n",
        "Thanks\n", "From: a\n", "_____\n", "confidential\n\n", "Sent from my iPhone\n", "2010-10-10 10:10:\n", ">",
        "\n", "-----Original Message-----\n", "wrote: ",
    ],
)  # fmt: skip
def test_one_thing_over_and_over_takes_linear_time(unit: str) -> None:
    """Four times the text may take six times as long, not sixteen times."""
    seconds = []
    for size in (100_000, 400_000):
        text = (unit * (size // len(unit) + 1))[:size]
        begun = time.process_time()
        segment(text)
        seconds.append(time.process_time() - begun)
    assert seconds[1] < max(6.5 * seconds[0], 0.5)
