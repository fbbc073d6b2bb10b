"""harvester.toml: what is understood, and what is said when it is not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from harvester.config import Config, load
from harvester.errors import ConfigError
from harvester.model import Limits

SHIPPED = Path(__file__).parent.parent / "harvester.toml"
MINIMAL = """\
[request]
id = "r"
title = "R"
texts = ["request.txt"]
deadline = 2027-08-16T23:59:59+01:00
"""
MAILBOX = """\
[[mailbox]]
host = "imap.example"
user = "u"
password_env = "PW"
"""


@pytest.fixture
def write(tmp_path: Path):
    """Write a harvester.toml beside a request; returns its path."""
    (tmp_path / "request.txt").write_text("Please reply by Monday, August 16.")

    def write(text: str) -> Path:
        path = tmp_path / "harvester.toml"
        path.write_text(text)
        return path

    return write


def faults(path: Path, *overrides: str) -> list[str]:
    with pytest.raises(ConfigError) as fault:
        load(path, overrides)
    return fault.value.problems


def test_the_shipped_file_is_set_up_for_its_request_and_answers_nobody() -> None:
    config = load(SHIPPED)
    assert config.request.deadline == datetime(2027, 8, 16, 22, 59, 59, tzinfo=UTC)
    assert "sharing a single chief executive" in config.request_texts()[0]
    assert not config.acknowledge.enabled
    assert config.acknowledge.since is None
    assert config.limits == Limits()
    assert config.warnings == ()


def test_paths_are_absolute_beside_the_file(write) -> None:
    config = load(write(MINIMAL))
    home = config.folder
    assert config.path == home / "harvester.toml"
    assert config.request.texts == (home / "request.txt",)
    assert config.classify.rules == home / "rules"
    assert config.acknowledge.templates == home / "templates" / "acknowledge"
    assert config.store.data == home / "data"
    assert config.store.url == f"sqlite:///{home}/data/harvester.db"


def test_a_relative_database_lies_beside_the_file(write) -> None:
    config = load(write(MINIMAL + '[store]\nurl = "sqlite:///x/y.db"\n'))
    assert config.store.url == f"sqlite:///{config.folder}/x/y.db"


def test_all_faults_come_at_once_with_line_and_suggestion(write) -> None:
    text = MINIMAL + "[[mailbox]]\nhost = 'imap.example'\nuser = 'u'\npasword_env = 'X'\n[acknowledge]\nper_hour = -1\n"
    text += "since = 2027-01-01T00:00:00\n[clasify]\nworkers = 2\n"
    found = faults(write(text))
    assert found[0] == "harvester.toml:9: mailbox[0].pasword_env: unknown key; did you mean 'password_env'?"
    assert found[1].startswith("harvester.toml:11: acknowledge.per_hour: must be greater")
    assert found[2].startswith("harvester.toml:12: acknowledge.since: has no offset")
    assert found[3] == "harvester.toml:13: clasify: unknown section or key; did you mean 'classify'?"
    assert len(found) == 4


def test_a_key_of_another_section_is_sent_there(write) -> None:
    assert faults(write(MINIMAL + "per_hour = 3\n")) == [
        "harvester.toml:6: request.per_hour: unknown key; it belongs into [acknowledge]"
    ]


def test_broken_toml_names_its_line(write) -> None:
    assert faults(write(MINIMAL + "x = = 3\n"))[0].startswith("harvester.toml:6: this is not TOML: ")


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    assert "harvester init" in faults(tmp_path / "none.toml")[0]


def test_a_missing_key_is_named_with_its_section(write) -> None:
    assert faults(write(MINIMAL.replace('title = "R"\n', ""))) == [
        "harvester.toml:1: request.title: is missing; this key is needed"
    ]


def test_a_request_text_that_is_not_there_suggests_the_one_that_is(write) -> None:
    (found,) = faults(write(MINIMAL.replace("request.txt", "requets.txt")))
    assert found.startswith("harvester.toml:4: request.texts[0]: there is no file ")
    assert found.endswith("did you mean 'request.txt'?")


@pytest.mark.parametrize("section", [MAILBOX + "password = 'hunter2'\n", "[outbox]\npassword = 'hunter2'\n"])
def test_a_plain_password_is_refused_and_never_repeated(write, section: str) -> None:
    (found,) = faults(write(MINIMAL + section))
    assert "password_file = " in found
    assert "hunter2" not in found


def test_two_sources_of_a_password_are_one_too_many(write) -> None:
    (found,) = faults(write(MINIMAL + MAILBOX + "password_file = 'x'\n"))
    assert "keep one" in found


def test_an_imap_mailbox_needs_host_user_and_password(write) -> None:
    found = faults(write(MINIMAL + "[[mailbox]]\nname = 'x'\n"))
    assert [f.split(": ", 2)[1] for f in found] == ["mailbox[0].host", "mailbox[0].user", "mailbox[0]"]


@pytest.mark.parametrize(
    ("host", "fine"), [("localhost", True), ("127.0.0.9", True), ("::1", True), ("imap.example", False)]
)
def test_clear_text_is_for_loopback_only(write, host: str, fine: bool) -> None:
    path = write(MINIMAL + MAILBOX)
    overrides = [f"mailbox.0.host={host}", "mailbox.0.tls=none"]
    if fine:
        assert load(path, overrides).mailbox[0].port == 143
    else:
        assert "in the clear" in faults(path, *overrides)[0]


def test_folders_are_names_or_tables(write) -> None:
    text = MAILBOX + "folders = ['INBOX', { name = 'Junk', acknowledge = false }]\n"
    config = load(write(MINIMAL + text))
    assert [(f.name, f.acknowledge) for f in config.mailbox[0].folders] == [("INBOX", True), ("Junk", False)]


def test_a_file_mailbox_needs_a_path_and_no_password(write) -> None:
    assert load(write(MINIMAL + "[[mailbox]]\ntype='maildir'\npath='m'\n")).mailbox[0].secret is None
    assert "needs path" in faults(write(MINIMAL + "[[mailbox]]\ntype='mbox'\n"))[0]


def test_two_mailboxes_of_one_name_are_refused(write) -> None:
    (found,) = faults(write(MINIMAL + MAILBOX + MAILBOX))
    assert found.startswith("harvester.toml:10: mailbox[1].name: another mailbox")


def test_a_sent_folder_needs_a_mailbox_on_a_server(write) -> None:
    sent = '[outbox]\nsent_folder = "Sent"\n'
    (found,) = faults(write(MINIMAL + '[[mailbox]]\ntype = "maildir"\npath = "."\n' + sent))
    assert found.endswith('outbox.sent_folder: needs a [[mailbox]] of type "imap", in which this folder is')
    config = load(write(MINIMAL + MAILBOX + sent))
    assert config.sent_mailbox == config.mailbox[0]


def test_answering_needs_an_outbox(write) -> None:
    found = faults(write(MINIMAL + "[acknowledge]\nenabled = true\n"))
    assert [f.split(": ")[1] for f in found] == ["outbox.host", "outbox.from"]


@pytest.mark.parametrize(
    ("deadline", "zone", "expected"),
    [
        ("2027-08-16T23:59:59", "Europe/London", "2027-08-16T22:59:59+00:00"),
        ("2027-01-16T23:59:59", "Europe/London", "2027-01-16T23:59:59+00:00"),
        ("2027-08-16", "Europe/London", "2027-08-16T22:59:59+00:00"),
        ("2027-08-16T12:00:00Z", "", "2027-08-16T12:00:00+00:00"),
        ('"2027-08-16T12:00:00+02:00"', "", "2027-08-16T10:00:00+00:00"),
    ],
)
def test_the_deadline_is_an_instant(write, deadline: str, zone: str, expected: str) -> None:
    text = MINIMAL.replace("2027-08-16T23:59:59+01:00", deadline)
    text += f'time_zone = "{zone}"\n' if zone else ""
    assert load(write(text)).request.deadline.astimezone(UTC).isoformat() == expected


def test_a_local_deadline_without_time_zone_is_refused(write) -> None:
    (found,) = faults(write(MINIMAL.replace("+01:00", "")))
    assert found.startswith("harvester.toml:5: request.deadline: has no offset: add time_zone")


def test_a_deadline_on_another_weekday_than_the_request_says_is_warned_of(write) -> None:
    path = write(MINIMAL)
    assert load(path).warnings == ()
    (warning,) = load(path, ["request.deadline=2028-08-16T12:00:00Z"]).warnings
    assert "'Monday, August 16'" in warning and "Wednesday" in warning and "2027, 2032" in warning
    (warning,) = load(path, ["request.deadline=2027-08-17T12:00:00Z"]).warnings
    assert "Tuesday, August 17 2027" in warning


def test_limits_can_be_set_and_must_be_positive(write) -> None:
    assert load(write(MINIMAL + "[limits]\nraw_bytes = 1_000\n")).limits == Limits(raw_bytes=1000)
    (found,) = faults(write(MINIMAL + "[limits]\nraw_bytes = 0\n"))
    assert found == "harvester.toml:7: limits.raw_bytes: must be more than 0"
    assert "did you mean 'raw_bytes'?" in faults(write(MINIMAL + "[limits]\nraw_byte = 1\n"))[0]


def test_the_config_cannot_be_changed(write) -> None:
    config: Config = load(write(MINIMAL))
    with pytest.raises(ValueError, match="frozen"):
        config.request.id = "x"  # type: ignore[misc]


def test_overrides_take_toml_or_bare_words(write) -> None:
    config = load(
        write(MINIMAL + MAILBOX),
        [
            "mailbox.0.host=127.0.0.1",
            "mailbox.0.port=10143",
            "mailbox.0.tls=none",
            "mailbox.0.folders=INBOX",
            "mailbox.0.user=12345",
            "mailbox.0.password_file=pw",
            "acknowledge.own_addresses=replies@lga.example",
            "acknowledge.since=2027-01-01T00:00:00Z",
            "acknowledge.max_age_days=0.5",
            'outbox.from="a@lga.example"',
            "outbox.bounce_address=",
            "classify.documents=false",
            "store.data=elsewhere",
        ],
    )
    box = config.mailbox[0]
    assert (box.host, box.port, box.tls, box.user) == ("127.0.0.1", 10143, "none", "12345")
    assert [f.name for f in box.folders] == ["INBOX"]
    assert (box.password_file, box.password_env) == (config.folder / "pw", None)  # what is said last is meant
    assert config.acknowledge.own_addresses == ("replies@lga.example",)
    assert config.acknowledge.since == datetime(2027, 1, 1, tzinfo=UTC)
    assert config.outbox.from_ == "a@lga.example"
    assert not config.classify.documents
    assert config.store.url == f"sqlite:///{config.folder}/elsewhere/harvester.db"


def test_an_override_makes_the_mailbox_that_is_missing(write) -> None:
    config = load(write(MINIMAL), ["mailbox.0.type=maildir", "mailbox.0.path=/mail", 'mailbox.0.folders=["INBOX"]'])
    assert config.mailbox[0].path == Path("/mail")


def test_faults_of_overrides_are_told_as_such(write) -> None:
    found = faults(write(MINIMAL), "acknowledge.enabld=true", "nonsense", "mailbox.3.host=x", "mailbox.host=x")
    assert "--set nonsense: write SECTION.KEY=VALUE, as in --set mailbox.0.host=imap.example" in found
    assert "--set: acknowledge.enabld: unknown key; did you mean 'enabled'?" in found
    assert any(f.startswith("--set mailbox.3.host: there are only 0") for f in found)
    assert len(found) == 4


def test_a_password_readable_by_others_is_warned_of(write) -> None:
    path = write(MINIMAL + MAILBOX.replace("password_env = ", "password_file = "))
    password = path.parent / "PW"
    password.write_text("x")
    password.chmod(0o644)
    assert "chmod 600" in load(path).warnings[0]
    password.chmod(0o600)
    assert load(path).warnings == ()
