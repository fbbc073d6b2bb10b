"""Words that ask not to be published: kept as they were written, and never taken from a legal notice."""

import hashlib
import shutil
from email.message import EmailMessage
from pathlib import Path

import pytest

from harvester.classify import Classifier
from harvester.classify.confidence import LONGEST
from harvester.classify.rulebook import Rulebook, load
from harvester.message.reader import Reader
from harvester.model import Disposition, Limits, Message, Verdict

RULES = Path(__file__).parents[2] / "rules"
FEW_WORDS = {"ga", "mt"}  # languages of which a few sure words are known


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The dispositions and the words for confidence that ship with the project, without the request's categories."""
    folder = tmp_path_factory.mktemp("rules")
    for part in ("words", "dispositions", "confidential"):
        shutil.copytree(RULES / part, folder / part)
    for file in ("dispositions.toml", "confidential.toml"):
        shutil.copy(RULES / file, folder)
    return load(folder, None)


def read(text: str, subject: str = "Re: Request") -> Message:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Anna Berg <a@town.example>", "replies@lga.example", subject
    mail.set_content(text)
    reader = Reader(["We would like to hear of joint services."], Limits(), None)
    return reader.read(mail.as_bytes(), lambda data: hashlib.sha256(data).hexdigest())


def judged(book: Rulebook, text: str, *, subject: str = "Re: Request") -> Verdict:
    return Classifier(book).judge(read(text, subject))


def test_every_rule_finds_its_own_examples(book):
    assert book.run_tests() == []


def test_every_language_of_the_dispositions_can_ask_for_confidence():
    filled = {file.stem for file in (RULES / "dispositions").glob("*.toml")} - FEW_WORDS
    assert {file.stem for file in (RULES / "confidential").glob("*.toml")} == filled


@pytest.mark.parametrize(
    ("before", "asks"),
    [
        ("Dear colleagues, in our town the clubs look after the hall.", "Please do not quote these figures anywhere."),
        ("Sehr geehrte Damen und Herren, bei uns pflegen Vereine die Halle.", "Bitte nennen Sie unsere Stadt nicht."),
        ("Madame, Monsieur, chez nous les associations gèrent la salle.", "Merci de ne pas publier ces montants."),
        ("Szanowni Państwo, u nas stowarzyszenia prowadzą salę.", "Prosimy nie publikować tych kwot."),
        ("Hyvä vastaanottaja, meillä yhdistykset hoitavat salia.", "Pyydämme, älkää julkaisko näitä lukuja."),
        ("Αγαπητοί, σε εμάς οι σύλλογοι φροντίζουν την αίθουσα.", "Παρακαλούμε να μην δημοσιεύσετε τα ποσά."),
    ],
)  # fmt: skip
def test_the_sentence_is_kept_as_it_was_written(book, before, asks):
    assert judged(book, f"{before} {asks}\n").confidential == asks.rstrip(".")


def test_a_subject_can_ask_for_it(book):
    verdict = judged(book, "Dear colleagues, the clubs look after the hall.", subject="Not for publication: our hall")
    assert verdict.confidential == "Not for publication: our hall"


@pytest.mark.parametrize(
    "notice",
    [
        "This e-mail is confidential and intended only for the addressee. If you have received it in error, please"
        " delete it and do not disclose or share its contents.",
        "This message and any attachments are strictly confidential and may be privileged. If you are not the intended"
        " recipient, please do not copy or circulate it.",
        "Diese E-Mail ist streng vertraulich und nur für den Empfänger bestimmt. Sollten Sie sie irrtümlich erhalten"
        " haben, bitte nicht weiterleiten, sondern löschen.",
        "Ce message est strictement confidentiel et réservé à son destinataire. Si vous l'avez reçu par erreur, merci"
        " de ne pas le diffuser et de le supprimer.",
        "Este mensaje es estrictamente confidencial y se dirige a su destinatario. Si lo ha recibido por error, no lo"
        " divulgue y elimine el correo.",
        "Questo messaggio è strettamente riservato ed è diretto al destinatario. Se ricevuto per errore, si prega di"
        " non divulgare il contenuto e di cancellarlo.",
        "Ta wiadomość jest ściśle poufna i przeznaczona dla adresata. W razie omyłkowego otrzymania prosimy nie"
        " ujawniać treści i usunąć ją.",
        "Dit bericht is strikt vertrouwelijk en bestemd voor de geadresseerde. Bij onterechte ontvangst verzoeken wij"
        " u het niet te verspreiden en te verwijderen.",
        "Detta meddelande är strikt konfidentiellt och avsett för mottagaren. Har du fått det av misstag ber vi dig att"
        " inte sprida det utan radera det.",
        "Tato zpráva je přísně důvěrná a určena adresátovi. Pokud jste ji obdrželi omylem, prosíme nešiřte ji a"
        " smažte ji.",
    ],
)
def test_a_legal_notice_below_a_mail_asks_for_nothing(book, notice):
    answer = (
        "Dear colleagues,\n\nin our town the clubs look after the hall.\n\nKind regards\nAnna Berg\nTown of Oakmoor"
    )
    for foot in (f"{answer}\n\n{notice}", f"{answer}\n\n-- \nAnna Berg\n\n{notice}", f"{answer}\n_______\n{notice}"):
        assert judged(book, foot).confidential is None


def test_what_we_wrote_and_they_quote_asks_for_nothing(book):
    text = (
        "Dear colleagues, the clubs look after the hall.\n\nOn Monday the Desk wrote:\n> Please do not publish this.\n"
    )
    assert judged(book, text).confidential is None


@pytest.mark.parametrize(
    "text",
    [
        "You may publish this, and quote us by name.",
        "We have nothing confidential to hide here.",
        "The councils pay for a confidential helpline for tenants.",
        "The confidentiality of our library users is dear to us.",
        "Please do not hesitate to share our figures with others.",
    ],
)
def test_words_of_confidence_that_ask_for_none(book, text):
    assert judged(book, text).confidential is None


def test_it_decides_no_disposition(book):
    with_it = judged(book, "We have no examples to report. Please do not publish our name.")
    alone = judged(book, "Please do not publish our name.")
    assert (with_it.disposition, alone.disposition) == (Disposition.NIL, Disposition.UNCLEAR)
    assert with_it.confidential == alone.confidential == "Please do not publish our name"


def test_a_machine_asks_for_nothing(book):
    verdict = judged(book, "I am out of the office. Please do not share this.", subject="Automatic reply: Request")
    assert (verdict.disposition, verdict.confidential) == (Disposition.AUTO_REPLY, None)


def test_of_a_sentence_without_an_end_only_the_words_that_ask_are_kept(book):
    text = "these figures are strictly confidential " + "and so on " * LONGEST
    assert judged(book, text).confidential == "strictly confidential"
