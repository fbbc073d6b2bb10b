"""The mail to the operator, and the dead man's switch."""

import email
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from harvester.errors import OutOfReach
from harvester.model import AckState
from harvester.store import acks
from harvester.watch import ping as switch
from harvester.watch.alarm import tell_operator
from letter_samples import shipped
from offices import NOW, Office
from scripted_smtp import ScriptedSmtp
from servers import free_port

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def office(store) -> Iterator[Office]:
    with ScriptedSmtp() as server:
        office = Office(store, server)
        office.settings = ["watch.operator=it@council.example", "watch.no_run_minutes=100000"]
        yield office


def unsure(office: Office) -> None:
    (one,) = office.queue(1)
    with office.store.begin() as tx:
        acks.move(tx, one, AckState.QUEUED, AckState.UNKNOWN, NOW)


def test_the_operator_hears_of_what_needs_a_person_once_a_day(office):
    tell_operator(office.shop())
    assert office.server.letters == []  # all is well
    unsure(office)
    for later in (0 * HOUR, HOUR, 20 * HOUR):
        tell_operator(office.shop(NOW + later))
    assert len(office.server.letters) == 1
    tell_operator(office.shop(NOW + DAY))
    assert len(office.server.letters) == 2
    mail = email.message_from_bytes(office.server.letters[0])
    assert (mail["To"], mail["Auto-Submitted"]) == ("it@council.example", "auto-generated")
    assert mail["X-Auto-Response-Suppress"] == "All" and "In-Reply-To" not in mail
    assert "2 things need a person" in mail["Subject"]  # the samples have no file in the vault
    assert "of unknown fate" in mail.get_payload() and "cannot be read" in mail.get_payload()
    assert office.server.heard("MAIL")[0].startswith("MAIL FROM:<>")


def test_something_new_is_told_at_once(office):
    unsure(office)
    tell_operator(office.shop())
    office.settings[1] = "watch.no_run_minutes=1"
    tell_operator(office.shop(NOW + HOUR))
    assert len(office.server.letters) == 2 and b"no run ever succeeded" in office.server.letters[1]


def test_a_file_called_stop_silences_it_and_a_server_out_of_reach_is_told_by_the_next_run(office):
    unsure(office)
    (office.store.data / "STOP").touch()
    tell_operator(office.shop())
    (office.store.data / "STOP").unlink()
    office.settings.append(f"outbox.port={free_port()}")
    shop = office.shop()
    shop.config = shop.config.model_copy(update={"outbox": shop.config.outbox.model_copy(update={"port": free_port()})})
    with pytest.raises(OutOfReach):
        tell_operator(shop)
    assert office.server.letters == []


class Switch:
    def __enter__(self) -> "Switch":
        self.heard: list[str] = []
        self.code = 200
        heard, code = self.heard, lambda: self.code

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                heard.append(self.path)
                self.send_response(code())
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/secret-key"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def test_the_switch_hears_of_every_run_and_its_faults_are_sentences_without_its_key(monkeypatch):
    with Switch() as one:
        watch = shipped(f"watch.ping_url={one.url}").watch
        assert (switch.ping(watch, True), switch.ping(watch, False)) == ("", "")
        assert one.heard == ["/secret-key", "/secret-key/fail"]
        assert switch.ping(shipped(f"watch.ping_url={one.url}", 'watch.ping_fail=""').watch, False) == ""
        assert len(one.heard) == 2
        for code in (302, 404, 500):
            one.code = code
            told = switch.ping(watch, True)
            assert f"HTTP {code}" in told and "secret-key" not in told
    assert "Connection refused" in switch.ping(watch, True)
    monkeypatch.setattr(switch, "SECONDS", 0.2)
    monkeypatch.setattr(switch, "_ask", lambda _url: threading.Event().wait(2) and "")
    assert "no answer within 0.2 s" in switch.ping(watch, True)
