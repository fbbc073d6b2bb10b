"""Private mail servers for the tests: a real Dovecot, and pymap as a child process. Loopback only.

Mails get rising UIDs in the order given.
"""

import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
USER, PASSWORD = "replies", 'hunt"er\\2'


@dataclass
class Server:
    """A running server. ``tls_port`` and ``ca_file`` are None where it speaks no TLS."""

    host: str
    port: int
    user: str
    password: str
    maildir: Path
    process: "subprocess.Popen[bytes]"
    tls_port: int | None = None
    ca_file: Path | None = None
    folders: list[Path] = field(default_factory=list)  # to be removed at the end

    def deliver(self, raw: bytes, name: str | None = None, folder: str = "") -> Path:
        """Put one more mail into the Maildir, as a delivery agent does: tmp, then rename."""
        return deliver(self.maildir / folder if folder else self.maildir, raw, name)

    def stop(self) -> None:
        """End it, and its own process group only."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:  # pymap waits for its clients
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(5)
        for folder in self.folders:
            shutil.rmtree(folder, ignore_errors=True)


_number = 0


def deliver(maildir: Path, raw: bytes, name: str | None = None) -> Path:
    """Dovecot gives UIDs in the order of file names' time and number."""
    global _number
    _number += 1
    for sub in ("tmp", "new", "cur"):
        (maildir / sub).mkdir(parents=True, exist_ok=True)
    name = name or f"{1_700_000_000 + _number}.M{_number:06d}P1.test"
    temp, target = maildir / "tmp" / name, maildir / "new" / name
    temp.write_bytes(raw)
    owner = maildir.stat()
    if os.geteuid() == 0:
        os.chown(temp, owner.st_uid, owner.st_gid)
    temp.rename(target)
    return target


def dovecot() -> str | None:
    """Where the program lies; None if this machine has none."""
    return shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Callable[[], str], host: str = HOST) -> None:
    ends = time.monotonic() + 20
    while time.monotonic() < ends and process.poll() is None:
        try:
            with socket.create_connection((host, port), timeout=1) as line:
                line.settimeout(5)
                if line.recv(200).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.05)
    if process.poll() is None:
        process.kill()
        process.wait()
    raise RuntimeError(f"the server did not come up: {log()[-1500:]}")


def make_certificate(folder: Path, host: str = HOST, days: int = 2, name: str = "server") -> tuple[Path, Path]:
    """A self-signed certificate for localhost and this address; (certificate, key). Needs openssl."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    names = f"subjectAltName=DNS:localhost,IP:{host}"
    what = [
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        str(days),
        "-subj",
        "/CN=localhost",
        "-addext",
        names,
    ]
    where = ["-keyout", str(key), "-out", str(cert)]
    subprocess.run(["openssl", "req", *what, *where], check=True, capture_output=True)
    return cert, key


def expired_certificate(folder: Path) -> tuple[Path, Path]:
    """One for the right host that ended in 2020; (certificate, key). Needs openssl."""
    _, key = make_certificate(folder, name="expired")
    cert, settings, request = folder / "old.pem", folder / "ca.cnf", folder / "old.csr"
    (folder / "index").write_text("")
    (folder / "serial").write_text("01\n")
    settings.write_text(
        f"[ca]\ndefault_ca = old\n[old]\ndatabase = {folder}/index\n"
        f"serial = {folder}/serial\nnew_certs_dir = {folder}\n"
        "default_md = sha256\npolicy = any\nx509_extensions = names\n[any]\ncommonName = supplied\n"
        f"[names]\nsubjectAltName = DNS:localhost,IP:{HOST}\n"
    )
    asked = ["req", "-new", "-key", str(key), "-subj", "/CN=localhost", "-out", str(request)]
    times = ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]
    signed = ["ca", "-batch", "-selfsign", "-notext", "-config", str(settings), "-keyfile", str(key), *times]
    for words in (asked, [*signed, "-in", str(request), "-out", str(cert)]):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    return cert, key


def start_dovecot(tmp: Path, mails: Iterable[bytes], capability: str = "", host: str = HOST) -> Server:
    """Dovecot 2.3 with IMAP (STARTTLS offered) and IMAPS. Runs as root or as any user.

    ``capability`` advertises exactly these, e.g. ``IMAP4rev1``. Raises RuntimeError with the log if it fails.
    """
    program = dovecot()
    if program is None:
        raise RuntimeError("no dovecot on this machine")
    # of our own, readable for Dovecot's other users, and short: socket paths hold about 100 bytes
    home = Path(tempfile.mkdtemp(prefix="dv-"))
    home.chmod(0o755)
    me = pwd.getpwuid(os.geteuid())
    root = me.pw_uid == 0
    mailer = pwd.getpwnam("mail") if root else me
    login, internal = ("dovenull", "dovecot") if root else (me.pw_name, me.pw_name)
    group = "dovecot" if root else _group_name(me.pw_gid)
    maildir = home / "mail" / USER / "Maildir"
    for folder in (home / "mail", home / "mail" / USER, maildir):
        folder.mkdir()
        os.chown(folder, mailer.pw_uid, mailer.pw_gid)
    for sub in ("new", "cur", "tmp"):
        (maildir / sub).mkdir()
        os.chown(maildir / sub, mailer.pw_uid, mailer.pw_gid)
    for raw in mails:
        deliver(maildir, raw)
    (home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    cert, key = make_certificate(home, host)
    port, tls_port = free_port(), free_port()
    while tls_port == port:
        tls_port = free_port()
    log = home / "dovecot.log"
    (home / "dovecot.conf").write_text(
        f"""
protocols = imap
listen = {host}
base_dir = {home}/run
state_dir = {home}/run
log_path = {log}
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login
auth_failure_delay = 0 secs
disable_plaintext_auth = no
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = static
  args = uid={mailer.pw_uid} gid={mailer.pw_gid} home={home}/mail/%u allow_all_users=yes
}}
mail_location = maildir:{home}/mail/%u/Maildir
mail_fsync = never
mail_max_userip_connections = 100
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
namespace inbox {{
  inbox = yes
  separator = /
}}
protocol imap {{
  {f"imap_capability = {capability}" if capability else ""}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = {host}
    port = {port}
  }}
  inet_listener imaps {{
    address = {host}
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
    )
    with (home / "start.log").open("wb") as out:
        process = subprocess.Popen(
            [program, "-F", "-c", str(home / "dovecot.conf")],
            stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
        )  # fmt: skip
    wait_for(port, process, lambda: (home / "start.log").read_text() + (log.read_text() if log.exists() else ""), host)
    return Server(host, port, USER, PASSWORD, maildir, process, tls_port, cert, folders=[home])


def _group_name(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


def start_pymap(tmp: Path, mails: Sequence[bytes]) -> Server:
    """pymap with mails in memory, without TLS. (Its Maildir changes line ends and the order of UIDs.)"""
    password, port = "hunter2", free_port()
    tmp.mkdir(parents=True, exist_ok=True)
    log = tmp / "pymap.log"
    program = [sys.executable, "-W", "ignore", "-c", "from pymap.main import main; main()"]
    options = ["--host", HOST, "--port", str(port), "--no-tls", "dict"]
    account = ["--demo-user", USER, "--demo-password", password]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*program, *options, *account],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    wait_for(port, process, log.read_text)
    server = Server(HOST, port, USER, password, tmp, process)
    append(server, mails)
    return server


def append(server: Server, mails: Sequence[bytes], folder: str = "INBOX") -> None:
    """Put mails in by IMAP."""
    with imaplib.IMAP4(server.host, server.port, 20) as line:
        line.login(server.user, server.password)
        for raw in mails:
            typ, _ = line.append(folder, "", "", raw)
            assert typ == "OK"
