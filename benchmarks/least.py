"""The least that the ingredients cost, in one process.

``python benchmarks/least.py HOST PORT USER PASSWORD FOLDER DIR``; ``peers.py`` starts it beside ours.

Fetch in batches of 100, mail-parser with large files taken out before, text and links of HTML, 2,000 phrases and 300
rules with gaps (each Matcher only around its first word), rows and files in batches, one commit each. It knows no
segments, no words of ours, no languages, no standing, no decisions, no limits, no jail and no letters, and it syncs no
file: a yardstick, and no harvester. Prints the mails, and the CPU seconds of each of its stages, as JSON.
"""

import hashlib
import json
import logging
import random
import re
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

import mailparser
from imapclient import IMAPClient
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text, create_engine, event, insert

from harvester.message.detached import detach
from rulebook import WORDS, phrases
from stages import Stages

BATCH = 100
READ = 20_000  # characters of a mail that rules see
LINK = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'\])}]+", re.IGNORECASE)
TABLES = MetaData()
MAIL = Table("mail", TABLES, Column("id", Integer, primary_key=True), *(
    Column(name, Text) for name in ("uid", "message_id", "subject", "sender", "sent", "body", "raw")
))  # fmt: skip
ROWS = [
    Table(name, TABLES, Column("mail_id", ForeignKey("mail.id"), index=True), *(Column(one, Text) for one in columns))
    for name, columns in (("label", ("rule", "at")), ("link", ("url",)), ("file", ("name", "type", "sha256")))
]


def rules() -> Callable[[str], list[tuple[str, int]]]:
    import spacy
    from spacy.matcher import Matcher, PhraseMatcher

    nlp = spacy.blank("en")
    dice = random.Random(1)
    words = [word.lower() for some in WORDS.values() for word in some.split()]
    literal = PhraseMatcher(nlp.vocab, attr="LOWER")
    literal.add("phrase", [nlp.make_doc(one) for one in phrases(dice, words, 2000)])
    anchored: dict[int, Matcher] = {}
    for number in range(300):
        first, *rest = dice.sample(words, 4)
        gap: list[dict[str, Any]] = [{"OP": "?"}] * 5
        pattern = [{"LOWER": first}, *gap, {"LOWER": {"IN": rest[:2]}}, *gap, {"LOWER": rest[2]}]
        anchor = nlp.vocab.strings.add(first)
        anchored.setdefault(anchor, Matcher(nlp.vocab)).add(f"gap-{number}", [pattern])

    def found(text: str) -> list[tuple[str, int]]:
        doc = nlp.make_doc(text[:READ])
        hits = [("phrase", start) for _, start, _ in literal(doc)]
        for at, word in enumerate(doc.to_array("LOWER").tolist()):
            if matcher := anchored.get(word):
                hits += [(nlp.vocab.strings[which], at) for which, *_ in matcher(doc[at : at + 14])]
        return hits[:20]

    return found


def keep(root: Path, data: bytes) -> str:
    name = hashlib.sha256(data).hexdigest()
    path = root / name[:2] / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return name


def parsed(raw: bytes) -> tuple[mailparser.MailParser, list[tuple[str, str, bytes]]]:
    """The mail without its files, and these: name, type, bytes."""
    small = detach(raw, b"-" + hashlib.sha256(raw).hexdigest()[:16].encode() + b"-", encoded=False)
    mail = mailparser.parse_from_bytes(small.body)
    files = []
    for one in mail.attachments:
        data = b64decode(one["payload"]) if one["binary"] else one["payload"].encode()
        files.append((one["filename"], one["mail_content_type"], small.back(data, "base64")))
    return mail, files


def read(mail: mailparser.MailParser) -> tuple[str, list[str]]:
    """Its text and the links in it."""
    plain, html = "\n".join(mail.text_plain), "\n".join(mail.text_html)
    links = LINK.findall(plain)
    if html:
        tree = LexborHTMLParser(html)
        links += [one.attributes.get("href") or "" for one in tree.css("a[href]")]
        if not plain and tree.body:
            tree.strip_tags(["style", "script", "head"])
            plain = tree.body.text(separator="\n")
    return plain, links


def head(mail: mailparser.MailParser) -> dict[str, str]:
    sender = mail.from_[0][1] if mail.from_ else ""
    return {
        "message_id": mail.message_id or "", "subject": mail.subject or "", "sent": str(mail.date), "sender": sender
    }  # fmt: skip


def main() -> None:
    host, port, user, password, folder, place = sys.argv[1:]
    root = Path(place)
    logging.getLogger("mailparser").setLevel(logging.CRITICAL)
    find = rules()
    engine = create_engine(f"sqlite:///{root / 'least.db'}")
    event.listen(engine, "connect", lambda database, _: database.execute("PRAGMA journal_mode=WAL"))
    TABLES.create_all(engine)
    client = IMAPClient(host, int(port), ssl=False)
    client._imap.debug = 0
    stages = Stages()
    client.login(user, password)
    client.select_folder(folder, readonly=True)
    uids = client.search()
    for at in range(0, len(uids), BATCH):
        with stages.of("fetch"):
            got = client.fetch(uids[at : at + BATCH], ["INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[]"])
            raws = [answer[b"BODY[]"] for answer in got.values()]
        with stages.of("keep the mails"):
            kept = [keep(root, raw) for raw in raws]
        with stages.of("take apart"):
            opened = [parsed(raw) for raw in raws]
            heads = [head(mail) for mail, _ in opened]
        with stages.of("text, links"):
            texts = [read(mail) for mail, _ in opened]
        with stages.of("rules"):
            hits = [find(text) for text, _ in texts]
        with stages.of("keep files"):
            files = [[(name, kind, keep(root, data)) for name, kind, data in some] for _, some in opened]
        with stages.of("store"), engine.begin() as tx:
            mails = [
                one | {"uid": str(uid), "body": text, "raw": name}
                for one, uid, (text, _), name in zip(heads, got, texts, kept, strict=True)
            ]
            ids = tx.scalars(insert(MAIL).returning(MAIL.c.id, sort_by_parameter_order=True), mails).all()
            links = [[(one,) for one in dict.fromkeys(some)] for _, some in texts]
            for table, rows in zip(ROWS, (hits, links, files), strict=True):
                names = [column.name for column in table.columns]
                more = [
                    dict(zip(names, (i, *map(str, row)), strict=True))
                    for i, some in zip(ids, rows, strict=True)
                    for row in some
                ]
                if more:
                    tx.execute(insert(table), more)
    client.logout()
    print(json.dumps({"mails": len(uids), "seconds": stages.until_now()}))


if __name__ == "__main__":
    main()
