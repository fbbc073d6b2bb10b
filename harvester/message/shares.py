"""Places that hand out files: what is there may be the evidence, and often only for some days.

By host where the service has one of its own, by the form of the path where everybody may run it.
"""

import re

SERVICES = (
    "1drv.com", "1drv.ms", "acrobat.adobe.com", "adobe.ly", "box.com", "box.net", "citrixdata.com", "cloud.mail.ru",
    "cryptshare.com", "d.docs.live.net", "db.tt", "disk.yandex.com", "disk.yandex.ru", "docs.google.com",
    "documentcloud.adobe.com", "dracoon.com", "drive.google.com", "dropbox.com", "dropboxusercontent.com",
    "egress.com", "filemail.com", "filesender.org", "filr.net", "francetransfert.numerique.gouv.fr",
    "fromsmash.com", "galaxkey.com", "ge.tt", "gigamove.rwth-aachen.de", "gofile.io", "grosfichiers.com",
    "hidrive.strato.com", "hightail.com", "huddle.com", "huddle.net", "icloud.com", "kdrive.infomaniak.com",
    "leteckaposta.cz", "magentacloud.de", "mediafire.com", "mega.co.nz", "mega.io", "mega.nz", "my.hidrive.com",
    "objective.com", "objectiveconnect.co.uk", "onedrive.com", "onedrive.live.com", "pcloud.com", "pcloud.link",
    "photos.app.goo.gl", "sendspace.com", "sharefile.com", "sharefile.eu", "sharepoint.cn", "sharepoint.com",
    "sharepoint.us", "smash.gg", "swisstransfer.com", "sync.com", "terabox.com", "transfernow.net",
    "transferxl.com", "tresorit.com", "uschovna.cz", "we.tl", "wetransfer.com", "wetransfer.net", "wormhole.app",
    "yadi.sk", "yousendit.com", "zivver.com",
)  # fmt: skip
PROGRAMS = frozenset({"cryptshare", "filesender", "nextcloud", "owncloud", "seafile"})
"""Free programs after which a host is named: ``filesender.university.example``."""

_HOSTS = frozenset(SERVICES)
_LABELS = 1 + max(name.count(".") for name in SERVICES)
_PATH = re.compile(
    r"/(?:index\.php|(?:owncloud|nextcloud|cloud)(?:/index\.php)?)/s/[A-Za-z0-9]{8,}"  # Nextcloud, ownCloud
    r"|/s/(?=[A-Za-z0-9]*[0-9])(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[a-z])[A-Za-z0-9]{15}(?:/download)?/?$"
    r"|/(?:f|d)/[0-9a-f]{20}/?$"  # Seafile
)


def is_share(host: str, path: str) -> bool:
    """``host`` in lower case and punycode."""
    labels = host.split(".")[-_LABELS:]
    if any(".".join(labels[n:]) in _HOSTS for n in range(len(labels))):
        return True
    return host.partition(".")[0] in PROGRAMS or _PATH.match(path) is not None
