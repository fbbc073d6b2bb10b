"""Large base64 bodies never reach the parser, and nobody can tell from what is read."""

import base64
import random
import re
import time
from email.message import EmailMessage

import pytest

from harvester.message import detached, parse
from harvester.model import Limits

HEAD = b"From: Anna <a@town.example>\r\nSubject: hello\r\nMIME-Version: 1.0\r\n"
PARTS = HEAD + b'Content-Type: multipart/mixed; boundary="xx"\r\n\r\n'
AS_FILE = (
    b"--xx\r\nContent-Type: application/pdf; name=plan.pdf\r\nContent-Disposition: attachment\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n"
)
DATA = b"%PDF-1.4 " + bytes(range(256)) * 20
TEXT = "Zwei Gemeinden teilen sich ein Bauamt. Größe und Preis: gleich.\n" * 80


def lines(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def read(raw: bytes):
    return parse.open_mail(raw, Limits())


@pytest.fixture
def seen(monkeypatch):
    """How many bytes the parser gets to see, of each mail."""
    sizes: list[int] = []
    tree = parse._tree
    monkeypatch.setattr(parse, "_tree", lambda raw: sizes.append(len(raw)) or tree(raw))
    return sizes


@pytest.fixture
def plainly(monkeypatch):
    """What is read of a mail when nothing is taken out."""

    def read_whole(raw: bytes):
        with monkeypatch.context() as patched:
            patched.setattr(detached, "FEWEST", len(raw) + 1)
            return read(raw)

    return read_whole


def test_a_large_file_comes_back_and_the_parser_never_saw_it(seen):
    found = read(PARTS + AS_FILE + lines(DATA * 100) + b"--xx--\r\n")
    assert [file.data for file in found.files] == [DATA * 100]
    assert len(seen) == 1 and seen[0] < 1_000


def test_so_does_a_mail_that_is_one_large_text(seen):
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    found = read(raw + lines(TEXT.encode()))
    assert [body.text for body in found.bodies] == [TEXT]
    assert len(seen) == 1 and seen[0] < 1_000


def test_files_of_an_attached_mail_stay_in_it_as_written(seen):
    inner = PARTS.replace(b"xx", b"yy") + AS_FILE.replace(b"xx", b"yy") + lines(DATA) + b"--yy--\r\n"
    found = read(PARTS + b"--xx\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--xx--\r\n")
    assert [file.data for file in found.files] == [inner]
    assert len(seen) == 1 and seen[0] < 1_000


ODD = {
    "a footer below it that is no boundary": PARTS + AS_FILE + lines(DATA) + b"-- \r\nlist footer\r\n--xx--\r\n",
    "in the preamble": PARTS + AS_FILE.replace(b"--xx", b"--no") + lines(DATA) + AS_FILE + lines(DATA) + b"--xx--\r\n",
    "below the end": PARTS + AS_FILE + lines(DATA) + b"--xx--\r\n" + AS_FILE + lines(DATA),
    "never closed": PARTS + AS_FILE + lines(DATA),
    "in a part that says quoted-printable": PARTS
    + b"--xx\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    + AS_FILE.partition(b"\r\n")[2]
    + lines(DATA)
    + b"--xx--\r\n",
    "in a part that says base64": PARTS + AS_FILE + AS_FILE.partition(b"\r\n")[2] + lines(DATA) + b"--xx--\r\n",
    "in plain words": PARTS + b"--xx\r\n\r\nLook:\r\n" + AS_FILE.partition(b"\r\n")[2] + lines(DATA) + b"--xx--\r\n",
    "without its last letter": PARTS + AS_FILE + lines(DATA).rstrip()[:-1] + b"\r\n--xx--\r\n",
    "with a letter too many": PARTS + AS_FILE + lines(DATA[:-1]).rstrip() + b"A\r\n--xx--\r\n",
    "with signs among its letters": PARTS + AS_FILE + lines(DATA).replace(b"\r\n", b"!\r\n", 3) + b"--xx--\r\n",
    "with blanks at its line ends": PARTS + AS_FILE + lines(DATA).replace(b"\r\n", b" \r\n") + b"--xx--\r\n",
    "with bare line feeds": (PARTS + AS_FILE + lines(DATA) + b"--xx--\r\n").replace(b"\r\n", b"\n"),
    "two of the same": PARTS + (AS_FILE + lines(DATA)) * 2 + b"--xx--\r\n",
    "an encoding said twice": PARTS
    + AS_FILE.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n")
    + lines(DATA)
    + b"--xx--\r\n",
}


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_what_is_read_of_odd_mails_is_the_same(raw, plainly):
    assert read(raw) == plainly(raw)


def test_what_is_read_of_damaged_mails_is_the_same(plainly, monkeypatch):
    rnd = random.Random(26)
    one = EmailMessage()
    one["From"], one["Subject"] = "a@town.example", "hello"
    one.set_content(TEXT, cte="base64")
    one.add_alternative(f"<p>{TEXT}</p>", subtype="html", cte="base64")
    one.add_attachment(DATA, maintype="application", subtype="pdf", filename="plan.pdf")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "b@town.example", "as we said"
    inner.set_content("See the file.")
    inner.add_attachment(DATA[:1_000], maintype="image", subtype="png", filename="map.png")
    one.add_attachment(inner)
    monkeypatch.setattr(detached, "FEWEST", 60)
    for _ in range(400):
        raw = damaged(one.as_bytes(), rnd)
        assert read(raw) == plainly(raw), raw


def damaged(raw: bytes, rnd: random.Random) -> bytes:
    places = [found.start() for found in re.finditer(rb"base64|boundary|\n--|=\n|\n\n", raw)]
    for _ in range(rnd.randint(1, 3)):
        at = max(0, rnd.choice(places) + rnd.randint(-20, 100))
        cut = rnd.choice((0, 0, 1, 30))
        again = rnd.choice(places)
        put = rnd.choice(
            (b"", b"\n--\n", b"=", b"\n\n", b"!", b"-- \nfooter\n", raw[again : again + rnd.randint(9, 600)])
        )
        raw = raw[:at] + put + raw[at + cut :]
    return raw


@pytest.mark.parametrize(
    "unit", [b"base64", b"\r\nContent-Transfer-Encoding: base64", b"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA"]
)
def test_looking_takes_time_in_proportion_to_the_mail(unit):
    def seconds(size: int) -> float:
        body = unit * (size // len(unit))
        began = time.process_time()
        detached.detach(body, b"-0123456789abcdef-", encoded=False)
        return time.process_time() - began

    seconds(1_000)
    assert seconds(8_000_000) < 1.0
