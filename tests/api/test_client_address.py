from __future__ import annotations

import asyncio
import json
import socket
import struct
from datetime import UTC, datetime

import pytest
import uvicorn

from moderation.api.client_address import (
    AddressMissing,
    ClientAddressMiddleware,
    address_of,
    proxied_protocol,
    reported_address,
    sender_of,
)
from moderation.intake.address import read_trust
from moderation.intake.proxy_protocol import SIGNATURE

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def tell(scope, _receive, send):
    sender = sender_of(scope, AT)
    body = json.dumps([sender.ip, sender.port, sender.source, sender.peer, sender.transport]).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


async def ask(trust, data: bytes) -> bytes:
    protocol = proxied_protocol(trust)
    config = uvicorn.Config(
        ClientAddressMiddleware(tell, trust),
        http=protocol or "httptools",
        proxy_headers=False,
        lifespan="off",
        log_level="critical",
        access_log=False,
    )
    server = uvicorn.Server(config)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.005)
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    for piece in (data[:9], data[9:]):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.01)
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    server.should_exit = True
    await task
    return answer


GET = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: 203.0.113.7\r\nX-Client-Port: 4711\r\n\r\n"
HEADER = (
    SIGNATURE
    + b"\x21\x11"
    + struct.pack("!H", 12)
    + bytes([203, 0, 113, 9, 10, 0, 0, 1])
    + struct.pack("!HH", 4712, 443)
)


def told(answer: bytes) -> list:
    return json.loads(answer.rpartition(b"\r\n\r\n")[2])


def test_server_behind_a_trusted_proxy_tells_client_and_peer():
    ip, port, source, peer, transport = told(asyncio.run(ask(read_trust("x_forwarded_for", "127.0.0.1"), GET)))
    assert (ip, port, source, peer, transport) == ("203.0.113.7", 4711, "by_trusted_proxy", "127.0.0.1", None)


def test_server_that_is_reached_directly_ignores_what_is_claimed():
    ip, _, source, peer, transport = told(asyncio.run(ask(read_trust("direct", ""), GET)))
    assert (ip, source, peer, transport) == ("127.0.0.1", "direct", "127.0.0.1", "tcp")


def test_proxy_protocol_is_read_before_the_first_request_even_in_pieces():
    answer = told(asyncio.run(ask(read_trust("proxy_protocol", "127.0.0.1"), HEADER + GET)))
    assert answer == ["203.0.113.9", 4712, "by_trusted_proxy", "127.0.0.1", "tcp"]


def test_trusted_proxy_without_its_header_gets_no_answer():
    assert asyncio.run(ask(read_trust("proxy_protocol", "127.0.0.1"), GET)) == b""


def test_proxy_header_of_a_stranger_is_no_http_and_is_refused():
    answer = asyncio.run(ask(read_trust("proxy_protocol", "10.0.0.1"), HEADER + GET))
    assert b"203.0.113.9" not in answer
    assert not answer.startswith(b"HTTP/1.1 200")


def test_stranger_at_a_proxy_protocol_server_is_its_own_sender():
    assert told(asyncio.run(ask(read_trust("proxy_protocol", "10.0.0.1"), GET)))[0] == "127.0.0.1"


def test_route_without_the_middleware_fails_loudly():
    with pytest.raises(AddressMissing):
        address_of({"type": "http"})


def test_reported_address_has_one_form_or_none():
    assert reported_address("::ffff:203.0.113.7") == "203.0.113.7"
    assert reported_address("203.0.113.007") is None
