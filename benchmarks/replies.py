"""Any number of plausible replies with exact truth: ``python benchmarks/replies.py OUT --count 2000 --seed 1``.

Writes OUT/*.eml and OUT/truth.jsonl: file, from, subject, message_id, attachments [sha256], links [url],
language, machine (bool), duplicate_of (file or null).
"""

import argparse
import hashlib
import json
import random
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

REQUEST = Path(__file__).parent.parent / "data" / "request.txt"
WORDS = {
    "en": (
        "Dear colleagues, thank you for writing to us about local services.",
        (
            "Our council and the neighbouring council have shared one chief executive since last spring.",
            "The village library has been taken over by a group of volunteers who run it without the council.",
            "We now charge for garden waste and have closed two counters to save money.",
            "We have nothing to report that would match your questions.",
        ),
        "Kind regards",
    ),
    "de": (
        "Sehr geehrte Damen und Herren, vielen Dank für Ihre Anfrage zu den kommunalen Diensten.",
        (
            "Unsere Gemeinde betreibt den Bauhof seit zwei Jahren gemeinsam mit der Nachbargemeinde.",
            "Das Freibad wurde von einem Bürgerverein übernommen, der es seither selbst betreibt.",
            "Wir haben Öffnungszeiten gekürzt und erheben für zusätzliche Leistungen nun Gebühren.",
            "Zu Ihren Fragen können wir leider kein Beispiel nennen.",
        ),
        "Mit freundlichen Grüßen",
    ),
    "fr": (
        "Madame, Monsieur, nous vous remercions de votre demande concernant les services locaux.",
        (
            "Notre commune et la commune voisine partagent depuis un an un seul directeur général.",
            "La piscine est désormais gérée par une association d'habitants qui l'a reprise.",
            "Nous avons réduit les horaires et certaines prestations sont devenues payantes.",
            "Nous n'avons malheureusement pas d'exemple à vous signaler.",
        ),
        "Cordialement",
    ),
}


def one(number: int, seed: int) -> tuple[bytes, dict[str, object]]:
    """Mail ``number`` and its truth; depends on nothing but both arguments."""
    dice = random.Random(f"{seed}/{number}")
    language = dice.choice(list(WORDS))
    greeting, bodies, closing = WORDS[language]
    sender = f"officer{number}@town{dice.randrange(900)}.example"
    mail = EmailMessage()
    mail["Return-Path"] = f"<{sender}>"
    mail["From"] = f"{dice.choice(('Ana Núñez', 'Jörg Weiß', 'Mary Hughes', 'Zoë Lefèvre'))} <{sender}>"
    mail["To"] = "International Desk <replies@lga.example>"
    mail["Subject"] = dice.choice(("Re: ", "AW: ", "")) + f"Innovative models – reply {number}"
    mail["Date"] = format_datetime(datetime(2027, 7, 1, tzinfo=UTC) + timedelta(minutes=number))
    mail["Message-ID"] = f"<{seed}.{number}@{sender.partition('@')[2]}>"
    machine = dice.random() < 0.15
    links: list[str] = []
    hashes: list[str] = []
    if machine:
        mark = dice.choice(("Auto-Submitted", "Precedence", "List-Id"))
        mail[mark] = {
            "Auto-Submitted": "auto-replied",
            "Precedence": "bulk",
            "List-Id": "<news.town.example>",
        }[mark]
        mail.set_content("This is an automatic message. I am out of the office until Monday.")
        language = "en"
    else:
        links = [
            f"https://www.{sender.partition('@')[2]}/paper-{dice.randrange(999)}" for _ in range(dice.randrange(3))
        ]
        body = "\n\n".join([greeting, *dice.sample(bodies, dice.randint(1, 2)), *links, closing, "An officer"])
        quoted = "\n".join("> " + line for line in REQUEST.read_text(encoding="utf-8").splitlines())
        mail.set_content(body + ("\n\nOn 1 July 2027, LGA wrote:\n" + quoted if dice.random() < 0.6 else "") + "\n")
        for n in range(dice.choice((0, 0, 0, 1, 2))):
            data = f"service;cost\n{number};{n}\n".encode() * dice.randint(1, 400)
            hashes.append(hashlib.sha256(data).hexdigest())
            mail.add_attachment(data, maintype="text", subtype="csv", filename=f"Übersicht {n}.csv")
    truth = {
        "from": sender, "subject": str(mail["Subject"]), "message_id": mail["Message-ID"], "attachments": hashes,
        "links": links, "language": language, "machine": machine, "duplicate_of": None,
    }  # fmt: skip
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n")), truth


def make(out: Path, count: int, seed: int) -> None:
    out.mkdir(parents=True)
    with (out / "truth.jsonl").open("w", encoding="utf-8") as truths:
        for number in range(count):
            again = random.Random(f"{seed}/again/{number}")
            source = number
            if number and again.random() < 0.02:
                source = again.randrange(number)
            raw, truth = one(source, seed)
            if source != number and not truth["machine"]:
                raw = b"Received: from relay.example by mx.example; second delivery\r\n" + raw
                truth["duplicate_of"] = f"{source:06}.eml"
            name = f"{number:06}.eml"
            (out / name).write_bytes(raw)
            truths.write(json.dumps({"file": name, **truth}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    make(arguments.out, arguments.count, arguments.seed)
