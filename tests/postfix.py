"""A private Postfix on loopback: it takes letters by SMTP (STARTTLS offered) and lays them into Maildirs.

Its settings, queue and mailboxes lie in one folder of its own; the system's Postfix, if there is one, is not touched.
It wants to be started by root, as everywhere.
"""

import os
import pwd
import shutil
import signal
import smtplib
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from servers import HOST, free_port, make_certificate

SERVICES = """
{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
"""


def postfix() -> str | None:
    """Where the program lies; None if this machine has none, or we may not start it."""
    found = shutil.which("postfix", path=os.environ.get("PATH", "") + ":/usr/sbin")
    return found if os.geteuid() == 0 else None


@dataclass
class Postfix:
    """A running one. It knows every address of every ``.example`` domain, but for these:

    ``stranger@`` is refused and ``later@`` put off at RCPT; ``gone@`` is passed on to a stranger, and comes back.
    """

    port: int
    home: Path
    ca_file: Path
    process: "subprocess.Popen[bytes]"

    def letters(self, count: int, seconds: float = 20) -> list[bytes]:
        """All that was delivered (for whom says ``Delivered-To``), once it is so many: that takes a moment."""
        ends = time.monotonic() + seconds
        while True:
            folder = self.home / "mail" / "all" / "new"
            found = sorted(folder.iterdir()) if folder.is_dir() else []
            if len(found) >= count:
                return [path.read_bytes() for path in found]
            if time.monotonic() > ends:
                raise AssertionError(f"{len(found)} letters came, not {count}: {self.log()[-1500:]}")
            time.sleep(0.05)

    def log(self) -> str:
        file = self.home / "postfix.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def stop(self) -> None:
        """End it, and its own process group only."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(10)
        shutil.rmtree(self.home, ignore_errors=True)


def start_postfix() -> Postfix:
    """Raises RuntimeError with the log if it does not come up."""
    program = postfix()
    if program is None:
        raise RuntimeError("no postfix on this machine that we may start")
    home = Path(tempfile.mkdtemp(prefix="pf-"))  # short: socket paths hold about 100 bytes
    home.chmod(0o755)
    settings, mails, port = home / "etc", home / "mail", free_port()
    for folder in (settings, home / "queue", home / "data", mails):
        folder.mkdir()
    keeper, owner = pwd.getpwnam("postfix"), pwd.getpwnam("mail")
    os.chown(home / "data", keeper.pw_uid, keeper.pw_gid)
    os.chown(mails, owner.pw_uid, owner.pw_gid)
    certificate, key = make_certificate(home)
    (settings / "domains").write_text("/\\.example$/ here\n")
    (settings / "boxes").write_text("if !/^stranger@/\n/@/ all/\nendif\n")
    (settings / "passed-on").write_text("/^gone@(.+)$/ stranger@$1\n")
    (settings / "put-off").write_text("/^later@/ 450 4.2.0 greylisted, try again\n")
    (settings / "master.cf").write_text(SERVICES.format(port=f"{HOST}:{port}").lstrip())
    (settings / "main.cf").write_text(
        f"""
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/postfix.log
maillog_file_prefixes = {home}
inet_interfaces = {HOST}
inet_protocols = ipv4
myhostname = mx.relay.example
mydestination =
mynetworks = {HOST}/32
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = regexp:{settings}/domains
virtual_alias_maps = regexp:{settings}/passed-on
virtual_mailbox_maps = regexp:{settings}/boxes
virtual_mailbox_base = {mails}
virtual_minimum_uid = 1
virtual_uid_maps = static:{owner.pw_uid}
virtual_gid_maps = static:{owner.pw_gid}
smtpd_recipient_restrictions = check_recipient_access regexp:{settings}/put-off, permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
"""
    )
    with (home / "start.log").open("wb") as out:
        process = subprocess.Popen(
            [program, "-c", str(settings), "start-fg"],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    running = Postfix(port, home, certificate, process)
    ends = time.monotonic() + 20
    while time.monotonic() < ends and process.poll() is None:
        try:
            smtplib.SMTP(HOST, port, timeout=5).quit()
            return running
        except OSError:
            time.sleep(0.05)
    said = (home / "start.log").read_text(errors="replace") + running.log()
    running.stop()
    raise RuntimeError(f"postfix did not come up: {said[-1500:]}")
