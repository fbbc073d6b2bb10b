"""A scripted SMTP server on loopback: it answers each step as told and remembers all that it was sent."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Mapping, Sequence
from enum import Enum

HOST = "127.0.0.1"


class Trick(Enum):
    CUT = "closes the connection instead of an answer"
    SILENCE = "never answers"
    DRIP = "answers one byte every tenth of a second, without end"
    FLOOD = "answers without end"
    NONSENSE = "answers, but no SMTP"


Answer = str | Trick
DEFAULTS: dict[str, Answer] = {
    "greeting": "220 mx.example ready",
    "EHLO": "250-mx.example\n250-8BITMIME\n250-SIZE 1000000\n250 HELP",
    "STARTTLS": "220 go on",
    "AUTH": "235 welcome",
    "MAIL": "250 sender",
    "RCPT": "250 recipient",
    "DATA": "354 go on",
    "dot": "250 taken as 42",
    "RSET": "250 again",
    "NOOP": "250 here",
    "QUIT": "221 bye",
}


class ScriptedSmtp:
    """``answers`` by step (``greeting``, a command's first word, ``dot``); a list is used up, its last stays.

    ``context`` encrypts: from the first byte with ``implicit``, else after STARTTLS.
    """

    def __init__(
        self,
        answers: Mapping[str, Answer | Sequence[Answer]] | None = None,
        *,
        context: ssl.SSLContext | None = None,
        implicit: bool = False,
    ) -> None:
        given = {
            step: [said] if isinstance(said, str | Trick) else list(said) for step, said in (answers or {}).items()
        }
        self._answers: dict[str, list[Answer]] = {**{step: [said] for step, said in DEFAULTS.items()}, **given}
        self._context, self._implicit = context, implicit
        self.lines: list[str] = []  # every command, of all connections
        self.letters: list[bytes] = []  # whole texts, dots still doubled
        self.plain = b""  # what came before any encryption
        self.connections = 0
        self._socket = socket.create_server((HOST, 0))
        self.port = int(self._socket.getsockname()[1])
        self._clients: list[socket.socket] = []
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> "ScriptedSmtp":
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for client in self._clients:
            _hang_up(client)
        for thread in self._threads:
            thread.join(5)

    def says(self, step: str, *answers: Answer) -> None:
        """From now on these answers; the last stays."""
        self._answers[step] = list(answers)

    def heard(self, word: str) -> list[str]:
        """Every command that begins so."""
        return [line for line in self.lines if line.upper().startswith(word)]

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        encrypted = False
        try:
            if self._context and self._implicit:
                client, encrypted = self._context.wrap_socket(client, server_side=True), True
            self._clients.append(client)
            if not self._say(client, "greeting"):
                return
            while (line := self._line(client, encrypted)) is not None:
                self.lines.append(line)
                word = line.split(":")[0].split(" ")[0].upper()
                text_follows = word == "DATA" and self._answers["DATA"][0] == DEFAULTS["DATA"]
                if not self._say(client, word) or word == "QUIT":
                    return
                if word == "STARTTLS" and self._context:
                    client, encrypted = self._context.wrap_socket(client, server_side=True), True
                    self._clients.append(client)
                if text_follows:
                    self.letters.append(self._text(client))
                    if not self._say(client, "dot"):
                        return
        except OSError:
            pass
        finally:
            _hang_up(client)

    def _line(self, client: socket.socket, encrypted: bool) -> str | None:
        got = b""
        while not got.endswith(b"\r\n"):
            byte = client.recv(1)
            if not byte:
                return None
            got += byte
        if not encrypted:
            self.plain += got
        return got.decode("utf-8").rstrip("\r\n")

    def _text(self, client: socket.socket) -> bytes:
        got = b"\r\n"
        while not got.endswith(b"\r\n.\r\n"):
            chunk = client.recv(65536)
            if not chunk:
                raise OSError("the client broke off")
            got += chunk
        return got[2:-3]

    def _say(self, client: socket.socket, step: str) -> bool:
        """False if the conversation ends here."""
        answers = self._answers.get(step, ["500 what?"])
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        match said:
            case Trick.CUT:
                return False
            case Trick.SILENCE:
                self._over.wait(20)
                return False
            case Trick.DRIP:
                while not self._over.is_set():
                    client.sendall(b"2")
                    time.sleep(0.1)
                return False
            case Trick.FLOOD:
                while not self._over.is_set():
                    client.sendall(b"250-more\r\n" * 1000)
                return False
            case Trick.NONSENSE:
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n")
            case _:
                client.sendall(said.replace("\n", "\r\n").encode() + b"\r\n")
                return not said.startswith("421")
        return True


def _hang_up(client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        client.close()
