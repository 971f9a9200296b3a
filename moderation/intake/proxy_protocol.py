"""Read the PROXY protocol, version 2, as HAProxy defines it: the proxy tells address and port before the first byte.

- Twelve fixed bytes, version and command, family and transport, length, addresses, then extensions that are skipped.
- LOCAL (a proxy's own health check) and unknown families tell nothing: the peer stays the sender.
- A header that is not whole yet gives None; one that cannot become whole is refused, never guessed.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from moderation.errors import Invalid

SIGNATURE: Final = b"\r\n\r\n\x00\r\nQUIT\n"
HEAD: Final = 16
MAX_LENGTH: Final = 2048
VERSION_2: Final = 2
LOCAL, PROXY = 0, 1
INET, INET6 = 1, 2
TRANSPORTS: Final = {1: "tcp", 2: "udp"}


class BadProxyHeader(Invalid):
    """the proxy's header cannot be read"""

    code = "bad_proxy_header"
    hint = "let the proxy send PROXY protocol version 2 (`send-proxy-v2` in HAProxy)"


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """What the proxy told; `length` bytes belong to the header. Without an address the peer itself speaks."""

    length: int
    ip: str | None = None
    port: int | None = None
    transport: str | None = None


def read_proxy_header(data: bytes) -> ProxyHeader | None:
    """Read the header at the start of a connection, or None while it is not whole.

    Raises:
        BadProxyHeader: this is no such header.
    """
    if not data.startswith(SIGNATURE[: len(data)]):
        raise BadProxyHeader
    if len(data) < HEAD:
        return None
    version, command = data[12] >> 4, data[12] & 0x0F
    family, transport = data[13] >> 4, data[13] & 0x0F
    length = int.from_bytes(data[14:HEAD], "big")
    if version != VERSION_2 or command not in {LOCAL, PROXY} or length > MAX_LENGTH:
        raise BadProxyHeader
    if len(data) < HEAD + length:
        return None
    whole = HEAD + length
    if command == LOCAL or family not in {INET, INET6}:
        return ProxyHeader(whole)
    size = 4 if family == INET else 16
    if length < 2 * size + 4:
        raise BadProxyHeader
    body = data[HEAD:whole]
    address = ipaddress.ip_address(body[:size])
    port = int.from_bytes(body[2 * size : 2 * size + 2], "big")
    return ProxyHeader(whole, str(address), port or None, TRANSPORTS.get(transport))
