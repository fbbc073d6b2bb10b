"""The least that the ingredients cost, in one process.

``python benchmarks/least.py HOST PORT USER PASSWORD FOLDER DIR``; ``peers.py`` starts it beside ours.

Fetch in batches of 100, mail-parser, text and links of HTML, 2,000 phrases and 300 rules with gaps (each Matcher only
around its first word), rows and files in batches, one commit each. It knows no segments, no words of ours, no standing,
no limits, no jail, no letters, and syncs no file: a yardstick, and no harvester.
"""

import hashlib
import random
import re
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent)]

import mailparser
from imapclient import IMAPClient
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text, create_engine, event, insert

from rulebook import WORDS, phrases

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
    anchored: dict[str, Matcher] = {}
    for number in range(300):
        first, *rest = dice.sample(words, 4)
        gap: list[dict[str, Any]] = [{"OP": "?"}] * 5
        pattern = [{"LOWER": first}, *gap, {"LOWER": {"IN": rest[:2]}}, *gap, {"LOWER": rest[2]}]
        anchored.setdefault(first, Matcher(nlp.vocab)).add(f"gap-{number}", [pattern])

    def found(text: str) -> list[tuple[str, int]]:
        doc = nlp.make_doc(text[:READ])
        hits = [("phrase", start) for _, start, _ in literal(doc)]
        for token in doc:
            if matcher := anchored.get(token.lower_):
                hits += [(nlp.vocab.strings[which], token.i) for which, *_ in matcher(doc[token.i : token.i + 14])]
        return hits[:20]

    return found


def keep(root: Path, data: bytes) -> str:
    name = hashlib.sha256(data).hexdigest()
    path = root / name[:2] / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return name


def read(raw: bytes) -> tuple[dict[str, str], str, list[str], list[tuple[str, str, bytes]]]:
    mail = mailparser.parse_from_bytes(raw)
    plain, html = "\n".join(mail.text_plain), "\n".join(mail.text_html)
    links = LINK.findall(plain)
    if html:
        tree = LexborHTMLParser(html)
        links += [one.attributes.get("href") or "" for one in tree.css("a[href]")]
        if not plain and tree.body:
            tree.strip_tags(["style", "script", "head"])
            plain = tree.body.text(separator="\n")
    files = []
    for one in mail.attachments:
        data = b64decode(one["payload"]) if one["binary"] else one["payload"].encode()
        files.append((one["filename"], one["mail_content_type"], data))
    head = {"message_id": mail.message_id or "", "subject": mail.subject or "", "sent": str(mail.date)}
    return head | {"sender": mail.from_[0][1] if mail.from_ else ""}, plain, links, files


def main() -> None:
    host, port, user, password, folder, place = sys.argv[1:]
    root = Path(place)
    find = rules()
    engine = create_engine(f"sqlite:///{root / 'least.db'}")
    event.listen(engine, "connect", lambda database, _: database.execute("PRAGMA journal_mode=WAL"))
    TABLES.create_all(engine)
    client = IMAPClient(host, int(port), ssl=False)
    client._imap.debug = 0
    client.login(user, password)
    client.select_folder(folder, readonly=True)
    uids = client.search()
    for at in range(0, len(uids), BATCH):
        got = client.fetch(uids[at : at + BATCH], ["INTERNALDATE", "RFC822.SIZE", "BODY.PEEK[]"])
        mails, rows = [], []
        for uid, answer in got.items():
            raw = answer[b"BODY[]"]
            head, text, links, files = read(raw)
            mails.append(head | {"uid": str(uid), "body": text, "raw": keep(root, raw)})
            kept = [(name, kind, keep(root, data)) for name, kind, data in files]
            rows.append((find(text), [(one,) for one in dict.fromkeys(links)], kept))
        with engine.begin() as tx:
            ids = tx.scalars(insert(MAIL).returning(MAIL.c.id, sort_by_parameter_order=True), mails).all()
            for n, table in enumerate(ROWS):
                names = [column.name for column in table.columns]
                more = [
                    dict(zip(names, (i, *map(str, v)), strict=True))
                    for i, r in zip(ids, rows, strict=True)
                    for v in r[n]
                ]
                if more:
                    tx.execute(insert(table), more)
    client.logout()
    print(len(uids))


if __name__ == "__main__":
    main()
