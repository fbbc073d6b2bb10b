"""A whole life of a reply, and then nothing of it: no byte of any file, no row of any table."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from canaries import BODY, FILE_NAME, LINK, NAME, SENDER, SUBJECT, canary_mail, found_in, found_in_tables, table
from custody_samples import WORDS, filled, mail, settings
from harvester.acknowledge.local_delivery import LetterBox
from harvester.custody import erasure, plan
from harvester.custody.verify import Figures, verify
from harvester.errors import OutOfReach, Unusable
from harvester.message.reader import headers_only
from harvester.model import Arrived, Tally
from harvester.report import evidence, export
from harvester.report.evidence_docx import docx
from harvester.store import audits, cases, decisions, replies, reports, runs, tombstones, trail, views, wiping
from harvester.store.cases import Kept
from harvester.store.keys import mail_key
from harvester.store.schema import acknowledgement, attachment, case, event, location, reply, review, run, verdict
from harvester.store.schema_staff import audit_answer, saved_view
from harvester.store.schema_staff import trail as trails
from store_samples import NOW
from world import REPO

LATER = NOW + timedelta(days=1)
WHY = "asked for by letter, file 17"


@pytest.fixture
def config(tmp_path, store, database_url):
    """A house with rules and an outbox for trials."""
    box = '[outbox]\ntype = "maildir"\npath = "data/outbox"\nfrom = "a@b.example"'
    return settings(tmp_path, database_url, f'[classify]\nrules = "{REPO / "rules"}"\n{box}')


@pytest.fixture
def lived(config, store):
    """Replies 1 and 3 are of the canary, 2 and 4 of others; all that can be done with a reply was done."""
    filled(store, [canary_mail(1), mail(2), canary_mail(3), mail(4)])
    unread(store, canary_mail(5), "")
    unread(store, canary_mail(6), "too-deep")
    for number in (5, 6):  # workers died over these, when their files were in the vault already
        store.vault.put(table(number))
    with store.begin() as tx:
        run_id = runs.start(tx, NOW)
        runs.finish(tx, run_id, replace(Tally(), problems=[f"the letter to {SENDER} was put off"]), NOW)
        tx.execute(update(event).where(event.c.reply_id == 2).values(note="taken for officer2@town2.example"))
        mark = {"category": "shared", "kind": None, "where": "own_text", "start": 0, "end": 11, "text": WORDS[:11]}
        decisions.decide(tx, 1, 0, "ann", {"settled": True, "marks": [mark]}, NOW, f"{BODY} is what they call it")
        decisions.decide(tx, 2, 0, "ann", {"settled": True}, NOW, f"compare it with {NAME.capitalize()} Officer")
        decisions.decide(tx, 4, 0, "ann", {"settled": True}, NOW, "a good example, and more of it")
        quoted = Kept(1, f"The {BODY}", SUBJECT, None, None, None, None, None, (("own_text", 0, 11),), None, NOW, "ann")
        cases.put(tx, 1, [quoted], "ann", NOW)
        cases.put(tx, 2, [replace(quoted, title=f"unlike the {BODY}", summary="")], "ann", NOW)
        views.save(tx, "theirs", f"search={BODY}&disposition=evidence", "ann", NOW)
        views.save(tx, f"about {SUBJECT}", "country=GB", "ann", NOW)
        views.save(tx, "all evidence", "disposition=evidence", "ann", NOW)
        trail.write(tx, NOW, "ann", "downloaded a file", 1, f"{FILE_NAME}.csv")
        trail.write(tx, NOW, "ann", "exported", None, f"1 replies as csv (Search: {BODY})")
        trail.write(tx, NOW, "ann", "exported", None, "4 replies as csv")
        audit = audits.draw(tx, 4, 1, "ann", NOW)
        for item in audits.items(tx, audit):
            note = f"{BODY} again" if item.reply_id == 1 else f"not {BODY}" if item.reply_id == 2 else "fine"
            audits.answer(tx, audit, item.number, "ben", ["shared"], NOW, note)
    with store.read() as tx:
        made = evidence.gather(tx, config, NOW, share=False)
    with store.begin() as tx:
        reports.freeze(tx, f"everything: Search: {BODY}", evidence.frozen(made), "ann", NOW)
        reports.freeze(tx, "nothing yet", '{"chapters":[]}', "ann", NOW)
    folder = config.store.data / "for the council"
    folder.mkdir()
    for form in export.FORMS:
        export.write(form, folder / f"all.{form}", config, store, NOW)
    (folder / "report.docx").write_bytes(docx(made))
    (folder / ".all.csv.part").write_text(f"half of it, {BODY}")
    (folder / "minutes.txt").write_text("Nobody is named in here.\n")
    (store.vault.folder / "tmp" / "1-dead").write_bytes(canary_mail(7)[:300])
    with LetterBox(config.outbox) as box:
        for to, words in ((SENDER, "Thank you."), ("staff@desk.example", f"1 question: {SENDER}: Re: {SUBJECT}")):
            box.hand_over(f"To: {to}\r\nMessage-ID: <x@b.example>\r\n\r\n{words}\r\n".encode(), to)
        box.hand_over(b"To: officer2@town2.example\r\n\r\nThank you.\r\n", "officer2@town2.example")
    return config


def hash_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def unread(store, raw: bytes, code: str) -> None:
    one = Arrived(f"u{code}", NOW, raw, len(raw), quarantine=code or None)
    sha256 = store.vault.put(raw)
    heads = {sha256: headers_only(raw, code)} if code else {}
    with store.begin() as tx:
        replies.take_in(tx, "replies", "INBOX", "1", True, [(one, sha256)], runs.start(tx, NOW), NOW, heads)


def erased(config, store, *whom: str):
    made = plan.of_people(config, store, whom)
    return made, erasure.erase(config, store, made, "officer", erasure.reason_of(WHY, made), LATER)


def test_the_canaries_are_everywhere_before(lived, store):
    """Else the next test shows nothing."""
    before = "\n".join(found_in(lived.store.data))
    for place in ("vault", "all.csv", "all.xlsx", "all.jsonl", "all.zip", "report.docx", ".part", "outbox", "tmp"):
        assert place in before, place
    tables = {one.rpartition(" ")[2] for one in found_in_tables(store)}
    assert {"reply", "text", "attachment", "link", "review", "decision", "case", "report", "saved_view", "trail",
            "audit_answer", "run", "letter", "acknowledgement", "event"} <= tables  # fmt: skip


def test_of_an_erased_sender_no_byte_and_no_row_is_left(lived, store):
    made, done = erased(lived, store, SENDER)
    assert (len(made.going), done.replies, done.left) == (4, 4, "")
    assert found_in_tables(store) == []
    assert found_in(lived.store.data) == []  # while the pages hold the database open, log and all
    store.close()
    assert found_in(lived.store.data) == []


def test_what_is_of_others_stays(lived, store):
    erased(lived, store, SENDER)
    with store.read() as tx:
        assert list(tx.scalars(select(reply.c.id).order_by(reply.c.id))) == [2, 4]
        assert tx.scalars(select(review.c.note).order_by(review.c.id)).all() == [
            "compare it with (erased)",
            "a good example, and more of it",
        ]
        assert tx.scalars(select(case.c.title)).all() == ["unlike the (erased)"]
        assert tx.scalars(select(saved_view.c.name)).all() == ["all evidence"]
        assert [one.title for one in reports.all_of(tx)] == ["nothing yet", "erased"]
        assert sorted(tx.scalars(select(audit_answer.c.note))) == ["fine", "not (erased)"]
        details = tx.scalars(select(trails.c.detail).order_by(trails.c.id)).all()
        assert tx.scalars(select(run.c.problems).where(run.c.problems.is_not(None))).all() == [
            ["the letter to (erased) was put off"]
        ]
        assert tx.execute(select(func.count()).select_from(acknowledgement)).scalar_one() == 2
    assert details == [
        "reply 1, erased",
        "1 replies as csv (Search: (erased))",
        "4 replies as csv",
        f"4 replies (1, 3, 5, 6): {WHY}",
    ]
    folder = lived.store.data / "for the council"
    assert [path.name for path in folder.iterdir()] == ["minutes.txt"]
    assert len(list((lived.store.data / "outbox" / "new").iterdir())) == 1
    assert list(verify(lived, store, Figures(), lambda *_: None)) == []


def test_a_tombstone_says_when_by_whom_and_why(lived, store):
    erased(lived, store, SENDER)
    with store.read() as tx:
        one = tombstones.of_reply(tx, 3)
        places = tx.execute(select(location.c.reply_id, location.c.erased_id).order_by(location.c.id)).all()
        with pytest.raises(Unusable, match=f"report 1: was erased on 2027-08-11: {WHY}"):
            reports.content(tx, 1)
    assert one.told() == f"Reply 3 was erased on 2027-08-11 by officer: {WHY}"
    assert one.done_at == LATER and one.files == ()
    assert [bool(grave) for _, grave in places] == [True, False, True, False, True, True]


def test_a_file_that_another_sender_attached_too_stays(config, store):
    filled(store, [canary_mail(1), mail(2)])
    both, one = hash_of(table(1)), hash_of(b"saved;2\n")
    with store.begin() as tx:
        tx.execute(update(attachment).where(attachment.c.reply_id == 2).values(sha256=both))
    store.vault.remove(one)
    erased(config, store, "1")
    assert store.vault.has(both)
    assert list(verify(config, store, Figures(), lambda *_: None)) == []


def test_a_mail_of_another_that_quotes_the_erased_one_is_named_and_stays(config, store):
    quoting = mail(2, text=f"You asked about\n> We call it {BODY}, see https://{LINK}.example/ for all of it.\n> yes")
    naming = mail(4, text=f"Ask {SENDER}, who knows.")
    filled(store, [canary_mail(1), quoting, mail(3), naming, mail(5), mail(6)])
    made = plan.of_people(config, store, [SENDER])
    assert [one.id for one in made.named] == [2, 4]
    erasure.erase(config, store, made, "officer", WHY, LATER)
    with store.read() as tx:
        assert list(tx.scalars(select(reply.c.id).order_by(reply.c.id))) == [2, 3, 4, 5, 6]


def test_a_reply_goes_with_its_duplicates_and_a_thread_stays_together(config, store):
    filled(store, [canary_mail(1), canary_mail(2), mail(3), mail(4)])
    with store.begin() as tx:
        tx.execute(update(reply).where(reply.c.id == 2).values(duplicate_of=1))
        tx.execute(update(reply).where(reply.c.id.in_([3, 4])).values(thread=1))
    made, _ = erased(config, store, "2")
    assert [(one.row.id, one.why) for one in made.going] == [(1, "the same as reply 2"), (2, "asked for by its number")]
    with store.read() as tx:
        assert tx.execute(select(reply.c.id, reply.c.thread).order_by(reply.c.id)).all() == [(3, 3), (4, 3)]


def test_the_reason_may_not_hold_what_is_erased(config, store):
    filled(store, [canary_mail(1), mail(2)])
    made = plan.of_people(config, store, [SENDER])
    for said, held in (
        (f"{SENDER} asked for it", SENDER), (f"about the {BODY}", BODY), (f"by {NAME.capitalize()}", NAME.capitalize()),
    ):  # fmt: skip
        with pytest.raises(Unusable, match=f"holds “{held}”"):
            erasure.reason_of(said, made)
    with pytest.raises(Unusable, match="say why"):
        erasure.reason_of(" ", made)
    sound = "they asked us to forget them; our council shares the file, article 17"
    assert erasure.reason_of(f" {sound}\n", made) == sound


def test_what_is_old_goes_and_what_is_younger_stays(config, store):
    filled(store, [mail(1), mail(2), mail(3)])
    made = plan.of_the_old(config, store, NOW + timedelta(minutes=3))
    assert [one.row.id for one in made.going] == [1, 2]
    erasure.erase(config, store, made, "officer", WHY, LATER)
    with store.read() as tx:
        assert list(tx.scalars(select(reply.c.id))) == [3]


def test_while_somebody_reads_an_older_state_the_erasure_is_unfinished_and_says_so(lived, store, monkeypatch):
    monkeypatch.setattr(wiping, "PATIENCE", 0.2)
    with store.read() as old:
        assert old.execute(select(func.count()).select_from(reply)).scalar_one() == 6
        _, done = erased(lived, store, SENDER)
        assert "somebody was reading" in done.left
        told = [(one.what, one.reply_id) for one in verify(lived, store, Figures(), lambda *_: None)]
        assert told == [("unfinished", one) for one in (1, 3, 5, 6)]
    assert erasure.finish(store, LATER) == ""
    assert list(verify(lived, store, Figures(), lambda *_: None)) == []
    assert found_in_tables(store) == []
    store.close()
    assert found_in(lived.store.data) == []


def test_nothing_is_erased_while_a_worker_is_going(config, store, monkeypatch):
    filled(store, [mail(1)])
    made = plan.of_people(config, store, ["1"])
    monkeypatch.setattr(erasure.queue, "is_there", lambda _tx: True)
    monkeypatch.setattr(erasure.queue, "workers", lambda _tx: 1)
    with pytest.raises(OutOfReach, match="Stop the workers"):
        erasure.erase(config, store, made, "officer", WHY, LATER)
    with store.read() as tx:
        assert tombstones.count(tx) == 0


def test_a_report_is_not_frozen_with_what_was_erased_while_it_was_made(config, store):
    filled(store, [canary_mail(1), mail(2)])
    with store.read() as tx:
        content = evidence.frozen(evidence.gather(tx, config, NOW, share=False))
    assert '"reply_id":1' in content
    erased(config, store, "1")
    with store.begin() as tx, pytest.raises(Unusable, match="freeze it again"):
        reports.freeze(tx, "everything", content, "ann", NOW)


def test_a_name_that_many_write_under_names_nobody(config, store):
    filled(store, [mail(number, name="Town Clerk") for number in range(1, 7)])
    assert plan.of_people(config, store, ["1"]).named == ()


def test_who_looks_at_a_reply_while_it_goes_is_written_down_without_it(config, store):
    filled(store, [mail(1)])
    erased(config, store, "1")
    with store.begin() as tx:
        trail.write(tx, LATER, "ann", "looked at it", 1)
    with store.read() as tx:
        assert tx.execute(select(trails.c.what, trails.c.reply_id).order_by(trails.c.id)).all()[-1] == (
            "looked at it",
            None,
        )


def test_what_a_mail_server_reported_about_our_letter_goes_too(config, store):
    filled(store, [canary_mail(1), mail(2), mail(3)])
    told = {"failure": "hard", "recipient": SENDER, "status": "5.1.1", "returned": "<letter1@lga.example>"}
    with store.begin() as tx:
        tx.execute(update(verdict).where(verdict.c.reply_id == 2).values(bounce=told))
        tx.execute(update(reply).where(reply.c.id.in_([1, 2])).values(thread=1))
    made, _ = erased(config, store, SENDER)
    assert [(one.row.id, one.why) for one in made.going][1:] == [
        (2, "a mail server's report about our letter to reply 1")
    ]


def test_what_nobody_had_read_stays_away_too_however_it_comes(config, store):
    raw = canary_mail(1)
    unread(store, raw, "")
    erased(config, store, SENDER)
    with store.read() as tx:
        again = {"f" * 64: mail_key(headers_only(b"Received: from relay.example\r\n" + raw, ""))}
        assert list(tombstones.of_mails(tx, again)) == ["f" * 64]
