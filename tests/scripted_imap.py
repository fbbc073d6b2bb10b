"""A scripted IMAP server on loopback: it answers as told and remembers every line that it was sent."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping

Answer = bytes | Callable[["Conversation", bytes], bytes | None]

GREETING = b"* OK ready\r\n"
DEFAULTS: dict[str, Answer] = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n%T OK done\r\n",
    "LOGIN": b"%T OK done\r\n",
    "EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 4] x\r\n%T OK [READ-ONLY]\r\n",
    "UID SEARCH": b"* SEARCH 1 2 3\r\n%T OK done\r\n",
    "NOOP": b"%T OK done\r\n",
    "LOGOUT": b"* BYE bye\r\n%T OK done\r\n",
}


class Conversation:
    """One client. ``drip`` sends a byte every so many seconds."""

    def __init__(self, sock: socket.socket, drip: float) -> None:
        self.sock = sock
        self.drip = drip

    def say(self, text: bytes) -> None:
        if not self.drip:
            self.sock.sendall(text)
            return
        for byte in text:
            self.sock.sendall(bytes([byte]))
            time.sleep(self.drip)


class ScriptedImap:
    """``answers`` by command (``LOGIN``, ``UID FETCH`` ...); ``%T`` is the tag; an empty answer hangs up."""

    def __init__(
        self, answers: Mapping[str, Answer] | None = None, greeting: bytes = GREETING, drip: float = 0
    ) -> None:
        self.answers = {**DEFAULTS, **(answers or {})}
        self.greeting = greeting
        self.drip = drip
        self.lines: list[bytes] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._clients: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> "ScriptedImap":
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for client in self._clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for client in self._clients:
            client.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self._clients.append(client)
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        talk = Conversation(client, self.drip)
        with contextlib.suppress(OSError, ValueError), client.makefile("rb") as stream:
            talk.say(self.greeting)
            for line in stream:
                self.lines.append(line)
                parts = re.match(rb"(\S+) ((?:UID )?\S+)", line)
                if parts is None:
                    return
                answer = self.answers.get(parts[2].decode().upper(), b"%T BAD what?\r\n")
                text = answer(talk, line) if callable(answer) else answer
                if not text:
                    break
                talk.say(text.replace(b"%T", parts[1]))
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
        client.close()  # a server that lives for a thousand runs would use up all descriptors
