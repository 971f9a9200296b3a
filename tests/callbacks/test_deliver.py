"""The client of callbacks against real listeners on this machine."""

from __future__ import annotations

import socket
import ssl
import time
from pathlib import Path

import httpx2
import pytest

from moderation.callbacks import deliver as client
from moderation.callbacks.deliver import Answer, PrivateTarget, Unreachable, check_target, deliver
from tests.callbacks.receivers import dripping, listening, reply
from tests.certificate import write_certificate

PUBLIC = "93.184.216.34"


class Names:
    """A resolver that gives one answer after the other, and the last for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def send(url: str, **more: object) -> Answer:
    return deliver(url, b'{"type":"ping"}', {"webhook-id": "msg_1"}, **{"allow_private": True, **more})


def test_a_message_arrives_under_the_name_it_was_sent_to() -> None:
    with listening() as site:
        assert send(f"http://hook.example:{site.port}/in?a=1", resolve=Names(["127.0.0.1"])) == Answer(204)
    (got,) = site.got
    assert (got.path, got.headers["host"]) == ("/in?a=1", f"hook.example:{site.port}")
    assert (got.headers["content-type"], got.headers["webhook-id"], got.body) == (
        "application/json",
        "msg_1",
        b'{"type":"ping"}',
    )


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::]",
    ],
)
def test_every_spelling_of_this_machine_is_refused_without_leave(host: str) -> None:
    with listening() as site, pytest.raises((PrivateTarget, Unreachable)):
        send(f"http://{host}:{site.port}/", allow_private=False)
    assert site.got == []


def rebind(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From now on the machine's own resolver says of one name first what is public, then what is inside; what it said."""
    real, said = socket.getaddrinfo, []

    def changing(host: str | bytes, port: object, *args: object, **more: object) -> list:
        name = host.decode() if isinstance(host, bytes) else host
        if name == "rebind.example":
            said.append(name := "127.0.0.1" if said else PUBLIC)
        return real(name, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    return said


def test_a_name_that_changes_its_address_after_the_check_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    said = rebind(monkeypatch)
    with listening() as site:
        url = f"http://rebind.example:{site.port}/"
        with pytest.raises(Unreachable):
            send(url, allow_private=False, seconds=1.0)
        assert (said, site.got) == ([PUBLIC], [])
        assert httpx2.post(url, trust_env=False).status_code == 204, "a client that looks again is led inside"
        assert (said, len(site.got)) == ([PUBLIC, "127.0.0.1"], 1)


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["64:ff9b::7f00:1"], ["169.254.169.254"], ["100.64.0.9"]]
)
def test_a_name_with_any_address_inside_is_refused(answer: list[str]) -> None:
    with listening() as site, pytest.raises(PrivateTarget):
        send(f"http://inside.example:{site.port}/", allow_private=False, resolve=Names(answer))
    assert site.got == []


def test_the_check_is_made_for_each_attempt_anew() -> None:
    names = Names([PUBLIC], ["10.0.0.1"])
    assert check_target("https://hook.example/", allow_private=False, resolve=names) == [PUBLIC]
    with pytest.raises(PrivateTarget):
        check_target("https://hook.example/", allow_private=False, resolve=names)


def test_the_next_address_of_a_name_is_tried_when_the_first_does_not_take_the_call() -> None:
    with listening() as site:
        assert send(f"http://hook.example:{site.port}/", resolve=Names(["127.0.0.77", "127.0.0.1"])).status == 204
    assert len(site.got) == 1


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with listening() as other, listening(lambda handler: reply(handler, 302, location=other.url)) as site:
        assert send(site.url).status == 302
    assert len(site.got) == 1
    assert other.got == []


def test_an_answer_without_end_is_read_to_64_kib() -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    started = time.monotonic()
    with dripping(head, b"4000\r\n" + b"x" * 0x4000 + b"\r\n", 0.0) as port:
        assert send(f"http://127.0.0.1:{port}/").status == 200
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\n", b"x: y\r\n"),
        (b"", b"H"),
    ],
)
def test_the_time_is_for_the_whole_exchange_and_not_for_each_read(first: bytes, drop: bytes) -> None:
    started = time.monotonic()
    with dripping(first, drop, 0.2) as port, pytest.raises(Unreachable):
        send(f"http://127.0.0.1:{port}/", seconds=1.0)
    assert time.monotonic() - started < 3


def test_a_name_server_that_does_not_answer_is_not_waited_for() -> None:
    started = time.monotonic()
    with pytest.raises(Unreachable, match="longer than 1 seconds"):
        send("http://slow.example/", resolve=lambda *_: time.sleep(4) or ["127.0.0.1"], seconds=1.0)
    assert time.monotonic() - started < 3


def test_a_listener_that_is_not_there_or_hangs_up_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unreachable):
        send(f"http://127.0.0.1:{port}/")
    with dripping(b"garbage\r\n\r\n", b"", 0.1) as port, pytest.raises(Unreachable):
        send(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url",
    ["ftp://a.example/", "http://", "http://a.example:99999/", "http://[::1/", "//a.example/", "http://a.example:0/"],
)
def test_what_is_no_web_address_is_unreachable(url: str) -> None:
    with pytest.raises(Unreachable):
        send(url)


def test_retry_after_in_seconds_is_told() -> None:
    with listening(lambda handler: reply(handler, 429, retry_after="120")) as site:
        assert send(site.url) == Answer(429, 120.0)


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for `name`, and a client's that trusts it."""
    file = write_certificate(folder / "server.pem", name)
    server, trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context(cafile=str(file))
    server.load_cert_chain(file)
    return server, trust


def test_over_tls_the_certificate_must_be_the_name_s_though_the_address_is_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, trust = certificate(tmp_path, "hook.example")
    monkeypatch.setattr(client, "_trust", lambda: trust)
    with listening(tls=server) as site:
        names = Names(["127.0.0.1"])
        assert send(f"https://hook.example:{site.port}/", resolve=names).status == 204
        with pytest.raises(Unreachable):
            send(f"https://other.example:{site.port}/", resolve=names)
    assert len(site.got) == 1
