"""``harvester check``: what it says of a name that would silence everybody."""

import pytest

from harvester.check import _silenced
from harvester.model import Headers
from letter_samples import shipped
from store_samples import answer, silence, stored, understanding

SAYS = "would silence {} of the newest {} answered replies"


def vouched(number: int, server: str = "mx.lga.example"):
    told = f"{server}; dmarc=pass header.from=town.example"
    headers = Headers((("from", "officer@town.example"), ("authentication-results", told)))
    return understanding(number, own=f"Words of number {number}.", headers=headers)


@pytest.mark.parametrize(
    ("name", "silenced", "mark", "advice"),
    [
        ("mx.lga.example", 1, "ok", False),
        ("MX.LGA.example", 1, "ok", False),
        ("mx.lga.exampel", 4, "warn", True),
    ],
)
def test_it_says_how_many_stored_replies_the_name_would_silence(store, database_url, name, silenced, mark, advice):
    stored(store, *[vouched(n) for n in range(3)], vouched(3, "mx.elsewhere.example"), decision=answer)
    stored(store, vouched(4, "mx.elsewhere.example"), decision=lambda _: silence("list"))  # is not answered anyway
    config = shipped(f'store.data="{store.data}"', f'store.url="{database_url}"', f"acknowledge.authserv_id={name}")
    (finding,) = _silenced(config)
    assert finding.mark == mark and SAYS.format(silenced, 4) in finding.sentence
    assert finding.sentence.endswith("the name your server writes?") is advice


def test_without_replies_nothing_can_be_said(store, database_url):
    config = shipped(f'store.data="{store.data}"', f'store.url="{database_url}"', "acknowledge.authserv_id=x.example")
    assert list(_silenced(config)) == []
