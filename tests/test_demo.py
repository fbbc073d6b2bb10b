"""The demo: its servers, its folder, and the whole tour twice."""

import signal
import smtplib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from harvester.config import load
from harvester.demo import claim, demo_servers, servers, write_demo_config
from harvester.demo.folder import MARKER
from harvester.errors import OutOfReach, Unusable
from harvester.mailbox import open_mailbox
from harvester.shipment import shipped

SAMPLES = sorted((Path(__file__).parent.parent / "data" / "sample").glob("*.eml"))
QUARANTINED = 47


def listing(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def inbox(folder: Path) -> tuple[str, dict[str, bytes]]:
    """UIDVALIDITY and what lies under which UID."""
    with demo_servers(folder) as there:
        config = load(write_demo_config(folder, there, shipped()), there.overrides)
        with open_mailbox(config.mailbox[0], config.limits) as mailbox:
            state = mailbox.open("INBOX")
            new = sorted(mailbox.uids("INBOX"), key=int)
            mails = {mail.uid: mail.raw or b"" for batch in mailbox.batches("INBOX", new) for mail in batch}
            return state.validity, mails


def running(pid: int) -> bool:
    """Neither gone nor a zombie that waits for init."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int) -> None:
    ends = time.monotonic() + 10
    while running(pid):
        assert time.monotonic() < ends, f"process {pid} has outlived us"
        time.sleep(0.05)


# ------------------------------------------------------------------ the folder


def test_a_folder_with_other_files_is_refused_and_not_touched(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    (tmp_path / "data").mkdir()
    before = listing(tmp_path)
    with pytest.raises(Unusable, match=r"no demo has written.*--folder"), demo_servers(tmp_path):
        pass
    assert listing(tmp_path) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "thesis.txt"]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "demo").write_text("mine")
    with pytest.raises(Unusable, match="is a file"):
        claim(tmp_path / "demo")
    assert (tmp_path / "demo").read_text() == "mine"


def test_a_new_folder_an_empty_one_and_the_demos_own_are_taken(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty", "new"):
        folder = claim(tmp_path / name)
        assert (folder / MARKER).is_file()


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unusable, match=r"cannot be written: .*--folder"):
        claim(tmp_path / "file" / "demo")


def test_settings_are_written_once_and_then_belong_to_whoever_changes_them(tmp_path):
    folder = claim(tmp_path / "demo")
    there = servers.Servers("127.0.0.1", 1143, 1025, "replies", "secret", folder / "sent")
    path = write_demo_config(folder, there, shipped())
    (folder / "password").write_text("secret\n")
    assert load(path).acknowledge.enabled
    path.write_text(path.read_text().replace("LGA International Desk", "Somebody else"))
    again = servers.Servers("127.0.0.1", 2143, 2025, "replies", "secret", folder / "sent")
    config = load(write_demo_config(folder, again, shipped()), again.overrides)
    assert config.outbox.from_name == "Somebody else"
    assert (config.mailbox[0].port, config.outbox.port) == (2143, 2025)
    assert config.classify.rules == folder / "rules"
    assert "secret" not in path.read_text()


def test_a_demo_that_was_cut_short_is_set_up_anew(tmp_path):
    folder = claim(tmp_path / "demo")
    (folder / "rules").mkdir()
    there = servers.Servers("127.0.0.1", 1143, 1025, "replies", "secret", folder / "sent")
    load(write_demo_config(folder, there, shipped()))
    shipped_rules = {p.relative_to(shipped()) for p in (shipped() / "rules").rglob("*.toml")}
    assert shipped_rules <= {p.relative_to(folder) for p in folder.rglob("*")}


# ------------------------------------------------------------------ the servers


def test_the_mailbox_holds_the_samples_byte_for_byte_under_the_same_uids_each_time(tmp_path):
    validity, mails = inbox(tmp_path / "demo")
    assert list(mails.values()) == [path.read_bytes() for path in SAMPLES]
    assert inbox(tmp_path / "demo") == (validity, mails)


def test_the_sink_keeps_each_letter_as_it_was_sent_also_in_the_next_demo(tmp_path):
    letter = b"Subject: Auto: x\r\n\r\n.a line with a dot\r\nGr\xc3\xbc\xc3\x9fe\r\n"
    for number in (1, 2):
        with demo_servers(tmp_path / "demo") as there:
            with smtplib.SMTP(there.host, there.smtp_port, timeout=10) as line:
                line.sendmail("", ["officer@town.example"], letter)
            sent = sorted(there.sink_folder.iterdir())
        assert [p.name for p in sent] == ["0001.eml", "0002.eml"][:number]
        assert {p.read_bytes() for p in sent} == {letter}


def test_the_servers_end_when_the_demo_fails(tmp_path, monkeypatch):
    started = []
    original = servers.start
    monkeypatch.setattr(servers, "start", lambda log: started.append(original(log)) or started[-1])
    with pytest.raises(KeyboardInterrupt), demo_servers(tmp_path / "demo"):
        raise KeyboardInterrupt
    assert started[0].poll() == 0
    assert started[0].stdin.closed and started[0].stdout.closed


def test_the_servers_do_not_outlive_a_demo_that_is_killed(tmp_path):
    program = (
        "import sys, time; from pathlib import Path; from harvester.demo import demo_servers, servers\n"
        "original = servers.start\n"
        "def start(log):\n"
        "    child = original(log); print(child.pid, flush=True); return child\n"
        "servers.start = start\n"
        "with demo_servers(Path(sys.argv[1])): print('up', flush=True); time.sleep(60)\n"
    )
    demo = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "demo")], stdout=subprocess.PIPE, text=True)
    with demo:
        pid = int(demo.stdout.readline())
        assert demo.stdout.readline() == "up\n"
        assert running(pid)
        demo.send_signal(signal.SIGKILL)
    wait_until_gone(pid)


def test_a_missing_package_is_named_with_the_way_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setattr(servers, "NEEDED", ("pymap", "no_such_package"))
    with pytest.raises(Unusable, match=r"no_such_package.*harvester\[demo\]"), demo_servers(tmp_path / "demo"):
        pass
    assert not (tmp_path / "demo").exists()


def test_servers_that_do_not_come_up_are_a_sentence_that_names_the_log(tmp_path, monkeypatch):
    monkeypatch.setattr(servers.sys, "executable", "/bin/false")
    with pytest.raises(OutOfReach, match=r"servers\.log"), demo_servers(tmp_path / "demo"):
        pass
