"""Where passwords come from, and that they are never shown."""

from pathlib import Path

import pytest

from harvester.config.secret import Secret
from harvester.errors import ConfigError


def test_a_password_comes_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "pw").write_bytes(" hünter 2 \r\n".encode())
    assert Secret("file", tmp_path / "pw").reveal() == " hünter 2 "


def test_a_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "hunter2")
    assert Secret("env", "PW").reveal() == "hunter2"


def test_a_password_comes_from_a_command() -> None:
    assert Secret("command", ("printf", "%s\n", "hunter2")).reveal() == "hunter2"


def test_a_password_comes_from_the_service_manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "imap").write_text("hunter2\n")
    with pytest.raises(ConfigError, match="CREDENTIALS_DIRECTORY"):
        Secret("credential", "imap").reveal()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert Secret("credential", "imap").reveal() == "hunter2"


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (Secret("file", Path("/nowhere/pw")), "No such file"),
        (Secret("env", "HARVESTER_NOT_SET"), "HARVESTER_NOT_SET"),
        (Secret("command", ("false",)), "ended with status 1"),
        (Secret("command", ("no-such-program",)), "no-such-program"),
        (Secret("command", ("true",)), "empty"),
        (Secret("command", ("printf", "one\\ntwo")), "on one line"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(secret: Secret, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as fault:
        secret.reveal()
    assert "two" not in str(fault.value)
