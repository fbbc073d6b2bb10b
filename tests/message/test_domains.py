"""Which hosts belong to one organisation."""

import pytest

from harvester.message.domains import ascii_domain, organisational


@pytest.mark.parametrize(
    ("domain", "owner"),
    [
        ("mail.Town.co.uk", "town.co.uk"),
        ("town.co.uk.", "town.co.uk"),
        ("a.b.stadt.example", "stadt.example"),
        ("mx.münchen.example", "xn--mnchen-3ya.example"),
        ("xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_hosts_of_one_organisation_share_the_registered_name(domain: str, owner: str) -> None:
    assert organisational(domain) == owner


def test_two_councils_below_one_public_suffix_are_strangers() -> None:
    assert organisational("a.gov.uk") != organisational("b.gov.uk")


@pytest.mark.parametrize(
    ("domain", "coded"),
    [
        ("Münster.example", "xn--mnster-3ya.example"),
        ("www.straße.example", "www.xn--strae-oqa.example"),
        ("δήμος.example", "xn--jxalzmp.example"),
        ("münchen。example", "xn--mnchen-3ya.example"),
        ("xn--strae-oqa.example", "xn--strae-oqa.example"),
    ],
)
def test_names_are_coded_as_browsers_do(domain: str, coded: str) -> None:
    assert ascii_domain(domain) == coded


@pytest.mark.parametrize("odd", ["a" * 70 + "ü.example", "ü" * 100_000, "..", "\ud800.example", "a..ü"])
def test_unreadable_names_are_no_fault(odd: str) -> None:
    assert isinstance(organisational(odd), str)
    assert ascii_domain(odd) == ascii_domain(odd).lower()
