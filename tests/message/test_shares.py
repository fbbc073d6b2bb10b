"""Which addresses hand out files."""

import pytest

from harvester.message.links import link_to
from harvester.message.shares import SERVICES
from harvester.model import LinkKind


def kind_of(url: str) -> LinkKind:
    link = link_to(url, "own_text")
    assert link is not None
    return link.kind


@pytest.mark.parametrize(
    "url",
    [
        "https://town.sharepoint.com/:b:/s/policy/EaBcD?e=x", "https://town-my.sharepoint.com/:f:/g/personal/a_town/E1",
        "https://1drv.ms/b/s!Ab", "https://onedrive.live.com/?id=1", "https://www.dropbox.com/scl/fi/x/a.pdf?dl=0",
        "https://dl.dropboxusercontent.com/s/x/a.pdf", "https://we.tl/t-AbCd1", "https://town.wetransfer.com/downloads/x",
        "https://drive.google.com/drive/folders/1", "https://docs.google.com/document/d/1/edit",
        "https://app.box.com/s/x", "https://mega.nz/file/x#y", "https://web.tresorit.com/l/x", "https://send.tresorit.com/a#b",
        "https://filesender.renater.fr/?s=download&token=x", "https://filesender.belnet.be/?s=download&token=x",
        "https://www.swisstransfer.com/d/x", "https://switch.egress.com/ui/r", "https://francetransfert.numerique.gouv.fr/x",
        "https://cloud.town.example/s/AbCdEfGh1234567", "https://town.example/nextcloud/index.php/s/AbCdEfGh12",
        "https://nextcloud.town.example/apps/files/x", "https://files.town.example/d/0123456789abcdef0123/",
        "https://cryptshare.town.example/Download1.action?id=x", "https://www.uschovna.cz/zasilka/x",
        "https://acrobat.adobe.com/link/review?uri=urn:aaid:scds:US:1", "ftp://user.wetransfer.com/x",
    ],
)  # fmt: skip
def test_a_place_that_hands_out_files_is_a_share(url):
    assert kind_of(url) is LinkKind.SHARE


@pytest.mark.parametrize(
    "url",
    [
        "https://council.my.example/s/contactsupportnow", "https://town.example/s/AbCdEfGhIjKlMnO",
        "https://town.example/s/2027", "https://town.example/f/0123456789abcdef", "https://notmega.nz/x",
        "https://dropbox.com.evil.example/s/x", "https://town.example/drive.google.com/x",
        "https://sharepointtown.example/:b:/s/x", "https://www.google.com/maps/x",
    ],
)  # fmt: skip
def test_a_page_is_none(url):
    assert kind_of(url) is LinkKind.WEB


def test_the_list_is_in_order_and_in_small_letters():
    assert list(SERVICES) == sorted({one.lower() for one in SERVICES})
