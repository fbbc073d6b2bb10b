"""For whom a reply speaks; unknown is better than wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.classify.respondent import names_an_organisation, respondent
from harvester.model import Headers, Message, Respondent, Segment, SegmentKind, Sender


def mail(
    address: str, name: str = "", own: str = "Dear colleagues,\nhere is our example.", signature: str = "", **more
):
    return Message("", 0, Headers(), sender=Sender(address, name), own_text=own, signature=signature, **more)


@pytest.mark.parametrize(
    ("address", "country", "domain"),
    [
        ("a@leeds.gov.uk", "GB", "leeds.gov.uk"),
        ("a@post.seeburg.de", "DE", "seeburg.de"),
        ("a@network.eu", None, "network.eu"),
        ("a@town.example", None, "town.example"),
        ("a@ajuntament.cat", "ES", "ajuntament.cat"),
        ("a@gmail.com", None, None),
        ("a@yahoo.co.uk", None, None),
        ("", None, None),
    ],
)
def test_country_and_domain_come_from_the_address(address, country, domain):
    found = respondent(mail(address), "en")
    assert (found.country, found.domain) == (country, domain)


@pytest.mark.parametrize(
    "line",
    [
        "North Dale District Council", "Stadt Seeburg", "Mairie de Valbelle", "Gmina Borki", "Gemeente Oosterdam",
        "Helmiranta kaupunki", "Federation of Municipalities", "Landratsamt Seekreis", "Stadtverwaltung Hochberg",
    ],
)  # fmt: skip
def test_names_of_authorities_are_recognised(line):
    assert names_an_organisation(line)


@pytest.mark.parametrize(
    "line",
    [
        "our council and its neighbour share a chief executive", "Anna Berg", "Waste Partnership Manager",
        "Bürgermeister der Gemeinde",
        "Is this the Council?",
        "see www.council.example", "Phone of the Council 020 7946 0000", "", "x" * 200,
    ],
)  # fmt: skip
def test_sentences_people_and_addresses_are_no_organisations(line):
    assert not names_an_organisation(line)


def test_the_signature_names_the_organisation():
    found = respondent(mail("a@dale.gov.uk", signature="Jo Hill\nPolicy Officer | North Dale District Council"), "en")
    assert found == Respondent("North Dale District Council", "GB", "dale.gov.uk")


def test_the_display_name_helps_where_the_signature_is_silent():
    assert respondent(mail("post@stadt.example", "Stadt Seeburg"), "de").organisation == "Stadt Seeburg"


def test_a_country_below_the_address_counts_where_the_domain_is_silent():
    found = respondent(mail("a@town.example", signature="Town of Ash\nStorgatan 1, 111 22 Alby, Sweden"), "en")
    assert found.country == "SE"


def test_a_mail_passed_on_speaks_for_its_author():
    text = "From: Jo Hill <jo@dale.gov.uk>\nSubject: example\n\nWe share a chief executive."
    passed_on = mail("desk@other.de", own="FYI", text=text, segments=(Segment(SegmentKind.FORWARDED, 0, len(text)),))
    assert respondent(passed_on, "en").domain == "dale.gov.uk"


def test_a_long_mail_passed_on_speaks_for_its_author_too():
    head, words = "From: Jo Hill <jo@dale.gov.uk>\n\n", "word " * 60
    parts = (Segment(SegmentKind.FORWARDED, 0, len(head)), Segment(SegmentKind.OWN, len(head), len(head + words)))
    assert respondent(mail("a@other.de", own=words, text=head + words, segments=parts), "en").domain == "dale.gov.uk"


def test_a_long_answer_above_a_mail_passed_on_speaks_for_itself():
    own, below = "word " * 60, "From: Jo Hill <jo@dale.gov.uk>\n\nHello"
    parts = (Segment(SegmentKind.OWN, 0, len(own)), Segment(SegmentKind.FORWARDED, len(own), len(own + below)))
    answer = mail("a@other.de", own=own, text=own + below, segments=parts)
    assert respondent(answer, "en").domain == "other.de"


@given(st.text(max_size=60), st.text(max_size=300), st.text(max_size=300))
def test_odd_mail_never_raises(address, own, signature):
    assert isinstance(respondent(mail(address, own=own, signature=signature), "en"), Respondent)


@pytest.mark.parametrize("room", ["Poststelle", "Segreteria", "Info"])
def test_a_room_before_the_name_is_no_part_of_it(room):
    assert respondent(mail("a@brunnau.example", f"{room} Landkreis Brunnau"), "de").organisation == "Landkreis Brunnau"
