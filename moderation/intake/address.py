"""Whose address is it? The one function that derives a sender's address, from facts alone.

- A deployment has exactly one source: the socket itself, X-Forwarded-For, Forwarded (RFC 7239), PROXY protocol, or one
  header that the proxy overwrites (`header:CF-Connecting-IP`).
- Headers count only when the peer is a trusted proxy. From anybody else they change nothing.
- A list is read from the right: trusted proxies are skipped, the first other address is the sender. What stands further
  left was written by the sender and is not believed.
- An element that is not an address ends the walk: the peer is recorded, as `malformed`. All trusted: `internal`.
- A port that is not told is None, never 0. `X-Client-Port` counts when the sender is the proxy's own neighbour.
- Trusting everything is refused: `*`, 0.0.0.0/0, ::/0, and networks that add up to them.

Sealing what was found is the evidence room's; middleware and sockets are the doors'.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from moderation.errors import Invalid
from moderation.intake.forwarded import BadElement, forwarded_nodes, read_node
from moderation.intake.proxy_protocol import ProxyHeader

MAX_HOPS: Final = 20
MAX_RAW: Final = 512
UNIX: Final = "unix"
GLOBAL_V6: Final = ipaddress.IPv6Network("2000::/3")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Headers = Sequence[tuple[str, str]]


class Source(StrEnum):
    """Where a deployment takes the sender's address from."""

    DIRECT = "direct"
    X_FORWARDED_FOR = "x_forwarded_for"
    FORWARDED = "forwarded"
    PROXY_PROTOCOL = "proxy_protocol"
    HEADER = "header"


class Confidence(StrEnum):
    """How sure an address is."""

    DIRECT = "direct"
    BY_TRUSTED_PROXY = "by_trusted_proxy"
    INTERNAL = "internal"
    MALFORMED = "malformed"
    REPORTED_BY_SITE = "reported_by_site"
    UNKNOWN = "unknown"


class TrustsEverybody(Invalid):
    """the trusted proxies include the whole internet, so that every sender could forge an address"""

    code = "trusts_everybody"
    hint = "name the proxies' own addresses in `MODERATION_TRUSTED_PROXIES`"


class BadTrust(Invalid):
    """the setting of trusted proxies cannot be read"""

    code = "bad_trust"
    hint = "give addresses or networks, comma-separated, such as `127.0.0.1, 10.0.0.0/24`"


@dataclass(frozen=True, slots=True)
class Trust:
    """The one source and whose word counts."""

    source: Source = Source.DIRECT
    networks: tuple[Network, ...] = ()
    header: str = ""
    unix: bool = False

    def covers(self, ip: str | None) -> bool:
        """Whether this is one of our own proxies."""
        if ip is None:
            return self.unix
        address = ipaddress.ip_address(ip)
        return any(address in network for network in self.networks if network.version == address.version)


@dataclass(frozen=True, slots=True)
class ClientAddress:
    """What was found, and how. `raw` is the end of the header, where the proxies wrote."""

    ip: str | None
    port: int | None
    confidence: Confidence
    peer: str | None
    peer_port: int | None
    transport: str | None = None
    header: str = ""
    raw: str = ""
    note: str = ""


def read_trust(source: str, trusted: str) -> Trust:
    """Read the settings.

    Raises:
        TrustsEverybody: the networks cover all addresses.
        BadTrust: a network cannot be read, or a source needs proxies and none is named.
    """
    kind, _, header = source.partition(":")
    try:
        chosen = Source(kind)
    except ValueError:
        raise BadTrust(f"`{kind}` is no source of addresses", hint=f"use one of {', '.join(Source)}") from None
    names = [name.strip() for name in trusted.split(",") if name.strip()]
    networks = tuple(_network(name) for name in names if name != UNIX)
    _refuse_everybody(networks)
    if (chosen is Source.HEADER) != bool(header):
        raise BadTrust("a header needs a name, as in `header:CF-Connecting-IP`")
    if chosen is not Source.DIRECT and not names:
        raise BadTrust(f"`{kind}` needs at least one trusted proxy")
    return Trust(chosen, networks, header.lower(), UNIX in names)


def derive(
    peer: tuple[str, int] | None, headers: Headers, trust: Trust, *, proxy: ProxyHeader | None = None
) -> ClientAddress:
    """Derive the sender's address from the socket's peer, the request's headers and whom we trust."""
    ip, port = _peer(peer)
    unsure = ip is None and peer is not None
    direct = ClientAddress(ip, port, Confidence.UNKNOWN if unsure or ip is None else Confidence.DIRECT, ip, port)
    if trust.source is Source.DIRECT or unsure or not trust.covers(ip):
        return _noted(direct, headers, trust)
    if trust.source is Source.PROXY_PROTOCOL:
        return _from_proxy(direct, proxy)
    name = {Source.X_FORWARDED_FOR: "x-forwarded-for", Source.FORWARDED: "forwarded"}.get(trust.source, trust.header)
    lines = [value for key, value in headers if key.lower() == name]
    raw = _tail(", ".join(lines))
    try:
        nodes = _nodes(trust.source, lines)
        found, hops = _walk(nodes, trust)
    except BadElement as error:
        return ClientAddress(ip, port, Confidence.MALFORMED, ip, port, None, name, raw, error.message)
    if found is None:
        return ClientAddress(ip, port, Confidence.INTERNAL, ip, port, None, name, raw, "the proxy named nobody")
    confidence = Confidence.INTERNAL if trust.covers(found[0]) else Confidence.BY_TRUSTED_PROXY
    client_port = found[1] or (_client_port(headers) if hops == 1 else None)
    return ClientAddress(found[0], client_port, confidence, ip, port, None, name, raw)


def _nodes(source: Source, lines: Iterable[str]) -> list[str]:
    if source is Source.FORWARDED:
        return forwarded_nodes(", ".join(lines))
    values = list(lines)
    if source is Source.HEADER:
        if len(values) > 1 or any("," in value for value in values):
            raise BadElement("the header stands twice")
        return [value.strip() for value in values if value.strip()]
    joined = ",".join(values)
    return [part.strip(" \t") for part in joined.split(",")] if joined.strip(" \t") else []


def _walk(nodes: Sequence[str], trust: Trust) -> tuple[tuple[str, int | None] | None, int]:
    found: tuple[str, int | None] | None = None
    for hop, element in enumerate(reversed(nodes), 1):
        if hop > MAX_HOPS:
            raise BadElement("the header names too many proxies")
        found = read_node(element)
        if not trust.covers(found[0]):
            return found, hop
    return found, len(nodes)


def _from_proxy(direct: ClientAddress, proxy: ProxyHeader | None) -> ClientAddress:
    if proxy is None or proxy.ip is None:
        return ClientAddress(
            direct.ip, direct.port, Confidence.INTERNAL, direct.peer, direct.peer_port, note="the proxy named nobody"
        )
    ip = fold_address(proxy.ip)
    sure, header = Confidence.BY_TRUSTED_PROXY, "proxy_protocol"
    return ClientAddress(ip, proxy.port, sure, direct.peer, direct.peer_port, proxy.transport, header)


def _noted(direct: ClientAddress, headers: Headers, trust: Trust) -> ClientAddress:
    claims = sorted({key.lower() for key, _ in headers} & {"x-forwarded-for", "forwarded", trust.header or "forwarded"})
    note = f"ignored {', '.join(claims)}" if claims else ""
    return ClientAddress(
        direct.ip, direct.port, direct.confidence, direct.peer, direct.peer_port, direct.transport, note=note
    )


def fold_address(text: str) -> str:
    """Write an address in its one form: no zone, an IPv4-mapped address as IPv4.

    Raises:
        BadElement: it is none.
    """
    return read_node(text)[0]


def _peer(peer: tuple[str, int] | None) -> tuple[str | None, int | None]:
    if peer is None:
        return None, None
    try:
        return fold_address(peer[0]), peer[1] or None
    except BadElement:
        return None, None


def _client_port(headers: Headers) -> int | None:
    values = [value.strip() for key, value in headers if key.lower() == "x-client-port"]
    if len(values) != 1 or not (values[0].isascii() and values[0].isdecimal() and len(values[0]) <= 5):  # noqa: PLR2004
        return None
    port = int(values[0])
    return port if 0 < port < 65536 else None  # noqa: PLR2004 - a port has 16 bits


def _tail(raw: str) -> str:
    return raw.encode("utf-8", "backslashreplace")[-MAX_RAW:].decode("utf-8", "ignore")


def _network(name: str) -> Network:
    if name == "*":
        raise TrustsEverybody
    try:
        network = ipaddress.ip_network(name, strict=False)
    except ValueError:
        raise BadTrust(f"`{name}` is neither an address nor a network") from None
    if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped and network.prefixlen >= 96:  # noqa: PLR2004
        return ipaddress.ip_network((network.network_address.ipv4_mapped, network.prefixlen - 96))
    return network


def _refuse_everybody(networks: Sequence[Network]) -> None:
    # Half of IPv4 in whatever pieces, or an eighth of the IPv6 addresses in use, is nobody's set of proxies.
    four = ipaddress.collapse_addresses(n for n in networks if isinstance(n, ipaddress.IPv4Network))
    six = [n for n in networks if isinstance(n, ipaddress.IPv6Network) and n.overlaps(GLOBAL_V6)]
    if sum(n.num_addresses for n in four) >= 2**31 or any(n.prefixlen <= 8 for n in six):  # noqa: PLR2004
        raise TrustsEverybody
