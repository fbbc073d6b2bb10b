"""The words by which machines give themselves away."""

import time

import pytest

from harvester.message.robots import (
    folded,
    is_bounce_subject,
    is_robot,
    machine_words,
    starts_out_of_office,
)

EU = "bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv"
LANGUAGES = f"{EU} no is uk tr ru ja".split()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_automatic_reply(language):
    for phrase in machine_words("away")[language]:
        assert starts_out_of_office(f"{phrase.capitalize()}: Request for examples")
        assert starts_out_of_office(phrase.upper())


@pytest.mark.parametrize("language", sorted(machine_words("label")))
def test_an_everyday_noun_counts_only_as_a_label(language):
    for noun in machine_words("label")[language]:
        assert starts_out_of_office(f"{noun.capitalize()}: Request for examples")
        assert starts_out_of_office(f"{noun} 23/08")


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Request",
        "Réponse automatique\u00a0: Request",
        "REPONSE AUTOMATIQUE : Request",
        "[EXTERNAL] Automatische Antwort: Request",
        "Je suis absente jusqu'au 3 mai",
        "Away until May 5",
        "AUTO: Jane Roe is out of the office (returning 03/01)",
        "İzindeyim: Request",
        "自動応答: 照会",
        "OOO",
    ],
)
def test_an_out_of_office_note_is_seen_by_the_start_of_its_subject(subject):
    assert starts_out_of_office(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Out of office hours service shared by two councils",
        "Out of office hours service shared by two councils",
        "Our out of office hours help line",
        "Re: Automatic reply: Request",
        "Absence of examples in our district",
        "Urlaubsregelung im Bauhof",
        "Automotive waste",
        "Holiday play schemes run by parents",
        "Shared services",
        "",
    ],
)
def test_a_person_may_write_such_words_elsewhere_in_the_subject(subject):
    assert not starts_out_of_office(subject)


@pytest.mark.parametrize(
    "local_part",
    [
        "MAILER-DAEMON",
        "mailer_daemon",
        "postmaster",
        "no-reply",
        "noreply",
        "do_not_reply",
        "donotreply+17",
        "gmail-noreply",
        "noreply-reports",
        "ne-pas-repondre",
        "listserv",
        "majordomo",
        "owner-cities",
        "cities-owner",
        "cities-request",
        "bounce",
        "bounces+17-a=b.example",
        "bounce-17",
        "cities-bounces",
    ],
)
def test_a_robot_is_known_by_its_local_part(local_part):
    assert is_robot(local_part)


@pytest.mark.parametrize(
    "local_part",
    [
        "anna.noreply-jones",
        "bouncer.tom",
        "owner",
        "j.requests",
        "noreplyson",
        "postmasters",
        "info",
        "post",
        "",
    ],
)
def test_words_inside_a_name_make_no_robot(local_part):
    assert not is_robot(local_part)


@pytest.mark.parametrize(
    "subject",
    [
        "Undelivered Mail Returned to Sender",
        "Undeliverable: Request",
        "Mail delivery failed: returning message to sender",
        "failure notice",
        "Delivery Status Notification (Failure)",
        "Delayed Mail (still being retried)",
        "Unzustellbar: Request",
        "Échec de remise : Request",
        "Kan inte levereras: Request",
        "Nedoručitelné: Request",
    ],
)
def test_mail_systems_return_mail_under_these_subjects(subject):
    assert is_bounce_subject(subject)


def test_an_answer_about_undeliverable_post_has_no_bounce_subject():
    assert not is_bounce_subject("Re: undeliverable post in our joint service")


def test_folding_makes_spellings_equal():
    assert folded("  RÉPONSE\u00a0 Automatique ") == "reponse automatique"
    assert folded("Łódź İZİN’") == "lodz izin'"


def test_hostile_lengths_cost_nothing():
    began = time.process_time()
    for hostile in ("[" * 1_000_000, "out of " * 150_000, "-noreply" * 100_000 + "x", "bounce-" * 100_000):
        starts_out_of_office(hostile)
        is_bounce_subject(hostile)
        is_robot(hostile)
    assert time.process_time() - began < 5
